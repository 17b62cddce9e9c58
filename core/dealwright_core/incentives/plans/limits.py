"""The limits of what stands in a plan, beside its type.

What lies beyond one is told, and is read in spite of it, so that it hides nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve

from dealwright_core.config.document import spelt
from dealwright_core.errors import Problem
from dealwright_core.incentives.plans.figures import Number, Ratio
from dealwright_core.language import core as _

MOST_PLACES = 8


# A value is of the type of its field, whichever that is: hence Any.
def _not_negative(value: Any) -> Iterator[Problem]:
    if value is not None and value < 0:
        yield Problem("", _("is below zero"))


def _positive(value: Any) -> Iterator[Problem]:
    if value is not None and value <= 0:
        yield Problem("", _("is not above zero"))


def _part(value: Any) -> Iterator[Problem]:
    yield from _not_negative(value)
    if value > 1:
        yield Problem("", _("is more than 100 %"))


def _weights(value: Mapping[str, Mapping[str, Ratio]]) -> Iterator[Problem]:
    for each in value.values():
        yield from _ratios(each)


def _ratios(value: Mapping[str, Ratio]) -> Iterator[Problem]:
    for name, each in value.items():
        if each < 0:
            yield Problem("", _("{name} is below zero", name=name))


def _parts(value: Sequence[Number | Ratio] | None) -> Iterator[Problem]:
    for at, each in enumerate(value or ()):
        if each < 0:
            yield Problem(spelt((at,)), _("is below zero"))


def _price(value: Any) -> Iterator[Problem]:
    if isinstance(value, Fraction):
        yield from _positive(value)
    for currency, each in value.items() if isinstance(value, Mapping) else ():
        for problem in _positive(each):
            yield evolve(problem, path=spelt((currency,)))


def _places(value: int | None) -> Iterator[Problem]:
    if value is not None and not 0 <= value <= MOST_PLACES:
        yield Problem("", _("is not 0 to {most}", most=MOST_PLACES))


def _levels(value: int | str) -> Iterator[Problem]:
    if isinstance(value, int) and value < 1:
        yield Problem("", _("is not above zero"), hint=_("write 'all', or how many levels"))


def _prizes(value: Sequence[Number]) -> Iterator[Problem]:
    if not value:
        yield Problem("", _("has no prize"), hint=_("write at least one, such as [500, 200]"))
    yield from _parts(value)


# What a field of these tables says of its value beside its type.
LIMIT = "limit"
NOT_NEGATIVE, POSITIVE, PART = {LIMIT: _not_negative}, {LIMIT: _positive}, {LIMIT: _part}
RATIOS, WEIGHTS, PARTS, PRICE = {LIMIT: _ratios}, {LIMIT: _weights}, {LIMIT: _parts}, {LIMIT: _price}
PLACES, LEVELS, PRIZES = {LIMIT: _places}, {LIMIT: _levels}, {LIMIT: _prizes}
