"""Tiers and points as a plan writes them, and what is wrong with a list of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from attrs import Attribute, field, frozen

from dealwright import LARGEST, ConfigError, InvalidValue, Percent, Problem, about, as_fraction, joined
from dealwright_commission.wording import _

Number = Fraction | Percent
MOST = 500
FINEST = 10**9
WAYS = ("rate", "times", "pays")


def exact(_of: object, attribute: "Attribute[Any]", value: Number | None) -> None:
    """Validates a number. Raises InvalidValue for floats, and for what is finer or larger than anybody means."""
    if value is None:
        return
    number = as_fraction(value)
    if number.denominator > FINEST:
        raise InvalidValue(
            _("it is finer than one billionth"), _("write fewer digits, or a fraction such as '1/3'")
        )
    if abs(number) > LARGEST:
        raise InvalidValue(_("it is out of range"))


@frozen(kw_only=True)
class Tier:
    """Where a tier starts, ``from`` (at or above) or ``over`` (above), and what it pays.

    That is a ``rate`` of the measure, which may be an amount for each one of it; or ``times`` what the scheme has as
    its rate; or it ``pays`` an amount. From a tier with ``back_to`` on, all that lies above that bound has its rate.
    """

    start: Number | None = field(default=None, validator=exact, metadata=about("From", key="from"))
    over: Number | None = field(default=None, validator=exact)
    rate: Number | None = field(default=None, validator=exact)
    times: Number | None = field(default=None, validator=exact)
    pays: Fraction | None = field(default=None, validator=exact)
    back_to: Number | None = field(default=None, validator=exact)

    @property
    def bound(self) -> Number:
        """Where it starts: at a number, or in percent at an attainment."""
        found = self.start if self.over is None else self.over
        assert found is not None
        return found

    @property
    def key(self) -> str:
        """What a plan calls its bound."""
        return "from" if self.over is None else "over"


@frozen(kw_only=True)
class Point:
    """A point of an interpolated curve: what it ``pays`` in all, or its ``rate``."""

    at: Number = field(validator=exact)
    pays: Fraction | None = field(default=None, validator=exact)
    rate: Number | None = field(default=None, validator=exact)


Row = TypeVar("Row", Tier, Point)
# Of a list with mistakes, those items are None that cannot be read.
Tiers = Sequence[Tier | None]
Points = Sequence[Point | None]
# Attributes are invariant, and these validate more than one: hence Any.
Validator = Callable[[object, "Attribute[Any]", Tiers], None]


def tiers_that_pay(*ways: str, reprice: bool = False) -> Validator:
    """A validator of tiers, each of which pays in one of these ways. Raises ConfigError with every mistake."""

    def validate(_of: object, attribute: "Attribute[Any]", tiers: Tiers) -> None:
        problems = [*_counted(len(tiers)), *_repeated(_starts(tiers))]
        for place, tier in _placed(tiers):
            problems += [*_beginning(place, tier), *_paying(place, tier, ways)]
            if tier.back_to is not None:
                problems += _repricing(place, tier, allowed=reprice)
        refuse(problems)

    return validate


def points_in_one_way(_of: object, attribute: "Attribute[Any]", points: Points) -> None:
    """Validates points. Raises ConfigError with every mistake."""
    starts = [None if each is None else _comparable(each.at, over=False) for each in points]
    problems = [*_counted(len(points)), *_repeated(starts)]
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


def _counted(count: int) -> Iterator[Problem]:
    if not 0 < count <= MOST:
        yield Problem("", _("there are 1 to {most}, and here {count}", most=MOST, count=count))


def _beginning(place: str, tier: Tier) -> Iterator[Problem]:
    if tier.start is None and tier.over is None:
        yield Problem(place, _("does not say where it starts"), hint=_("write from or over"))
    elif tier.start is not None and tier.over is not None:
        yield Problem(place, _("has from and over"), hint=_("leave one out"))


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


def _repricing(place: str, tier: Tier, *, allowed: bool) -> Iterator[Problem]:
    where = f"{place}.back_to"
    if not allowed:
        yield Problem(where, _("is not for this scheme"), hint=_("use scheme slab"))
    elif tier.pays is not None:
        yield Problem(where, _("an amount reprices nothing"), hint=_("write rate or times"))
    elif tier.start is not None or tier.over is not None:
        high, low = _comparable(tier.bound, over=False), _comparable(tier.back_to or Fraction(0), over=False)
        if (high[0] == low[0] or not high[1] or not low[1]) and low[1] > high[1]:
            yield Problem(where, _("is above where the tier starts"))


def _starts(tiers: Tiers) -> list["_Start | None"]:
    return [
        None
        if each is None or (each.start is None) == (each.over is None)
        else _comparable(each.bound, over=each.over is not None)
        for each in tiers
    ]


_Start = tuple[bool, Fraction, bool]


def _comparable(bound: Number, *, over: bool) -> _Start:
    """A bound so that equal ones are equal: an attainment is none of the amounts, but for zero."""
    return isinstance(bound, Percent) and bound != 0, Fraction(bound), over


def _repeated(starts: Sequence[_Start | None]) -> Iterator[Problem]:
    seen: dict[_Start, int] = {}
    for number, start in enumerate(starts, 1):
        if start is not None and (first := seen.setdefault(start, number)) < number:
            yield Problem(
                f"[{number}]", _("starts where number {first} does", first=first), hint=_("leave one out")
            )
