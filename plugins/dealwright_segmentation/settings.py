"""What a deployment may say of segmentation: the window, how each figure is scored, and the classes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from dealwright import InvalidValue, Money
from dealwright_segmentation.records import DORMANT, NONE
from dealwright_segmentation.wording import _

MOST_LEVELS = 100
LONGEST = 1200


def _quantiles(_instance: Any, _attribute: Any, value: int | None) -> None:
    if value is not None and not 1 <= value <= MOST_LEVELS:
        raise InvalidValue(_("there are 1 to {most} quantiles, not {value}", most=MOST_LEVELS, value=value))


def _ascending(_instance: Any, _attribute: Any, value: Sequence[Any]) -> None:
    if len({each.currency for each in value if isinstance(each, Money)}) > 1:
        raise InvalidValue(_("bounds are all in one currency"))
    if any(not low < high for low, high in pairwise(value)):
        raise InvalidValue(_("bounds ascend: each is above the one before"))
    if len(value) >= MOST_LEVELS:
        raise InvalidValue(_("there are fewer than {most} bounds", most=MOST_LEVELS))


def _months(_instance: Any, _attribute: Any, value: int) -> None:
    if not 1 <= value <= LONGEST:
        raise InvalidValue(_("the window has 1 to {most} months, not {value}", most=LONGEST, value=value))


def _frequent(_instance: Any, _attribute: Any, value: int) -> None:
    if value < 2:
        raise InvalidValue(_("who buys frequently does so at least twice, not {value} times", value=value))


def _classes(_instance: Any, _attribute: Any, value: Mapping[str, int] | None) -> None:
    if value is None:
        return
    if not value:
        raise InvalidValue(_("no class is named"), _("leave classes out for A, B and C"))
    for name in value:
        if name in (DORMANT, NONE) or not name.strip():
            raise InvalidValue(_("no class can be called {name!r}: choose another name", name=name))
    if len(set(value.values())) < len(value):
        raise InvalidValue(_("two classes begin at the same score"))


def _not_both(quantiles: int | None, bounds: Sequence[Any]) -> None:
    if quantiles is not None and bounds:
        raise InvalidValue(_("quantiles and bounds exclude each other: leave one of them out"))


@frozen(kw_only=True)
class Numbers:
    """How days or counts are scored: by quantiles, or by ascending bounds."""

    quantiles: int | None = field(default=None, validator=_quantiles)
    bounds: tuple[int, ...] = field(default=(), validator=_ascending)

    def __attrs_post_init__(self) -> None:
        _not_both(self.quantiles, self.bounds)


@frozen(kw_only=True)
class Amounts:
    """How amounts are scored: by quantiles, or by ascending bounds in the base currency."""

    quantiles: int | None = field(default=None, validator=_quantiles)
    bounds: tuple[Money, ...] = field(default=(), validator=_ascending)

    def __attrs_post_init__(self) -> None:
        _not_both(self.quantiles, self.bounds)


@frozen(kw_only=True)
class Margin(Amounts):
    """The same of what was earned; ``of`` says what that is of one opportunity, such as ``"amount - deal_cost.cost"``.

    It has no default, because opportunities have no cost.
    """

    of: str | None = None


@frozen(kw_only=True)
class Settings:
    """``[plugins.segmentation]``.

    The window is that of the ``months`` up to the day of the classification. Each figure gets a score from 1 on; their
    sum decides on the value class: ``classes`` has the score from which each is given. Who bought ``frequent`` times
    in the window buys frequently.
    """

    months: int = field(default=12, validator=_months)
    recency: Numbers = Numbers()
    frequency: Numbers = Numbers()
    money: Amounts = Amounts()
    margin: Margin | None = None
    classes: dict[str, int] | None = field(default=None, validator=_classes)
    frequent: int = field(default=4, validator=_frequent)
