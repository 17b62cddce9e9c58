"""Runs of a pay period: calculated, approved by somebody else, paid and closed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import evolve, frozen
from sqlalchemy.engine import Connection

from dealwright_core.access.actors import person_of
from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.language import core as _
from dealwright_core.payroll import ledger, payledger
from dealwright_core.payroll.changes import Changed, Concerned, Reads
from dealwright_core.payroll.earning.adjusting import is_adjusted
from dealwright_core.payroll.earning.calculating import Calculated
from dealwright_core.payroll.earning.postings import Accounts, as_header, is_of, valid_from
from dealwright_core.payroll.ledger import APPROVED, CALCULATED, CLOSED, PAID, PayRun
from dealwright_core.payroll.reckoning import Reckoning
from dealwright_core.payroll.settling.payments import Paid, Settlement
from dealwright_core.store import payroll
from dealwright_core.store.numbering import allocate
from dealwright_core.store.pause import no_collection
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.changing import ChangingSession
    from dealwright_core.store.session import Session

# Each state that a run moves to, and the one that it moves from.
BEFORE = {APPROVED: CALCULATED, PAID: APPROVED, CLOSED: PAID}


@frozen(eq=False, slots=False)
class PayRuns:
    """What a command may do with runs. They are over the whole deployment."""

    _connection: Connection
    _truth: "Session"
    _session: "ChangingSession"

    def make(self, period: Period, *, full: bool = False) -> PayRun:
        """Calculate every plan that is paid in a period: where it was before, for those alone whom it concerns what has
        changed since, unless it is to be ``full``. Raises `Refused` where the period is final, or a later one was
        calculated, and `ConfigError` with the mistakes of its plans.
        """
        self._session.write()
        ledger.one_at_a_time(self._connection)
        unit = self._truth.calendar.unit_of(period)
        known = ledger.runs(self._connection)
        run = next((each for each in known if each.period == period.label), None)
        self._check_open(period, unit, run, known)
        earlier = [each for each in known if each.unit == unit and each.first < period.start]
        plans = self._reckoning.plans(period, lambda plan: self._goes_on(plan, period, earlier))
        mark = ledger.mark_of(self._connection)
        made = self._begun(period, unit, run, plans, mark)
        again = None if full or run is None or run.header != made.header else run
        if run is not None and again is None:
            ledger.remove(self._connection, run.id)
        with no_collection() if again is not None else nullcontext():
            failed = [self._posted(made.id, plan, period, earlier, again) for plan in plans]
            made = evolve(
                made,
                failed=_json([one for each, _left in failed for one in each]),
                uncredited=sum(left for _each, left in failed),
                digest=payledger.digest(self._connection, made.id),
            )
        ledger.store_run(self._connection, made)
        self._journal(made, "calculated")
        return made

    def _goes_on(self, plan: Plan, period: Period, earlier: Sequence[PayRun]) -> bool:
        """Whether there is something to correct or to pay of a plan that ended."""
        if ledger.has_postings(self._connection, plan, [each.id for each in earlier]):
            return True
        return is_adjusted(self._truth, plan, period.last)

    @cached_property
    def _reckoning(self) -> Reckoning:
        return Reckoning(self._connection, self._truth, self._session.faults)

    def _check_open(self, period: Period, unit: str, run: PayRun | None, known: Iterable[PayRun]) -> None:
        if run is not None and run.is_final:
            raise _refused("period-closed", _final(run))
        later = [each for each in known if each.unit == unit and each.first > period.start]
        if later:
            message = _(
                "{later} was calculated on what {period} has: discard it first, or correct there what is wrong",
                later=later[0].period,
                period=period.label,
            )
            raise _refused("period-has-later", message)

    def _posted(
        self, run: int, plan: Plan, period: Period, earlier: Sequence[PayRun], again: PayRun | None
    ) -> tuple[list[dict[str, str]], int]:
        """Post what a plan pays; who has no figure, and of how many sales a part is credited to nobody. Of a run that
        was made before, only what changes concern is made again.
        """
        before = [] if again is None else [each for each in again.without_figure if is_of(each, plan)]
        members = None
        if again is not None:
            concerned = Concerned(self._connection, self._truth, plan, self._reckoning.people, again.mark)
            members = concerned.by(
                Changed.since(self._connection, again.mark),
                Reads.of(plan, self._truth, self._reckoning.book.around.schema),
            )
        if members is not None:
            members |= {self._reckoning.people.ids[each["member"]] for each in before}
        began = [each.first for each in earlier if any(is_of(one, plan) for one in each.said["plans"])]
        accounts = ledger.accounts(self._connection, plan, [each.id for each in earlier], members)
        found = self._reckoning.calculated(plan, period, min([period.start, *began]), accounts, members)
        if again is not None:
            ledger.remove(
                self._connection, run, plan, self._reckoning.people.members if members is None else members
            )
        ledger.store(self._connection, run, found.postings)
        self._settle(run, plan, period, earlier, accounts, found, members)
        people = self._reckoning.people.members
        failed = [
            {"plan": plan.name, "valid_from": valid_from(plan), "member": people[member].ref, "why": str(why)}
            for member, why in sorted(found.failed.items())
        ]
        return failed, found.left

    def _settle(
        self,
        run: int,
        plan: Plan,
        period: Period,
        earlier: Sequence[PayRun],
        accounts: Accounts,
        found: Calculated,
        members: frozenset[int] | None,
    ) -> None:
        """Pay what was posted. Raises where the entries of the ledger do not balance."""
        before: dict[int, Paid] = {}
        for each in earlier:
            before |= {paid.member: paid for paid in payledger.payments(self._connection, each.id, plan)}
        settlement = Settlement(
            connection=self._connection,
            session=self._truth,
            plan=plan,
            period=period,
            people=self._reckoning.people,
            before=before,
            accounts=accounts,
            kept=payledger.kept(self._connection, plan, earlier, members),
            members=members,
        )
        settled = settlement.of(found.postings, found.failed)
        if any(_sums(settled.entries).values()):
            raise AssertionError(f"the entries of {plan.name} in {period.label} do not balance")
        payledger.store_settled(self._connection, run, plan, settled)

    def move(self, period: str, to: str) -> PayRun:
        """Move a run on: to approved, paid or closed. Raises `Refused` where it is not in the state before, or where
        who ran it is to approve it.
        """
        self._session.write()
        run = self._locked(period)
        if run.state != BEFORE[to]:
            message = _(
                "{period} is {state}, so it cannot become {to}", period=period, state=run.state, to=to
            )
            raise _refused("pay-run-illegal-move", message)
        if to == APPROVED:
            if person_of(self._session.actor) == person_of(run.actor):
                message = _("{actor} ran {period}: somebody else approves it", actor=run.actor, period=period)
                raise _refused("separation-of-duties", message)
            run = evolve(run, approver=self._session.actor)
        moved = evolve(run, state=to)
        ledger.store_run(self._connection, moved)
        self._journal(moved, to)
        return moved

    def discard(self, period: str) -> PayRun:
        """Remove a run that is calculated and not approved. Raises `Refused` where it is final or has a later one."""
        self._session.write()
        run = self._locked(period)
        if run.is_final:
            raise _refused("period-closed", _final(run))
        later = [
            each for each in ledger.runs(self._connection) if each.unit == run.unit and each.first > run.first
        ]
        if later:
            raise _refused(
                "period-has-later", _("{later} builds on it: discard that first", later=later[-1].period)
            )
        ledger.remove(self._connection, run.id)
        self._connection.execute(sa.delete(payroll.run).where(payroll.run.c.id == run.id))
        self._journal(run, "discarded")
        return run

    def _begun(
        self, period: Period, unit: str, before: PayRun | None, plans: Sequence[Plan], mark: str
    ) -> PayRun:
        """A run without figures yet."""
        header = {
            "plans": [as_header(plan) for plan in plans],
            "plugins": sorted(set(self._reckoning.book.around.origins.values())),
        }
        id = allocate(self._connection, payroll.run.name, 1)[0] if before is None else before.id
        return PayRun(
            id=id, period=period.label, first=period.start, last=period.last, unit=unit, state=CALCULATED,
            at=self._session.now, actor=self._session.actor, approver=None, header=_json(header), failed="[]",
            uncredited=0, digest="", mark=mark,
        )  # fmt: skip

    def _locked(self, period: str) -> PayRun:
        ledger.one_at_a_time(self._connection)
        return ledger.run_of(ledger.runs(self._connection), period)

    def _journal(self, run: PayRun, what: str) -> None:
        said = {"pay_run": run.id, "done": what, "digest": run.digest, "state": run.state}
        self._session.evaluated.append((f"pay {run.period}", said))


def _final(run: PayRun) -> str:
    return _(
        "{period} is {state} and does not change: what was corrected since is paid by the next period",
        period=run.period,
        state=run.state,
    )


def _refused(code: str, message: str) -> Refused:
    return Refused([Finding(code, "block", message)])


def _sums(entries: Iterable[tuple[int, str, str, int]]) -> Mapping[str, int]:
    """The sum of entries in each currency."""
    sums: defaultdict[str, int] = defaultdict(int)
    for _member, _account, currency, amount in entries:
        sums[currency] += amount
    return sums


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
