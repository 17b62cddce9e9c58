"""The highest whole number whose cost stays within a budget, where each cost takes a while to find."""

from collections.abc import Callable

from attrs import define, frozen

from dealwright_core.errors import DealwrightError


class TooDear(DealwrightError):
    """Even zero costs more than the budget."""


class TooCheap(DealwrightError):
    """Nothing costs more than the budget."""


@frozen
class Crossing:
    """``number`` costs ``cost``, within the budget, and the next one ``above``, which is more; None where there is no
    cost for it.
    """

    number: int
    cost: int
    above: int | None


@define
class _Bracket:
    low: int
    low_cost: int
    high: int
    high_cost: int | None


def highest(cost: Callable[[int], int | None], budget: int, start: int, most: int) -> Crossing:
    """Where a cost that grows crosses a budget, from 0 to ``most``; it is None where a number is too high to have one.

    ``start`` is where it is looked for first. Between two costs it is looked for where a straight line crosses, which a
    cost mostly is, and else in the middle. Raises `TooDear` and `TooCheap`.
    """
    nothing = cost(0)
    assert nothing is not None  # a plan may pay nothing
    if nothing > budget:
        raise TooDear(str(nothing))
    bracket = _bracketed(cost, budget, nothing, min(max(start, 1), most), most)
    turn = 0
    while bracket.high - bracket.low > 1:
        guess = _between(bracket, budget, turn)
        turn += 1
        found = cost(guess)
        if found is None or found > budget:
            bracket.high, bracket.high_cost = guess, found
        else:
            bracket.low, bracket.low_cost = guess, found
    return Crossing(bracket.low, bracket.low_cost, bracket.high_cost)


def _bracketed(
    cost: Callable[[int], int | None], budget: int, nothing: int, start: int, most: int
) -> _Bracket:
    """Two numbers, of which one is within the budget and the other above it."""
    low, low_cost, guess, gap = 0, nothing, start, 1
    while True:
        found = cost(guess)
        if found is None or found > budget:
            return _Bracket(low, low_cost, guess, found)
        if guess == most:
            raise TooCheap(str(found))
        low, low_cost = guess, found
        gained = low_cost - nothing
        straight = low * (budget - nothing) // gained + 1 if gained > 0 else 0
        guess, gap = min(most, max(straight, low + gap)), gap * 8


def _between(bracket: _Bracket, budget: int, turn: int) -> int:
    """A number within a bracket."""
    width = bracket.high - bracket.low
    if bracket.high_cost is None or turn % 3 == 2:
        return bracket.low + width // 2
    within = (budget - bracket.low_cost) * width // (bracket.high_cost - bracket.low_cost)
    return bracket.low + min(max(within + turn % 3, 1), width - 1)
