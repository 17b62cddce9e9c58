"""What of the pay waits, is released and is taken back, sale by sale: what changed since earlier runs."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from dealwright_core.payroll.crediting.entries import ADJUSTMENT
from dealwright_core.payroll.earning.posting import Source
from dealwright_core.payroll.earning.postings import Account, Accounts, Posting
from dealwright_core.payroll.settling.aftermath import NOTHING_LEFT, Aftermath, Rules, Taken
from dealwright_core.payroll.settling.fates import Fates
from dealwright_core.values import Period

# A member's pay for a sale: the member, and the kind and id of the sale.
Key = tuple[int, str, int]


@frozen(eq=False)
class Kept:
    """What earlier runs left of the pay for each sale."""

    of: Mapping[Key, Aftermath] = field(factory=dict)

    def after(self, change: "Change") -> "Kept":
        """What a run leaves that changes some of it."""
        found = dict(self.of)
        for (key, moment), amount in change.waits.items():
            known = found.get(key, NOTHING_LEFT)
            left = known.waiting.get(moment, 0) + amount
            found[key] = Aftermath({**known.waiting, moment: left}, known.taken)
        for (key, event), taken in change.took.items():
            known = found.get(key, NOTHING_LEFT)
            before = known.taken.get(event, Taken(taken.day, 0, 0))
            now = Taken(before.day, before.back + taken.back, before.cancelled + taken.cancelled)
            found[key] = Aftermath(known.waiting, {**known.taken, event: now})
        return Kept(found)


@frozen(eq=False)
class Change:
    """What a run changes of the pay for sales: by how much what ``waits`` grew, by sale and what it waits for; and what
    more events ``took``.
    """

    waits: Mapping[tuple[Key, str], int]
    took: Mapping[tuple[Key, str], Taken]

    def earned(self, member: int) -> int:
        """By how much it changes what a member earned."""
        return self._earned.get(member, 0)

    def waiting(self, member: int) -> int:
        """By how much it changes what waits of a member's pay."""
        return self._waiting.get(member, 0)

    _earned: dict[int, int] = field(factory=dict, init=False)
    _waiting: dict[int, int] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        for (key, _event), taken in self.took.items():
            self._earned[key[0]] = self._earned.get(key[0], 0) + taken.back + taken.cancelled
        for (key, _moment), amount in self.waits.items():
            self._waiting[key[0]] = self._waiting.get(key[0], 0) + amount

    @property
    def members(self) -> frozenset[int]:
        """Whom it concerns."""
        return frozenset({*self._earned, *self._waiting})


@frozen(eq=False, kw_only=True)
class Withholding:
    """The pay of a plan in a pay period, sale by sale. ``minor`` gives units of lines with some digits in minor units.
    Only that of ``members`` is looked at, where they are given.
    """

    rules: Rules
    fates: Fates
    period: Period
    currency: str
    accounts: Accounts
    kept: Kept
    minor: Callable[[int, int], int]
    members: Collection[int] | None

    def change(self, postings: Sequence[Posting], failed: Collection[int]) -> Change:
        """What a run with these postings changes. Nothing does for members without a figure."""
        waits: dict[tuple[Key, str], int] = {}
        took: dict[tuple[Key, str], Taken] = {}
        if self.rules.is_plain and not self.kept.of and not self.fates.has_holds:
            return Change(waits, took)
        earned, sold = self._earned(postings)
        posted, _days = self._earned(()) if self.fates.has_holds else (earned, sold)
        for key in sorted({*earned, *self.kept.of}):
            if key[0] in failed or (self.members is not None and key[0] not in self.members):
                continue
            before = self.kept.of.get(key, NOTHING_LEFT)
            now = self._now(key, earned.get(key, 0), sold.get(key[1:]), before.released(posted.get(key, 0)))
            for moment in {**before.waiting, **now.waiting}:
                if more := now.waiting.get(moment, 0) - before.waiting.get(moment, 0):
                    waits[key, moment] = more
            for event in {**before.taken, **now.taken}:
                more_taken = _more(before.taken.get(event), now.taken.get(event))
                if more_taken.back or more_taken.cancelled:
                    took[key, event] = more_taken
        return Change(waits, took)

    def _now(self, key: Key, earned: int, sold: date | None, before: int) -> Aftermath:
        """What is left of the pay for a sale at the end of the period. ``before`` is what was released of it."""
        if not earned:
            return NOTHING_LEFT
        member, about, source = key
        fate = self.fates.of(member, (about, source), sold or self.period.start)
        if self.rules.is_plain and not fate.holds:
            return NOTHING_LEFT
        return self.rules.applied(earned, fate, self.period.last, before=before)

    def _earned(self, postings: Sequence[Posting]) -> tuple[Mapping[Key, int], Mapping[Source, date]]:
        """What is earned for each sale in all, with its corrections; and the day of each sale."""
        earned: defaultdict[Key, int] = defaultdict(int)
        days: dict[Source, str] = dict(self.accounts.sold)
        for each in postings:
            for about, id, _deal, day, _measure, _amount, _position in each.lines:
                days.setdefault((about, id), day)
        for (_pay, member, _window), digits, amounts in self._by_account(postings):
            exact = rounded_before = 0
            for source, amount in amounts.items():
                exact += amount
                now = self.minor(exact, digits)
                earned[member, *self.fates.root(source)] += now - rounded_before
                rounded_before = now
        sold: dict[Source, date] = {}
        for source, day in days.items():
            root = self.fates.root(source)
            if root == source or root not in days:
                sold[root] = min(date.fromisoformat(day), sold.get(root, date.max))
        return earned, sold

    def _by_account(self, postings: Sequence[Posting]) -> Iterator[tuple[Account, int, Mapping[Source, int]]]:
        """What each account has in all, by source, with the digits of its amounts."""
        now: defaultdict[Account, list[Posting]] = defaultdict(list)
        for each in postings:
            if each.unit == self.currency:
                now[each.account].append(each)
        known = self.accounts
        for account in {**known.earlier, **now}:
            if account[0] == ADJUSTMENT or known.units.get(account, self.currency) != self.currency:
                continue  # what is adjusted never waits
            made = now.get(account, [])
            digits = max([known.digits.get(account, 0), *(each.digits for each in made)])
            amounts: defaultdict[Source, int] = defaultdict(int)
            if account in known.earlier:
                finer = 10 ** (digits - known.digits[account])
                for key, amount in known.earlier[account].amounts.items():
                    amounts[key] += amount * finer
            for posting in made:
                finer = 10 ** (digits - posting.digits)
                for about, id, _deal, _day, _measure, amount, _position in posting.lines:
                    amounts[about, id] += amount * finer
            yield account, digits, amounts


def _more(before: Taken | None, now: Taken | None) -> Taken:
    """What an event took beyond what it had taken; its day is the one it has now."""
    if now is None:
        assert before is not None
        return Taken(before.day, -before.back, -before.cancelled)
    return now if before is None else Taken(now.day, now.back - before.back, now.cancelled - before.cancelled)
