"""One hash for one expression, in every process and under every version of Python."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from dealwright_core.expr.literals import Plain
from dealwright_core.expr.nodes import AsOf, Case, Choice, Expression, Field, Literal, Operation
from dealwright_core.values import Money, Price

# Part of what is hashed: another form of writing expressions down gets another number.
FORM = 1


def stable_hash(expression: Expression) -> str:
    """SHA-256, in hexadecimal, of what `expression` says; literals count as they were written."""
    written = json.dumps([FORM, canonical(expression)], ensure_ascii=True, separators=(",", ":"))
    return sha256(written.encode("ascii")).hexdigest()


def canonical(expression: Expression) -> list[Any]:
    """`expression` as lists and texts that JSON can hold."""
    match expression:
        case Literal(value=value):
            return _canonical_literal(value)
        case AsOf():
            return ["today"]
        case Field():
            return ["field", expression._record, *expression._names]
        case Case(arms=arms, otherwise=otherwise):
            return ["case", [[canonical(when), canonical(then)] for when, then in arms], canonical(otherwise)]
        case Choice(name=name, of=of, arms=arms, default=default, unknown=unknown):
            said = [[canonical(value), canonical(result)] for value, result in arms]
            return [
                name,
                canonical(of),
                said,
                None if default is None else canonical(default),
                canonical(unknown),
            ]
        case Operation(name=name, parts=parts):
            return [name, *map(canonical, parts)]
    raise TypeError(type(expression).__name__)


def _canonical_literal(value: Plain) -> list[Any]:
    match value:
        case bool() | None:
            return ["literal", value]
        case int():
            return ["integer", str(value)]
        case str():
            return ["text", value]
        case Decimal():
            return ["decimal", f"{value.normalize():f}"]
        case datetime():
            return ["moment", value.astimezone(UTC).isoformat()]
        case date():
            return ["date", value.isoformat()]
        case Money():
            return ["money", str(value.minor), value.currency]
        case Price():
            return ["price", str(value.e8), value.currency]
