"""Prizes by rank."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby

from dealwright_core.incentives.plans.tables import Rank
from dealwright_core.values import divided


def prizes(
    rank: Rank, figures: Mapping[int, Fraction], reached: Mapping[int, str], digits: int
) -> dict[int, int]:
    """The prize of each member, in units of money with ``digits`` decimal places, by what they have.

    Who is not above ``over`` has none. Equal members ``split`` the prizes of their places, the cents left over going to
    those who come first by number; each has the ``best`` of these prizes; or who ``reached`` it on an earlier day has
    the ``first`` place, and where this is equal, too, the one with the lower number.
    """
    unit = 10**digits
    amounts = [Fraction(each) * unit for each in rank.prizes]
    ranked = sorted(
        (each for each in figures if figures[each] > rank.over), key=lambda each: (-figures[each], each)
    )
    if rank.ties == "first":
        ranked.sort(key=lambda each: (-figures[each], reached.get(each, ""), each))
        return {member: int(amount) for member, amount in zip(ranked, amounts, strict=False)}
    found: dict[int, int] = {}
    place = 0
    for _figure, group in groupby(ranked, key=lambda each: figures[each]):
        members = list(group)
        theirs = amounts[place : place + len(members)]
        if rank.ties == "best":
            found |= dict.fromkeys(members, int(theirs[0])) if theirs else {}
        else:
            found |= dict(zip(members, divided(int(sum(theirs)), [Fraction(1)] * len(members)), strict=True))
        place += len(members)
    return {member: amount for member, amount in found.items() if amount}
