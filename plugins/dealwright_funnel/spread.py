"""How whole numbers, such as days, are spread: exact medians, means and percentiles of counted values."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from attrs import field, frozen

from dealwright import PPM, rounded


@frozen
class Spread:
    """How often each value occurs."""

    counts: Counter[int] = field(factory=Counter)

    def add(self, value: int, times: int) -> None:
        """Count a value that occurs so many times more."""
        self.counts[value] += times

    def add_all(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Count values, each given with how often it occurs."""
        for value, times in pairs:
            self.add(value, times)

    @property
    def size(self) -> int:
        """How many values there are."""
        return self.counts.total()

    @property
    def median(self) -> Fraction | None:
        """The one in the middle, or half-way between the two there; None where there are no values."""
        if not self.size:
            return None
        return Fraction(self._at((self.size - 1) // 2) + self._at(self.size // 2), 2)

    @property
    def mean(self) -> Fraction | None:
        """The sum by the number, None where there are no values."""
        if not self.size:
            return None
        return Fraction(sum(value * times for value, times in self.counts.items()), self.size)

    def percentile(self, percent: int) -> int | None:
        """The smallest value that at least so many percent do not exceed (nearest rank); None without values."""
        return self._at(max(-(-self.size * percent // 100), 1) - 1) if self.size else None

    def _at(self, place: int) -> int:
        """The value at a place, from 0, when all stand in order."""
        for value, times in sorted(self.counts.items()):
            if place < times:
                return value
            place -= times
        raise IndexError(place)


def whole(value: Fraction | None) -> int | None:
    """A figure as a whole number, half away from zero; None stays None."""
    return None if value is None else rounded(value)


def millionths(ratio: Fraction) -> int:
    """A ratio in parts per million, half away from zero."""
    return rounded(ratio * PPM)
