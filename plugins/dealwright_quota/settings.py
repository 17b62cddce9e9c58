"""How exact plans have to be, and what counts where there is nothing to divide by."""

from fractions import Fraction
from typing import Literal

from attrs import frozen

from dealwright import Money


@frozen
class Settings:
    """``[plugins.quota]``. An amount without currency is in the base currency.

    Children sum to their parent within the largest of ``tolerance`` (of amounts), ``tolerance_quantity`` (of
    quantities) and ``tolerance_share`` of the parent. A plan that does not sum is told of, and refused once it is
    approved; with ``strict`` also before. ``without_history`` says what somebody weighs who has no history, or one
    below zero, in a cascade by history: the average of the others, nothing, or the cascade is refused. ``zero_target``
    says what attainment of a target of zero is: none, all of it, left out, or the report is refused.
    """

    tolerance: Money | None = None
    tolerance_quantity: int = 0
    tolerance_share: Fraction = Fraction(0)
    strict: bool = False
    without_history: Literal["average", "nothing", "refuse"] = "average"
    zero_target: Literal["refuse", "zero", "full", "leave out"] = "leave out"
