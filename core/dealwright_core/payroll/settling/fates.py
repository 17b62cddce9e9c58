"""What happened to the sales of a plan: customers' payments, refunds, moves of contracts, members who leave, holds."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from attrs import evolve, field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.incentives.plans.facts import COLLECTION, LEAVING
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.payroll.crediting.entries import RATED
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.earning.posting import Source
from dealwright_core.payroll.settling.aftermath import Fate, Happening, Hold
from dealwright_core.payroll.settling.moves import Moves
from dealwright_core.payroll.settling.papers import PAYMENT, Amount, Papers
from dealwright_core.payroll.settling.releasing import is_event
from dealwright_core.records.contract import TRANSACTION_KINDS

if TYPE_CHECKING:
    from dealwright_core.store.session import Session


class Deal(NamedTuple):
    """What a sale belongs to: contracts, an opportunity, a customer."""

    contracts: tuple[int, ...] = ()
    opportunity: int | None = None
    customer: int | None = None


class Signed(NamedTuple):
    """A contract: its opportunity, its customer, and its amount."""

    opportunity: int | None
    customer: int
    amount: Amount


@frozen(eq=False, slots=False)
class Fates:
    """What happened to sales of a plan by the day ``last``. Everything is read when it is first asked for."""

    connection: Connection
    session: "Session"
    plan: Plan
    people: People
    last: date
    _known: dict[Source, Fate] = field(factory=dict)
    _links: dict[str, Mapping[int, tuple[int | None, int | None]]] = field(factory=dict)

    @cached_property
    def _events(self) -> frozenset[str]:
        return frozenset({*self.plan.clawback, *(each.on for each in self.plan.release if is_event(each.on))})

    @cached_property
    def _papers(self) -> Papers:
        return Papers(
            self.session, self.last, frozenset(self.plan.credit.kinds), frozenset(self.plan.clawback)
        )

    @cached_property
    def _moves(self) -> Moves:
        return Moves(self.connection, self.session, self.last)

    def root(self, source: Source) -> Source:
        """The sale that a record corrects in the end; itself where it corrects nothing."""
        about, id = source
        if (
            about == RATED and id
        ):  # what is due differently names its deal: a sale that has none by its id below zero
            deals = "opportunity" if "opportunity" in self.plan.records else "contract"
            about, id = (deals, id) if id > 0 else ("transaction", -id)
        if about == "transaction" and id in self._papers.by_id:
            id = self._papers.by_id[id].root
        return about, id

    def of(self, member: int, sale: Source, sold: date) -> Fate:
        """What happened to a sale of a member."""
        if sale[0] not in self.session.kinds:
            return Fate(sold=sold, is_no_sale=True)
        if sale not in self._known:
            self._known[sale] = self._of(sale, sold)
        found = self._known[sale]
        left = self.people.members[member].left_on
        if LEAVING in self._events and left is not None and left <= self.last:
            return evolve(found, events={**found.events, LEAVING: [Happening(left)]})
        return found

    def _of(self, sale: Source, sold: date) -> Fate:
        deal = self._deal(sale)
        happened = {name: [*self._happened(name, sale, deal)] for name in self._events}
        waits = any(each.on == COLLECTION for each in self.plan.release)
        return Fate(
            sold=sold,
            events=happened,
            collected=self._collected(sale, deal) if waits else (),
            holds=self._held(deal),
        )

    def _deal(self, sale: Source) -> Deal:
        about, id = sale
        if about == "opportunity":
            return Deal(self._contracts_of.get(id, ()), id, self._customers.get(id))
        if about == "transaction":
            contract = self._papers.by_id[id].contract if id in self._papers.by_id else None
        elif about == "contract":
            contract = id
        else:
            contract, opportunity = self._linked(about).get(id, (None, None))
            if contract is None and opportunity is not None:
                return self._deal(("opportunity", opportunity))
        if contract is None or contract not in self._contracts:
            return Deal()
        return Deal((contract,), self._contracts[contract].opportunity, self._contracts[contract].customer)

    @cached_property
    def _contracts(self) -> Mapping[int, Signed]:
        c = self.session.table("contract").c
        asked = sa.select(c.id, c.opportunity, c.customer, c.amount_minor, c.amount_currency, c.amount_base)
        return {
            row[0]: Signed(row[1], row[2], Amount(*row[3:]))
            for row in self.session.select(asked.order_by(c.id))
        }

    @cached_property
    def _contracts_of(self) -> Mapping[int, tuple[int, ...]]:
        """The contracts of each opportunity."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for id, each in self._contracts.items():
            if each.opportunity is not None:
                found[each.opportunity].append(id)
        return {opportunity: tuple(ids) for opportunity, ids in found.items()}

    @cached_property
    def _customers(self) -> Mapping[int, int]:
        """The customers of opportunities."""
        c = self.session.table("opportunity").c
        rows = self.session.select(sa.select(c.id, c.customer).where(c.customer.is_not(None)))
        return {row[0]: row[1] for row in rows}

    @cached_property
    def _amounts(self) -> Mapping[int | None, Amount]:
        """The amounts of opportunities."""
        c = self.session.table("opportunity").c
        asked = sa.select(c.id, c.amount_minor, c.amount_currency, c.amount_base)
        rows = self.session.select(asked.where(c.amount_minor.is_not(None)))
        return {row[0]: Amount(*row[1:]) for row in rows}

    def _linked(self, kind: str) -> Mapping[int, tuple[int | None, int | None]]:
        """The contract and the opportunity of records of another kind."""
        if kind not in self._links:
            c = self.session.table(kind).c
            columns = [c[name] if name in c else sa.null() for name in ("contract", "opportunity")]
            rows = self.session.select(sa.select(c.id, *columns))
            self._links[kind] = {row[0]: (row[1], row[2]) for row in rows}
        return self._links[kind]

    def _due(self, sale: Source, deal: Deal) -> Sequence[Amount]:
        """What the customer is to pay for a sale."""
        about, id = sale
        if about == "transaction":
            known = [self._papers.by_id[id].amount] if id in self._papers.by_id else []
            return self._papers.dues(deal.contracts).get(id, known)
        if about == "opportunity":
            return [self._amounts[id]] if id in self._amounts else []
        return self._due_of(deal) or [self._contracts[each].amount for each in deal.contracts]

    def _due_of(self, deal: Deal) -> Sequence[Amount]:
        """What customers are to pay for all sales of a deal."""
        return [each for amounts in self._papers.dues(deal.contracts).values() for each in amounts]

    def _collected(self, sale: Source, deal: Deal) -> Sequence[Happening]:
        """From which day on which part of a sale was paid. Payments cover the sales of a contract in their order."""
        about, id = sale
        before: list[Amount] = []
        if about == "transaction" and id in self._papers.by_id:
            paper = self._papers.by_id[id]
            if self._papers.kind(paper) == PAYMENT:
                return [Happening(paper.on)]
            for other, amounts in self._papers.dues(deal.contracts).items():
                if other == id:
                    break
                before += amounts
        return self._papers.collected(deal.contracts, before, self._due(sale, deal))

    def _happened(self, name: str, sale: Source, deal: Deal) -> Iterator[Happening]:
        """When an event happened to a sale, in the order of days."""
        if name in TRANSACTION_KINDS:
            about, id = sale
            is_paper = about == "transaction"
            due = self._due_of(deal) if is_paper else self._due(sale, deal)
            yield from sorted(self._papers.entered(name, deal.contracts, id if is_paper else None, due))
            return
        places = [("opportunity", deal.opportunity), ("customer", deal.customer), *_contracts(deal)]
        days = (
            day for kind, id in places if id is not None for day in self._moves.of(kind, name).get(id, ())
        )
        yield from map(Happening, sorted(days))

    def _held(self, deal: Deal) -> Sequence[Hold]:
        keys = [("opportunity", deal.opportunity), *_contracts(deal)]
        return [hold for key in keys for hold in self._holds.get(key, ())]

    @property
    def has_holds(self) -> bool:
        """Whether the pay for anything was held back."""
        return bool(self._holds)

    @cached_property
    def _holds(self) -> Mapping[tuple[str, int | None], Sequence[Hold]]:
        """The holds by kind and id of what they are on."""
        found: defaultdict[tuple[str, int | None], list[Hold]] = defaultdict(list)
        c = self.session.table("pay_hold").c
        asked = sa.select(c.opportunity, c.contract, c.since, c.until).where(c.since <= self.last)
        for opportunity, contract, since, until in self.session.select(asked.order_by(c.id)):
            key = ("contract", contract) if opportunity is None else ("opportunity", opportunity)
            found[key].append(Hold(since=since, until=until))
        return found


def _contracts(deal: Deal) -> list[tuple[str, int | None]]:
    return [("contract", each) for each in deal.contracts]
