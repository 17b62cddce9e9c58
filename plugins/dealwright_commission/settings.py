"""What a plan says of each scheme, in the words of its TOML file.

Numbers are exact. One in percent is a bound by attainment, a part of the quota; any other bound is an amount or a
quantity. What a scheme pays is in whole units of the plan's currency.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from attrs import field, frozen

from dealwright import Problem, exact_number, joined, quota_above_zero
from dealwright_commission.tiers import Number, Point, Tier, points_in_one_way, refuse, tiers_that_pay
from dealwright_commission.wording import _

KEYS = ("rate", "each", "target")


@frozen(kw_only=True)
class Rated:
    """What is paid for one of the measure: a ``rate`` of it, an amount for ``each``, or the ``target`` / quota."""

    rate: Number | None = field(default=None, validator=exact_number)
    each: Fraction | None = field(default=None, validator=exact_number)
    target: Fraction | None = field(default=None, validator=exact_number)

    def for_one(self, quota: Fraction | None) -> Fraction:
        """The rate. Raises ConfigError where a target is to be divided by a quota that is none, or not above zero."""
        if self.target is not None:
            return self.target / quota_above_zero(quota, "target")
        return Fraction((self.rate if self.each is None else self.each) or 0)


@frozen(kw_only=True)
class Flat(Rated):
    """One rate for everything: of ``rate``, ``each`` and ``target`` one is given."""

    def __attrs_post_init__(self) -> None:
        refuse(_one_rate(self))


@frozen(kw_only=True)
class Tiered(Rated):
    """Tiers of rates; ``rate``, ``each`` or ``target`` is what a tier's ``times`` multiplies."""

    tiers: tuple[Tier, ...] = field(validator=tiers_that_pay("rate", "times"))

    def __attrs_post_init__(self) -> None:
        refuse(_rate_of_times(self, self.tiers))


@frozen(kw_only=True)
class Whole(Tiered):
    """The rate of the tier that is reached, for everything."""


@frozen(kw_only=True)
class Overage(Tiered):
    """Each tier's rate for what lies within it; above quota, the rate that is reached for all above it."""


@frozen(kw_only=True)
class Slab(Rated):
    """Each tier's rate for what lies within it, or an amount for reaching it; ``back_to`` reprices."""

    tiers: tuple[Tier, ...] = field(validator=tiers_that_pay("rate", "times", "pays", reprice=True))

    def __attrs_post_init__(self) -> None:
        refuse(_rate_of_times(self, self.tiers))


@frozen(kw_only=True)
class Lookup:
    """The amount of the tier that is reached, which it ``pays``, or which is ``times`` the ``target``."""

    target: Fraction | None = field(default=None, validator=exact_number)
    tiers: tuple[Tier, ...] = field(validator=tiers_that_pay("pays", "times"))

    def __attrs_post_init__(self) -> None:
        refuse(_target_of_times(self.target, self.tiers))


@frozen(kw_only=True)
class Interpolated:
    """Straight from point to point: amounts, or rates of the measure."""

    points: tuple[Point, ...] = field(validator=points_in_one_way)


@frozen(kw_only=True)
class Fixed:
    """One amount, whatever was sold."""

    pays: Fraction = field(validator=exact_number)


def _given(rated: Rated) -> list[str]:
    return [key for key in KEYS if getattr(rated, key) is not None]


def _one_rate(rated: Rated) -> Iterator[Problem]:
    given = _given(rated)
    if not given:
        yield Problem("", _("there is no rate"), hint=_("write rate, each or target"))
    elif len(given) > 1:
        yield Problem("", _("has {given}", given=joined(" and ", given)), hint=_("keep one of them"))


def _rate_of_times(rated: Rated, tiers: Sequence[Tier]) -> Iterator[Problem]:
    multiplied = [number for number, each in enumerate(tiers, 1) if each.times is not None]
    if multiplied and not _given(rated):
        yield Problem(
            f"tiers[{multiplied[0]}].times",
            _("there is no rate that it multiplies"),
            hint=_("write rate, each or target"),
        )
    if not multiplied:
        yield from (Problem(key, _("no tier has times, so nothing uses it")) for key in _given(rated))
    elif len(_given(rated)) > 1:
        yield from _one_rate(rated)


def _target_of_times(target: Fraction | None, tiers: Sequence[Tier]) -> Iterator[Problem]:
    multiplied = [number for number, each in enumerate(tiers, 1) if each.times is not None]
    if multiplied and target is None:
        yield Problem(
            f"tiers[{multiplied[0]}].times",
            _("there is no target that it multiplies"),
            hint=_("write target"),
        )
    if not multiplied and target is not None:
        yield Problem("target", _("no tier has times, so nothing uses it"))
