"""Who has which part of a sale: its owner, those whom the plan names, or those who have parts on record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dealwright_core.errors import UsageError
from dealwright_core.incentives import wording
from dealwright_core.incentives.plans.facts import OWNER
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.entries import ABOUT, DEAL, MEMBER, REF, WINDOW_DAY
from dealwright_core.payroll.crediting.people import People
from dealwright_core.records import SalesSplit
from dealwright_core.values import PPM

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ONE = Fraction(1)


@frozen(eq=False, slots=False)
class Sharing:
    """The shares of a plan."""

    session: "Session"
    plan: Plan
    people: People

    def of(self, row: Sequence[Any]) -> dict[int | None, Fraction]:
        """The share of everybody who is credited; what is nobody's is under None."""
        owner, day = row[MEMBER], date.fromisoformat(row[WINDOW_DAY])
        shares: defaultdict[int | None, Fraction] = defaultdict(Fraction)
        for member, share in self._whole(row, owner, day):
            shares[member] += share
        for name, share in self.plan.credit.overlay.items():
            shares[self._named(name, owner, day)] += share
        return dict(shares)

    def _whole(self, row: Sequence[Any], owner: int | None, day: date) -> list[tuple[int | None, Fraction]]:
        credit = self.plan.credit
        if credit.shares:
            return [(self._named(name, owner, day), Fraction(share)) for name, share in credit.shares.items()]
        listed = self.splits.get((self.deal_kinds[row[ABOUT]], row[DEAL]), [])
        if credit.by_list is None:
            given = [(member, share) for member, share in listed if share is not None]
            return self._given(given, row[REF]) if given else [(owner, ONE)]
        members: list[int | None] = [member for member, _share in listed]
        members = members or [owner]
        if credit.by_list == "equal":
            return [(each, Fraction(1, len(members))) for each in members]
        for shares in credit.by_list:
            if len(shares) == len(members):
                return list(zip(members, map(Fraction, shares), strict=True))
        if len(members) == 1:
            return [(members[0], ONE)]
        raise UsageError(
            _(
                "plan {plan} has no list of {count} shares for {ref}",
                plan=self.plan.name,
                count=len(members),
                ref=row[REF],
            ),
            _("add one to credit.by_list"),
        )

    def _given(self, shares: Sequence[tuple[int, Fraction]], ref: str) -> list[tuple[int | None, Fraction]]:
        """Shares on record, and what is left of the sale, which is nobody's. Raises `UsageError` for more than all."""
        left = self.plan.credit.total - sum(share for _member, share in shares)
        if left < 0:
            message = _(
                "the shares of {ref} sum to {total}",
                ref=ref,
                total=wording.percent(self.plan.credit.total - left),
            )
            raise UsageError(message, _("correct them: dealwright sales-split list"))
        return [*shares, (None, left)] if left else list(shares)

    @cached_property
    def splits(self) -> Mapping[tuple[str, int], list[tuple[int, Fraction | None]]]:
        """The members of sales of several, in their order, by kind and id of the deal."""
        found: defaultdict[tuple[str, int], list[tuple[int, Fraction | None]]] = defaultdict(list)
        for each in sorted(self.session.find(SalesSplit), key=lambda one: (one.sequence, one.id)):
            share = None if each.share is None else Fraction(each.share, PPM)
            kind, deal = (
                ("contract", each.contract) if each.opportunity is None else ("opportunity", each.opportunity)
            )
            found[kind, deal or 0].append((each.member, share))
        return found

    @cached_property
    def deal_kinds(self) -> dict[str, str]:
        """By kind of sale the kind of record that such sales belong together by."""
        return {}

    def _named(self, name: str, owner: int | None, day: date) -> int | None:
        """A member by what plans call them: the owner, a member, or who holds a role above the owner."""
        if name == OWNER:
            return owner
        member = self.people.ids.get(name)
        if member is not None or owner is None:
            return member
        key = ("role", name, owner, self.people.stretch(day))
        if key not in self._holders:
            self._holders[key] = self.people.holder_above(owner, name, day)
        return self._holders[key]

    @cached_property
    def _holders(self) -> dict[Any, int | None]:
        return {}
