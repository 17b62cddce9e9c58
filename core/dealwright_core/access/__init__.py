"""Roles, rights and scopes: what an actor may do, from data alone."""
