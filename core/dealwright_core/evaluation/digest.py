"""Digests of what evaluations are computed from, alike on every database and in Python.

A record counts by its id and version, and an amount, which an exchange rate may change behind its record, by its value.
A digest tells whether two runs saw the same; it is no proof against somebody who wants two to look alike.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dealwright_core.evaluation.plan import Plan
from dealwright_core.expr import Type
from dealwright_core.expr.schema import Path

FORM = 1
LOW = 2**31 - 1
FACTORS = (8_388_617, 40_503_557, 14_695_981, 7_778_777, 6_364_136, 2_246_822, 3_266_489, 1_566_083)
FACTOR, SEED = 2_654_435, 40_503
PRIME = 2_147_483_647

Number = Any  # a column of SQLAlchemy, or an integer: the arithmetic is written once for both


def amounts(plan: Plan, reads: Sequence[Path]) -> tuple[Path, ...]:
    """The amounts among the fields that are read, which are part of the digest."""
    records = plan.schema.records
    return tuple(each for each in reads if records[each.record].fields[each.field].type is Type.MONEY)


def digest(id: Number, versions: Sequence[Number], figures: Sequence[Number]) -> Number:
    """The digest of one subject, from its id, from the versions of the records that it is computed from, its own first,
    and from amounts; none of them is null.

    The id is multiplied with the rest: the sum of two digests tells which subject has which version.
    """
    rest: Number = SEED
    for at, each in enumerate((*versions, *(_low(each) for each in figures))):
        rest = rest + each * (FACTORS[at % len(FACTORS)] + 2 * (at // len(FACTORS)))
    return (_low(id * FACTOR + SEED) * _low(rest)) % PRIME


def _low(value: Number) -> Number:
    return value.bitwise_and(LOW) if isinstance(value, sa.ColumnElement) else value & LOW


def digest_of_run(count: int, total: int, extra: Sequence[str]) -> str:
    """The digest of a run from how many subjects it has and the sum of their digests, which fits into 64 bits."""
    said = json.dumps([FORM, count, total, *extra])
    return hashlib.sha256(said.encode()).hexdigest()[:32]
