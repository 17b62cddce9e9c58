"""Runs of schemes: made in one statement, refreshed where something changed, closed, and kept as long as stated."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from attrs import evolve, frozen
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dealwright_core.errors import Refused
from dealwright_core.evaluation.digest import digest_of_run
from dealwright_core.evaluation.measured import check_period
from dealwright_core.evaluation.plan import Plan
from dealwright_core.evaluation.runs import CLOSED, OPEN, Run, latest_runs, locked_run
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

    def make(self, plan: Plan, period: Period | None) -> Run:
        """Evaluate every subject of a scheme. Raises `Refused` where the period is closed."""
        self._session.write()
        check_period(self._truth, plan.scheme.period, period)
        self._check_open(plan, period)
        marks = Marks.read(self._connection) if self._is_alone(plan) else None
        as_of = self._truth.today
        statement, missing = self._prepared(plan, period, as_of)
        id = allocate(self._connection, results.run.name, 1)[0]
        statement, more = self._stored(statement, lambda each: each.insert(id))
        unstage(self._connection, plan)
        run = Run(
            id=id, scheme=plan.scheme.name, subject=plan.subject, version=plan.version,
            period=None if period is None else period.label, as_of=as_of, at=self._session.now,
            actor=self._session.actor, header=plan.header(), subjects=0, incomplete=0, digest="",
            missing=(*missing, *more), state=OPEN,
        )  # fmt: skip
        run = self._summed(plan, run)
        self._connection.execute(sa.insert(results.run).values(run.row()))
        if marks is not None:
            marks.remove(self._connection)
        self._forget_old(plan, run)
        self._journal(run, "made")
        return run

    def refresh(self) -> list[tuple[Run, int]]:
        """Compute scores anew from which something changed since: in the latest open run of each scheme without
        measures, with how many were computed. Where the scheme itself or the day decides, there is a new run.
        """
        self._session.write()
        marks, done = Marks.read(self._connection), []
        for plan in self._catalogue.plans.usable.values():
            run = next(iter(latest_runs(self._connection, plan.scheme.name, 1)), None)
            if plan.scheme.measures or run is None:
                continue
            is_old = run.version != plan.version or (plan.needs_day and run.as_of != self._truth.today)
            if is_old or run.state == CLOSED or run.missing or marks.all_of(plan):
                made = self.make(plan, None)
                done.append((made, made.subjects))
            else:
                done.append(self._refreshed(plan, run, marks))
        marks.remove(self._connection)
        return done

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
        return [each for each in self._catalogue.plans.usable.values() if not each.scheme.measures] == [plan]

    def _check_open(self, plan: Plan, period: Period | None) -> None:
        scheme, label = plan.scheme.name, None if period is None else period.label
        if label is None:
            return
        r = results.run.c
        found = self._connection.execute(
            sa.select(r.id).where(r.scheme == scheme, r.period == label, r.state == CLOSED)
        ).first()
        if found is not None:
            message = _(
                "{scheme} is closed for {label}, with run {id}: a closed period does not change",
                scheme=scheme,
                label=label,
                id=found.id,
            )
            raise Refused([Finding("period-closed", "block", message)])

    def _prepared(
        self, plan: Plan, period: Period | None, as_of: date, ids: Sequence[int] | None = None
    ) -> tuple[RunStatement, list[str]]:
        """The statement, after everything that is computed outside the database was staged for all subjects or for
        some; and what failed there.
        """
        if not plan.measures and not plan.batches:
            return RunStatement(self._catalogue, plan, as_of), []
        staging = Staging(self._connection, self._catalogue, self._truth, plan, as_of, ids)
        failed = staging.fill(period)
        return RunStatement(self._catalogue, plan, as_of, failed), list(failed.values())

    def _stored(
        self, statement: RunStatement, insert: Callable[[RunStatement], sa.Insert]
    ) -> tuple[RunStatement, list[str]]:
        """Execute the statement; where it fails, find the rules that fail by themselves and go on without them."""
        try:
            with self._undone_on_failure():
                self._connection.execute(insert(statement))
            return statement, []
        except DBAPIError as error:
            if is_transient(error):
                raise
            culprits = self._culprits(statement)
            if not culprits:
                raise
        rest = RunStatement(self._catalogue, statement.plan, statement.as_of, {*statement.without, *culprits})
        self._connection.execute(insert(rest))
        return rest, list(culprits.values())

    def _undone_on_failure(self) -> AbstractContextManager[Any]:
        """A statement that fails in it leaves nothing behind, and the transaction goes on.

        SQLite sees to that by itself, and with a savepoint would copy every page that it uses again.
        """
        return nullcontext() if self._connection.dialect.name == "sqlite" else self._connection.begin_nested()

    def _culprits(self, statement: RunStatement) -> dict[int, str]:
        """The numbers of the rules that fail by themselves, and what to say of each."""
        found: dict[int, str] = {}
        for at, entry in enumerate(statement.plan.entries):
            if entry.is_staged or at in statement.without:
                continue
            alone = RunStatement(self._catalogue, statement.plan, statement.as_of).alone(at)
            try:
                with self._undone_on_failure():
                    self._connection.execute(alone)
            except DBAPIError as error:
                if is_transient(error):
                    raise
                reason = str(error.orig).strip().splitlines()[0]
                found[at] = _(
                    "plugin {plugin}: scoring rule {entry}: {reason}",
                    plugin=entry.plugin,
                    entry=entry.name,
                    reason=reason,
                )
        return found

    def _refreshed(self, plan: Plan, run: Run, marks: Marks) -> tuple[Run, int]:
        """The run with the scores that are stale, or missing, computed anew."""
        ids = self._stale(plan, run, marks)
        for part in _parts(ids):
            statement, failed = self._prepared(plan, None, run.as_of, part)
            if failed:
                made = self.make(plan, None)
                return made, made.subjects
            self._connection.execute(sa.delete(results.result).where(R.run == run.id, R.subject.in_(part)))
            self._connection.execute(statement.insert(run.id, statement.among(part)))
            unstage(self._connection, plan)
        if not ids:
            return run, 0
        summed = self._summed(plan, run)
        r = results.run.c
        changed = sa.update(results.run).where(r.id == run.id)
        self._connection.execute(
            changed.values(subjects=summed.subjects, incomplete=summed.incomplete, digest=summed.digest)
        )
        self._journal(summed, "refreshed")
        return summed, len(ids)

    def _stale(self, plan: Plan, run: Run, marks: Marks) -> list[int]:
        """The subjects that were marked, whether the scheme is still about them or not, and those without a result."""
        joined = self._catalogue.joined(plan.subject, as_of=run.as_of)
        marked = joined.select(joined.table.c.id).where(marks.among(plan, joined))
        statement = RunStatement(self._catalogue, plan, run.as_of)
        known = sa.exists(
            sa.select(R.subject).where(R.run == run.id, R.subject == statement.joined.table.c.id)
        )
        found = [
            row[0]
            for each in (joined.finish(marked), statement.subjects(sa.not_(known)))
            for row in self._connection.execute(each)
        ]
        return sorted(set(found))

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


def _parts(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
