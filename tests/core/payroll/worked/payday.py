"""A shop on its paydays: the people, what they sold, and what a run pays them.

Amounts of sales are in whole units of money, days are written as in ``2026-01-31``. Everybody belongs to team ``T``
with manager ``MAX``, if nothing else is said.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from attrs import frozen

from dealwright import (
    ChangingSession,
    Contract,
    Customer,
    ExchangeRate,
    Member,
    Money,
    Opportunity,
    OpportunityLine,
    Period,
    Platform,
    Position,
    Product,
    Record,
    Target,
    Team,
    Transaction,
)
from dealwright_core.payroll.telling.statements import Earned, Statement, StatementLine
from tests.core.payroll.worked.desk import Desk

R = TypeVar("R")
# A sale: the day, the amount, and fields of its own.
Sale = tuple[str, "int | str"] | tuple[str, "int | str", dict[str, Any]]
REPS = ("ANN", "BEN", "CAT")


@frozen
class Shop:
    """A deployment with plans."""

    platform: Platform
    desk: Desk

    def enter(self, entry: Callable[[ChangingSession], R]) -> R:
        """Do something in one command."""
        self.desk.entry = entry
        found: R = self.platform.run("desk.enter", actor="admin").value
        return found

    # People.

    def open(self) -> "Shop":
        """Hire the manager MAX and three reps, who are all in team T since 2025."""
        self.team("T")
        self.member("MAX", role="manager")
        for each in REPS:
            self.member(each)
        self.enter(lambda session: session.add(Customer(ref="ACME", name="Acme")))
        return self

    def team(self, ref: str, parent: str | None = None) -> None:
        self.enter(lambda s: s.add(Team(ref=ref, name=ref, parent=_id(s, Team, parent))))

    def member(
        self,
        ref: str,
        *,
        team: str = "T",
        role: str = "rep",
        since: str = "2025-01-01",
        left: str | None = None,
    ) -> None:
        """Hire a member into a team."""

        def hire(session: ChangingSession) -> None:
            found = Member(
                ref=ref, name=ref.title(), login=ref.lower(), joined_on=_day(since), left_on=_day(left)
            )
            session.add(found)

        self.enter(hire)
        self.holds(ref, team=team, role=role, since=since, until=left)

    def holds(self, member: str, *, team: str, role: str, since: str, until: str | None = None) -> None:
        """Give a member a position, until before a day."""
        self.enter(
            lambda s: s.add(
                Position(
                    member=_id(s, Member, member), team=_must(s, Team, team), role=role, since=_day(since),
                    until=_day(until),
                )
            )
        )  # fmt: skip

    def moves(self, member: str, *, on: str, team: str, role: str = "rep") -> None:
        """Give a member another position from a day on, with a command."""
        self.platform.run("member.move", actor="admin", ref=member, to=team, role=role, since=_day(on))

    # Sales.

    def sold(self, owner: str | None, *sales: Sale, currency: str = "USD") -> list[str]:
        """Enter won opportunities of an owner; their refs."""

        def sell(session: ChangingSession) -> list[str]:
            return [self._won(session, owner, currency, *each) for each in sales]

        return self.enter(sell)

    def _won(
        self,
        s: ChangingSession,
        owner: str | None,
        currency: str,
        on: str,
        amount: int | str,
        more: Any = None,
    ) -> str:
        more = {"stage": "won", "customer": "ACME", **(more or {})}
        day, lines = _day(on), more.pop("lines", {})
        terms = {name: more.pop(name) for name in ("cost", "discount") if name in more}
        known = s.find(Customer, ref=more["customer"])
        more["customer"] = (
            known[0] if known else s.add(Customer(ref=more["customer"], name=more["customer"].title()))
        ).id
        money = Money.from_major(Decimal(str(amount)), currency)
        deal = s.add(
            Opportunity(owner=_id(s, Member, owner), amount=money, opened_on=day, closed_on=day, **more)
        )
        for sku, quantity in lines.items():
            s.add(OpportunityLine(opportunity=deal.id, product=_product(s, sku) or 0, quantity=quantity))
        if terms:
            s.add(_declared(s, "deal_cost")(opportunity=deal.id, **_terms(terms, currency)))
        return deal.ref

    def customer(self, ref: str, **fields: Any) -> None:
        self.enter(lambda s: s.add(Customer(ref=ref, name=ref.title(), **fields)))

    def contract(
        self, owner: str, amount: int | str = 0, *, opportunity: str | None = None, **more: Any
    ) -> str:
        """Enter a contract of an owner; its ref."""
        money = Money.from_major(Decimal(str(amount)), "USD")

        def sign(s: ChangingSession) -> str:
            more["opportunity"] = _id(s, Opportunity, opportunity)
            customer = _must(s, Customer, "ACME")
            return s.add(Contract(customer=customer, owner=_id(s, Member, owner), amount=money, **more)).ref

        return self.enter(sign)

    def fact(
        self, contract: str, kind: str, on: str, amount: int | str, *, entered: str | None = None,
        reverses: str | None = None, currency: str = "USD", product: str | None = None, family: str | None = None,
    ) -> str:  # fmt: skip
        """Enter a transaction of a contract: ``order``, ``invoice``, ``payment``, ``refund`` and so on; its ref."""
        money, day = Money.from_major(Decimal(str(amount)), currency), date.fromisoformat(on)

        def note(s: ChangingSession) -> str:
            new = Transaction(
                contract=_must(s, Contract, contract), kind=kind, on=day, entered_on=_day(entered), amount=money,
                reverses=_id(s, Transaction, reverses), product=_product(s, product, family),
            )  # fmt: skip
            return s.add(new).ref

        return self.enter(note)

    def revise(self, fact: str, amount: int) -> None:
        """Give a transaction another amount."""
        self.change(Transaction, fact, amount=Money.from_major(amount, "USD"))

    def change(self, kind: type[Record], ref: str, **fields: Any) -> None:
        """Change fields of a record; days as text."""
        given = {name: _day(each) if name.endswith("_on") else each for name, each in fields.items()}
        if isinstance(given.get("owner"), str):
            given["owner"] = self.enter(lambda s: _id(s, Member, fields["owner"]))
        self.enter(lambda s: s.change(s.lock(kind, ref), **given))

    def target(self, member: str, measure: str, period: str, figure: int, *, currency: str = "USD") -> str:
        """Set what a member is to reach: an amount, or a quantity for what is counted; the ref of the target."""
        is_money = measure.endswith("amount")
        given = {"amount": Money.from_major(figure, currency)} if is_money else {"quantity": figure}

        def plan(s: ChangingSession) -> str:
            return s.add(Target(member=_id(s, Member, member), measure=measure, period=period, **given)).ref

        return self.enter(plan)

    def reset(self, target: str, amount: int) -> None:
        """Give a target another amount."""
        self.change(Target, target, amount=Money.from_major(amount, "USD"))

    def rate(self, base: str, quote: str, on: str, numerator: int, denominator: int = 1) -> None:
        """Note what one unit of ``base`` is worth from a day on."""
        day = date.fromisoformat(on)
        self.enter(
            lambda s: s.add(
                ExchangeRate(base=base, quote=quote, on=day, numerator=numerator, denominator=denominator)
            )
        )

    def hold(self, deal: str, since: str) -> None:
        """Hold back the pay for a deal."""
        self.platform.run("pay.hold", actor="admin", ref=deal, since=_day(since), reason="in dispute")

    def release(self, deal: str, on: str) -> None:
        """Release the pay for a deal."""
        self.platform.run("pay.release", actor="admin", ref=deal, on=_day(on))

    # Pay.

    def pay(self, period: str) -> Any:
        """Run a pay period; the run as it is shown."""
        return self.platform.run("pay.run", actor="admin", period=self.label(period)).value

    def pays(self, period: str, unit: str = "USD") -> dict[str, Decimal]:
        """Run a pay period in which everybody has a figure; who earns how much of a unit, zeros left out."""
        found = self.pay(period)
        assert found.without_figure == ()
        amounts = {each.member: _amount(each.earned[unit]) for each in found.members if unit in each.earned}
        return {member: amount for member, amount in amounts.items() if amount}

    def paid(self, period: str) -> dict[str, Decimal]:
        """Run a pay period in which everybody has a figure; who is paid how much, zeros left out."""
        assert self.pay(period).without_figure == ()
        return {each["member"]: _amount(each["paid"]) for each in self.payments(period) if each["paid"].minor}

    def payments(self, period: str) -> list[dict[str, Any]]:
        """The payments of a period that was run."""
        found: list[dict[str, Any]] = self.platform.run(
            "pay.payments", actor="admin", period=self.label(period)
        ).value
        return found

    def payment(self, member: str, period: str) -> dict[str, Decimal]:
        """What one member's payment is made of, in a period with one plan."""
        (found,) = (each for each in self.payments(period) if each["member"] == member)
        return {name: _amount(each) for name, each in found.items() if isinstance(each, Money)}

    def waiting(self, member: str, period: str) -> dict[tuple[str, str], Decimal]:
        """By how much what waits of a member's pay changed in a period: by sale and what it waits for."""
        return {
            (each.ref or each.about, each.moment): _amount(each.amount)
            for each in self.statement(member, period).waiting
        }

    def taken(self, member: str, period: str) -> dict[tuple[str, str], Decimal]:
        """What events took back of a member's pay in a period, by sale and event."""
        return {
            (each.ref or each.about, each.event): _amount(each.amount)
            for each in self.statement(member, period).taken
        }

    def taken_in(self, member: str, period: str) -> dict[tuple[str, str], Decimal]:
        """The same, after the period was run."""
        self.pay(period)
        return self.taken(member, period)

    def approve(self, period: str) -> None:
        """Approve what was run, as somebody else."""
        self.platform.run("pay.approve", actor="anna", period=self.label(period))

    def settles(self, period: str) -> dict[str, Decimal]:
        """Run a pay period and approve it; who earns how much."""
        found = self.pays(period)
        self.approve(period)
        return found

    def statement(self, member: str, period: str) -> Statement:
        when = self.label(period)
        found: Statement = self.platform.run("pay.statement", actor="admin", ref=member, period=when).value
        return found

    def earned(self, member: str, period: str) -> dict[str, Decimal]:
        """What a member earned in a period that was run, by unit."""
        return {unit: _amount(each) for unit, each in self.statement(member, period).totals.items()}

    def lines(self, member: str, period: str) -> list[StatementLine]:
        """The lines of a member, in the order of the statement."""
        return [line for part in self.statement(member, period).parts for line in part.lines]

    def amounts(self, member: str, period: str) -> list[tuple[str, int | Decimal]]:
        """What each line is about, and what it pays."""
        return [(each.ref or each.about, _amount(each.amount)) for each in self.lines(member, period)]

    def label(self, label: str) -> Period:
        """The period that is called so."""
        with self.platform.session("admin") as session:
            return session.calendar.parse(label)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _id(session: ChangingSession, kind: type[Record], ref: str | None) -> int | None:
    return None if ref is None else _must(session, kind, ref)


def _must(session: ChangingSession, kind: type[Record], ref: str) -> int:
    found: int = session.find(kind, ref=ref)[0].id
    return found


def _product(session: ChangingSession, sku: str | None, family: str | None = None) -> int | None:
    """A product, which is entered where it is new."""
    if sku is None:
        return None
    known = session.find(Product, ref=sku)
    return (known[0] if known else session.add(Product(ref=sku, name=sku, family=family))).id


def _terms(given: dict[str, Any], currency: str) -> dict[str, Any]:
    """What a deal cost, and its discount in parts per million."""
    found: dict[str, Any] = {}
    if "cost" in given:
        found["cost"] = Money.from_major(given["cost"], currency)
    if "discount" in given:
        found["discount"] = int(Decimal(given["discount"].rstrip(" %")) * 10_000)
    return found


def _declared(session: ChangingSession, name: str) -> Any:
    """The class of a record of the configuration, which no module has."""
    return session.kind(name).cls


def _amount(earned: Earned) -> Decimal:
    return earned.major if isinstance(earned, Money) else earned
