"""What runs left in the database, and whether it adds up: postings, lines, payments, parts and entries."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from attrs import frozen

from dealwright import Platform
from dealwright_core.payroll.earning.dues import Due, Rounds, described
from dealwright_core.payroll.earning.frame import ROUNDINGS
from dealwright_core.store import payroll

# A row by the names of its columns, of whichever table.
Row = Mapping[str, Any]
TABLES = (payroll.posting, payroll.payment, payroll.part, payroll.clawback, payroll.entry)


@frozen(slots=False)
class Books:
    """Everything that there is of pay, as it is stored."""

    platform: Platform

    def kept(self, period: str) -> list[tuple[Any, ...]]:
        """Every row of a run, but for its state, which goes on."""
        with self.platform.engine.connect() as connection:
            (run,) = connection.execute(sa.select(payroll.run).where(payroll.run.c.period == period))
            rows = [tuple(value for name, value in run._mapping.items() if name != "state")]
            for table in TABLES:
                asked = sa.select(table).where(table.c.run == run.id).order_by(*table.primary_key)
                rows += map(tuple, connection.execute(asked))
            line, posting = payroll.line.c, payroll.posting.c
            theirs = sa.select(posting.id).where(posting.run == run.id)
            asked = sa.select(payroll.line).where(line.posting.in_(theirs))
            rows += map(tuple, connection.execute(asked.order_by(line.posting, line.number)))
        return rows

    def _all(self, table: sa.Table) -> list[Row]:
        with self.platform.engine.connect() as connection:
            asked = sa.select(table).order_by(*table.primary_key)
            return [dict(each._mapping) for each in connection.execute(asked)]

    @cached_property
    def runs(self) -> list[Row]:
        return sorted(self._all(payroll.run), key=lambda each: each["first"])

    @cached_property
    def postings(self) -> list[Row]:
        """The postings, those of earlier runs first."""
        order = {each["id"]: at for at, each in enumerate(self.runs)}
        return sorted(self._all(payroll.posting), key=lambda each: (order[each["run"]], each["id"]))

    @cached_property
    def lines(self) -> Mapping[int, list[Row]]:
        """The lines of each posting."""
        found: dict[int, list[Row]] = {each["id"]: [] for each in self.postings}
        for each in self._all(payroll.line):
            found[each["posting"]].append(each)
        return found

    @cached_property
    def accounts(self) -> Mapping[tuple[str, int, str], list[Row]]:
        """The postings of each pay, member and window."""
        found: defaultdict[tuple[str, int, str], list[Row]] = defaultdict(list)
        for each in self.postings:
            found[each["pay"], each["member"], each["window"]].append(each)
        return found

    def measured(self, pay: str) -> Mapping[tuple[str, int], Fraction]:
        """What was measured of each sale by a pay, over all members and runs."""
        found: defaultdict[tuple[str, int], Fraction] = defaultdict(Fraction)
        for posting in self.postings:
            for each in self.lines[posting["id"]] if posting["pay"] == pay else ():
                found[each["about"], each["source"]] += Fraction(each["measure"], int(posting["scale"]))
        return {sale: measure for sale, measure in found.items() if measure}

    def of_payments(self, name: str) -> Mapping[int, int]:
        """What a column of payments sums to for each member."""
        found: defaultdict[int, int] = defaultdict(int)
        for each in self._all(payroll.payment):
            found[each["member"]] += each[name]
        return found

    def left(self, name: str) -> Mapping[int, int]:
        """The balance that the last payment of each member leaves."""
        order = {each["id"]: at for at, each in enumerate(self.runs)}
        payments = sorted(self._all(payroll.payment), key=lambda each: order[each["run"]])
        return {each["member"]: each[name] for each in payments}

    @property
    def outstanding(self) -> Mapping[int, int]:
        """What is still to be released to each member."""
        found: defaultdict[int, int] = defaultdict(int)
        for each in self._all(payroll.part):
            found[each["member"]] += each["amount"]
        return found

    @property
    def taken(self) -> Mapping[int, int]:
        """What events took of each member's pay, and cancelled."""
        found: defaultdict[int, int] = defaultdict(int)
        for each in self._all(payroll.clawback):
            found[each["member"]] += each["back"] + each["cancelled"]
        return found

    @property
    def taken_by_sale(self) -> Mapping[tuple[int, str, int], int]:
        """What events took of the pay for each sale of a member, and cancelled."""
        found: defaultdict[tuple[int, str, int], int] = defaultdict(int)
        for each in self._all(payroll.clawback):
            found[each["member"], each["about"], each["source"]] += each["back"] + each["cancelled"]
        return found

    @property
    def waiting_kinds(self) -> set[str]:
        """The kinds of record for which something is still to be released."""
        found: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        for each in self._all(payroll.part):
            found[each["member"], each["about"], each["source"], each["moment"]] += each["amount"]
        return {key[1] for key, amount in found.items() if amount}

    def balances(self, *by: str) -> Mapping[tuple[Any, ...], int]:
        """What the entries of the ledger sum to, by some columns."""
        found: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        for each in self._all(payroll.entry):
            found[tuple(each[name] for name in by)] += each["amount"]
        return found


def lines_sum_to_their_posting(books: Books) -> None:
    for each in books.postings:
        lines = books.lines[each["id"]]
        assert sum(line["amount"] for line in lines) == each["amount"], each
        assert len(lines) == each["lines"] > 0, each


def postings_sum_to_what_is_due(accounts: Mapping[Any, Sequence[Row]], books: Books) -> None:
    """By what the last posting says is due, and by the curve that it was computed from."""
    for account, parts in accounts.items():
        last = parts[-1]
        basis, posted = _basis(last), sum(each["amount"] for each in parts)
        rounding, step = ROUNDINGS[basis["round"]["half"]], basis["round"]["step"]
        rounds = Rounds(last["digits"], step, rounding)
        assert posted == rounds.of(Fraction(last["exact"])) + last["kept"], (account, parts)
        if basis["curve"] is not None:
            measures = [
                Fraction(line["measure"], int(each["scale"]))
                for each in parts
                for line in books.lines[each["id"]]
            ]
            due = Due(described(basis["curve"]), 1, rounds).basis.due(sum(measures, Fraction(0)))
            assert posted == rounds(due) + last["kept"], (account, parts)


def _basis(posting: Row) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(posting["basis"])
    return found


def the_ledger_balances(books: Books) -> None:
    """In every run, and for every member; and its accounts are what payments leave."""
    assert not any(books.balances("run", "currency").values())
    assert not any(books.balances("member", "currency").values())
    balances = books.balances("account", "member")
    owed, excess, debt = books.left("owed"), books.left("excess"), books.left("debt")
    later = books.outstanding
    for member in {member for _account, member in balances}:
        found = [balances.get((account, member), 0) for account in ("advance", "held", "payable", "earned")]
        assert found == [owed[member], -excess[member], -debt[member], -later.get(member, 0)], member


def what_was_earned_is_released_or_outstanding(books: Books) -> None:
    released, later = books.of_payments("released"), books.outstanding
    earned = books.of_payments("earned")
    posted: defaultdict[int, int] = defaultdict(int, books.taken)
    for each in books.postings:
        posted[each["member"]] += each["amount"]
    assert {who: each for who, each in earned.items() if each} == {
        who: each for who, each in posted.items() if each
    }
    for member in {*earned, *later}:
        assert earned[member] == released[member] + later.get(member, 0), member


def no_more_is_taken_than_was_earned(books: Books) -> None:
    """Of each sale of a member, over all runs."""
    members = {each["id"]: each["member"] for each in books.postings}
    earned: defaultdict[tuple[int, str, int], int] = defaultdict(int)
    for posting, lines in books.lines.items():
        for each in lines:
            earned[members[posting], each["about"], each["source"]] += each["amount"]
    for key, taken in books.taken_by_sale.items():
        assert -max(0, earned[key]) <= taken <= 0, key
