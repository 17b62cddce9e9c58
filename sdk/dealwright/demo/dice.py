"""Chance that falls the same everywhere: it needs ``Random.random`` alone, whose sequence Python keeps."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def loaded(weights: Mapping[T, int]) -> tuple[T, ...]:
    """Each choice as often as its weight says, for `Dice.pick` to draw from."""
    return tuple(choice for choice, weight in weights.items() for _ in range(weight))


class Dice:
    """Draws for one subject. Subjects draw apart, so that a change to one leaves the others as they are."""

    def __init__(self, seed: int, subject: str) -> None:
        self._random = Random(f"{seed} {subject}").random

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound - 1``."""
        return int(self._random() * bound)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._random() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """True in ``percent`` of a hundred cases."""
        return int(self._random() * 100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of ``choices``, each as likely."""
        return choices[int(self._random() * len(choices))]
