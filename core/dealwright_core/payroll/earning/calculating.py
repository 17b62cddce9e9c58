"""Calculating a plan for a pay period: from its sales to the lines of every member."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from operator import itemgetter
from typing import Any

from attrs import evolve, field, frozen

from dealwright_core.errors import DealwrightError
from dealwright_core.incentives.plans.plan import Pay, Plan, pay_named
from dealwright_core.payroll.crediting.credited import Credited
from dealwright_core.payroll.crediting.entries import (
    ADJUSTMENT,
    FIGURE,
    MEASURE,
    POOL,
    POSITION,
    PRIZE,
    WINDOW_DAY,
    of_figure,
    whole,
)
from dealwright_core.payroll.crediting.entries import DEAL as DEAL_AT
from dealwright_core.payroll.crediting.windows import DEAL
from dealwright_core.payroll.earning import posting, selling
from dealwright_core.payroll.earning.adjusting import adjusted
from dealwright_core.payroll.earning.dues import Due
from dealwright_core.payroll.earning.frame import Frame
from dealwright_core.payroll.earning.opened import Opened
from dealwright_core.payroll.earning.posting import Carried, Earlier, Line
from dealwright_core.payroll.earning.postings import WITHOUT, Account, Posting, valid_from
from dealwright_core.payroll.earning.together import Together
from dealwright_core.values import Period

NOT_BY_SCHEME = (PRIZE, POOL)


@frozen(eq=False, kw_only=True)
class Calculated:
    """What a plan pays: postings in the order of pays, members and windows; and who has no figure, and why."""

    postings: list[Posting]
    failed: Mapping[int, str]
    left: int


@frozen(eq=False, slots=False)
class Calculation:
    """The calculation of one plan in one pay period."""

    frame: Frame
    _visited: set[Account] = field(factory=set)

    @cached_property
    def _opened(self) -> Opened:
        return Opened(self.frame)

    def run(self) -> Calculated:
        """Calculate every pay, those first that others refer to."""
        for at in _in_order(self.frame.plan):
            pay = self.frame.plan.pays[at]
            accounts: dict[tuple[int, Period], bool] = {}
            made = self.frame.found[pay.name] = []
            for variant, among in self._variants(at):
                made += self._of_pay(variant, among, accounts)
            if pay.pool is not None or pay.rank is not None:
                made += Together(self.frame).postings(pay, accounts)
        self.frame.found[""] = list(self._left_behind())
        self.frame.found[ADJUSTMENT] = list(adjusted(self.frame))
        names = [*(each.name for each in self.frame.plan.pays), "", ADJUSTMENT]
        # What a member lacks in one pay makes all of their pay a wrong figure.
        found = [
            each for name in names for each in self.frame.found[name] if each.member not in self.frame.failed
        ]
        return Calculated(postings=found, failed=self.frame.failed, left=self.frame.crediting.left)

    def _left_behind(self) -> Iterator[Posting]:
        """What takes back the pay of accounts that the plan has no more: of another pay, or of other windows."""
        frame, known = self.frame, self.frame.accounts
        for account, earlier in known.earlier.items():
            (pay, member, window), (start, last) = account, known.days[account]
            is_left = pay != ADJUSTMENT and account not in self._visited
            if not is_left or (frame.members is not None and member not in frame.members):
                continue
            lines = posting.taken_back(earlier, min(last, frame.period.last).isoformat())
            if lines:
                yield Posting(
                    plan=frame.plan.name, valid_from=valid_from(frame.plan), pay=pay, member=member, window=window,
                    start=start, last=last, unit=known.units[account], digits=known.digits[account],
                    scale=known.scales[account], basis=WITHOUT, lines=lines, measured=earlier.measure,
                    posted=earlier.posted,
                )  # fmt: skip

    def _variants(self, at: int) -> Iterator[tuple[Pay, frozenset[int] | None]]:
        """A pay as it holds for members with terms of their own, each with these; and last for all others."""
        for member, plan in self.frame.own.items():
            yield (
                plan.pays[at],
                frozenset({member}) if self.frame.members is None else self.frame.members & {member},
            )
        yield self.frame.plan.pays[at], self.frame.members

    def _of_pay(
        self, pay: Pay, among: frozenset[int] | None, known: dict[tuple[int, Period], bool]
    ) -> Iterator[Posting]:
        accounts = self._opened.of_pay(pay, among)
        if pay.pool is not None or pay.rank is not None:
            for at, entries in accounts.items():
                known[at] = known.get(at, False) or bool(entries) or self.frame.earns(pay, *at)
        self._visited.update((pay.name, member, window.label) for member, window in accounts)
        for (member, window), entries in accounts.items():
            if pay is self.frame.plan.pays[pay.at] and member in self.frame.own:
                continue
            try:
                found = self._posting(pay, member, window, entries)
            except DealwrightError as error:
                self.frame.failed.setdefault(member, error.text)
                continue
            if found is not None:
                yield found

    def _posting(self, pay: Pay, member: int, window: Period, entries: Sequence[Any]) -> Posting | None:
        if not pay.scheme or pay.pool is not None:
            return None
        account: Account = (pay.name, member, window.label)
        day = min(window.last, self.frame.last).isoformat()
        credited = self.frame.figures.credited(pay, by=True)
        scale, entries = (1, entries) if credited is None else _coarsest(credited, entries)
        is_figure = credited is None and self.frame.figures.is_measured(pay)
        if is_figure and self.frame.earns(pay, member, window):
            figure = self.frame.figures(pay, pay.measure, member, window, min(window.last, self.frame.last))
            scale = figure.denominator
            entries = [of_figure(day, figure.numerator, FIGURE, ref=pay.measure or "")]
        own = lcm(scale, self.frame.accounts.scales.get(account, 1))
        about = "" if credited is None else credited.about
        if own != scale:
            entries = [(*row[:3], row[3] * (own // scale), *row[4:]) for row in entries]
        earlier = _by_scheme(self.frame.accounts.of(account, own))
        exact, kept, said, basis = Fraction(0), 0, dict[str, Any](), None
        if not entries and not self.frame.earns(pay, member, window):
            lines = posting.taken_back(earlier, day)
        else:
            basis, said = self.frame.terms.basis(pay, member, window)
            due = self.frame.due(basis, own, self.frame.rounds(pay))
            lines, kept = self._lines(pay, member, entries, about, due, earlier, day)
            exact = due.exact(earlier.measure + sum(map(itemgetter(posting.MEASURE), lines)))
        if not lines:
            return None
        return self.frame.posted(
            pay, member, window, lines, basis, said, own, earlier, exact=exact, kept=kept
        )

    def _lines(
        self,
        pay: Pay,
        member: int,
        entries: Sequence[Any],
        about: str,
        due: Due,
        earlier: Earlier,
        day: str,
    ) -> tuple[list[Line], int]:
        """The lines of an account, and what refunds leave beyond what is due."""
        stated = self.frame.plan.round.at
        is_plain = stated == "window" and pay.window != DEAL and self.frame.plan.refund.basis != "original"
        if is_plain and about and not earlier.amounts and not earlier.measures:
            return posting.of_short_rows(entries, about, due, day), 0
        entries = whole(entries, about)
        if pay.window == DEAL:
            return selling.of_deals(
                entries, lambda rows: self._of_deal(pay, member, rows, due), earlier, day
            ), 0
        if isinstance(pay.by, str):
            return selling.by_position(entries, due.placed, due.held, earlier, day), 0
        if stated != "window":
            carried = self._carried[member] if stated == "payment" else None
            return posting.by_step(entries, due, earlier, day, carried), 0
        if self.frame.plan.credit.split == "pay":
            return selling.by_share(entries, due, earlier, day), 0
        if self.frame.plan.refund.basis == "original":
            return posting.by_reversal(entries, due, earlier, day)
        return posting.of_window(entries, due, earlier, day), 0

    @cached_property
    def _carried(self) -> "defaultdict[int, Carried]":
        return defaultdict(Carried)

    def _of_deal(self, pay: Pay, member: int, rows: Sequence[Any], due: Due) -> Due:
        """What is due for one deal: by its own position, and where its gates are reached."""
        if pay.by is None and not pay.gates:
            return due
        day = date.fromisoformat(max(row[WINDOW_DAY] for row in rows))
        at = Fraction(rows[0][POSITION] or 0) if isinstance(pay.by, str) else None
        position, is_open = self.frame.terms.of_deal(pay, member, rows[0][DEAL_AT], day, at)
        return self.frame.due(evolve(due.basis, position=position, is_open=is_open), due.scale, due.rounds)


def _coarsest(credited: Credited, entries: Sequence[Any]) -> tuple[int, Sequence[Any]]:
    """A member's entries in the largest parts that they are whole numbers of, whatever parts others need."""
    spare = gcd(credited.finer, *map(itemgetter(MEASURE), entries)) if credited.finer > 1 else 1
    if spare == 1:
        return credited.scale, entries
    return credited.scale // spare, [
        (*row[:MEASURE], row[MEASURE] // spare, *row[MEASURE + 1 :]) for row in entries
    ]


def _by_scheme(earlier: Earlier) -> Earlier:
    """What was posted by the curve alone, without prizes and pools."""
    amounts = {source: each for source, each in earlier.amounts.items() if source[0] not in NOT_BY_SCHEME}
    return evolve(earlier, amounts=amounts)


def _in_order(plan: Plan) -> list[int]:
    """The pays of a plan by number, each behind those that it refers to."""
    names = {each.name: at for at, each in enumerate(plan.pays)}
    done: list[int] = []

    def add(at: int) -> None:
        for _path, figure in plan.pays[at].figures():
            name = pay_named(figure)
            if name in names and names[name] != at:
                add(names[name])
        if at not in done:
            done.append(at)

    for at in range(len(plan.pays)):
        add(at)
    return done
