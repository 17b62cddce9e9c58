"""A scheme bound to the records, rules and measures of a deployment: what a run computes, line by line."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dealwright_core.config.schemes import Gate, Scheme, SchemeMeasure
from dealwright_core.contributions import Measure, ScoringRule
from dealwright_core.expr import Checked, Expression, Schema, Step, check, in_words, paths, stable_hash
from dealwright_core.expr.schema import Path
from dealwright_core.values import PPM_OF_A_POINT

if TYPE_CHECKING:
    from dealwright_core.evaluation.combining import Combining
    from dealwright_core.evaluation.named import Names

# An attainment beyond this, in parts per million, is out of bounds.
MOST_ATTAINED = 10**12
FORM = 1
# The subject of facts that count for the team of their owner at the time, and for all teams above it.
TEAM = "team"
# The subjects of which there may be targets on record, as links of a target.
ON_RECORD = ("member", TEAM, "product")


@frozen(eq=False)
class Measured:
    """A measure of a scheme: ``by`` is the path from a fact to the subject, ``team`` for the team at the time.

    ``per`` is the measure that it is divided by, and the path from its facts. Of a share the figures are parts per
    million.
    """

    measure: Measure
    terms: SchemeMeasure
    by: str
    is_money: bool
    per: tuple[Measure, str] | None = None
    is_share: bool = False


@frozen(eq=False)
class Entry:
    """What one line of an evaluation is about: a rule, or a measure.

    The line's value times ``factor`` is its part of the total. The value of a rule is its points, that of a measure its
    attainment in parts per million. ``plugin`` and ``plugin_version`` say whose it is.
    """

    name: str
    title: str
    plugin: str
    plugin_version: str
    weight: Fraction
    factor: int
    rule: ScoringRule | None = None
    measured: Measured | None = None

    @property
    def lowest(self) -> int:
        """The least value that the line may have."""
        return -MOST_ATTAINED if self.rule is None else self.rule.lowest

    @property
    def highest(self) -> int:
        """The greatest."""
        return MOST_ATTAINED if self.rule is None else self.rule.highest

    @property
    def is_staged(self) -> bool:
        """Whether the line is computed outside the database."""
        return self.rule is None or self.rule.points is None

    @property
    def words(self) -> str:
        """What the line says, for people."""
        if self.rule is None or self.rule.points is None:
            return self.title
        return in_words(self.rule.points, self.rule.subject)

    @property
    def meaning(self) -> list[Any]:
        """Everything of it that decides on results, as JSON can say it."""
        said: list[Any] = [self.name, self.plugin, self.plugin_version, str(self.weight)]
        if self.rule is not None:
            points = None if self.rule.points is None else stable_hash(self.rule.points)
            columns = {name: stable_hash(each) for name, each in self.rule.columns.items()}
            return [*said, points, columns, self.rule.lowest, self.rule.highest]
        assert self.measured is not None
        terms, of = self.measured.terms, self.measured.measure
        per = None if self.measured.per is None else [*_counted(self.measured.per[0]), self.measured.per[1]]
        stated = [
            terms.cap,
            terms.floor,
            terms.zero_target,
            None if terms.target is None else str(terms.target),
        ]
        return [*said, *_counted(of), *stated, self.measured.by, per]


def _counted(measure: Measure) -> list[Any]:
    """What decides on the figures of a measure."""
    hashes = [None if each is None else stable_hash(each) for each in (measure.value, measure.where)]
    return [measure.facts, measure.on, measure.aggregate, *hashes]


@frozen(eq=False)
class Plan:
    """A scheme that can be run. ``unit`` is how many units of a total make one point; ``names`` are the subjects where
    they are no records; without ``combining`` the lines are summed. ``watched`` are the fields that decide on results,
    by kind of record.
    """

    scheme: Scheme
    schema: Schema
    entries: tuple[Entry, ...]
    unit: int
    names: "Names | None" = None
    combining: "Combining | None" = None
    watched: Mapping[str, frozenset[str]] = field(factory=dict)

    @property
    def subject(self) -> str:
        """The kind of record that is evaluated."""
        return self.scheme.subject

    @property
    def measures(self) -> list[tuple[int, Entry]]:
        """The lines of measures, with their numbers."""
        return [(at, each) for at, each in enumerate(self.entries) if each.measured is not None]

    @property
    def batches(self) -> list[tuple[int, Entry]]:
        """The lines of rules that are functions, with their numbers."""
        return [
            (at, each) for at, each in enumerate(self.entries) if each.rule is not None and each.is_staged
        ]

    @property
    def conditions(self) -> list[tuple[int, Gate]]:
        """The gates that are conditions over the subject, with their numbers."""
        return [(at, each) for at, each in enumerate(self.scheme.gates) if each.when is not None]

    @cached_property
    def expressions(self) -> list[Expression]:
        """Every expression over the subject: points, columns of functions, gates and the filter."""
        found = [each.rule.points for each in self.entries if each.rule and each.rule.points is not None]
        found += [each for entry in self.entries if entry.rule for each in entry.rule.columns.values()]
        found += [each.when for each in self.scheme.gates if each.when is not None]
        return [*found, *([] if self.scheme.where is None else [self.scheme.where])]

    @cached_property
    def checked(self) -> list[Checked]:
        """The same, checked; not yet for a day."""
        return [check(each, self.subject, self.schema) for each in self.expressions]

    @property
    def needs_day(self) -> bool:
        """Whether results depend on the day of the run."""
        by_role = bool(self.scheme.roles) and self.scheme.period is None
        return by_role or any(each.needs_day for each in self.checked)

    @cached_property
    def reads(self) -> tuple[Path, ...]:
        """Every field that is read of the subject and of what it leads to, in one order."""
        return _in_order(self.checked)

    @cached_property
    def ways(self) -> tuple[tuple[Step, ...], ...]:
        """The steps from the subject to every record that is read, nearest first."""
        return ways_of(self.reads)

    def reads_without(self, lines: Collection[int]) -> tuple[Path, ...]:
        """The fields that are read where some lines are left out."""
        rules = [self.entries[at].rule for at in lines]
        left_out = {id(part) for each in rules if each for part in (each.points, *each.columns.values())}
        return _in_order([each for each in self.checked if id(each.expression) not in left_out])

    @cached_property
    def version(self) -> str:
        """A hash of everything that decides on results, the versions of the plugins included."""
        scheme = self.scheme
        gates = [
            [
                None if each.when is None else stable_hash(each.when),
                each.measure,
                each.below,
                each.total,
                each.grade,
            ]
            for each in scheme.gates
        ]
        said = [
            FORM, scheme.subject, None if scheme.where is None else stable_hash(scheme.where), scheme.period,
            sorted(each.meaning for each in self.entries), gates,
            [[name, str(bound)] for name, bound in scheme.grades], str(scheme.lowest), str(scheme.highest),
            *([] if self.combining is None else [self.combining.meaning]),
            *([["roles", *sorted(scheme.roles)]] if scheme.roles else []),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    def units(self, points: Fraction) -> int:
        """Points in units of a total."""
        return int(points * self.unit)

    def header(self) -> str:
        """What a run keeps of the plan, so that its results can be read whatever becomes of the scheme."""
        lines = [
            {
                "name": each.name, "title": each.title, "plugin": each.plugin, "version": each.plugin_version,
                "weight": str(each.weight), "factor": each.factor, "words": each.words,
                "measure": each.measured is not None, "money": bool(each.measured and each.measured.is_money),
                "share": bool(each.measured and each.measured.is_share),
                "rounded": bool(each.measured and each.measured.per),
            }
            for each in self.entries
        ]  # fmt: skip
        gates = [
            {"total": each.total, "grade": each.grade, "reason": gate_words(each)}
            for each in self.scheme.gates
        ]
        grades = [[name, self.units(bound)] for name, bound in self.scheme.grades]
        said: dict[str, Any] = {
            "title": self.scheme.title,
            "unit": self.unit,
            "lines": lines,
            "gates": gates,
            "grades": grades,
        }
        if self.combining is not None:
            said["combiner"] = self.combining.said
        if self.names is not None:
            said["names"] = [[id, *each] for id, each in self.names.items()]
        return json.dumps(said, ensure_ascii=False)


def _in_order(checked: Sequence[Checked]) -> tuple[Path, ...]:
    return tuple(sorted(paths(*checked), key=str))


def ways_of(reads: Iterable[Path]) -> tuple[tuple[Step, ...], ...]:
    """The steps to every record on the way to some fields, nearest first."""
    found = {path.steps[:n] for path in reads for n in range(1, len(path.steps) + 1)}
    return tuple(sorted(found, key=lambda way: (len(way), [str(step) for step in way])))


def gate_words(gate: Gate) -> str:
    """Why a gate blocks, in its own words or in those of its condition."""
    if gate.reason:
        return gate.reason
    if gate.when is not None:
        return in_words(gate.when)
    return f"{gate.measure} is attained below {Decimal(gate.below or 0) / PPM_OF_A_POINT:f} %"
