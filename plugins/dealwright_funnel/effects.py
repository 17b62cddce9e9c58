"""What one more percentage point of conversion brings, and where it brings the most: the bottleneck."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from attrs import frozen

from dealwright_funnel.chance import needed

POINT = Fraction(1, 100)


@frozen
class Effect:
    """Of one more point of one conversion: the amount it adds in minor units, exactly, and the deals it saves.

    ``gain`` is what the deals that the plan begins with then bring more; ``fewer`` is how many of them the target
    needs less.
    """

    gain: Fraction
    fewer: int


def effects(target: int, average: Fraction, conversions: Sequence[Fraction]) -> list[Effect]:
    """The effect of each conversion alone, which becomes 100 % at most."""
    begun = needed(target, average, conversions)[0]
    won = begun * prod(conversions, start=Fraction(1)) * average
    found = []
    for at, conversion in enumerate(conversions):
        better = min(conversion + POINT, Fraction(1))
        changed = (*conversions[:at], better, *conversions[at + 1 :])
        saved = begun - needed(target, average, changed)[0]
        found.append(Effect(won * (better / conversion - 1), saved))
    return found


def bottleneck(found: Sequence[Effect]) -> int | None:
    """Where one more point brings most, the earliest of several; None where no conversion can become better."""
    best = max(range(len(found)), key=lambda at: (found[at].gain, -at), default=None)
    return None if best is None or not found[best].gain else best
