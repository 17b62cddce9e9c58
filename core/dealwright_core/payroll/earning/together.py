"""Prizes by rank and pools: what is found for all members together, when a window has ended."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from dealwright_core.errors import DealwrightError
from dealwright_core.incentives.plans.plan import Gate, Pay, Pool
from dealwright_core.incentives.plans.tables import Rank
from dealwright_core.payroll.crediting.entries import POOL, PRIZE
from dealwright_core.payroll.earning import posting
from dealwright_core.payroll.earning.dues import Basis, describe
from dealwright_core.payroll.earning.frame import Frame
from dealwright_core.payroll.earning.posting import Earlier
from dealwright_core.payroll.earning.postings import Account, Posting
from dealwright_core.payroll.earning.prizes import places
from dealwright_core.payroll.earning.quotas import Unpaid
from dealwright_core.payroll.earning.terms import Ranked
from dealwright_core.values import Period

ONE, ZERO = Fraction(1), Fraction(0)
# What a member is given in units of lines, and what there is to say of it.
Given = tuple[int, Mapping[str, Any]]
NOTHING: Given = (0, {})


@frozen(eq=False)
class Together:
    """The prizes and pools of a plan."""

    frame: Frame

    def postings(self, pay: Pay, accounts: Mapping[tuple[int, Period], bool]) -> Iterator[Posting]:
        """Prizes and pools of the windows that have ended. ``accounts`` says who takes part in which window; of all
        others only what was given before is taken back.
        """
        for window in self.frame.windows_of(pay):
            if window.last > self.frame.last and window.last > self.frame.period.last:
                continue
            known = sorted(member for member, at in accounts if at == window)
            given = self._given(pay, window, self._left(each for each in known if accounts[each, window]))
            about = POOL if pay.rank is None else PRIZE
            for member in self._left(known):
                amount, said = given.get(member, NOTHING)
                yield from self._posted(pay, member, window, about, amount, said)

    def _given(self, pay: Pay, window: Period, members: Sequence[int]) -> Mapping[int, Given]:
        """What each member is given. Where that cannot be found, nobody has a figure, and all are listed."""
        try:
            if pay.rank is not None:
                return self._prizes(pay, pay.rank, window, members)
            if pay.pool is not None:
                return self._pool(pay, pay.pool, window, members)
        except DealwrightError as error:
            self._fail(dict.fromkeys(members, error.text))
        return {}

    def _prizes(self, pay: Pay, rank: Rank, window: Period, members: Sequence[int]) -> Mapping[int, Given]:
        """Who has a place, and the prize of it; who has none is told so."""
        standing = {each: at for each in members if (at := self._ranked(pay, each, window)) is not None}
        ranked = {each: at.by for each, at in standing.items() if at.is_over(rank.over)}
        reached = {each: self._reached(pay, each, window) for each in ranked}
        won = places(rank, ranked, reached, self.frame.rounds(pay))
        found: dict[int, Given] = {}
        for each, at in standing.items():
            said = {**at.said, "figure": str(at.by), "attained": at.attained is not None, "of": len(standing)}
            place = won.get(each)
            if place is not None:
                said |= {"place": place.number, "equal": place.equal, "prize": place.prize}
            found[each] = (0 if place is None else place.prize, said)
        return found

    def _ranked(self, pay: Pay, member: int, window: Period) -> Ranked | None:
        """Where a member stands, by terms of their own where they have any; who has no figure is listed."""
        try:
            return self.frame.terms.ranked(self.frame.pay_of(pay, member), member, window)
        except DealwrightError as error:
            self._fail({member: error.text})
            return None

    def _reached(self, pay: Pay, member: int, window: Period) -> str:
        return self.frame.figures.last_day(self.frame.pay_of(pay, member), member, window)

    def _pool(self, pay: Pay, pool: Pool, window: Period, members: Sequence[int]) -> Mapping[int, Given]:
        """The pool is what the curve gives for all members together; who qualifies has a part of it."""
        qualify = pool.qualify
        sharing = [each for each in members if qualify is None or self._qualifies(pay, qualify, each, window)]
        found = self._basis(pay, window, members)
        if found is None:
            return {}
        basis, said, together = found
        whole = self.frame.figures(pay, pay.measure, together, window, window.last)
        rounds = self.frame.rounds(pay)
        amount = rounds(basis.due(whole))
        weights = {each: self._weight(pay, pool, each, window) for each in self._left(sharing)}
        total = sum(weights.values(), ZERO)
        parts = rounds.divided(amount, list(weights.values())) if total else [0] * len(weights)
        theirs = dict(zip(weights, parts, strict=True))
        said |= {
            "pool": amount, "measured": str(whole), "members": len(together), "joint": describe(basis),
            "of": str(total),
        }  # fmt: skip
        return {
            each: (theirs.get(each, 0), {**said, "weight": str(weights.get(each, ZERO))}) for each in together
        }

    def _basis(
        self, pay: Pay, window: Period, members: Sequence[int]
    ) -> tuple[Basis, dict[str, Any], tuple[int, ...]] | None:
        """From what a pool follows, what there is to say of it, and whose it is: who lacks a target is listed. None
        where it is nobody's.
        """
        together = tuple(self._left(members))
        if not together:
            return None
        try:
            return (*self.frame.terms.basis(pay, together, window), together)
        except Unpaid as error:
            self._fail({each: Unpaid({each: why}).text for each, why in error.lacking.items()})
            return self._basis(pay, window, together)

    def _weight(self, pay: Pay, pool: Pool, member: int, window: Period) -> Fraction:
        if pool.by == "equal":
            return ONE
        return max(self.frame.figures(pay, pool.by, member, window, window.last), ZERO)

    def _qualifies(self, pay: Pay, gate: Gate, member: int, window: Period) -> bool:
        """Whether a member has a part of a pool; who has no figure has none, and is listed."""
        try:
            quota = self.frame.quotas.of_pay(pay, member, window)
            return self.frame.terms.reached(pay, gate, member, window, quota)[2]
        except DealwrightError as error:
            self._fail({member: error.text})
            return False

    def _fail(self, why: Mapping[int, str]) -> None:
        for member, text in why.items():
            self.frame.failed.setdefault(member, text)

    def _left(self, members: Iterable[int]) -> list[int]:
        """Those who have a figure so far."""
        return [each for each in members if each not in self.frame.failed]

    def _posted(
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
