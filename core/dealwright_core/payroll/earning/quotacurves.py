"""The curves of pays by their quotas, and what stands for them where the quota is nothing."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from dealwright_core.errors import DealwrightError
from dealwright_core.incentives.curve import Curve, Piece
from dealwright_core.incentives.plans.plan import Pay

ONE = Fraction(1)


def attained(curve: Callable[[Fraction], Curve]) -> Curve:
    """What curves of a quota pay for what is measured where that is the quota itself, found from two of them: a part of
    it, an amount, or both. A curve that does not look at the quota is taken as it is.
    """
    one, two = curve(ONE), curve(Fraction(2))
    if one == two:
        return one
    if one.kind == "rate" and one.at(ONE) == two.at(Fraction(2)):
        return Curve.flat(one.at(ONE))
    slope = two.due(Fraction(2)) - one.due(ONE)
    return Curve((Piece(0, one.due(ONE) - slope, slope),))


def unbounded(curve: Curve) -> Curve:
    """What a curve pays in no part of a window, where bounds and amounts are nothing: the rate above all of them."""
    top = curve.pieces[-1]
    return Curve.flat(top.slope if curve.kind == "pay" else top.value)


@frozen(eq=False)
class Curves:
    """The curves of pays by their quotas, each asked for once. What a scheme raises is raised for everybody."""

    ask: Callable[[Pay, Fraction | None], Curve]
    _known: dict[Any, "Curve | Exception"] = field(factory=dict)

    def __call__(self, pay: Pay, quota: Fraction | None) -> Curve:
        """The curve. Raises what its scheme raised."""
        key = (id(pay), quota)
        if key not in self._known:
            try:
                self._known[key] = self.ask(pay, quota)
            except DealwrightError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, Exception):
            raise found
        return found
