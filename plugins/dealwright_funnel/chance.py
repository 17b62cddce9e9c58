"""How far what a plan needs may differ from what it says: history and the plan's own period leave both to chance.

Each draw makes up a history and a period. Won deals come one by one out of a bootstrap of those of history until they
reach the target. A rate that was k of n, over N deals to come, varies as if it had been seen on n N / (n + N) deals:
the variances of what history tells, p (1 - p) / n, and of what the period brings, p (1 - p) / N, add up to
p (1 - p) (1 / n + 1 / N). So it comes from the Beta posterior (Jeffreys prior) over that many deals.
"""

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from dealwright_funnel.wording import _

DRAWS = 1_000
SEED = 1_729
LEVEL = 90  # percent of the draws within an interval
METHOD = _(
    "{level} % of {draws:,} draws with seed {seed:,}: won deals by bootstrap until they "
    "reach the target; conversions from Beta posteriors (Jeffreys prior) over n N / (n + "
    "N) deals, for n of history and N needed",
    level=LEVEL,
    draws=DRAWS,
    seed=SEED,
)
# More amounts than this are not resampled, and more deals not drawn one by one but in bundles of one amount: chance
# then counts for a little more than it should.
MOST = 1_000
# A drawn rate becomes a whole number of parts, so that no amount and no count meets a float.
PARTS = 10**9


def needed(target: int, average: Fraction, conversions: Sequence[Fraction]) -> tuple[int, ...]:
    """How many deals have to enter each stage, and last to be won, for an amount: need_i = ceil(need_(i+1) / c_i)
    from ceil(target / average).
    """
    needs = [_ceil(target / average)]
    for conversion in reversed(conversions):
        needs.append(_ceil(needs[-1] / conversion))
    return tuple(reversed(needs))


@frozen
class Interval:
    """At least and at most."""

    low: int
    high: int


def intervals(
    target: int, amounts: Sequence[int], entered: Sequence[int], needs: Sequence[int]
) -> tuple[Interval, ...]:
    """The interval of each number of ``needs``, which it includes.

    ``amounts`` are those of the won deals of history in minor units, as ``target`` is; ``entered`` is how many deals
    of history entered each stage, and last were won.
    """
    chance = random.Random(SEED)
    drawn = [_draw(chance, target, amounts, entered, needs[-1]) for _ in range(DRAWS)]
    columns = [sorted(column) for column in zip(*drawn, strict=True)]
    tail = DRAWS * (100 - LEVEL) // 200
    return tuple(
        Interval(min(column[tail], need), max(column[-tail - 1], need))
        for column, need in zip(columns, needs, strict=True)
    )


def _draw(
    chance: random.Random, target: int, amounts: Sequence[int], entered: Sequence[int], deals: int
) -> list[int]:
    """One course that history and period may take, for about so many deals to win: what each stage then needs."""
    drawn = [_won(chance, target, amounts, deals)]
    for of, went_on in reversed([*pairwise(entered)]):
        coming = Fraction(drawn[-1] * of, went_on)
        seen = float(of * coming / (of + coming))
        rate = chance.betavariate(seen * went_on / of + 0.5, seen * (of - went_on) / of + 0.5)
        drawn.append(_ceil(Fraction(drawn[-1] * PARTS, max(round(rate * PARTS), 1))))
    return drawn[::-1]


def _won(chance: random.Random, target: int, amounts: Sequence[int], deals: int) -> int:
    """How many deals of a resampled history it takes to reach the target."""
    pool = chance.choices(amounts, k=min(len(amounts), MOST))
    if sum(pool) <= 0:
        pool = list(amounts)
    bundle = -(-deals // MOST)
    total = count = 0
    while total < target:
        for amount in chance.choices(pool, k=-(-deals // bundle)):
            total += amount * bundle
            count += bundle
            if total >= target:
                break
    return count


def _ceil(exact: Fraction) -> int:
    return -(-exact.numerator // exact.denominator)
