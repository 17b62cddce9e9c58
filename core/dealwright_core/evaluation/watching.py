"""Of which records a change makes scores stale."""

from collections.abc import Iterable, Iterator, Mapping

from dealwright_core.contributions import Measure
from dealwright_core.evaluation.plan import ON_RECORD, TEAM, Measured, Plan
from dealwright_core.evaluation.roles import DECISIVE, POSITION
from dealwright_core.expr import Path, Schema, Type, check, parse, paths
from dealwright_core.expr.nodes import Field
from dealwright_core.expr.paths import resolve
from dealwright_core.records.recordtype import RecordType
from dealwright_core.reporting.measured import path_to_member
from dealwright_core.values import Money

RATE = ("exchange_rate", ("numerator", "denominator", "on"))
TARGET = ("target", (*ON_RECORD, "family", "measure", "period", "parent", "amount", "quantity"))
# What says for which team a fact of somebody counts.
PLACES = ((POSITION, ("member", "team", "main", "since", "until")), (TEAM, ("parent",)))

Fields = Iterator[tuple[str, Iterable[str]]]


def watched_of(plan: Plan, kinds: Mapping[str, RecordType]) -> Mapping[str, frozenset[str]]:
    """The fields, by kind of record, that decide on scores, and the links that lead to them.

    ``id`` stands for records that are new.
    """
    found: dict[str, set[str]] = {}
    for kind, fields in _of(plan, kinds):
        found.setdefault(kind, set()).update(fields)
    return {kind: frozenset(fields) for kind, fields in found.items()}


def _of(plan: Plan, kinds: Mapping[str, RecordType]) -> Fields:
    yield from _read(plan.reads, plan.schema)
    if plan.scheme.roles:
        yield POSITION, DECISIVE
    if plan.measures and plan.names is None:
        yield plan.subject, ("id",)
    for __, entry in plan.measures:
        if entry.measured is not None:
            yield from _measured(entry.measured, plan.schema, kinds)


def _measured(measured: Measured, schema: Schema, kinds: Mapping[str, RecordType]) -> Fields:
    """What decides on a measure: its facts, to whom they belong, and the targets."""
    for measure, by in ((measured.measure, measured.by), *([measured.per] if measured.per else [])):
        if by == TEAM:
            yield from PLACES
        yield from _counted(
            measure, path_to_member(kinds.__getitem__, measure.facts) if by == TEAM else by, schema
        )
    target = measured.terms.target
    if target is None:
        yield TARGET
    if target is None or (isinstance(target, Money) and target.currency != schema.base_currency):
        yield RATE


def _counted(measure: Measure, by: str, schema: Schema) -> Fields:
    """The fields that a measure over facts reads."""
    known = [
        check(each, measure.facts, schema) for each in (measure.value, measure.where) if each is not None
    ]
    named = [each for each in (measure.on, by) if each is not None]
    reads = [*paths(*known), *(path for each in named for path in paths_of(each, measure.facts, schema))]
    yield from _read(reads, schema)


def paths_of(name: str, facts: str, schema: Schema) -> tuple[Path, ...]:
    """The fields that a dimension of facts reads: a field, which may be a link, a path, or another expression.

    Raises `ConfigError` or `UsageError` where there is none.
    """
    expression = parse(name)
    if isinstance(expression, Field):
        return (resolve(expression, facts, schema),)
    return paths(check(expression, facts, schema))


def _read(reads: Iterable[Path], schema: Schema) -> Fields:
    """The fields at the end of paths, and the links on the way."""
    for path in reads:
        for step in path.steps:
            yield step.target if step.back else step.origin, (step.link,)
        yield path.record, (path.field,)
        if schema.records[path.record].fields[path.field].type in (Type.MONEY, Type.PRICE):
            yield RATE
