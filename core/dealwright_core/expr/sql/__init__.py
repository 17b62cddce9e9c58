"""Expressions as SQLAlchemy Core, for SQLite and PostgreSQL."""

from .compile import compile_sql

__all__ = ["compile_sql"]
