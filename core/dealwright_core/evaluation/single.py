"""One subject in hand, evaluated by the Python form of the same expressions, line by line as a run does it."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dealwright_core.evaluation.digest import amounts, digest
from dealwright_core.evaluation.found import Stored
from dealwright_core.evaluation.functions import FunctionFailed, points_of
from dealwright_core.evaluation.inhand import InHand
from dealwright_core.evaluation.measured import Attained, check_targets, figures_of
from dealwright_core.evaluation.plan import Plan
from dealwright_core.evaluation.roles import deciding_day, held_by
from dealwright_core.expr.nodes import Field
from dealwright_core.expr.schema import Path
from dealwright_core.records.record import Record
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue
    from dealwright_core.store.session import Session

# Nothing, as a number of a digest.
UNKNOWN = -1


@frozen
class InHandResult:
    """What a run would store for the subject, why each line is what it is, and which functions failed.

    ``counts`` tells whether the subject has a role that the scheme is about.
    """

    stored: Stored
    reasons: Mapping[int, str]
    failed: tuple[str, ...]
    counts: bool


class Single:
    """A plan compiled for one subject at a time."""

    def __init__(self, catalogue: "Catalogue", plan: Plan, as_of: date) -> None:
        self.plan, self.as_of = plan, as_of
        self._numbers = amounts(plan, plan.reads)
        read = [Field(plan.subject, _names(each)) for each in self._numbers]
        expressions = [*plan.expressions, *read]
        named = plan.names is not None
        self._in_hand = None if named else InHand(catalogue, plan.subject, expressions, as_of)

    def of(self, session: "Session", record: Record, period: Period | None) -> InHandResult:
        """Evaluate a stored record, whose links are read through a session."""
        plan, in_hand = self.plan, self._in_hand
        related = in_hand.gather(session, record) if in_hand else []
        row = in_hand.row(session.base_minor, record, *related) if in_hand else None
        known = iter(in_hand.function(row) if in_hand else ())
        points: dict[int, int | None] = {
            at: next(known)
            for at, each in enumerate(plan.entries)
            if each.rule is not None and each.rule.points is not None
        }
        failed = []
        for at, entry in plan.batches:
            assert entry.rule is not None
            columns = [[next(known)] for _ in entry.rule.columns]
            try:
                points[at] = points_of(entry.rule, entry.plugin, columns)[0]
            except FunctionFailed as error:
                points[at] = None
                failed.append(str(error))
        measured = self._measured(session, record, period)
        points |= {at: each.points for at, each in measured.items()}
        conditions = {at: next(known) for at, _ in plan.conditions}
        if plan.scheme.where is not None:
            next(known)
        records = dict(zip(in_hand.steps if in_hand else (), related, strict=True))
        versions = [record.version]
        versions += [getattr(records[way], "version", 0) for way in plan.ways]
        figures = [_known(next(known)) for _ in self._numbers]
        for attained in measured.values():
            figures += [_known(attained.actual), _known(attained.target)]
        held = self._held(session, record, period)
        figures += [held] if plan.scheme.roles else []
        stored = self._stored(record.id, points, measured, conditions, digest(record.id, versions, figures))
        return InHandResult(stored, self._reasons(row), tuple(failed), held != UNKNOWN)

    def _held(self, session: "Session", record: Record, period: Period | None) -> int:
        """What holds of the positions by which a member counts, where the scheme is about roles."""
        roles = self.plan.scheme.roles
        if not roles:
            return 0
        return _known(held_by(session, record.id, roles, deciding_day(period, self.as_of)))

    def _measured(self, session: "Session", record: Record, period: Period | None) -> dict[int, Attained]:
        found = {}
        for at, entry in self.plan.measures:
            assert period is not None
            figures = figures_of(session, entry, self.plan, period)
            check_targets(session, figures, self.plan, [record.id])
            found[at] = figures.of(record.id)
        return found

    def _stored(
        self,
        id: int,
        points: Mapping[int, int | None],
        measured: Mapping[int, Attained],
        conditions: Mapping[int, bool | None],
        digest: int,
    ) -> Stored:
        plan, values, missing = self.plan, [], []
        for at, entry in enumerate(plan.entries):
            value = points[at]
            if value is not None and not entry.lowest <= value <= entry.highest:
                missing.append(f"{at} ")
                value = None
            values.append(value)
        combined = self._combined(values)
        total, gate = self._bounded(combined), self._gate(values, conditions)
        if gate is not None:
            total = None if plan.scheme.gates[gate].total == "none" else 0
        lines: Sequence[Any] = [
            [measured[at].actual, measured[at].target, value] if at in measured else value
            for at, value in enumerate(values)
        ]
        lines = lines if plan.combining is None else [*lines, combined]
        text = json.dumps(lines, separators=(",", ":"))
        return Stored(id, total, text, gate, "".join(missing) or None, digest)

    def _combined(self, values: Sequence[int | None]) -> int | None:
        """The sum of the weighed values, or what the combiner makes of them."""
        entries, combining = self.plan.entries, self.plan.combining
        weighed = [
            None if value is None else value * entry.factor
            for value, entry in zip(values, entries, strict=True)
        ]
        if combining is None:
            return sum(each or 0 for each in weighed)
        return combining.total({each.name: points for each, points in zip(entries, weighed, strict=True)})

    def _bounded(self, total: int | None) -> int | None:
        """A total within the bounds of the scheme."""
        scheme, plan = self.plan.scheme, self.plan
        if total is not None and scheme.highest is not None:
            total = min(total, plan.units(scheme.highest))
        if total is not None and scheme.lowest is not None:
            total = max(total, plan.units(scheme.lowest))
        return total

    def _gate(self, values: Sequence[int | None], conditions: Mapping[int, bool | None]) -> int | None:
        """The first gate that blocks."""
        for at, gate in enumerate(self.plan.scheme.gates):
            if gate.when is not None:
                blocks = conditions[at] is True
            else:
                line = next(n for n, each in self.plan.measures if each.name == gate.measure)
                value = values[line]
                blocks = value is not None and gate.below is not None and value < gate.below
            if blocks:
                return at
        return None

    def _reasons(self, row: Any) -> dict[int, str]:
        """Why the rules that are expressions gave what they did."""
        in_hand = self._in_hand
        if in_hand is None:
            return {}
        checked = iter(in_hand.checked)
        return {
            at: in_hand.explained(next(checked), row)
            for at, each in enumerate(self.plan.entries)
            if each.rule is not None and each.rule.points is not None
        }


def _known(value: int | None) -> int:
    """A number of a digest, where nothing counts as something of its own."""
    return UNKNOWN if value is None else value


def _names(path: Path) -> tuple[str, ...]:
    return (*(str(step) for step in path.steps), path.field)
