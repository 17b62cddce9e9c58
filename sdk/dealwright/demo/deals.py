"""The opportunities of the made-up seller: who may buy what, through which stages, and to what end."""

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import evolve, field, frozen

from dealwright.demo.customers import Customer
from dealwright.demo.days import iso, quarter_ends, workday
from dealwright.demo.dice import Dice, loaded
from dealwright.demo.history import DISQUALIFIED, LOST, OPEN, WON, Move, planned
from dealwright.demo.lines import Line, draw_lines, line_cells
from dealwright.demo.people import Organisation, Seat
from dealwright.demo.products import Product
from dealwright_core.values import Money

DEALS = 5_000
CARRIED_MONTHS = 3
# How many opportunities are opened in each month, January first, in relation to the others.
SEASON = (88, 82, 116, 96, 100, 114, 78, 64, 118, 122, 114, 80)

OWN_CUSTOMER = "existing customer"
ORIGINS = loaded(
    {OWN_CUSTOMER: 26, "website": 20, "referral": 14, "trade fair": 14, "cold call": 14, "tender": 12}
)
# For each source: the chance to win in percent of the usual, and percent disqualified.
SOURCES = {
    OWN_CUSTOMER: (135, 9), "website": (78, 26), "referral": (142, 10), "trade fair": (92, 22),
    "cold call": (58, 30), "tender": (84, 12),
}  # fmt: skip
# For each family: the chance to win in percent, and the days to the end in percent of the usual.
FAMILIES = {
    "Diagnostics": (33, 95), "Consumables": (42, 65), "Imaging": (21, 170), "Surgical instruments": (30, 110),
    "Monitoring": (32, 120), "Disinfection": (38, 80),
}  # fmt: skip
REASONS = {
    LOST: loaded(
        {
            "price": 30,
            "competitor": 24,
            "no decision": 18,
            "budget cut": 12,
            "timing": 9,
            "missing feature": 7,
        }
    ),
    DISQUALIFIED: loaded(
        {"no need": 34, "no budget": 26, "no reply": 22, "outside our range": 10, "duplicate": 8}
    ),
}
# The probability and the forecast category of each stage.
FORECAST = {
    "prospecting": ("10%", "pipeline"), "engaging": ("25%", "pipeline"),
    "demonstration": ("50%", "best case"), "negotiation": ("75%", "commit"),
    WON: ("100%", "closed"), LOST: ("0%", "omitted"), DISQUALIFIED: ("0%", "omitted"),
}  # fmt: skip


@frozen
class Deal:
    """An opportunity as it stands at the end of the history."""

    ref: str = field(kw_only=True)
    name: str
    customer: Customer | None
    seat: Seat
    family: str
    source: str
    reason: str
    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    expected: int | None

    @property
    def stage(self) -> str:
        """The stage it is in."""
        return self.moves[-1].after

    @property
    def opened(self) -> int:
        """The day it was opened."""
        return self.moves[0].day

    @property
    def closed(self) -> int | None:
        """The day it was won, lost or disqualified."""
        return None if self.stage in OPEN else self.moves[-1].day

    @property
    def amount(self) -> Money | None:
        """What its lines sum to, None where it has none."""
        return sum((each.amount for each in self.lines[1:]), self.lines[0].amount) if self.lines else None


@frozen
class Market:
    """What deals are drawn from. A customer is there as often as it buys."""

    org: Organisation
    customers: tuple[Customer, ...]
    families: dict[str, tuple[Product, ...]]
    months: tuple[tuple[int, int], ...]
    year_start: int
    today: int
    quarter_ends: tuple[int, ...]


def deals(
    seed: int, org: Organisation, customers: Sequence[Customer], products: Sequence[Product], today: date
) -> tuple[Deal, ...]:
    """The opportunities worked on in the year of ``today`` up to that day, in the order of their opening."""
    dice = Dice(seed, "deals")
    market = Market(
        org=org,
        customers=tuple(each for each in customers for _ in range(each.industry.appetite)),
        families={family: tuple(each for each in products if each.family == family) for family in FAMILIES},
        months=_months(today),
        year_start=date(today.year, 1, 1).toordinal(),
        today=today.toordinal(),
        quarter_ends=quarter_ends(today.year),
    )
    found: list[Deal] = []
    while len(found) < DEALS:
        deal = _deal(dice, market)
        # What was over before the year began is not part of it.
        if deal.closed is None or deal.closed >= market.year_start:
            found.append(deal)
    found.sort(key=lambda each: each.opened)
    return tuple(evolve(each, ref=f"OPP-{number:05d}") for number, each in enumerate(found, 1))


def first_day(today: date) -> int:
    """The first day on which an opportunity may have been opened; some come from the year before."""
    return date(today.year - 1, 13 - CARRIED_MONTHS, 1).toordinal()


def _months(today: date) -> tuple[tuple[int, int], ...]:
    """The first and last day of each month, as often as deals are opened in it; the last month ends today."""
    months = [(today.year - 1, month) for month in range(13 - CARRIED_MONTHS, 13)]
    months += [(today.year, month) for month in range(1, today.month + 1)]
    weights: dict[tuple[int, int], int] = {}
    for year, month in months:
        start = date(year, month, 1).toordinal()
        end = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
        last = min(end, today.toordinal())
        weights[start, last] = SEASON[month - 1] * (last - start + 1) // (end - start + 1)
    return loaded(weights)


def _deal(dice: Dice, market: Market) -> Deal:
    customer = dice.pick(market.customers)
    family = dice.pick(customer.industry.families)
    source = dice.pick(ORIGINS)
    opened = min(workday(dice.between(*dice.pick(market.months))), market.today)
    win, pace = FAMILIES[family]
    favour, disqualified = SOURCES[source]
    win = min(win * favour * market.org.skill[customer.seat.holder(opened)] // 10_000, 85)
    outcomes = _outcomes(dice, win, disqualified)
    plan = planned(dice, opened, outcomes, pace, market.quarter_ends)
    moves = _moves(plan, customer.seat, market.today)
    lines = draw_lines(dice, market.families, customer, family)
    only_prospect = all(each.after not in (*OPEN[1:], WON) for each in moves)
    unnamed = only_prospect and source != OWN_CUSTOMER and dice.chance(40)
    if only_prospect and dice.chance(35):
        lines = ()
    subject = lines[0].product.name if lines else f"{family} enquiry"
    return Deal(
        ref="",
        name=subject if unnamed else f"{customer.name}: {subject}",
        customer=None if unnamed else customer,
        seat=customer.seat,
        family=family,
        source=source,
        reason=dice.pick(REASONS[moves[-1].after]) if moves[-1].after in REASONS else "",
        lines=lines,
        moves=moves,
        expected=_expected(dice, opened, plan[-1][1], only_prospect),
    )


def _outcomes(dice: Dice, win: int, disqualified: int) -> tuple[str, ...]:
    """How it ends; a loss may be reopened once."""
    if dice.chance(disqualified):
        return (DISQUALIFIED,)
    if dice.chance(win):
        return (WON,)
    return (LOST, WON if dice.chance(win) else LOST) if dice.chance(4) else (LOST,)


def _moves(plan: Sequence[tuple[str, int]], seat: Seat, today: int) -> tuple[Move, ...]:
    """The moves of a plan that have happened by ``today``."""
    before = ("", *(stage for stage, _ in plan))
    return tuple(
        Move(old, new, day, seat.holder(day))
        for old, (new, day) in zip(before, plan, strict=False)
        if day <= today
    )


def _expected(dice: Dice, opened: int, end: int, only_prospect: bool) -> int | None:
    if only_prospect and dice.chance(20):
        return None
    return max(opened + 1, end + dice.between(-20, 16))


DEAL_COLUMNS = (
    "opportunity_id", "opportunity_name", "customer_id", "stage", "amount", "currency", "probability",
    "forecast_category", "lead_source", "owner_id", "expected_close", "opened_on", "closed_on", "lost_reason",
)  # fmt: skip
LINE_COLUMNS = ("line_id", "opportunity_id", "sku", "quantity", "unit_price", "amount", "currency")
MOVE_COLUMNS = ("move_id", "opportunity_id", "sequence", "from_stage", "to_stage", "moved_on", "moved_by")


def deal_rows(all_deals: Sequence[Deal], today: int) -> Iterator[tuple[str, ...]]:
    """Rows of `DEAL_COLUMNS`."""
    for each in all_deals:
        amount, closed = each.amount, each.closed
        yield (
            each.ref,
            each.name,
            each.customer.ref if each.customer else "",
            each.stage,
            f"{amount.major:f}" if amount else "",
            amount.currency if amount else "",
            *FORECAST[each.stage],
            each.source,
            each.seat.holder(closed or today),
            iso(each.expected) if each.expected else "",
            iso(each.opened),
            iso(closed) if closed else "",
            each.reason,
        )


def line_rows(all_deals: Sequence[Deal]) -> Iterator[tuple[str, ...]]:
    """Rows of `LINE_COLUMNS`."""
    for deal in all_deals:
        for number, each in enumerate(deal.lines, 1):
            yield (f"{deal.ref}-L{number}", deal.ref, *line_cells(each))


def move_rows(all_deals: Sequence[Deal]) -> Iterator[tuple[str, ...]]:
    """Rows of `MOVE_COLUMNS`."""
    for deal in all_deals:
        for number, each in enumerate(deal.moves, 1):
            move = f"{deal.ref}-M{number}"
            yield move, deal.ref, str(number), each.before, each.after, iso(each.day), each.by
