"""Runs of schemes: made in one statement, refreshed where something changed, closed, and kept as long as stated."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from attrs import evolve, frozen
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dealwright_core.errors import PluginError, Refused
from dealwright_core.evaluation.culprits import failing_combiner, failing_rules, undone_on_failure
from dealwright_core.evaluation.digest import digest_of_run
from dealwright_core.evaluation.measured import check_period
from dealwright_core.evaluation.plan import Plan
from dealwright_core.evaluation.progress import CHECKING, STORING, tell
from dealwright_core.evaluation.refreshing import Refreshed, Refreshing
from dealwright_core.evaluation.runs import CLOSED, OPEN, Run, closed_run, locked_run
from dealwright_core.evaluation.staging import Staging, unstage
from dealwright_core.evaluation.stale import Marks
from dealwright_core.evaluation.statement import RunStatement
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.store import results
from dealwright_core.store.engine import is_transient
from dealwright_core.store.numbering import allocate
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue
    from dealwright_core.store.changing import ChangingSession
    from dealwright_core.store.session import Session

R = results.result.c


@frozen(eq=False)
class Runs:
    """What a command may do with runs. They are over the whole deployment."""

    _connection: Connection
    _catalogue: "Catalogue"
    _truth: "Session"
    _session: "ChangingSession"

    def make(self, plan: Plan, period: Period | None, unless: Run | None = None) -> Run:
        """Evaluate every subject of a scheme. Raises `Refused` where the period is closed.

        Where it finds the same as ``unless``, an earlier run, nothing is kept of it, and that one returned.
        """
        self._session.write()
        check_period(self._truth, plan.scheme.period, period)
        self._check_open(plan, period)
        marks = Marks.read(self._connection) if self._is_alone(plan) else None
        run = self._computed(plan, period)
        if unless is not None and run.is_like(unless):
            self._connection.execute(sa.delete(results.result).where(R.run == run.id))
            return unless
        self._connection.execute(sa.insert(results.run).values(run.row()))
        if marks is not None:
            marks.remove(self._connection)
        self._forget_old(plan, run)
        self._journal(run, "made")
        return run

    def _computed(self, plan: Plan, period: Period | None) -> Run:
        """A run whose results are stored, and which itself is not yet."""
        as_of = self._truth.today
        statement, failed = self.prepared(plan, period, as_of)
        id = allocate(self._connection, results.run.name, 1)[0]
        tell(STORING)
        statement, more = self._stored(statement, lambda each: each.insert(id))
        tell(CHECKING)
        unstage(self._connection, plan)
        self._session.faults += (*failed, *more)
        run = Run(
            id=id, scheme=plan.scheme.name, subject=plan.subject, version=plan.version,
            period=None if period is None else period.label, as_of=as_of, at=self._session.now,
            actor=self._session.actor, header=plan.header(), subjects=0, incomplete=0, digest="",
            missing=tuple(str(each) for each in (*failed, *more)), state=OPEN,
        )  # fmt: skip
        return self._summed(plan, run)

    def refresh(self) -> list[Refreshed]:
        """Bring the latest run of every scheme up to date: compute scores anew from which something changed since, and
        make a new run where the scheme, the day, or what measures are of changed.
        """
        self._session.write()
        return Refreshing(self._connection, self._catalogue, self._truth, self).all()

    def close(self, id: int) -> Run:
        """Let a run stand for good: it is kept, and its scheme is not run again for its period."""
        run = locked_run(self._connection, id)
        if run.state == CLOSED:
            return run
        closed = evolve(run, state=CLOSED)
        self._connection.execute(sa.update(results.run).where(results.run.c.id == id).values(state=CLOSED))
        self._journal(closed, "closed")
        return closed

    def _is_alone(self, plan: Plan) -> bool:
        """Whether no other scheme needs the marks of what changed."""
        return list(self._catalogue.plans.usable.values()) == [plan]

    def _check_open(self, plan: Plan, period: Period | None) -> None:
        scheme, label = plan.scheme.name, None if period is None else period.label
        if label is None:
            return
        found = closed_run(self._connection, scheme, label)
        if found is not None:
            message = _(
                "{scheme} is closed for {label}, with run {id}: a closed period does not change",
                scheme=scheme,
                label=label,
                id=found,
            )
            raise Refused([Finding("period-closed", "block", message)])

    def prepared(
        self, plan: Plan, period: Period | None, as_of: date, ids: Sequence[int] | None = None
    ) -> tuple[RunStatement, list[PluginError]]:
        """The statement, after everything that is computed outside the database was staged for all subjects or for
        some; and what failed there.
        """
        if not plan.measures and not plan.batches:
            return RunStatement(self._catalogue, plan, as_of, period), []
        staging = Staging(self._connection, self._catalogue, self._truth, plan, as_of, period, ids)
        failed = staging.fill()
        return RunStatement(self._catalogue, plan, as_of, period, failed), list(failed.values())

    def _stored(
        self, statement: RunStatement, insert: Callable[[RunStatement], sa.Insert]
    ) -> tuple[RunStatement, list[PluginError]]:
        """Execute the statement; where it fails, find the rules that fail by themselves and go on without them.

        Raises `PluginError` where it is the combiner that fails.
        """
        try:
            with undone_on_failure(self._connection):
                self._connection.execute(insert(statement))
            return statement, []
        except DBAPIError as error:
            if is_transient(error):
                raise
            culprits = failing_rules(self._connection, statement)
            if not culprits:
                blamed = failing_combiner(self._connection, statement)
                if blamed is None:
                    raise
                raise blamed from error
        rest = RunStatement(
            self._catalogue,
            statement.plan,
            statement.as_of,
            statement.period,
            {*statement.without, *culprits},
        )
        self._connection.execute(insert(rest))
        return rest, list(culprits.values())

    def summed_again(self, plan: Plan, run: Run) -> Run:
        """A run of which some results were computed anew."""
        summed = self._summed(plan, run)
        r = results.run.c
        changed = sa.update(results.run).where(r.id == run.id)
        self._connection.execute(
            changed.values(subjects=summed.subjects, incomplete=summed.incomplete, digest=summed.digest)
        )
        self._journal(summed, "refreshed")
        return summed

    def _summed(self, plan: Plan, run: Run) -> Run:
        """The run with how many subjects it has, and the digest of what they were computed from."""
        summed = sa.select(sa.func.count(), sa.func.sum(R.digest), sa.func.count(R.missing)).where(
            R.run == run.id
        )
        count, total, lacking = self._connection.execute(summed).one()
        extra = [run.as_of.isoformat()] if plan.needs_day else []
        digest = digest_of_run(count, int(total or 0), extra)
        return evolve(run, subjects=count, incomplete=count if run.missing else lacking, digest=digest)

    def _forget_old(self, plan: Plan, run: Run) -> None:
        """Drop the oldest open runs of the scheme for the period beyond those to be kept."""
        r = results.run.c
        same = r.period.is_(None) if run.period is None else r.period == run.period
        ids = self._connection.execute(
            sa.select(r.id).where(r.scheme == run.scheme, same, r.state == OPEN).order_by(r.id.desc())
        ).scalars()
        old = list(ids)[plan.scheme.keep :]
        if old:
            self._connection.execute(sa.delete(results.result).where(R.run.in_(old)))
            self._connection.execute(sa.delete(results.run).where(r.id.in_(old)))

    def _journal(self, run: Run, what: str) -> None:
        said = {
            "run": run.id, "done": what, "version": run.version, "period": run.period, "as_of": run.as_of.isoformat(),
            "subjects": run.subjects, "digest": run.digest,
        }  # fmt: skip
        self._session.evaluated.append((run.scheme, said))
