"""Prizes by rank."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from attrs import frozen

from dealwright_core.incentives.plans.tables import Rank
from dealwright_core.payroll.earning.dues import Rounds

ONE = Fraction(1)


@frozen
class Place:
    """A place, from 1, how many ``equal`` members have it, and what one of them gets, in units of lines."""

    number: int
    equal: int
    prize: int


def places(
    rank: Rank, figures: Mapping[int, Fraction], reached: Mapping[int, str], rounds: Rounds
) -> dict[int, Place]:
    """The place of each member who is ranked, by what they have.

    Equal members ``split`` the prizes of their places, what is left over going to those who come first by number; each
    has the ``best`` of these prizes; or who ``reached`` it on an earlier day has the ``first`` place, and where this is
    equal, too, the one with the lower number.
    """
    found: dict[int, Place] = {}
    amounts = [rounds(each) for each in rank.prizes]
    for members in _groups(rank, figures, reached):
        above, count = len(found), len(members)
        given = _given(rank, amounts[above : above + count], count, rounds)
        places = (Place(above + 1, count, each) for each in given)
        found |= dict(zip(members, places, strict=True))
    return found


def _groups(rank: Rank, figures: Mapping[int, Fraction], reached: Mapping[int, str]) -> Iterator[list[int]]:
    """The members who have a place together, from the first one on."""
    if rank.ties == "first":
        yield from (
            [each] for each in sorted(figures, key=lambda each: (-figures[each], reached[each], each))
        )
        return
    ranked = sorted(figures, key=lambda each: (-figures[each], each))
    yield from (list(group) for _figure, group in groupby(ranked, key=lambda each: figures[each]))


def _given(rank: Rank, prizes: Sequence[int], count: int, rounds: Rounds) -> list[int]:
    """What each of equal members gets of the prizes of their places."""
    if rank.ties == "best":
        return [prizes[0] if prizes else 0] * count
    return rounds.divided(sum(prizes), [ONE] * count)
