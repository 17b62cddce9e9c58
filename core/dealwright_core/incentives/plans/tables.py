"""The tables of a plan as they are written, one class each.

Amounts are exact and in whole units of the plan's currency, ratios exact with 1 as the whole.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from attrs import field, frozen

from dealwright_core.config.settingtypes import Where
from dealwright_core.errors import ConfigError, InvalidValue
from dealwright_core.expr import parse
from dealwright_core.incentives.plans.facts import BOOKING
from dealwright_core.incentives.plans.figures import Level, Number, Ratio, Threshold
from dealwright_core.incentives.plans.limits import (
    LEVELS,
    NOT_NEGATIVE,
    PART,
    PARTS,
    PLACES,
    POSITIVE,
    PRICE,
    PRIZES,
    RATIOS,
    WEIGHTS,
)
from dealwright_core.values import Unit, check_currency

Window = Literal["deal", "week", "month", "quarter", "year", "plan"]
ZeroQuota = Literal["refuse", "zero", "full"]
RateDay = Literal["transaction", "period start", "period end"]
# The windows from the shortest to the longest.
WINDOWS: tuple[Window, ...] = ("deal", "week", "month", "quarter", "year", "plan")
ALL, NONE, ZERO = Ratio(Fraction(1)), Ratio(Fraction(0)), Number(Fraction(0))
NOTHING = Threshold(Level(Fraction(0)))


# A validator's value is of the type of its field, whichever that is.
def _currency(_self: Any, _attribute: Any, value: Any) -> None:
    if value:
        check_currency(value)


def _expression(_self: Any, _attribute: Any, value: Any) -> None:
    if isinstance(value, str):
        try:
            parse(value)
        except ConfigError as error:
            raise InvalidValue(error.problems[0].message, error.problems[0].hint) from None


@frozen(kw_only=True)
class Credit:
    """``[credit]``: who gets how much of a sale. ``shares`` are fixed, of the owner, of roles or of members, and sum to
    ``total``; ``overlay`` is beside them. In ``by_list`` the list of n shares holds for a sale of n members.
    ``kinds`` are the kinds of facts that count, each with its weight.
    """

    shares: Mapping[str, Ratio] = field(factory=dict, metadata=RATIOS)
    total: Ratio = ALL
    overlay: Mapping[str, Ratio] = field(factory=dict, metadata=RATIOS)
    by_list: tuple[tuple[Ratio, ...], ...] | Literal["equal"] | None = None
    kinds: Mapping[str, Ratio] = field(factory=lambda: {BOOKING: ALL}, metadata=RATIOS)
    split: Literal["credit", "pay"] = "credit"
    first_match: bool = False


@frozen(kw_only=True)
class PayIn:
    """``pay_in``: the currency that is paid out. ``fx`` is the price of one unit of the plan's currency, or the day of
    its dated rate within the pay period.
    """

    currency: str = field(validator=_currency)
    fx: Number | Literal["period start", "period end"] = field(default="period end", metadata=PRICE)


@frozen(kw_only=True)
class PayCap:
    """``pay_cap``: the most that is paid in a pay period, and when the excess is paid."""

    amount: Number = field(metadata=NOT_NEGATIVE)
    excess: Literal["later", "never"] = "later"


@frozen(kw_only=True)
class RoundTo:
    """``round``: decimal places, by default those of the currency, and where the rounding is done.

    ``up`` is away from zero and ``down`` towards it, whatever is cut off.
    """

    digits: int | None = field(default=None, metadata=PLACES)
    half: Literal["away", "even", "up", "down"] = "away"
    at: Literal["window", "step", "payment"] = "window"


@frozen(kw_only=True)
class By:
    """``by``: the position on the curve, where it is not the measure itself: another one, its part ``per`` a third, or
    the same over a longer window.
    """

    measure: str | None = field(default=None, validator=_expression)
    per: str | None = field(default=None, validator=_expression)
    window: Window | None = None


@frozen(kw_only=True)
class Objective:
    """One of the ``objectives`` whose attainments are blended. A quota is a number, or a measure with targets."""

    measure: str = field(validator=_expression)
    quota: Number | str
    weight: Ratio = field(metadata=NOT_NEGATIVE)


@frozen(kw_only=True)
class GateTable:
    """A ``gate``, or what ``qualify`` asks for: the keys that are read like all others. `Gate` has the whole of it."""

    measure: str | None = field(default=None, validator=_expression)
    window: Window | None = None
    quota: Number | str | None = None


@frozen(kw_only=True)
class PoolTable:
    """``pool``: the keys that are read like all others. `Pool` has the whole of it."""

    by: str = field(default="equal", validator=_expression)


@frozen(kw_only=True)
class Rank:
    """``rank``: prizes from the first place on. Of equal members all get the mean of their places' prizes (``split``),
    each the best one (``best``), or the first to get there does (``first``). Who is not ``over`` an amount, or an
    attainment, is not ranked.
    """

    prizes: tuple[Number, ...] = field(metadata=PRIZES)
    ties: Literal["split", "best", "first"] = "split"
    over: Threshold = NOTHING


@frozen(kw_only=True)
class PayTerms:
    """A table ``[[pay]]``: the keys that are read like all others. `Pay` has the whole of it."""

    name: str = ""
    credit: Literal["own", "full", "team"] = "own"
    levels: Literal["all"] | int = field(default=1, metadata=LEVELS)
    where: Where | None = None
    measure: str | None = field(default=None, validator=_expression)
    weights: Mapping[str, Mapping[str, Ratio]] = field(factory=dict, metadata=WEIGHTS)
    window: Window | None = None
    currency: str = field(default="", validator=_currency)
    fx: RateDay | Mapping[str, Number] | None = field(default=None, metadata=PRICE)
    quota: Number | str | None = None
    scheme: str = ""
    by: By | str | None = field(default=None, validator=_expression)
    objectives: tuple[Objective, ...] = ()
    weight: Ratio = field(default=ALL, metadata=NOT_NEGATIVE)
    cap: Number | None = field(default=None, metadata=NOT_NEGATIVE)
    floor: Number | None = field(default=None, metadata=NOT_NEGATIVE)
    unit: Literal["points", "review", "training", "care"] | None = None
    rank: Rank | None = None


@frozen(kw_only=True)
class Refund:
    """``[refund]``: whether a refund changes the window of its sale, its own, or reverses the lines of the sale."""

    basis: Literal["window", "current", "original"] = "window"


@frozen(kw_only=True)
class Clawback:
    """``[clawback.EVENT]``: the ``share`` of the pay that an event takes back; with ``term_months`` only of the part of
    the term that was not served. ``cancels`` also cancels what is not yet paid.
    """

    share: Ratio = field(default=ALL, metadata=PART)
    term_months: int | None = field(default=None, metadata=POSITIVE)
    limit: Literal["paid"] | None = None
    cancels: bool = False


@frozen(kw_only=True)
class Release:
    """``[[release]]``: a part of the pay, and when it is paid out. Both are to be said."""

    share: Ratio = field(default=NONE, metadata=NOT_NEGATIVE)
    on: str = ""


@frozen(kw_only=True)
class Draw:
    """``[draw]``: what is advanced each pay period, up to the pay or on top of it; ``recover`` is the part of later pay
    that pays it back, from the pay period ``recover_from`` on, the first being 1. It ends after ``periods``.
    """

    amount: Number = field(metadata=POSITIVE)
    pays: Literal["up to", "on top"] = "up to"
    recover: Ratio = field(default=ALL, metadata=PART)
    recover_from: int = field(default=1, metadata=POSITIVE)
    periods: int | None = field(default=None, metadata=POSITIVE)


@frozen(kw_only=True)
class Terms:
    """The keys of a plan that are read like all others. `Plan` has the whole of it."""

    name: str = ""
    currency: str = field(default="", validator=_currency)
    period: Unit = "month"
    prorate: Literal["month", "day"] | None = None
    quarter_weights: tuple[Ratio, Ratio, Ratio, Ratio] | None = field(default=None, metadata=PARTS)
    zero_quota: ZeroQuota | None = None
    pay_in: PayIn | None = None
    pay_cap: PayCap | None = None
    round: RoundTo = field(factory=RoundTo)
    credit: Credit = field(factory=Credit)
    refund: Refund = field(factory=Refund)
    clawback: Mapping[str, Clawback] = field(factory=dict)
    release: tuple[Release, ...] = ()
    draw: Draw | None = None
