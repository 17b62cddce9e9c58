"""What members are paid for what they earned: released parts, draws, caps, and the currency that is paid out."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import astuple, frozen
from sqlalchemy.engine import Connection

from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.payroll.crediting.apart import pays_of
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.earning.frame import ROUNDINGS
from dealwright_core.payroll.earning.postings import Accounts, Posting, valid_from
from dealwright_core.payroll.settling.aftermath import Rules
from dealwright_core.payroll.settling.fates import Fates
from dealwright_core.payroll.settling.paying import NOTHING, Balance, Terms, in_currency, settle
from dealwright_core.payroll.settling.withholding import Change, Kept, Withholding
from dealwright_core.store.rates import BaseAmounts
from dealwright_core.values import Period, rounded
from dealwright_core.values import digits as currency_digits

if TYPE_CHECKING:
    from dealwright_core.store.session import Session


@frozen(kw_only=True)
class Paid:
    """What a member is paid by a plan in a run: ``earned`` in it, ``released`` of that and of earlier runs, and how the
    payment comes about, as in `Payment`. ``number`` counts the member's pay periods.
    """

    plan: str
    valid_from: str
    member: int
    currency: str
    number: int
    earned: int
    released: int
    debt_before: int
    draw: int
    recovered: int
    capped: int
    from_excess: int
    forfeited: int
    paid: int
    debt: int
    owed: int
    excess: int
    drawn: int
    paid_in: str
    paid_out: int

    @property
    def balance(self) -> Balance:
        """What it leaves to the next pay period."""
        return Balance(self.debt, self.owed, self.excess, self.drawn)

    @property
    def digest(self) -> str:
        """A digest of everything in it."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()


def entries_of(paid: Paid, *, draw_is_kept: bool) -> list[tuple[str, str, int]]:
    """What a payment adds to the ledger: accounts, currencies and amounts, which sum to zero in each currency.

    What is earned is an expense that is owed to the member: ``earned`` until it is released, ``payable`` until it is
    paid, ``held`` above the cap. An ``advance`` is owed by the member; a draw that is kept is an expense.
    """
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    moves = (
        ("expense", "earned", paid.earned),
        ("earned", "payable", paid.released),
        ("expense" if draw_is_kept else "advance", "payable", paid.draw),
        ("payable", "advance", paid.recovered),
        ("payable", "held", paid.capped),
        ("held", "payable", paid.from_excess),
        ("payable", "expense", paid.forfeited),
        ("payable", "paid" if paid.paid_in == paid.currency else "exchange", paid.paid),
    )
    for debit, credit, amount in moves:
        found[debit, paid.currency] += amount
        found[credit, paid.currency] -= amount
    if paid.paid_in != paid.currency:
        found["exchange", paid.paid_in] += paid.paid_out
        found["paid", paid.paid_in] -= paid.paid_out
    return [(account, currency, amount) for (account, currency), amount in found.items() if amount]


@frozen(eq=False)
class Settled:
    """The payments of a plan in a run, with their entries, and what became of the pay for single sales."""

    payments: list[Paid]
    entries: list[tuple[int, str, str, int]]
    change: Change


@frozen(eq=False, slots=False, kw_only=True)
class Settlement:
    """The payments of a plan in a pay period. ``before`` are those of the last one by member, ``accounts`` what earlier
    runs posted, and ``kept`` what they left of the pay for sales. Only what ``members`` are paid is settled, where they
    are given.
    """

    connection: Connection
    session: "Session"
    plan: Plan
    period: Period
    people: People
    before: Mapping[int, Paid]
    accounts: Accounts
    kept: Kept
    members: frozenset[int] | None = None

    def of(self, postings: Sequence[Posting], failed: Iterable[int]) -> Settled:
        """The payments for what was posted. Who has no figure is not paid."""
        without = frozenset(failed)
        posted = self._posted(postings)
        change = self._withholding.change(postings, without)
        drawing = self._drawing({each.member for each in postings})
        concerned = {*posted, *change.members, *self.before, *drawing} - without
        if self.members is not None:
            concerned &= self.members
        payments, entries = [], []
        for member in sorted(concerned):
            earned = posted.get(member, 0) + change.earned(member)
            paid = self._paid(member, earned, earned - change.waiting(member), may_draw=member in drawing)
            payments.append(paid)
            draw = self.plan_of(member).draw
            kept = draw is not None and draw.recover == 0
            entries += [(member, *each) for each in entries_of(paid, draw_is_kept=kept)]
        return Settled(payments, entries, change)

    @property
    def _withholding(self) -> Withholding:
        rounding = ROUNDINGS[self.plan.round.half]
        return Withholding(
            rules=Rules.of(self.plan, self.session.calendar, rounding),
            fates=Fates(self.connection, self.session, self.plan, self.people, self.period.last),
            period=self.period,
            currency=self.plan.currency,
            accounts=self.accounts,
            kept=self.kept,
            minor=self._minor,
            members=self.members,
        )

    def plan_of(self, member: int) -> Plan:
        """The plan as it holds for a member."""
        own = (self.plan.own.get(each) for each in self.people.names_of(member))
        return next((each for each in own if each is not None), self.plan)

    def _posted(self, postings: Iterable[Posting]) -> Mapping[int, int]:
        """What each member's lines sum to, in minor units."""
        found: defaultdict[int, int] = defaultdict(int)
        for each in postings:
            if each.unit == self.plan.currency:
                after = self._minor(each.posted + each.amount, each.digits)
                found[each.member] += after - self._minor(each.posted, each.digits)
        return found

    def _minor(self, units: int, digits: int) -> int:
        """An amount of lines in minor units, rounded as the plan says where lines are finer."""
        finer = digits - currency_digits(self.plan.currency)
        return units if not finer else rounded(Fraction(units, 10**finer), ROUNDINGS[self.plan.round.half])

    def _drawing(self, posted: Collection[int]) -> frozenset[int]:
        """Who may draw: who is there on some day of the period on which the plan holds, and whom one of its pays is for
        in it. A pay for whoever sells is for those who have an account, ``posted`` now or before.
        """
        first = max(self.period.start, self.plan.since or date.min)
        last = min(self.period.last, self.plan.until or date.max)
        has_draws = any(each.draw is not None for each in (self.plan, *self.plan.own.values()))
        if first > last or not has_draws:
            return frozenset()
        known = {member for _pay, member, _window in self.accounts.earlier}
        whom: dict[str | tuple[str, ...] | None, Collection[int]] = {None: known | set(posted)}
        for each in pays_of(self.plan):
            if each.earners is not None and each.earners not in whom:
                whom[each.earners] = frozenset(self.people.earning(each.earners, first, last))
        return frozenset(
            each
            for each in (self.people.members if self.members is None else self.members)
            if self.people.is_employed(each, first, last)
            and (plan := self.plan_of(each)).draw is not None
            and any(each in whom[pay.earners] for pay in plan.pays)
        )

    def _paid(self, member: int, earned: int, released: int, *, may_draw: bool) -> Paid:
        plan, last = self.plan_of(member), self.before.get(member)
        digits = currency_digits(plan.currency)
        rounding = ROUNDINGS[plan.round.half]
        terms = Terms(plan.draw, plan.pay_cap, digits, rounding, may_draw)
        number = 1 if last is None else last.number + 1
        found = settle(released, NOTHING if last is None else last.balance, terms, number)
        paid_in, paid_out = plan.currency, found.paid
        if plan.pay_in is not None and plan.pay_in.currency != plan.currency:
            paid_in = plan.pay_in.currency
            paid_out = in_currency(found.paid, digits, self._rate(plan), currency_digits(paid_in), rounding)
        return Paid(
            plan=plan.name, valid_from=valid_from(plan), member=member, currency=plan.currency, number=number,
            earned=earned, released=released, debt_before=found.debt_before, draw=found.draw,
            recovered=found.recovered, capped=found.capped, from_excess=found.from_excess, forfeited=found.forfeited,
            paid=found.paid, debt=found.after.debt, owed=found.after.owed, excess=found.after.excess,
            drawn=found.after.drawn, paid_in=paid_in, paid_out=paid_out,
        )  # fmt: skip

    def _rate(self, plan: Plan) -> Fraction:
        """The price of one unit of the plan's currency in the currency of payment."""
        assert plan.pay_in is not None
        if isinstance(plan.pay_in.fx, Fraction):
            return plan.pay_in.fx
        day = self.period.start if plan.pay_in.fx == "period start" else self.period.last
        table = self.session.table("exchange_rate")
        return BaseAmounts(self.connection, table, plan.pay_in.currency).rate(plan.currency, day)
