"""Where the tiers and points of a scheme start, as its settings have it, and what is wrong with a list of them.

A bound is a number, or in percent an attainment: a part of the quota, and a position only where the quota is known.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from attrs import Attribute, field, frozen

from dealwright_core.errors import ConfigError, InvalidValue, Problem
from dealwright_core.incentives.pieces import Bound
from dealwright_core.language import core as _
from dealwright_core.records.record import about
from dealwright_core.values import LARGEST, Percent, as_fraction

MOST = 500
FINEST = 10**9


def exact_number(_of: object, attribute: "Attribute[Any]", value: Fraction | None) -> None:
    """Validates a number of a plan; None is none. Raises InvalidValue for floats, and for what is finer or larger than
    anybody means.
    """
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
class TierStart:
    """Where a tier starts: ``from`` (at or above) or ``over`` (above). What it pays is for a class on top to say."""

    start: Fraction | Percent | None = field(default=None, validator=exact_number, metadata=about(key="from"))
    over: Fraction | Percent | None = field(default=None, validator=exact_number)

    @property
    def bound(self) -> Fraction | Percent:
        """Where it starts: at a number, or in percent at an attainment."""
        found = self.start if self.over is None else self.over
        assert found is not None
        return found

    @property
    def key(self) -> str:
        """What a plan calls its bound."""
        return "from" if self.over is None else "over"


@frozen(kw_only=True)
class PointStart:
    """Where a point stands. What it pays is for a class on top to say."""

    at: Fraction | Percent = field(validator=exact_number)

    @property
    def bound(self) -> Fraction | Percent:
        """Where it stands: at a number, or in percent at an attainment."""
        return self.at

    @property
    def key(self) -> str:
        """What a plan calls its bound."""
        return "at"


Start = TierStart | PointStart


def start_mistakes(rows: Sequence[Start | None]) -> Iterator[Problem]:
    """What is wrong with a list of tiers or points: how many there are, and where they start.

    Rows that cannot be read are None. Paths begin at the list.
    """
    if not 0 < len(rows) <= MOST:
        yield Problem("", _("there are 1 to {most}, and here {count}", most=MOST, count=len(rows)))
    seen: dict[tuple[bool, Fraction, bool], int] = {}
    for number, row in enumerate(rows, 1):
        if row is None:
            continue
        place = f"[{number}]"
        if isinstance(row, TierStart) and (row.start is None) == (row.over is None):
            yield _unclear(place, row)
        elif (first := seen.setdefault(_comparable(row), number)) < number:
            yield Problem(place, _("starts where number {first} does", first=first), hint=_("leave one out"))


def _unclear(place: str, tier: TierStart) -> Problem:
    if tier.start is None:
        return Problem(place, _("does not say where it starts"), hint=_("write from or over"))
    return Problem(place, _("has from and over"), hint=_("leave one out"))


def _comparable(row: Start) -> tuple[bool, Fraction, bool]:
    """A start so that equal ones are equal: an attainment is none of the amounts, but for zero."""
    return isinstance(row.bound, Percent) and row.bound != 0, Fraction(row.bound), row.key == "over"


def start_bounds(rows: Sequence[Start], quota: Fraction | None, key: str) -> list[Bound]:
    """Where each one starts with this quota; ``key`` is that of the list in the settings.

    Raises ConfigError where one needs a quota and there is none, or where two fall on one another, since attainments
    and amounts can do so once the quota is known.
    """
    found: dict[Bound, str] = {}
    for number, row in enumerate(rows, 1):
        path = f"{key}[{number}].{row.key}"
        bound = Bound(position_of(row.bound, quota, path), over=row.key == "over")
        if (first := found.setdefault(bound, path)) != path:
            raise ConfigError([Problem(path, _("with this quota it starts where {first} does", first=first))])
    return list(found)


def position_of(bound: Fraction | Percent, quota: Fraction | None, path: str) -> Fraction:
    """A bound as a position. Raises ConfigError where it is an attainment, and there is no quota for it."""
    return bound * quota_above_zero(quota, path) if isinstance(bound, Percent) else Fraction(bound)


def quota_above_zero(quota: Fraction | None, key: str) -> Fraction:
    """A quota to divide by or to take a part of. Raises ConfigError, naming the key that needs one."""
    if quota is not None and quota > 0:
        return quota
    if quota is None:
        raise ConfigError(
            [Problem(key, _("needs a quota, and there is none"), hint=_("give the plan a quota"))]
        )
    message = _("needs a quota above zero, and it is {quota}", quota=quota)
    raise ConfigError([Problem(key, message, hint=_("say with zero_quota what is to be paid"))])
