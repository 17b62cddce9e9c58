"""The target method (目标达成法): what was reached of targets, adjusted for the market before anything is capped."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from dealwright import PPM


@frozen
class Terms:
    """How a measure counts: its weight, cap and floor in parts per million, and the rule for a target of zero."""

    weight: Fraction
    cap: int | None = None
    floor: int | None = None
    zero_target: str = "refuse"

    def attained(self, actual: int, target: int | None, index: Fraction) -> Fraction | None:
        """``actual / target / index`` within floor and cap, exactly; None where the line is left out.

        Without a target above zero the scheme's rule counts as it is: 0, 1, or nothing. No index adjusts that.
        """
        if target is not None and target > 0:
            found = Fraction(actual, target) / index
        elif self.zero_target in ("zero", "full"):
            found = Fraction(int(self.zero_target == "full"))
        else:
            return None
        found = found if self.cap is None else min(found, Fraction(self.cap, PPM))
        return found if self.floor is None else max(found, Fraction(self.floor, PPM))


def weighted(values: Sequence[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """The mean of values by their weights, without those that say nothing; None where all do."""
    said = [(weight, value) for weight, value in values if value is not None]
    whole = sum(weight for weight, __ in said)
    return sum((weight * value for weight, value in said), Fraction(0)) / whole if said else None
