"""Reading what runs found: only of subjects that the actor may see, whoever made the run."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.access.rights import OWNED
from dealwright_core.batches import batches
from dealwright_core.errors import NotFound, UsageError
from dealwright_core.evaluation.found import Evaluation, Stored, evaluation_of
from dealwright_core.evaluation.measured import check_period
from dealwright_core.evaluation.plan import Plan
from dealwright_core.evaluation.roles import not_about
from dealwright_core.evaluation.runs import OPEN, Run, latest_runs, no_run, run_of
from dealwright_core.evaluation.single import InHandResult, Single
from dealwright_core.evaluation.spread import Range, spread
from dealwright_core.language import core as _
from dealwright_core.records.record import Record
from dealwright_core.store import results
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.store.sight import Sight
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue
    from dealwright_core.store.session import Session

R = results.result.c
COLUMNS = (R.subject, R.total, R.lines, R.gate, R.missing, R.digest)


class Evaluations:
    """The evaluations that an actor may see.

    Those of records that belong to somebody go with the records. What a member reached is for who may read what the
    member owns, what a team reached for who may read what belongs to the team.
    """

    def __init__(
        self, connection: Connection, catalogue: "Catalogue", sight: Sight, session: "Session"
    ) -> None:
        self._connection, self._catalogue, self._sight, self._session = connection, catalogue, sight, session

    def plan(self, scheme: str) -> Plan:
        """A scheme of the configuration. Raises `UsageError` where there is none, `ConfigError` with its mistakes."""
        return self._catalogue.plans.get(scheme)

    def runs(
        self, scheme: str | None = None, limit: int | None = None, period: str | None = None
    ) -> list[Run]:
        """The runs of a scheme, or of all, the latest first."""
        with beyond(self._connection):
            found = latest_runs(self._connection, scheme, limit, period)
        return [each for each in found if self._is_known(each)]

    def run(self, scheme: str, run: int | None = None, period: str | None = None) -> Run:
        """A run by its number, by default the latest of a scheme. Raises `UsageError`."""
        if run is None:
            found = self.runs(scheme, 1, period)
            if not found:
                self.plan(scheme)
                when = "" if period is None else _(" for {period}", period=period)
                raise UsageError(
                    _("there is no run of {scheme}{when}", scheme=scheme, when=when),
                    _("make one: dealwright evaluate"),
                )
            return found[0]
        numbered = self.run_numbered(run)
        if numbered.scheme != scheme:
            known = numbered.scheme
            raise UsageError(
                _("run {run} is of scheme {known}, not of {scheme}", run=run, known=known, scheme=scheme)
            )
        return numbered

    def run_numbered(self, id: int) -> Run:
        """A run by its number. Raises `UsageError`."""
        with beyond(self._connection):
            found = run_of(self._connection, id)
        if not self._is_known(found):
            raise no_run(id)
        return found

    def _is_known(self, run: Run) -> bool:
        """Whether the subjects of a run can be read; the plugin that brought them may be gone."""
        return run.subject in self._catalogue.kinds or "names" in run.said

    def best(self, run: Run, limit: int | None = None) -> list[Evaluation]:
        """The evaluations of a run by rank, as far as the actor sees them; those without a total come last."""
        if limit == 0:
            return []
        order = (sa.nulls_last(R.total.desc()), R.subject)
        statement = sa.select(*COLUMNS).where(R.run == run.id).order_by(*order)
        visible = self._visible(run.subject)
        with beyond(self._connection):
            if visible is None:
                rows = self._connection.execute(statement.limit(limit)).all()
            else:
                found = [row for part in batches(sorted(visible)) for row in self._rows(statement, part)]
                rows = sorted(found, key=lambda row: (row.total is None, -(row.total or 0), row.subject))[
                    :limit
                ]
            ranks = self._ranks(run, {row.total for row in rows})
        return list(self._evaluations(run, rows, ranks))

    def spread(self, run: Run, most: int) -> list[Range]:
        """How the totals of a run are spread, as far as the actor sees them: by grade, else over that many ranges."""
        visible = self._visible(run.subject)
        with beyond(self._connection):
            return spread(self._connection, run, most, visible)

    def of(self, run: Run, ref: str) -> Evaluation:
        """The evaluation of one subject. Raises `NotFound`, also for one that the actor may not see."""
        record = self._subject(run.subject, ref, _named(run.said))
        with beyond(self._connection):
            rows = self._rows(sa.select(*COLUMNS).where(R.run == run.id), [record.id])
            ranks = self._ranks(run, {row.total for row in rows})
        if not rows:
            raise NotFound("evaluation", ref)
        return self._evaluation(run, rows[0], ranks, record, self._reasons(run, rows[0], record))

    def now(self, plan: Plan, ref: str, period: Period | None) -> Evaluation:
        """What a scheme finds for one subject at this moment; nothing is stored."""
        check_period(self._session, plan.scheme.period, period)
        said = json.loads(plan.header())
        record = self._subject(plan.subject, ref, _named(said))
        single = self._single(plan, self._session.today)
        found = single.of(self._session, record, period)
        if not found.counts:
            raise not_about(plan.scheme, record.ref)
        run = Run(
            id=0, scheme=plan.scheme.name, subject=plan.subject, version=plan.version,
            period=None if period is None else period.label, as_of=self._session.today, at=self._session.now,
            actor=self._session.actor, header=plan.header(), subjects=1, incomplete=0, digest="",
            missing=found.failed, state=OPEN,
        )  # fmt: skip
        return evaluation_of(
            run,
            found.stored,
            ref=record.ref,
            title=self._title(record, run),
            currency=self._catalogue.currency,
            reasons=found.reasons,
            in_hand=True,
        )

    def changed(
        self, one: Run, other: Run, limit: int | None
    ) -> list[tuple[Evaluation | None, Evaluation | None]]:
        """The subjects whose evaluation differs between two runs of a scheme, with both, the largest change first."""
        if (one.scheme, one.subject) != (other.scheme, other.subject):
            raise UsageError(
                _(
                    "run {id} is of scheme {scheme}, run {other} of {its_scheme}",
                    id=one.id,
                    scheme=one.scheme,
                    other=other.id,
                    its_scheme=other.scheme,
                )
            )
        pairs = self._pairs(one, other)
        visible = self._visible(one.subject)
        kept = [each for each in pairs if visible is None or each[0] in visible]
        kept.sort(key=lambda each: (-abs((each[1] or 0) - (each[2] or 0)), each[0]))
        ids = [each[0] for each in kept[:limit]]
        before, after = ({each.ref: each for each in self._some(run, ids)} for run in (one, other))
        named = [*_named(one.said), *_named(other.said)]
        refs = {each.id: each.ref for each in named} or self._session.refs_of(one.subject, ids)
        return [(before.get(refs[id]), after.get(refs[id])) for id in ids if id in refs]

    def _pairs(self, one: Run, other: Run) -> list[tuple[int, int | None, int | None]]:
        a, b = results.result.alias("a"), results.result.alias("b")
        differ = sa.or_(
            a.c.lines != b.c.lines, a.c.total.is_distinct_from(b.c.total), a.c.gate.is_distinct_from(b.c.gate)
        )
        of_a, of_b = a.c.run == one.id, b.c.run == other.id
        both = sa.select(a.c.subject, a.c.total, b.c.total).join_from(a, b, a.c.subject == b.c.subject)
        gone = sa.select(a.c.subject, a.c.total, sa.null()).where(
            of_a, ~sa.exists(sa.select(b.c.run).where(of_b, b.c.subject == a.c.subject))
        )
        new = sa.select(b.c.subject, sa.null(), b.c.total).where(
            of_b, ~sa.exists(sa.select(a.c.run).where(of_a, b.c.subject == a.c.subject))
        )
        with beyond(self._connection):
            statements = (both.where(of_a, of_b, differ), gone, new)
            return [tuple(row) for each in statements for row in self._connection.execute(each)]

    def _some(self, run: Run, ids: Collection[int]) -> list[Evaluation]:
        """The evaluations of subjects, which the actor may see."""
        statement = sa.select(*COLUMNS).where(R.run == run.id)
        with beyond(self._connection):
            rows = [row for part in batches(sorted(ids)) for row in self._rows(statement, part)]
            ranks = self._ranks(run, {row.total for row in rows})
        return list(self._evaluations(run, rows, ranks))

    def _rows(self, statement: "sa.Select[Any]", ids: Sequence[int]) -> Sequence[Any]:
        return self._connection.execute(statement.where(R.subject.in_(ids))).all()

    def _ranks(self, run: Run, totals: Collection[int | None]) -> Mapping[int | None, int]:
        """The rank of each total in its run: equal totals share one."""
        known = sorted(each for each in totals if each is not None)
        if not known:
            return {}
        higher = sa.select(R.total, sa.func.count().label("n")).where(R.run == run.id, R.total > known[0])
        counted = self._connection.execute(higher.group_by(R.total).order_by(R.total.desc())).all()
        ranks: dict[int | None, int] = {}
        above, at = 0, 0
        for total in reversed(known):
            while at < len(counted) and counted[at].total > total:
                above, at = above + counted[at].n, at + 1
            ranks[total] = above + 1
        return ranks

    def _evaluations(
        self, run: Run, rows: Sequence[Any], ranks: Mapping[int | None, int]
    ) -> Iterator[Evaluation]:
        found: dict[int, Record] = {each.id: each for each in _named(run.said)}
        for part in batches([] if found else sorted(row.subject for row in rows)):
            found |= {each.id: each for each in self._session.find(run.subject, id=part)}
        for row in rows:
            if row.subject in found:
                yield self._evaluation(run, row, ranks, found[row.subject], {})

    def _evaluation(
        self, run: Run, row: Any, ranks: Mapping[int | None, int], record: Record, reasons: Mapping[int, str]
    ) -> Evaluation:
        stored = Stored(row.subject, row.total, row.lines, row.gate, row.missing, row.digest)
        return evaluation_of(
            run,
            stored,
            ref=record.ref,
            title=self._title(record, run),
            currency=self._catalogue.currency,
            rank=ranks.get(row.total),
            reasons=reasons,
        )

    def _reasons(self, run: Run, row: Any, record: Record) -> Mapping[int, str]:
        """Why the lines are what they are, with the values they saw: as long as all is still as the run saw it."""
        plan = self._catalogue.plans.usable.get(run.scheme)
        if plan is None or plan.version != run.version or plan.measures:
            return {}
        found: InHandResult = self._single(plan, run.as_of).of(self._session, record, None)
        return found.reasons if found.stored.digest == row.digest else {}

    def _single(self, plan: Plan, day: date) -> Single:
        return self._catalogue.compiled((plan, day), lambda: Single(self._catalogue, plan, day))

    def _subject(self, kind: str, ref: str, named: Sequence[Record]) -> Record:
        if named:
            found = next((each for each in named if each.ref == ref), None)
            if found is None:
                raise NotFound(kind, ref)
            return found
        record = self._session.get(kind, ref)
        visible = self._visible(kind, record.id)
        if visible is not None and record.id not in visible:
            raise NotFound(kind, ref)
        return record

    def _title(self, record: Record, run: Run) -> str:
        for __, name, title in run.said.get("names", ()):
            if name == record.ref:
                return str(title)
        label = self._session.kind(type(record)).label
        return str(getattr(record, label, None) or record.ref)

    def _visible(self, kind: str, only: int | None = None) -> Collection[int] | None:
        """The ids of the subjects whose evaluations the actor may see, None for all."""
        if kind not in self._catalogue.kinds:
            return None  # a channel belongs to nobody
        if kind in ("member", "team"):
            covered = self._sight.members(OWNED)
            if covered is None:
                return None
            return covered.of(kind)
        if self._sight.members(kind) is None:
            return None
        table = self._session.table(kind)
        statement = sa.select(table.c.id) if only is None else sa.select(table.c.id).where(table.c.id == only)
        return {row[0] for row in self._session.select(statement)}


def _named(said: Mapping[str, Any]) -> list[Record]:
    """The subjects of a run that are no records, as if they were; none where they are."""
    return [Record(id=id, ref=name, version=1) for id, name, _ in said.get("names", ())]
