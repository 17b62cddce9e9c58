"""What a plugin may select: tables of records, with the constructs that both databases have, and no text of its own."""

import re
from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import functions, operators, sqltypes, visitors
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.sqltypes import TupleType

from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.store.tables import Instant

FUNCTIONS: Final = frozenset(
    (
        "abs avg coalesce count cume_dist date dense_rank first_value lag last_value lead "
        "length lower max min nullif rank replace row_number substr sum trim upper"
    ).split()
)

TYPES: Final[frozenset[type[Any]]] = frozenset(
    {
        sqltypes.NullType, sa.Integer, sa.SmallInteger, sa.BigInteger, sa.Numeric, sa.String, sa.Text, sa.Unicode,
        sa.UnicodeText, sa.Boolean, sa.Date, sa.DateTime, sa.TIMESTAMP, Instant, TupleType,
    }
)  # fmt: skip

# The few texts of which compiled expressions consist; none of them says anything by itself.
OF_EXPRESSIONS: Final = re.compile(r"[-+*]|[01]|once[0-9]+(\.v)?")


def check_select(statement: object, tables: Collection[sa.Table]) -> None:
    """Raise `UsageError` for anything that does more than read records, or that carries SQL as text."""
    if not isinstance(statement, sa.Select | sa.CompoundSelect):
        raise UsageError(
            _("a session selects only"), _("build it with sqlalchemy.select over session.table(kind)")
        )
    for element in visitors.iterate(statement):
        reason = _objection(element, tables)
        if reason is not None:
            raise UsageError(_("a session selects records only: {reason}", reason=reason))


def _objection(element: Any, tables: Collection[sa.Table]) -> str | None:
    if isinstance(element, sa.Insert | sa.Update | sa.Delete):
        return _("no insert, update or delete")
    is_text = isinstance(element, sa.TextClause) or getattr(element, "is_literal", False)
    if is_text and not OF_EXPRESSIONS.fullmatch(str(getattr(element, "name", ""))):
        return _("no SQL as text")
    if isinstance(element, sa.TableClause) and element not in tables:
        return _("{element} is not a table of records", element=element.name)
    if isinstance(element, functions.Function) and element.name.lower() not in FUNCTIONS:
        return _(
            "function {element} is none of {functions}",
            element=element.name,
            functions=", ".join(sorted(FUNCTIONS)),
        )
    if isinstance(getattr(element, "operator", None), operators.custom_op):
        return _("no operators of your own")
    name = getattr(element, "name", None)
    if isinstance(name, quoted_name) and name.quote is False:
        return _("no names without quotes")
    if any(getattr(element, each, None) for each in ("_prefixes", "_suffixes", "_hints", "_statement_hints")):
        return _("no prefixes, suffixes or hints")
    if getattr(element, "_execution_options", None):
        return _("no execution options, which could name other tables")
    if (type := getattr(element, "type", None)) is not None and not _is_plain(type):
        return _(
            "type {type!r} is none of {types} as they are",
            type=type,
            types=", ".join(sorted(each.__name__ for each in TYPES)),
        )
    return None


def _is_plain(type: Any) -> bool:
    """Whether a type is one that says nothing of its own in SQL, with numbers alone as its arguments."""
    parts = [*getattr(type, "_variant_mapping", {}).values(), *getattr(type, "types", ())]
    numbers = (getattr(type, each, None) for each in ("length", "precision", "scale"))
    return (
        type.__class__ in TYPES
        and getattr(type, "collation", None) is None
        and all(each is None or each.__class__ is int for each in numbers)
        and all(map(_is_plain, parts))
    )
