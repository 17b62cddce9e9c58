"""Scoring one record in hand: points of every rule, their sum, and the reason for each when somebody asks."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dealwright_core.contributions import ScoringRule
from dealwright_core.errors import UsageError
from dealwright_core.evaluation.functions import FunctionFailed, points_of
from dealwright_core.evaluation.inhand import InHand, ToBase
from dealwright_core.expr import Checked
from dealwright_core.language import core as _
from dealwright_core.records.record import Record

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue
    from dealwright_core.store.session import Session


@frozen
class Line:
    """What one rule gave: ``points`` is None where it had nothing to say; ``plugin`` contributed the rule."""

    rule: str
    title: str
    points: int | None
    plugin: str
    reason: str


class Score:
    """The points of a record. ``total`` sums the ``points`` of the rules; reasons are rendered when `lines` is read.

    ``missing`` tells of each rule whose points were out of bounds, and do not count; without any the score is
    complete.
    """

    __slots__ = ("_row", "_scorer", "missing", "points", "ref", "total")

    def __init__(
        self, scorer: "Scorer", ref: str, points: tuple[int | None, ...], missing: tuple[str, ...], row: Any
    ) -> None:
        self.ref, self.points, self.missing = ref, points, missing
        self.total = sum(filter(None, points))
        self._scorer, self._row = scorer, row

    @property
    def lines(self) -> tuple[Line, ...]:
        """One line a rule, in order, with the values that its points are from."""
        return self._scorer.lines(self.points, self._row)


class Scorer:
    """Scoring rules over one kind of record, compiled once."""

    def __init__(self, catalogue: "Catalogue", rules: Sequence[tuple[ScoringRule, str]], as_of: date) -> None:
        if not rules:
            raise UsageError(
                _("there is no scoring rule"), _("install or enable a plugin that contributes some")
            )
        self.rules = rules
        self.subject = rules[0][0].subject
        self._written = [
            (at, rule.points) for at, (rule, _plugin) in enumerate(rules) if rule.points is not None
        ]
        self._functions = [(at, *each) for at, each in enumerate(rules) if each[0].points is None]
        columns = [column for _at, rule, _plugin in self._functions for column in rule.columns.values()]
        points = [each for _at, each in self._written]
        self._in_hand = InHand(catalogue, self.subject, [*points, *columns], as_of)
        self._row, self._function = self._in_hand.new_row, self._in_hand.function
        self._checked = dict(zip([at for at, _points in self._written], self._in_hand.checked, strict=False))
        # Most rules cannot leave their bounds whatever the record says: only the others are looked at again.
        self._unsafe = [
            (at, rule)
            for at, (rule, _plugin) in enumerate(rules)
            if at not in self._checked or not _is_within(self._checked[at], rule)
        ]

    def score(self, record: Record, to_base: ToBase, related: Sequence[Record | None] = ()) -> Score:
        """The score of a record, saved or not, whose linked records are given in the order of `InHand.steps`."""
        row = self._row((to_base, record, *related))
        points = self._function(row)
        missing: tuple[str, ...] = ()
        if self._functions:
            points, missing = self._completed(points)
        if self._unsafe:
            points, more = self._bounded(points)
            missing += more
        return Score(self, record.ref, points, missing, row)

    def score_in(self, session: "Session", record: Record) -> Score:
        """The same, with the linked records read through a session."""
        return self.score(record, session.base_minor, self._in_hand.gather(session, record))

    def lines(self, points: Sequence[int | None], row: Any) -> tuple[Line, ...]:
        """The lines of points that `score` gave, with their reasons."""
        reasons = {at: self._in_hand.explained(checked, row) for at, checked in self._checked.items()}
        return tuple(
            Line(rule.name, rule.title, given, plugin, reasons.get(at, rule.title))
            for at, ((rule, plugin), given) in enumerate(zip(self.rules, points, strict=True))
        )

    def _completed(self, known: tuple[Any, ...]) -> tuple[tuple[int | None, ...], tuple[str, ...]]:
        """The points of all rules, from those of expressions and the columns of functions, and which failed."""
        given = iter(known)
        points: dict[int, int | None] = {at: next(given) for at, _ in self._written}
        failed = []
        for at, rule, plugin in self._functions:
            columns = [[next(given)] for _ in rule.columns]
            try:
                points[at] = points_of(rule, plugin, columns)[0]
            except FunctionFailed as error:
                points[at] = None
                failed.append(str(error))
        return tuple(points[at] for at in range(len(self.rules))), tuple(failed)

    def _bounded(self, points: tuple[int | None, ...]) -> tuple[tuple[int | None, ...], tuple[str, ...]]:
        missing = []
        kept = list(points)
        for at, rule in self._unsafe:
            given = kept[at]
            if given is not None and not rule.lowest <= given <= rule.highest:
                plugin = self.rules[at][1]
                missing.append(
                    _(
                        "{rule} of plugin {plugin} gave {given}, outside {lowest} to {highest}",
                        rule=rule.name,
                        plugin=plugin,
                        given=given,
                        lowest=rule.lowest,
                        highest=rule.highest,
                    )
                )
                kept[at] = None
        return tuple(kept), tuple(missing)


def _is_within(checked: Checked, rule: ScoringRule) -> bool:
    """Whether no record can lead out of the bounds of a rule."""
    return rule.lowest <= checked.tree.low and checked.tree.high <= rule.highest
