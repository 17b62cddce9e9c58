"""The transactions of contracts: what customers are to pay for sales, what they paid, and what was taken back."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from attrs import frozen

from dealwright_core.payroll.settling.aftermath import ALL, Happening
from dealwright_core.payroll.settling.collecting import collected

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

PAYMENT = "payment"


class Amount(NamedTuple):
    """An amount as the database keeps it: minor units of its own currency, and of the base currency."""

    minor: int
    currency: str
    base: int


class Paper(NamedTuple):
    """A transaction; ``root`` is what it corrects in the end, else itself."""

    id: int
    contract: int | None
    kind: str
    on: date
    amount: Amount
    root: int


@frozen(eq=False, slots=False)
class Papers:
    """The transactions that are known by the day ``last``. Sales are those of the ``kinds`` that a plan counts; what is
    of the kinds that take ``back`` by themselves makes nothing less due.
    """

    session: "Session"
    last: date
    kinds: Collection[str]
    back: Collection[str]

    @cached_property
    def by_id(self) -> Mapping[int, Paper]:
        """All of them, in the order of days."""
        c = self.session.table("transaction").c
        asked = sa.select(
            c.id, c.contract, c.kind, c.on, c.amount_minor, c.amount_currency, c.amount_base, c.reverses
        ).where(c.on <= self.last, sa.func.coalesce(c.entered_on, c.on) <= self.last)
        rows = {row[0]: row for row in self.session.select(asked.order_by(c.on, c.id))}
        return {
            id: Paper(id, row[1], row[2], row[3], Amount(*row[4:7]), _root(id, rows))
            for id, row in rows.items()
        }

    @cached_property
    def _of_contract(self) -> Mapping[int, Sequence[Paper]]:
        found: defaultdict[int, list[Paper]] = defaultdict(list)
        for each in self.by_id.values():
            if each.contract is not None:
                found[each.contract].append(each)
        return found

    def _all(self, contracts: Sequence[int]) -> list[Paper]:
        return [each for contract in contracts for each in self._of_contract.get(contract, ())]

    def kind(self, paper: Paper) -> str:
        """The kind of what a transaction corrects, else its own."""
        return self.by_id[paper.root].kind if paper.root in self.by_id else paper.kind

    def dues(self, contracts: Sequence[int]) -> Mapping[int, Sequence[Amount]]:
        """What is to be paid for each sale of some contracts, in their order: its amount and those that correct it."""
        found: defaultdict[int, list[Amount]] = defaultdict(list)
        for each in self._all(contracts):
            if self.kind(each) in self.kinds and self.kind(each) != PAYMENT and each.kind not in self.back:
                found[each.root].append(each.amount)
        return found

    def collected(
        self, contracts: Sequence[int], before: Sequence[Amount], due: Sequence[Amount]
    ) -> Sequence[Happening]:
        """From which day on which part of what is due was paid, after what is due ``before``."""
        paid = [each for each in self._all(contracts) if self.kind(each) == PAYMENT]
        units = in_one_currency([*(each.amount for each in paid), *before, *due])
        in_order = [(each.on, units(each.amount)) for each in sorted(paid, key=attrgetter("on", "id"))]
        return collected(in_order, sum(map(units, before)), sum(map(units, due)))

    def entered(
        self, kind: str, contracts: Sequence[int], sale: int | None, due: Sequence[Amount]
    ) -> Iterator[Happening]:
        """The transactions of a kind, each with the part of what was sold that it takes back, if it does. The
        ``sale`` is the transaction that is asked about; what corrects none takes back of all that is ``due``.
        """
        for each in self._all(contracts):
            if each.kind != kind or each.id == sale:
                continue
            if each.amount.minor >= 0:
                yield Happening(each.on)
            elif sale is None or each.root == each.id:
                yield Happening(each.on, _part(each.amount, due))
            elif each.root == sale:
                yield Happening(each.on, _part(each.amount, [self.by_id[sale].amount]))


def in_one_currency(amounts: Collection[Amount]) -> Callable[[Amount], int]:
    """How to read amounts: in their own currency where that is the same, else in the base currency."""
    if len({each.currency for each in amounts}) < 2:
        return lambda amount: amount.minor
    return lambda amount: amount.base


def _part(amount: Amount, due: Sequence[Amount]) -> Fraction:
    """Which part of what is due an amount below zero takes back."""
    units = in_one_currency([amount, *due])
    total = sum(map(units, due))
    return min(ALL, Fraction(-units(amount), total)) if total > 0 else ALL


def _root(id: int, rows: Mapping[int, Any]) -> int:
    """What a transaction corrects in the end, as far as it is known."""
    seen = {id}
    while (of := rows[id].reverses) is not None and of in rows and of not in seen:
        id = of
        seen.add(id)
    return id
