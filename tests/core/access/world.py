"""Two representatives and what each of them has: customers and all that hangs on them, in a small organisation.

Every text of Bob's holds `MARK`; every amount of his ends in digits that no sum of Ada's ends in.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from attrs import field, frozen

from dealwright import (
    Activity,
    ChangingSession,
    Column,
    Command,
    Contact,
    Contract,
    ContractLine,
    Customer,
    Finding,
    Member,
    Money,
    Opportunity,
    OpportunityLine,
    Platform,
    Position,
    Product,
    Record,
    RecordType,
    Report,
    ScoringRule,
    Session,
    StageMove,
    Table,
    Team,
    Transaction,
    about,
    fields,
    hookimpl,
    match,
)

MARK = "ZEBRA"
CUSTOMERS = 50
EACH = 5  # records of every other kind: on the first customers only

CONFIG = """
[records.survey]
on = "customer"
single = true
[records.survey.fields.finding]
type = "text"
[records.survey.fields.budget]
type = "money"
field_class = "confidential"
[records.survey.fields.told_by]
type = "text"
field_class = "personal"
"""

# Teams: ref, kind, and the ref of the one above.
ORGANISATION = (
    ("T-ALL", "company", None),
    ("T-NORTH", "region", "T-ALL"),
    ("T-ALPHA", "team", "T-NORTH"),
    ("T-SOUTH", "region", "T-ALL"),
    ("T-BETA", "team", "T-SOUTH"),
)
# Who holds which position: login, role, team. The refs of members are M-LOGIN.
PEOPLE = (
    ("ada", "rep", "T-ALPHA"),
    ("tom", "rep", "T-ALPHA"),
    ("bob", "rep", "T-BETA"),
    ("sam", "supervisor", "T-ALPHA"),
    ("mia", "manager", "T-NORTH"),
    ("dia", "director", "T-ALL"),
)


@frozen(kw_only=True)
class Note(Record):
    """What somebody wrote down, which is theirs."""

    text: str = field(metadata=about("Text"))
    customer: int | None = field(default=None, metadata=about("Customer", link="customer"))
    owner: int | None = field(default=None, metadata=about("Owner", link="member"))


class World:
    """The plugin that fills the world, and looks at it on somebody's behalf."""

    def __init__(self) -> None:
        self.watches = False  # whether its guard looks at everything and then objects
        self.blocks = False  # whether it objects to whatever is changed
        self.seen: list[str] = []
        self.work: Callable[[ChangingSession], Any] = lambda session: None  # what command world.do does
        self.done: Any = None

    @hookimpl
    def records(self) -> list[RecordType]:
        return [RecordType(Note, prefix="N-")]

    @hookimpl
    def commands(self) -> list[Command]:
        def do(session: ChangingSession) -> None:
            """Do what the test says."""
            self.done = self.work(session)

        def fill(session: ChangingSession, *, login: str, customers: int = CUSTOMERS) -> None:
            """Give somebody customers and all else."""
            fill_for(session, login, customers)

        return [
            Command("world.organise", _organise),
            Command("world.do", do),
            Command("world.fill", fill),
        ]

    @hookimpl
    def scoring_rules(self) -> list[ScoringRule]:
        points = match(fields("opportunity").customer.industry, {f"{MARK} industry": 1})
        return [ScoringRule("industry", "Industry", points=points)]

    @hookimpl
    def reports(self) -> list[Report]:
        def customers(session: Session) -> Table:
            """All customers, with what their open deals are worth."""
            deal = session.table("opportunity")
            rows = session.select(
                sa.select(session.table("customer").c.name, sa.func.sum(deal.c.amount_base))
                .join_from(session.table("customer"), deal, isouter=True)
                .group_by(session.table("customer").c.id, session.table("customer").c.name)
                .order_by(session.table("customer").c.id)
            )
            columns = (Column("name", "Name"), Column("amount", "Amount", "integer"))
            return Table(columns, tuple((name, None if sum_ is None else int(sum_)) for name, sum_ in rows))

        return [Report("world.customers", customers)]

    @hookimpl
    def guard_changes(self, changes: Any, session: Session) -> Iterable[Finding]:
        if self.watches:
            self.seen += [repr(list(changes)), *(repr(session.find(kind)) for kind in session.kinds)]
        if self.watches or self.blocks:
            yield Finding("watched", "block", "seen enough")


def organise(platform: Platform) -> None:
    """Make the teams, members and positions."""
    platform.run("world.organise", actor="admin")


def _organise(session: ChangingSession) -> None:
    """The teams, members and positions."""
    teams: dict[str | None, int | None] = {None: None}
    for ref, kind, parent in ORGANISATION:
        team = Team(ref=ref, name=ref.removeprefix("T-").title(), kind=kind, parent=teams[parent])
        teams[ref] = session.add(team).id
    for login, role, at in PEOPLE:
        member = session.add(Member(ref=f"M-{login.upper()}", name=login.title(), login=login))
        where = teams[at]
        assert where is not None
        session.add(Position(member=member.id, team=where, role=role, since=date(2025, 1, 1)))
    session.add(Product(ref="P-1", name="Stethoscope"))


def fill_for(session: ChangingSession, login: str, customers: int) -> None:
    """Everything that one of them has."""
    owner = session.get(Member, f"M-{login.upper()}").id
    word = MARK if login == "bob" else login.title()
    product = session.get(Product, "P-1").id

    def amount(at: int) -> Money:
        """Ada's are whole hundreds, Bob's end in 13.13."""
        return Money(1_000_000 * (at + 1) + (1313 if login == "bob" else 0), "USD")

    for at in range(customers):
        customer = session.add(
            Customer(
                ref=f"{word}-C{at}", name=f"{word} customer {at}", owner=owner, industry=f"{word} industry",
                region=f"{word} region", tax_id=f"{word} tax {at}", annual_revenue=amount(at),
                employees=131300 + at if login == "bob" else 100 + at,
            )
        )  # fmt: skip
        contact = Contact(
            ref=f"{word}-CT{at}", customer=customer.id, name=f"{word} person {at}",
            email=f"{at}@{word}.example", phone=f"{word} phone", position=f"{word} doctor", role="user",
        )  # fmt: skip
        session.add(contact)
        deal = session.add(
            Opportunity(
                ref=f"{word}-O{at}", name=f"{word} deal {at}", customer=customer.id, owner=owner,
                stage="prospecting", amount=amount(at), source=f"{word} source", opened_on=date(2025, 3, 1),
                expected_close=date(2030, 1, 1),
            )
        )  # fmt: skip
        move = StageMove(
            ref=f"{word}-MV{at}", opportunity=deal.id, sequence=1, to_stage="prospecting", on=date(2025, 3, 1),
            by=f"{word} mover",
        )  # fmt: skip
        session.add(move)
        if at < EACH:
            _more(session, word, at, customer, deal, owner, product, amount(at))


def _more(
    session: ChangingSession,
    word: str,
    at: int,
    customer: Customer,
    deal: Opportunity,
    owner: int,
    product: int,
    amount: Money,
) -> None:
    of: dict[str, Any] = {"product": product, "amount": amount}
    session.add(OpportunityLine(ref=f"{word}-OL{at}", opportunity=deal.id, **of))
    links: tuple[tuple[int | None, dict[str, Any]], ...] = (
        (owner, {}), (None, {"customer": customer.id}), (None, {"opportunity": deal.id})
    )  # fmt: skip
    for by, link in links:
        outcome = f"{word} outcome"
        session.add(
            Activity(
                ref=f"{word}-A{at}{'b' if by else ''.join(link)[0]}", kind="call", on=date(2025, 4, 1), by=by,
                outcome=outcome, **link,
            )
        )  # fmt: skip
    contract = session.add(
        Contract(ref=f"{word}-K{at}", customer=customer.id, opportunity=deal.id, owner=owner, amount=amount)
    )
    session.add(ContractLine(ref=f"{word}-KL{at}", contract=contract.id, **of))
    session.add(
        Transaction(
            ref=f"{word}-TX{at}", contract=contract.id, kind="invoice", on=date(2025, 5, 1), amount=amount,
            external_ref=f"{word} external",
        )
    )  # fmt: skip
    survey: Any = session.kind("survey").cls
    session.add(
        survey(
            ref=f"{word}-S{at}", customer=customer.id, finding=f"{word} finding", budget=amount,
            told_by=f"{word} told",
        )
    )  # fmt: skip
    session.add(Note(ref=f"{word}-N{at}", text=f"{word} note", customer=customer.id, owner=owner))


@frozen
class Place:
    """A deployment with the plugin that filled it."""

    platform: Platform
    world: World


def as_somebody(place: Place, actor: str, work: Callable[[ChangingSession], Any]) -> Any:
    """What some work in a command gives that somebody runs."""
    place.world.work = work
    place.platform.run("world.do", actor=actor)
    return place.world.done
