"""What each member and each team was to win in each quarter, in US dollars."""

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import frozen

from dealwright.demo.customers import Customer
from dealwright.demo.days import quarter_starts
from dealwright.demo.dice import Dice
from dealwright.demo.people import Organisation, Position

MEASURE = "won_amount"
# For a usual seat, in thousands.
USUAL = 215
# The quarters in percent of the usual one.
SEASON = (84, 104, 96, 116)

TARGET_COLUMNS = (
    "target_id", "team_id", "employee_id", "measure", "period", "target_amount", "currency", "parent_target_id",
)  # fmt: skip


@frozen
class Goal:
    """A target in thousands of dollars."""

    subject: str
    kind: str
    parent: str
    thousands: int


def target_rows(
    seed: int, org: Organisation, customers: Sequence[Customer], today: date
) -> Iterator[tuple[str, ...]]:
    """Rows of `TARGET_COLUMNS`: company, regions, teams, members; what stands below a target sums to it.

    The quarters still to come are planned with those who are there.
    """
    potential = _potential(Dice(seed, "targets"), org, customers)
    number = 0
    for quarter, start in enumerate(quarter_starts(today.year), 1):
        refs: dict[str, str] = {}
        for goal in _goals(org, potential, min(start, today.toordinal()), SEASON[quarter - 1]):
            number += 1
            refs[goal.subject] = f"TGT-{number:04d}"
            yield (
                refs[goal.subject],
                goal.subject if goal.kind == "team" else "",
                goal.subject if goal.kind == "member" else "",
                MEASURE,
                f"{today.year}-Q{quarter}",
                f"{goal.thousands * 1000}.00",
                "USD",
                refs.get(goal.parent, ""),
            )


def _potential(dice: Dice, org: Organisation, customers: Sequence[Customer]) -> dict[tuple[str, int], int]:
    """What is expected of each seat in percent of the usual, by its customers and with some error."""
    worth = {(each.team, each.number): 0 for each in org.seats}
    for each in customers:
        worth[each.seat.team, each.seat.number] += each.industry.appetite * each.industry.size
    usual = sum(worth.values()) // len(worth)
    return {seat: max(worth[seat] * dice.between(88, 112) // usual, 1) for seat in worth}


def _goals(org: Organisation, potential: dict[tuple[str, int], int], day: int, season: int) -> list[Goal]:
    """The goals of a quarter, parents first, for those who sell on ``day``."""
    members = [
        Goal(each.member, "member", each.team, USUAL * potential[each.team, each.seat] * season // 10_000)
        for each in _positions(org, day)
        if each.role == "rep"
    ]
    below = members
    levels = [members]
    for kind in ("team", "region", "company"):
        totals = {team.ref: 0 for team in org.teams if team.kind == kind}
        for goal in below:
            totals[goal.parent] += goal.thousands
        parents = {team.ref: team.parent for team in org.teams}
        below = [Goal(ref, "team", parents[ref], thousands) for ref, thousands in totals.items()]
        levels.append(below)
    return [goal for level in reversed(levels) for goal in level]


def _positions(org: Organisation, day: int) -> list[Position]:
    """The main positions held on a day."""
    return [
        each
        for member in org.members
        for each in member.positions
        if each.main and each.since <= day < each.until
    ]
