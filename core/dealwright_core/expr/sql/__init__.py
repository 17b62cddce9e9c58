"""Expressions as SQLAlchemy Core, for SQLite and PostgreSQL."""

from dealwright_core.expr.sql.compile import compile_sql

__all__ = ["compile_sql"]
