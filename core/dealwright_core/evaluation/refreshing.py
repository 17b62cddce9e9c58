"""Runs brought up to date where something changed since they were made."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dealwright_core.batches import batches
from dealwright_core.errors import Refused
from dealwright_core.evaluation.plan import Plan
from dealwright_core.evaluation.runs import CLOSED, Run, closed_run, latest_runs
from dealwright_core.evaluation.staging import unstage
from dealwright_core.evaluation.stale import Marks
from dealwright_core.evaluation.statement import RunStatement
from dealwright_core.store import results
from dealwright_core.store.engine import is_transient
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.evaluation.running import Runs
    from dealwright_core.store.catalogue import Catalogue
    from dealwright_core.store.session import Session

R = results.result.c


@frozen
class Refreshed:
    """What became of the latest run of a scheme: how many scores were ``computed``, or why it could not be made."""

    run: Run
    computed: int
    refused: str = ""


@frozen(eq=False)
class Refreshing:
    """Computes anew what is stale in the latest runs."""

    _connection: Connection
    _catalogue: "Catalogue"
    _truth: "Session"
    _runs: "Runs"

    def all(self) -> list[Refreshed]:
        """Every scheme that was run, each with what was done; marks are taken away, but for those of what was
        refused.
        """
        marks, done, kept = Marks.read(self._connection), [], set[str]()
        for plan in self._catalogue.plans.usable.values():
            run = next(iter(latest_runs(self._connection, plan.scheme.name, 1)), None)
            if run is None:
                continue
            found = (
                self._measured(plan, run, marks) if plan.scheme.measures else self._scored(plan, run, marks)
            )
            if found is not None:
                done.append(found)
                kept |= plan.watched.keys() if found.refused else set()
        marks.without(kept).remove(self._connection)
        return done

    def _scored(self, plan: Plan, run: Run, marks: Marks) -> Refreshed:
        """Rules alone: just the subjects that are stale. Where the scheme or the day decides there is a new run."""
        if self._is_old(plan, run) or run.state == CLOSED or run.missing or marks.all_of(plan):
            return self._made(plan, None)
        ids = self._stale(plan, run, marks)
        for part in batches(ids):
            statement, failed = self._runs.prepared(plan, None, run.as_of, part)
            is_done = not failed and self._replaced(run, statement, part)
            unstage(self._connection, plan)
            if not is_done:
                return self._made(plan, None)
        return Refreshed(self._runs.summed_again(plan, run) if ids else run, len(ids))

    def _replaced(self, run: Run, statement: RunStatement, ids: Sequence[int]) -> bool:
        """Compute the results of some subjects anew. False, with nothing done, where the database cannot."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(sa.delete(results.result).where(R.run == run.id, R.subject.in_(ids)))
                self._connection.execute(statement.insert(run.id, statement.among(ids)))
        except DBAPIError as error:
            if is_transient(error):
                raise
            return False
        return True

    def _measured(self, plan: Plan, run: Run, marks: Marks) -> Refreshed | None:
        """With measures: a new run for the same period, unless it finds the same. None where the period is closed, or
        the scheme is for other periods now.
        """
        period = None if run.period is None else self._truth.calendar.parse(run.period)
        if period is None or self._truth.calendar.unit_of(period) != plan.scheme.period:
            return None
        if closed_run(self._connection, run.scheme, period.label) is not None:
            return None
        if not (self._is_old(plan, run) or run.missing or marks.any_of(plan) or self._went_on(run, period)):
            return Refreshed(run, 0)
        try:
            return self._made(plan, period, unless=run)
        except Refused as error:
            return Refreshed(run, 0, refused=str(error))

    def _is_old(self, plan: Plan, run: Run) -> bool:
        """Whether the scheme is another now, or the day decides and is another."""
        return run.version != plan.version or (plan.needs_day and run.as_of != self._truth.today)

    def _went_on(self, run: Run, period: Period) -> bool:
        """Whether a day of the period went by since the run, and facts of it count now that did not."""
        return min(run.as_of, period.last) != min(self._truth.today, period.last)

    def _made(self, plan: Plan, period: Period | None, unless: Run | None = None) -> Refreshed:
        made = self._runs.make(plan, period, unless=unless)
        return Refreshed(made, 0 if made is unless else made.subjects)

    def _stale(self, plan: Plan, run: Run, marks: Marks) -> list[int]:
        """The subjects that were marked, whether the scheme is still about them or not, and those without a result."""
        joined = self._catalogue.joined(plan.subject, as_of=run.as_of)
        marked = joined.select(joined.table.c.id).where(marks.among(plan, joined))
        statement = RunStatement(self._catalogue, plan, run.as_of, None)
        known = sa.exists(
            sa.select(R.subject).where(R.run == run.id, R.subject == statement.joined.table.c.id)
        )
        found = [
            row[0]
            for each in (joined.finish(marked), statement.subjects(sa.not_(known)))
            for row in self._connection.execute(each)
        ]
        return sorted(set(found))
