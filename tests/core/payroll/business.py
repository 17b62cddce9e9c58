"""A shop from month to month as Hypothesis draws it: what happens, and what a test knows of it."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import define, evolve, field
from hypothesis import strategies as st

from dealwright import Contract, Money, Opportunity, Period, Refused, Transaction
from tests.core.payroll.books import Books
from tests.core.payroll.drawnplans import RATES, DrawnPlan, drawn_plans
from tests.core.payroll.worked.payday import REPS, Shop

MONTHS = 4
# The name of what happens, and how.
Event = tuple[str, tuple[Any, ...]]
# Sales, what happens until a first run, and what happens until the last one.
Month = tuple[list[Event], list[Event], list[Event]]
PARTS = (Fraction(1), Fraction(1, 2), Fraction(1, 3))
amounts = st.integers(10_000, 250_000).map(lambda cents: Decimal(cents) / 100)
owners, days, at, late = st.sampled_from(REPS), st.integers(1, 28), st.integers(0, 7), st.integers(0, 2)


def _event(name: str, *given: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    return st.tuples(st.just(name), st.tuples(*given))


ordered, won = _event("is_ordered", at, days, amounts, late), _event("is_won", owners, days, amounts, late)
refunded = _event("is_refunded", at, st.sampled_from(PARTS), days)
collected = _event("is_collected", at, days, st.sampled_from(PARTS)) | _event("is_delivered", at, days)
held = _event("is_held_or_freed", at, days)
changed = (
    _event("is_corrected", at, amounts),
    _event("falls_through", at),
    _event("changes_hands", at, owners),
    _event("moves", owners, days),
)
planned = _event("has_another_rate", st.sampled_from(RATES)) | _event("has_another_plan", drawn_plans)
changes = (ordered, won, refunded, collected, held, *changed)
# A plan changes seldom, since everybody is calculated then, whoever is concerned by what else happens.
events = st.lists(st.one_of(*changes, *changes, planned), min_size=1, max_size=3)
months = st.tuples(st.lists(ordered | won, min_size=2, max_size=3), events, events)
histories = st.lists(months, min_size=MONTHS, max_size=MONTHS)


@define
class Sold:
    """A sale as the test knows it: ``counts`` is what it is worth by now, ``left`` what of it can be refunded."""

    kind: str
    ref: str
    on: date
    counts: Decimal
    contract: str = ""
    left: Decimal = Decimal(0)
    is_refund: bool = False


@define
class Business:
    """What has happened in a shop in 2026 until a month. ``replanned`` gives the shop the text of another plan."""

    shop: Shop
    plan: DrawnPlan
    replanned: Callable[[str], Shop]
    month: int = 1
    sold: list[Sold] = field(factory=list)
    contracts: list[str] = field(factory=list)
    moved: dict[str, tuple[date, str]] = field(factory=dict)
    plans: dict[str, DrawnPlan] = field(factory=dict)
    final: dict[str, list[tuple[Any, ...]]] = field(factory=dict)
    held: dict[str, date] = field(factory=dict)

    def open(self) -> "Business":
        """Sign a contract for each rep, and found a second team."""
        self.contracts = [self.shop.contract(each) for each in REPS]
        self.shop.team("SOUTH")
        self.shop.member("SAM", team="SOUTH", role="manager")
        return self

    @property
    def period(self) -> Period:
        """The month."""
        return self.shop.label(f"2026-{self.month:02}")

    @property
    def books(self) -> Books:
        """What is stored by now."""
        return Books(self.shop.platform)

    def happen(self, events: Sequence[Event]) -> None:
        """Let things happen, one after the other. What is final is as it was after each of them."""
        for name, given in events:
            getattr(self, name)(*given)
            self.keep_what_is_final()

    def keep_what_is_final(self) -> None:
        for period, rows in self.final.items():
            assert self.books.kept(period) == rows, period

    def _day(self, day: int, months_ago: int = 0) -> date:
        return date(2026, max(1, self.month - months_ago), day)

    def is_ordered(self, of: int, day: int, amount: Decimal, late: int) -> None:
        """A transaction, which may be of an earlier month."""
        on, contract = self._day(day, late), self.contracts[of % len(self.contracts)]
        entered = self.period.last.isoformat()
        ref = self.shop.fact(contract, "order", on.isoformat(), str(amount), entered=entered)
        self.sold.append(Sold("transaction", ref, on, amount, contract, amount))

    def is_won(self, owner: str, day: int, amount: Decimal, late: int) -> None:
        """A deal, which may be of an earlier month."""
        on = self._day(day, late)
        (ref,) = self.shop.sold(owner, (on.isoformat(), str(amount)))
        self.sold.append(Sold("opportunity", ref, on, amount))

    def _chosen(self, at: int, found: Sequence[Sold]) -> Sold | None:
        """One of some sales, the last of them first."""
        return found[-1 - at % len(found)] if found else None

    def is_refunded(self, at: int, part: Fraction, day: int) -> None:
        sale, on = self._chosen(at, [each for each in self.sold if each.left]), self._day(day)
        if sale is not None and sale.on <= on:
            back = (sale.left * part.numerator / part.denominator).quantize(Decimal("0.01"))
            ref = self.shop.fact(sale.contract, "refund", on.isoformat(), str(-back), reverses=sale.ref)
            sale.left -= back
            self.sold.append(Sold("transaction", ref, on, -back, is_refund=True))

    def is_collected(self, of: int, day: int, part: Fraction) -> None:
        """The customer pays a part of all that was ever ordered by a contract, or so much that it bounces."""
        contract = self.contracts[of % len(self.contracts)]
        total = sum((each.counts for each in self.sold if each.contract == contract), Decimal(0))
        paid = (total * part.numerator / part.denominator).quantize(Decimal("0.01"))
        if paid:
            self.shop.fact(contract, "payment", self._day(day).isoformat(), str(paid))

    @property
    def everything(self) -> list[Event]:
        """What ends all waiting: every customer pays and gets everything, and no pay is held back any more."""
        found: list[Event] = []
        for of, contract in enumerate(self.contracts):
            found += [("is_collected", (of, 28, Fraction(1))), ("is_delivered", (of, 28))]
            # Freed at last, whether it is held now or not.
            found += [("is_held_or_freed", (of, 28))] * (1 if contract in self.held else 2)
        return found

    def is_delivered(self, of: int, day: int) -> None:
        contract = self.contracts[of % len(self.contracts)]
        self.shop.fact(contract, "delivery", self._day(day).isoformat(), "1")

    def is_held_or_freed(self, of: int, day: int) -> None:
        """The pay for a contract is held back, or what was held back is released."""
        contract = self.contracts[of % len(self.contracts)]
        if contract in self.held and self._day(day) >= self.held[contract]:
            self.shop.release(contract, self._day(day).isoformat())
            del self.held[contract]
        elif contract not in self.held:
            self.shop.hold(contract, self._day(day).isoformat())
            self.held[contract] = self._day(day)

    def is_corrected(self, at: int, amount: Decimal) -> None:
        """A sale of which nothing was refunded turns out to be of another amount."""
        untouched = [each for each in self.sold if each.counts > 0 and each.left in (0, each.counts)]
        if (sale := self._chosen(at, untouched)) is not None:
            kind = Transaction if sale.contract else Opportunity
            self.shop.change(kind, sale.ref, amount=Money.from_major(amount, "USD"))
            sale.left, sale.counts = amount if sale.contract else sale.left, amount

    def falls_through(self, at: int) -> None:
        deals = [each for each in self.sold if each.kind == "opportunity" and each.counts]
        if (deal := self._chosen(at, deals)) is not None:
            self.shop.change(Opportunity, deal.ref, stage="lost")
            deal.counts = Decimal(0)

    def changes_hands(self, at: int, to: str) -> None:
        """A deal, or a contract with all its transactions."""
        sale = self._chosen(at, self.sold)
        assert sale is not None
        if sale.contract:
            self.shop.change(Contract, sale.contract, owner=to)
        elif sale.kind == "opportunity":
            self.shop.change(Opportunity, sale.ref, owner=to)

    def moves(self, who: str, day: int) -> None:
        """Somebody goes to the other team."""
        on, (last, team) = self._day(day), self.moved.get(who, (date.min, "T"))
        if on > last:
            team = "SOUTH" if team == "T" else "T"
            self.shop.moves(who, on=on.isoformat(), team=team)
            self.moved[who] = on, team

    def has_another_rate(self, rate: str) -> None:
        self.has_another_plan(evolve(self.plan, rate=rate))

    def has_another_plan(self, plan: DrawnPlan) -> None:
        self.plan, self.shop = plan, self.replanned(plan.text)

    def run(self, *, full: bool = False) -> tuple[Any, ...]:
        """Run the month; the digest, and what is shown of it."""
        found = self.shop.platform.run("pay.run", actor="admin", period=self.period, full=full).value
        assert found.without_figure == ()
        self.plans[self.period.label] = self.plan
        return found.digest, found.members, found.uncredited

    def discard(self) -> None:
        """Discard the run of the month."""
        self.shop.platform.run("pay.discard", actor="admin", period=self.period)

    def settle(self) -> None:
        """Let somebody else approve the month, and go on to the next one; earlier ones are paid, and closed."""
        self.shop.approve(self.period.label)
        for again in (self.run, self.discard):
            with pytest.raises(Refused, match="does not change"):
                again()
        self.final[self.period.label] = self.books.kept(self.period.label)
        for months_ago, state in ((1, "pay"), (2, "close")):
            if self.month > months_ago:
                label = self.shop.label(f"2026-{self.month - months_ago:02}")
                self.shop.platform.run(f"pay.{state}", actor="admin", period=label)
        self.month += 1

    def credits(self) -> dict[tuple[str, int], Fraction]:
        """What each sale counts, whoever has a part in it. What claws back counts for nothing besides."""
        last, weights = self.period.last, self.plan.weights
        with self.shop.platform.session("admin") as session:
            ids = {each.ref: each.id for kind in (Transaction, Opportunity) for each in session.find(kind)}
        return {
            (each.kind, ids[each.ref]): weights[each.kind] * Fraction(each.counts)
            for each in self.sold
            if each.on <= last
            and each.counts
            and weights[each.kind]
            and not (each.is_refund and self.plan.clawback is not None)
        }
