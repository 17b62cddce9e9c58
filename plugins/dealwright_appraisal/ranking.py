"""The ranking method (业绩排名法): where somebody stands among peers."""

from collections.abc import Collection
from fractions import Fraction

from attrs import frozen

from dealwright_appraisal.settings import Ties


@frozen
class Place:
    """A rank among ``of`` peers, of whom ``equal`` have the same value, oneself included."""

    rank: Fraction
    of: int
    equal: int

    @property
    def percentile(self) -> Fraction:
        """``(n - rank) / (n - 1)``: 1 for the best, 0 for the last. Takes two peers or more."""
        return (self.of - self.rank) / (self.of - 1)


def place(value: Fraction, values: Collection[Fraction], ties: Ties) -> Place:
    """The place of a value among those of all peers, itself included.

    Equals share the ``best`` place of theirs, the ``worst`` one, or the ``mean`` of both.
    """
    higher, equal = sum(each > value for each in values), sum(each == value for each in values)
    best, worst = higher + 1, higher + equal
    rank = {"best": Fraction(best), "worst": Fraction(worst), "mean": Fraction(best + worst, 2)}[ties]
    return Place(rank, len(values), equal)
