"""Prizes by rank and pools: what is found for all members together, when a window has ended."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from dealwright_core.errors import DealwrightError
from dealwright_core.incentives.plans.plan import Gate, Pay
from dealwright_core.payroll.crediting.entries import POOL, PRIZE
from dealwright_core.payroll.earning import posting
from dealwright_core.payroll.earning.dues import Basis
from dealwright_core.payroll.earning.frame import Frame
from dealwright_core.payroll.earning.posting import Earlier
from dealwright_core.payroll.earning.postings import Account, Posting
from dealwright_core.payroll.earning.prizes import prizes
from dealwright_core.values import Period, divided


@frozen(eq=False)
class Together:
    """The prizes and pools of a plan."""

    frame: Frame

    def postings(self, pay: Pay, accounts: Collection[tuple[int, Period]]) -> Iterator[Posting]:
        """Prizes and pools of the windows that have ended."""
        for window in self.frame.windows_of(pay):
            if window.last > self.frame.last and window.last > self.frame.period.last:
                continue
            members = sorted({member for member, at in accounts if at == window} - set(self.frame.failed))
            if pay.rank is not None:
                yield from self._prizes(pay, window, members)
            elif pay.pool is not None:
                yield from self._pool(pay, window, members)

    def _prizes(self, pay: Pay, window: Period, members: Sequence[int]) -> Iterator[Posting]:
        assert pay.rank is not None
        figures = {each: self.frame.figures(pay, pay.measure, each, window, window.last) for each in members}
        reached = {each: self.frame.figures.last_day(pay, each, window) for each in members}
        won = prizes(pay.rank, figures, reached, self.frame.rounds(pay).digits)
        ranked = sorted(figures, key=lambda each: -figures[each])
        for member in members:
            place = 1 + sum(figures[each] > figures[member] for each in ranked)
            said = {"figure": str(figures[member]), "place": place, "of": len(members)}
            yield from self._given(pay, member, window, PRIZE, won.get(member, 0), said)

    def _pool(self, pay: Pay, window: Period, members: Sequence[int]) -> Iterator[Posting]:
        """The pool is what the curve gives for all members together; who qualifies has a part of it."""
        assert pay.pool is not None
        day = window.last
        whole = sum(
            (self.frame.figures(pay, pay.measure, each, window, day) for each in members), Fraction(0)
        )
        curve = self.frame.terms.curve(pay, pay.quota if isinstance(pay.quota, Fraction) else None)
        rounds = self.frame.rounds(pay)
        amount = rounds(
            Basis(curve=curve, weight=Fraction(pay.weight), cap=pay.cap, floor=pay.floor).due(whole)
        )
        qualify = pay.pool.qualify
        sharing = [each for each in members if qualify is None or self._qualifies(pay, qualify, each, window)]
        weights = [
            Fraction(1)
            if pay.pool.by == "equal"
            else max(self.frame.figures(pay, pay.pool.by, each, window, day), Fraction(0))
            for each in sharing
        ]
        total = sum(weights, Fraction(0))
        theirs = divided(amount, weights) if total else [0] * len(sharing)
        parts = dict(zip(sharing, zip(theirs, weights, strict=True), strict=True))
        for member in members:
            part, weight = parts.get(member, (0, Fraction(0)))
            said = {"pool": amount, "measured": str(whole), "weight": str(weight), "of": str(total)}
            yield from self._given(pay, member, window, POOL, part, said)

    def _qualifies(self, pay: Pay, gate: Gate, member: int, window: Period) -> bool:
        """Whether a member has a part of a pool; who has no figure has none, and is listed."""
        try:
            quota = self.frame.quotas.of_pay(pay, member, window)
            return self.frame.terms.reached(pay, gate, member, window, quota)[2]
        except DealwrightError as error:
            self.frame.failed.setdefault(member, error.text)
            return False

    def _given(
        self, pay: Pay, member: int, window: Period, about: str, amount: int, said: Mapping[str, Any]
    ) -> Iterator[Posting]:
        """The line that brings what was given before to what is due now."""
        account: Account = (pay.name, member, window.label)
        earlier = self.frame.accounts.of(account, self.frame.accounts.scales.get(account, 1))
        before = earlier.amounts.get((about, 0), 0)
        if amount == before:
            return
        line = posting.line(about, 0, 0, window.last.isoformat(), 0, amount - before)
        yield self.frame.posted(pay, member, window, [line], None, said, 1, Earlier({}, {(about, 0): before}))
