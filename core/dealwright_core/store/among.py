"""A condition over many ids that takes one parameter, however many they are."""

import json
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY


def among(
    column: "sa.ColumnElement[int]", ids: Collection[int], dialect: sa.Dialect
) -> "sa.ColumnElement[bool]":
    """Whether a column has one of these ids. Statements of equal shape are compiled once, and read at once."""
    wanted = sorted(ids)
    if dialect.name == "postgresql":
        return column == sa.any_(sa.bindparam(None, wanted, type_=ARRAY(sa.BigInteger)))
    listed = sa.func.json_each(sa.bindparam(None, json.dumps(wanted), type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(listed.c.value))
