"""What a run posts: for a pay, a member and a window the lines, and what they were computed from."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import itemgetter
from typing import Any, Protocol

from attrs import field, frozen

from dealwright_core.incentives.plans.plan import Plan, pay_named
from dealwright_core.payroll.earning.posting import (
    ABOUT,
    AMOUNT,
    DAY,
    DEAL,
    MEASURE,
    NEW,
    SOURCE,
    Earlier,
    Line,
    Source,
)

# The accounts of a plan: the name of the pay, the member, and the label of the window.
Account = tuple[str, int, str]
# The basis of what no pay of the plan computes.
WITHOUT: Mapping[str, Any] = {
    "scheme": "", "origin": "", "curve": None, "round": {"step": 1, "half": "away", "at": "window"},
}  # fmt: skip


@frozen(eq=False, slots=False, kw_only=True)
class Posting:
    """The lines of one account in one run.

    ``valid_from`` is the first day of the plan, which tells it from others of its name. ``unit`` is a currency, or what
    else is earned; amounts have ``digits`` decimal places, measures are parts of ``scale``. ``basis`` says, as JSON
    can, from what they were computed. ``measured`` and ``posted`` are what was there before, ``exact`` what is due
    behind them in units of the amounts, and ``kept`` what refunds leave beyond it.
    """

    plan: str
    valid_from: str
    pay: str
    member: int
    window: str
    start: date
    last: date
    unit: str
    digits: int
    scale: int
    basis: Mapping[str, Any]
    lines: Sequence[Line]
    measured: int = 0
    posted: int = 0
    exact: Fraction = Fraction(0)
    kept: int = 0

    @property
    def account(self) -> Account:
        """What it belongs to."""
        return self.pay, self.member, self.window

    @property
    def amount(self) -> int:
        """The sum of its lines."""
        return sum(map(itemgetter(AMOUNT), self.lines))

    @cached_property
    def said(self) -> str:
        """Its basis as JSON."""
        return json.dumps(self.basis, ensure_ascii=False, sort_keys=True)

    @cached_property
    def digest(self) -> str:
        """A digest of everything in it: equal where the same was computed from the same."""
        head = (
            self.plan,
            self.valid_from,
            self.pay,
            self.member,
            self.window,
            self.unit,
            self.digits,
            self.scale,
            self.measured,
        )
        found = hashlib.sha256(repr((*head, self.posted, self.exact, self.kept, self.said)).encode())
        for column in zip(*self.lines, strict=True):
            found.update(repr(column).encode())
        return found.hexdigest()


@frozen(eq=False)
class Accounts:
    """What earlier runs posted of a plan, by account; and the scale of measures, digits, days and unit of each,
    and the lines of pays that others refer to: source, day and amount. ``sold`` has the day of each sale, where it
    was asked for.
    """

    earlier: Mapping[Account, Earlier] = field(factory=dict)
    scales: Mapping[Account, int] = field(factory=dict)
    digits: Mapping[Account, int] = field(factory=dict)
    days: Mapping[Account, tuple[date, date]] = field(factory=dict)
    lines_of: Mapping[Account, Sequence[tuple[Source, str, int]]] = field(factory=dict)
    units: Mapping[Account, str] = field(factory=dict)
    sold: Mapping[Source, str] = field(factory=dict)

    def of(self, account: Account, scale: int) -> Earlier:
        """What was posted, with measures as parts of a scale that is a multiple of its own."""
        found = self.earlier.get(account, NEW)
        times = scale // self.scales.get(account, scale)
        if times == 1 or not found.measures:
            return found
        measures = {source: each * times for source, each in found.measures.items()}
        return Earlier(measures, found.amounts, found.deals, found.exact, found.kept)


class Posted(Protocol):
    """A posting, made or stored, without its lines."""

    @property
    def pay(self) -> str: ...
    @property
    def member(self) -> int: ...
    @property
    def window(self) -> str: ...
    @property
    def start(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def unit(self) -> str: ...
    @property
    def digits(self) -> int: ...
    @property
    def scale(self) -> int: ...
    @property
    def exact(self) -> Fraction: ...
    @property
    def kept(self) -> int: ...


# Each with its lines, which begin as those of a posting do.
WithLines = tuple[Posted, Sequence[Any]]
EMPTY = Accounts()


def accounts_of(plan: Plan, posted: Iterable[WithLines], before: Accounts = EMPTY) -> Accounts:
    """The accounts of a plan after some postings of it, in the order in which they were made."""
    referred = {pay_named(figure) for pay in plan.pays for _path, figure in pay.figures()}
    by_account: dict[Account, list[WithLines]] = {}
    for each, lines in posted:
        by_account.setdefault((each.pay, each.member, each.window), []).append((each, lines))
    earlier, scales, lines_of = dict(before.earlier), dict(before.scales), dict(before.lines_of)
    for account, parts in by_account.items():
        scale = lcm(scales.get(account, 1), *(each.scale for each, _lines in parts))
        earlier[account] = _added(before.of(account, scale), parts, scale)
        scales[account] = scale
        if account[0] in referred:
            lines_of[account] = [*lines_of.get(account, ()), *_with_days(parts)]
    latest = {account: parts[-1][0] for account, parts in by_account.items()}
    return Accounts(
        earlier,
        scales,
        {**before.digits, **{account: each.digits for account, each in latest.items()}},
        {**before.days, **{account: (each.start, each.last) for account, each in latest.items()}},
        lines_of,
        {**before.units, **{account: each.unit for account, each in latest.items()}},
        _sold(before, by_account) if plan.release or plan.clawback else {},
    )


def _sold(before: Accounts, by_account: Mapping[Account, Sequence[WithLines]]) -> Mapping[Source, str]:
    """The day of each sale: that of its first line."""
    found = dict(before.sold)
    for parts in by_account.values():
        for _each, lines in parts:
            for row in lines:
                found.setdefault((row[ABOUT], row[SOURCE]), str(row[DAY]))
    return found


def _added(before: Earlier, parts: Sequence[WithLines], scale: int) -> Earlier:
    """What was posted for an account, with what more postings have."""
    measures, amounts, deals = dict(before.measures), dict(before.amounts), dict(before.deals)
    for each, lines in parts:
        times = scale // each.scale
        for row in lines:
            key = (row[ABOUT], row[SOURCE])
            if measure := row[MEASURE]:
                measures[key] = measures.get(key, 0) + measure * times
            amounts[key] = amounts.get(key, 0) + row[AMOUNT]
            if deal := row[DEAL]:
                deals[key] = deal
    last = parts[-1][0]
    return Earlier(measures, amounts, deals, last.exact, last.kept)


def _with_days(parts: Iterable[WithLines]) -> list[tuple[Source, str, int]]:
    """Lines as those who refer to a pay need them: source, day and amount."""
    return [
        ((row[ABOUT], row[SOURCE]), str(row[DAY]), row[AMOUNT]) for _each, lines in parts for row in lines
    ]


def valid_from(plan: Plan) -> str:
    """The first day of a plan, which tells it from others of its name; nothing for one that always was."""
    return "" if plan.since is None else plan.since.isoformat()


def as_header(plan: Plan) -> dict[str, Any]:
    """A plan as the header of a run names it: equal as long as the file says the same."""
    text = repr(plan.document.data)
    return {
        "plan": plan.name,
        "valid_from": valid_from(plan),
        "file": plan.document.path,
        "digest": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


def is_of(said: Mapping[str, str], plan: Plan) -> bool:
    """Whether the header of a run names a plan."""
    return said["plan"] == plan.name and said["valid_from"] == valid_from(plan)
