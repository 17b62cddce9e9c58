"""An incentive plan as it is used: whom it pays, for what, and how much."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from dealwright_core.config.document import Document, Key, KeyPath
from dealwright_core.errors import Problem
from dealwright_core.incentives.plans.facts import AMOUNT, RECORDS
from dealwright_core.incentives.plans.figures import Level
from dealwright_core.incentives.plans.tables import By, PayTerms, Terms, Window

_PAY = re.compile(r"\bpay\.([\w-]+)")


@frozen(kw_only=True)
class Gate:
    """What has to be reached before anything is paid: ``start`` or more, with ``over`` more than it.

    The measure and the quota are by default those of the pay; the window is the pay's or a longer one.
    """

    start: Level
    over: bool = False
    measure: str | None = None
    window: Window
    quota: Fraction | str | None = None
    place: KeyPath = field(default=(), eq=False, repr=False)


@frozen(kw_only=True)
class Pool:
    """``pool``: what the curve gives is divided among those who ``qualify``, equally or by a measure of each."""

    by: str = "equal"
    qualify: Gate | None = None


@frozen(kw_only=True)
class Pay(PayTerms):
    """A table ``[[pay]]`` of a plan, with its number ``at``, from 0.

    ``earners`` is a role, or members and roles; none are all who get credit. ``settings`` are those of its scheme, as
    written. What ``is_whole`` has every key as it was meant.
    """

    window: Window
    earners: str | tuple[str, ...] | None = None
    gates: tuple[Gate, ...] = ()
    pool: Pool | None = None
    settings: Mapping[str, Any] = field(factory=dict)
    at: int
    is_whole: bool = True
    document: Document = field(repr=False, eq=False)

    def problem(
        self, path: KeyPath, message: str, hint: str | None = None, *, key: Key | None = None
    ) -> Problem:
        """A mistake at a path within the table."""
        return self.document.problem(("pay", self.at, *path), message, hint, key=key)

    def figures(self) -> Iterator[tuple[KeyPath, str]]:
        """Everything that is measured, and where it is written: expressions, measures and other pays by name."""
        if self.measure is not None:
            yield ("measure",), self.measure
        if isinstance(self.by, By):
            for key in ("measure", "per"):
                if (found := getattr(self.by, key)) is not None:
                    yield ("by", key), found
        for at, each in enumerate(self.objectives):
            yield ("objectives", at, "measure"), each.measure
        for gate in self.every_gate():
            if gate.measure is not None:
                yield (*gate.place, "measure"), gate.measure
        if self.pool is not None and self.pool.by != "equal":
            yield ("pool", "by"), self.pool.by

    def figures_together(self) -> Iterator[tuple[KeyPath, str]]:
        """Those of them that a pool measures of all its members together."""
        if self.pool is not None:
            yield from ((path, each) for path, each in self.figures() if path[0] != "pool")

    def quotas(self) -> Iterator[tuple[KeyPath, Fraction | str]]:
        """Every quota, and where it is written."""
        found: list[tuple[KeyPath, Fraction | str | None]] = [(("quota",), self.quota)]
        found += [(("objectives", at, "quota"), each.quota) for at, each in enumerate(self.objectives)]
        found += [((*each.place, "quota"), each.quota) for each in self.every_gate()]
        yield from ((path, each) for path, each in found if each is not None)

    @property
    def quota_of_curve(self) -> Fraction | str | None:
        """What the curve has as its quota: 1 where a position is a ratio or an attainment as it is."""
        is_ratio = isinstance(self.by, str) or (self.by is not None and self.by.per is not None)
        return Fraction(1) if self.objectives or is_ratio else self.quota

    @property
    def is_on_another(self) -> bool:
        """Whether its position on the curve is another than what it measures, in whichever window."""
        by = self.by
        if isinstance(by, str):
            return by != (self.measure or AMOUNT)
        return bool(self.objectives) or (by is not None and (by.measure or by.per) is not None)

    def every_gate(self) -> Iterator[Gate]:
        """The gates, and what qualifies for a pool. Their places are within the table."""
        yield from self.gates
        if self.pool is not None and self.pool.qualify is not None:
            yield self.pool.qualify

    def asked_windows(self) -> Iterator[Window]:
        """Every window that it measures."""
        yield self.window
        yield from (each.window for each in self.every_gate())
        if isinstance(self.by, By) and self.by.window is not None:
            yield self.by.window

    def earned_by(self, names: Collection[str], roles: Collection[str]) -> bool:
        """Whether somebody with these names, who holds these roles, earns it."""
        earners = (self.earners,) if isinstance(self.earners, str) else self.earners
        return earners is None or not {*names, *roles}.isdisjoint(earners)


@frozen(kw_only=True)
class Plan(Terms):
    """A plan. It is valid from the day ``since`` to the day ``until``, both included; either may be open.

    ``own`` has the plan of each member who has terms of their own.
    """

    since: date | None = None
    until: date | None = None
    pays: tuple[Pay, ...] = ()
    own: Mapping[str, "Plan"] = field(factory=dict)
    document: Document = field(repr=False, eq=False)

    def problem(
        self, path: KeyPath, message: str, hint: str | None = None, *, key: Key | None = None
    ) -> Problem:
        """A mistake at a path within the file."""
        return self.document.problem(path, message, hint, key=key)

    def of(self, member: str) -> "Plan":
        """The plan as it holds for a member."""
        return self.own.get(member, self)

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def overlaps(self, other: "Plan") -> bool:
        """Whether there may be a day on which both are valid."""
        return not (_before(self.until, other.since) or _before(other.until, self.since))

    @property
    def records(self) -> tuple[str, ...]:
        """The kinds of record that its expressions are about: opportunities for bookings, else transactions."""
        return tuple(dict.fromkeys(RECORDS[each] for each in self.credit.kinds if each in RECORDS))

    def without_own(self) -> "Plan":
        """The plan for those who have no terms of their own."""
        return evolve(self, own={})


def _before(end: date | None, start: date | None) -> bool:
    return end is not None and start is not None and end < start


def pay_named(figure: str) -> str | None:
    """The name of another pay, where ``pay.NAME`` refers to one."""
    found = _PAY.fullmatch(figure.strip())
    return None if found is None else found[1]


def names_pays(figure: str) -> bool:
    """Whether an expression refers to other pays, of which only one may stand alone."""
    return _PAY.search(figure) is not None
