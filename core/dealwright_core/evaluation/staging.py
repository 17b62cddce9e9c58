"""Lines that are computed outside the database, laid beside the subjects for the statement of a run."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import PluginError, Refused
from dealwright_core.evaluation.functions import CHUNK, FunctionFailed, points_of
from dealwright_core.evaluation.measured import check_targets, figures_of
from dealwright_core.evaluation.named import SUBJECTS
from dealwright_core.evaluation.plan import Plan
from dealwright_core.evaluation.progress import FUNCTIONS, MEASURES, is_followed, tell
from dealwright_core.evaluation.statement import RunStatement
from dealwright_core.store import results
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue
    from dealwright_core.store.session import Session

NAMES = ("subject", "points", "actual", "target")
Row = tuple[int, int | None, int | None, int | None]


@frozen(eq=False)
class Staging:
    """The staged lines of a plan: of all subjects, or of those with some ids. ``truth`` reads everything."""

    connection: Connection
    catalogue: "Catalogue"
    truth: "Session"
    plan: Plan
    as_of: date
    period: Period | None
    ids: Sequence[int] | None

    def fill(self) -> dict[int, PluginError]:
        """Compute every line and stage it. Returns the numbers of those whose function failed, with what to say.

        Raises `Refused` where a target is missing, and leaves nothing staged.
        """
        results.OF_A_RUN.create_all(self.connection, checkfirst=False)
        if self.plan.names is not None:
            self._stage(SUBJECTS, ((id, None, None, None) for id in self.plan.names))
        if self.period is not None:
            try:
                self._measure(self.period)
            except Refused:
                unstage(self.connection, self.plan)
                raise
        failed: dict[int, PluginError] = {}
        for at, _ in self.plan.batches:
            try:
                self._stage(at, self._computed(at))
            except FunctionFailed as error:
                self.connection.execute(sa.delete(results.staged).where(results.staged.c.line == at))
                failed[at] = error.error
        return failed

    @property
    def _statement(self) -> RunStatement:
        return RunStatement(self.catalogue, self.plan, self.as_of, self.period)

    def _measure(self, period: Period) -> None:
        statement = self._statement
        rows = self.connection.execute(statement.subjects(statement.among(self.ids)))
        subjects = [row[0] for row in rows]
        for done, (at, entry) in enumerate(self.plan.measures):
            tell(MEASURES, entry.title, done, len(self.plan.measures))
            figures = figures_of(self.truth, entry, self.plan, period)
            check_targets(self.truth, figures, self.plan, subjects)
            found = ((id, figures.of(id)) for id in subjects)
            self._stage(at, ((id, each.points, each.actual, each.target) for id, each in found))

    def _computed(self, at: int) -> Iterator[Row]:
        """The points of a function for every subject, chunk by chunk."""
        rule, plugin = self.plan.entries[at].rule, self.plan.entries[at].plugin
        assert rule is not None
        statement = self._statement
        among = statement.among(self.ids)
        asked, of, done = statement.columns(at, among), self._count(among), 0
        tell(FUNCTIONS, rule.title, done, of)
        with self.connection.execute(asked, execution_options={"yield_per": CHUNK}) as rows:
            for part in rows.partitions():
                ids, *columns = zip(*part, strict=True)
                points = points_of(rule, plugin, columns)
                yield from ((id, each, None, None) for id, each in zip(ids, points, strict=True))
                done += len(ids)
                tell(FUNCTIONS, rule.title, done, of)

    def _count(self, among: "sa.ColumnElement[bool] | None") -> int | None:
        """How many subjects there are, where somebody wants to know."""
        if not is_followed():
            return None
        counted = sa.select(sa.func.count()).select_from(self._statement.subjects(among).subquery("subjects"))
        return self.connection.execute(counted).scalar_one()

    def _stage(self, at: int, rows: Iterable[Row]) -> None:
        pending = iter(rows)
        while part := [dict(zip(NAMES, each, strict=True), line=at) for each in islice(pending, CHUNK)]:
            self.connection.execute(sa.insert(results.staged), part)


def unstage(connection: Connection, plan: Plan) -> None:
    """Take the staged lines of a plan away, when its run is stored."""
    if plan.measures or plan.batches:
        results.OF_A_RUN.drop_all(connection, checkfirst=False)
