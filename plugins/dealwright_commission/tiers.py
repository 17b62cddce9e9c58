"""Tiers and points as a plan writes them, and what is wrong with a list of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from attrs import Attribute, field, frozen

from dealwright import (
    ConfigError,
    Percent,
    PointStart,
    Problem,
    TierStart,
    exact_number,
    joined,
    start_mistakes,
)
from dealwright_commission.wording import _

Number = Fraction | Percent
WAYS = ("rate", "times", "pays")


@frozen(kw_only=True)
class Tier(TierStart):
    """A tier, and what it pays.

    That is a ``rate`` of the measure, which may be an amount for each one of it; or ``times`` what the scheme has as
    its rate; or it ``pays`` an amount. From a tier with ``back_to`` on, all that lies above that bound has its rate.
    """

    rate: Number | None = field(default=None, validator=exact_number)
    times: Number | None = field(default=None, validator=exact_number)
    pays: Fraction | None = field(default=None, validator=exact_number)
    back_to: Number | None = field(default=None, validator=exact_number)


@frozen(kw_only=True)
class Point(PointStart):
    """A point of an interpolated curve: what it ``pays`` in all, or its ``rate``."""

    pays: Fraction | None = field(default=None, validator=exact_number)
    rate: Number | None = field(default=None, validator=exact_number)


Row = TypeVar("Row", Tier, Point)
# Of a list with mistakes, those items are None that cannot be read.
Tiers = Sequence[Tier | None]
Points = Sequence[Point | None]
# Attributes are invariant, and these validate more than one: hence Any.
Validator = Callable[[object, "Attribute[Any]", Tiers], None]


def tiers_that_pay(*ways: str, reprice: bool = False) -> Validator:
    """A validator of tiers, each of which pays in one of these ways. Raises ConfigError with every mistake."""

    def validate(_of: object, attribute: "Attribute[Any]", tiers: Tiers) -> None:
        problems = [*start_mistakes(tiers)]
        for place, tier in _placed(tiers):
            problems += _paying(place, tier, ways)
            if tier.back_to is not None:
                problems += _repricing(place, tier, tier.back_to, allowed=reprice)
        refuse(problems)

    return validate


def points_in_one_way(_of: object, attribute: "Attribute[Any]", points: Points) -> None:
    """Validates points. Raises ConfigError with every mistake."""
    problems = [*start_mistakes(points)]
    for place, point in _placed(points):
        problems += _one_of(place, _given(point, ("pays", "rate")), ("pays", "rate"))
    if not problems and len({point.pays is None for _place, point in _placed(points)}) > 1:
        problems.append(
            Problem("", _("some points have pays, and others rate"), hint=_("write one of them in all"))
        )
    refuse(problems)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ConfigError with the problems, where there are any."""
    if found := list(problems):
        raise ConfigError(found)


def _placed(rows: Sequence[Row | None]) -> Iterator[tuple[str, Row]]:
    return ((f"[{number}]", row) for number, row in enumerate(rows, 1) if row is not None)


def _paying(place: str, tier: Tier, ways: Sequence[str]) -> Iterator[Problem]:
    given = _given(tier, WAYS)
    for each in given:
        if each not in ways:
            yield Problem(
                f"{place}.{each}", _("is not for this scheme"), hint=_("write {ways}", ways=_either(ways))
            )
    if not given or len(given) > 1:
        yield from _one_of(place, given, ways)


def _given(row: Tier | Point, keys: Sequence[str]) -> list[str]:
    return [each for each in keys if getattr(row, each) is not None]


def _one_of(place: str, given: Sequence[str], ways: Sequence[str]) -> Iterator[Problem]:
    if not given:
        yield Problem(place, _("does not say what it pays"), hint=_("write {ways}", ways=_either(ways)))
    elif len(given) > 1:
        yield Problem(place, _("has {given}", given=joined(" and ", given)), hint=_("keep one of them"))


def _either(ways: Sequence[str]) -> str:
    return joined(" or ", ways)


def _repricing(place: str, tier: Tier, low: Number, *, allowed: bool) -> Iterator[Problem]:
    where = f"{place}.back_to"
    if not allowed:
        yield Problem(where, _("is not for this scheme"), hint=_("use scheme slab"))
    elif tier.pays is not None:
        yield Problem(where, _("an amount reprices nothing"), hint=_("write rate or times"))
    elif (tier.start is not None or tier.over is not None) and _is_above(low, tier.bound):
        yield Problem(where, _("is above where the tier starts"))


def _is_above(low: Number, high: Number) -> bool:
    """Whether a bound lies above another, as far as that shows without a quota."""
    are_alike = isinstance(low, Percent) == isinstance(high, Percent) or not low or not high
    return are_alike and low > high
