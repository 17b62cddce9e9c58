"""How an opportunity moves: the road to its end, and the days on which it takes each step."""

from collections.abc import Sequence

from attrs import frozen

from dealwright.demo.days import workday
from dealwright.demo.dice import Dice

OPEN = ("prospecting", "engaging", "demonstration", "negotiation")
WON, LOST, DISQUALIFIED = "won", "lost", "disqualified"
# How likely an opportunity leaves for its outcome from each open stage, in percent. None is won in the first.
EXITS = {WON: (0, 3, 12, 100), LOST: (14, 28, 42, 100), DISQUALIFIED: (62, 78, 92, 100)}
# Days from opening to end: twenty quantiles with a long tail, as sales cycles have.
CYCLES = (7, 11, 15, 19, 23, 27, 31, 35, 40, 45, 50, 56, 63, 71, 80, 92, 108, 130, 162, 215, 300)
PACE = {WON: 100, LOST: 115, DISQUALIFIED: 45}
# How many days before and after the end of a quarter a signing is drawn to it.
RUSH_BEFORE, RUSH_AFTER = 18, 12


@frozen
class Move:
    """A move between stages on a day (ordinal) by a member; ``before`` is empty at the opening."""

    before: str
    after: str
    day: int
    by: str


def planned(
    dice: Dice, opened: int, outcomes: Sequence[str], pace: int, quarter_ends: Sequence[int]
) -> list[tuple[str, int]]:
    """The stages entered and the days of it, from opening to the last of the ``outcomes``.

    Of several outcomes each but the last is a loss that was reopened. ``pace`` is in percent of usual days.
    """
    steps = [(OPEN[0], opened)]
    at, day = 0, opened
    for outcome in outcomes:
        if day > opened:
            at, day = 1, workday(day + dice.between(15, 70))
            steps.append((OPEN[at], day))
        stages = _road(dice, outcome, at)
        days = _days(dice, day, len(stages), _cycle(dice, pace * PACE[outcome] // 100))
        if outcome == WON:
            days[-1] = _rushed(dice, [day, *days], quarter_ends)
        steps += zip(stages, map(workday, days), strict=True)
        day = steps[-1][1]
    return steps


def _road(dice: Dice, outcome: str, at: int) -> list[str]:
    """The stages after the open one at ``at``: forward, sometimes over a stage, at most once a step back."""
    stages: list[str] = []
    stepped_back = False
    while True:
        if at and not stepped_back and dice.chance(5):
            at, stepped_back = at - 1, True
        elif dice.chance(EXITS[outcome][at]):
            return [*stages, outcome]
        else:
            at = min(at + (2 if dice.chance(12) else 1), len(OPEN) - 1)
        stages.append(OPEN[at])


def _cycle(dice: Dice, pace: int) -> int:
    """Days from opening to end, never none."""
    at = dice.below(len(CYCLES) - 1)
    return 1 + dice.between(CYCLES[at], CYCLES[at + 1]) * pace // 100


def _days(dice: Dice, start: int, count: int, total: int) -> list[int]:
    """``count`` days, none before the one before it, the last ``total`` days after ``start``."""
    parts = [dice.between(1, 6) for _ in range(count)]
    whole, passed, days = sum(parts), 0, []
    for part in parts:
        passed += part
        days.append(start + total * passed // whole)
    return days


def _rushed(dice: Dice, days: Sequence[int], quarter_ends: Sequence[int]) -> int:
    """The day of signing, the last of ``days``, which the end of a quarter draws near."""
    *before, day = days
    for end in quarter_ends:
        if -RUSH_AFTER <= end - day <= RUSH_BEFORE and dice.chance(50):
            return max(before[-1], end - dice.below(4))
    return day
