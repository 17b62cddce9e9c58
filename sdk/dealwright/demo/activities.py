"""What the seller's people did on their opportunities, and for customers who had bought."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from dealwright.demo.days import iso, workday
from dealwright.demo.deals import Deal
from dealwright.demo.dice import Dice, loaded
from dealwright.demo.history import OPEN, WON

# The kinds of activity in each stage; after a sale there are visits of care.
KINDS = {
    "prospecting": loaded({"call": 45, "message": 33, "task": 14, "visit": 8}),
    "engaging": loaded({"visit": 36, "call": 30, "meeting": 24, "message": 10}),
    "demonstration": loaded({"demonstration": 58, "visit": 15, "meeting": 15, "call": 12}),
    "negotiation": loaded({"proposal": 42, "meeting": 28, "call": 20, "visit": 10}),
    WON: loaded({"visit": 48, "call": 40, "message": 12}),
}
COUNTS = {
    "prospecting": loaded({0: 56, 1: 35, 2: 9}),
    "engaging": loaded({0: 52, 1: 36, 2: 12}),
    "demonstration": loaded({0: 36, 1: 48, 2: 16}),
    "negotiation": loaded({0: 42, 1: 42, 2: 16}),
    WON: loaded({0: 32, 1: 44, 2: 20}),
}
OUTCOMES = {
    "call": loaded({"reached": 46, "no answer": 30, "call back later": 24}),
    "message": loaded({"answered": 40, "no answer": 60}),
    "task": ("done",),
    "visit": loaded({"interested": 44, "undecided": 30, "appointment made": 26}),
    "meeting": loaded({"next step agreed": 55, "undecided": 30, "postponed": 15}),
    "demonstration": loaded({"convinced": 45, "more questions": 38, "not convinced": 17}),
    "proposal": loaded({"sent": 40, "under review": 34, "changes asked": 26}),
}
CARE_OUTCOMES = loaded({"satisfied": 62, "question answered": 22, "complaint taken": 9, "no answer": 7})
CARE_DAYS = (14, 120)

ACTIVITY_COLUMNS = (
    "activity_id", "activity_type", "activity_date", "customer_id", "opportunity_id", "employee_id",
    "outcome",
)  # fmt: skip


@frozen
class Work:
    """An activity; without an opportunity it was for the customer alone."""

    day: int
    opportunity: str
    customer: str
    kind: str
    by: str
    outcome: str


def activity_rows(seed: int, all_deals: Sequence[Deal], today: int) -> Iterator[tuple[str, ...]]:
    """Rows of `ACTIVITY_COLUMNS`, in the order of days."""
    dice = Dice(seed, "activities")
    done = [work for deal in all_deals for work in (*_selling(dice, deal, today), *_care(dice, deal, today))]
    for number, each in enumerate(sorted(done, key=lambda each: each.day), 1):
        what = f"ACT-{number:05d}", each.kind, iso(each.day)
        yield (*what, each.customer, each.opportunity, each.by, each.outcome)


def _selling(dice: Dice, deal: Deal, today: int) -> Iterator[Work]:
    """Work in each open stage, between entering and leaving it."""
    customer = deal.customer.ref if deal.customer else ""
    leaving = [each.day for each in deal.moves[1:]]
    for move, end in zip(deal.moves, [*leaving, today], strict=True):
        if move.after not in OPEN:
            continue
        for _ in range(dice.pick(COUNTS[move.after])):
            kind = dice.pick(KINDS[move.after])
            # The day of the move is a workday, the end of the stage need not be.
            day = workday(dice.between(move.day, end))
            day = day if day <= end else move.day
            yield Work(day, deal.ref, customer, kind, deal.seat.holder(day), dice.pick(OUTCOMES[kind]))


def _care(dice: Dice, deal: Deal, today: int) -> Iterator[Work]:
    """Visits and calls to a customer in the months after a sale."""
    if deal.stage != WON or deal.customer is None or deal.closed is None:
        return
    for _ in range(dice.pick(COUNTS[WON])):
        kind = dice.pick(KINDS[WON])
        day = workday(deal.closed + dice.between(*CARE_DAYS))
        if day <= today:
            yield Work(day, "", deal.customer.ref, kind, deal.seat.holder(day), dice.pick(CARE_OUTCOMES))
