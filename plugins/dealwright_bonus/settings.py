"""What a plan says of each scheme, in the words of its TOML file.

Numbers are exact. A bound in percent is an attainment, a part of the quota; any other is an amount or a quantity.
What a scheme pays is in whole units of the plan's currency.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import Attribute, field, frozen
from attrs.validators import optional

from dealwright import (
    ConfigError,
    InvalidValue,
    Percent,
    PointStart,
    Problem,
    TierStart,
    exact_number,
    start_mistakes,
)
from dealwright_bonus.wording import _

Number = Fraction | Percent


# Attributes are invariant, and these validate fields of several types: hence Any.
def not_below_zero(of: object, attribute: "Attribute[Any]", value: Fraction) -> None:
    """Validates a number. Raises InvalidValue."""
    exact_number(of, attribute, value)
    if value < 0:
        raise InvalidValue(_("is below zero"))


def above_zero(of: object, attribute: "Attribute[Any]", value: Fraction) -> None:
    """Validates a number. Raises InvalidValue."""
    exact_number(of, attribute, value)
    if value <= 0:
        raise InvalidValue(_("is not above zero"))


def apart(_of: object, attribute: "Attribute[Any]", rows: Sequence[TierStart | PointStart | None]) -> None:
    """Validates tiers or points. Raises ConfigError with every mistake."""
    if problems := list(start_mistakes(rows)):
        raise ConfigError(problems)


@frozen(kw_only=True)
class Step(TierStart):
    """A tier of multipliers: from its start on, ``times`` the target."""

    times: Number = field(validator=not_below_zero)


@frozen(kw_only=True)
class Corner(PointStart):
    """A point of a line of multipliers: ``times`` the target, there."""

    times: Number = field(validator=not_below_zero)


@frozen(kw_only=True)
class TargetBonus:
    """A ``target``, and its multiplier: in steps (``tiers``) or straight between ``points``, at most ``most``."""

    target: Fraction = field(validator=not_below_zero)
    tiers: tuple[Step, ...] | None = field(default=None, validator=optional(apart))
    points: tuple[Corner, ...] | None = field(default=None, validator=optional(apart))
    most: Number | None = field(default=None, validator=optional(not_below_zero))

    def __attrs_post_init__(self) -> None:
        if self.tiers is None and self.points is None:
            raise ConfigError(
                [
                    Problem(
                        "", _("there is no multiplier"), hint=_("write tiers, in steps, or points, in lines")
                    )
                ]
            )
        if self.tiers is not None and self.points is not None:
            raise ConfigError([Problem("", _("has tiers and points"), hint=_("leave one out"))])


@frozen(kw_only=True)
class Guarantee:
    """A ``rate`` of the measure, or an amount for each one of it; at least ``pays``."""

    pays: Fraction = field(validator=not_below_zero)
    rate: Number = field(validator=above_zero)
