"""Of which records a change makes scores stale."""

from collections.abc import Iterable, Iterator, Mapping

from dealwright_core.evaluation.plan import TEAM, Measured, Plan
from dealwright_core.evaluation.roles import DECISIVE, POSITION
from dealwright_core.expr import Path, Schema, Type, check, parse, paths
from dealwright_core.expr.nodes import Field
from dealwright_core.expr.paths import resolve
from dealwright_core.values import Money

RATE = ("exchange_rate", ("numerator", "denominator", "on"))
TARGET = ("target", ("subject_kind", "subject", "measure", "period", "parent", "amount", "quantity"))
# What says for which team a fact of somebody counts.
PLACES = ((POSITION, ("member", "team", "main", "since", "until")), (TEAM, ("parent",)))

Fields = Iterator[tuple[str, Iterable[str]]]


def watched_of(plans: Iterable[Plan]) -> Mapping[str, frozenset[str]]:
    """The fields, by kind of record, that decide on scores, and the links that lead to them.

    ``id`` stands for records that are new.
    """
    found: dict[str, set[str]] = {}
    for plan in plans:
        for kind, fields in _of(plan):
            found.setdefault(kind, set()).update(fields)
    return {kind: frozenset(fields) for kind, fields in found.items()}


def _of(plan: Plan) -> Fields:
    yield from _read(plan.reads, plan.schema)
    if plan.scheme.roles:
        yield POSITION, DECISIVE
    if plan.measures and plan.names is None:
        yield plan.subject, ("id",)
    for __, entry in plan.measures:
        if entry.measured is not None:
            yield from _measured(entry.measured, plan.schema)


def _measured(measured: Measured, schema: Schema) -> Fields:
    """What decides on a measure: its facts, to whom they belong, and the targets."""
    measure, target = measured.measure, measured.terms.target
    by = measured.by
    if by == TEAM:
        yield from PLACES
        by = "owner" if "owner" in schema.records[measure.facts].fields else "opportunity.owner"
    known = [
        check(each, measure.facts, schema) for each in (measure.value, measure.where) if each is not None
    ]
    named = [each for each in (measure.on, by) if each is not None]
    reads = [*paths(*known), *(path for each in named for path in paths_of(each, measure.facts, schema))]
    yield from _read(reads, schema)
    if target is None:
        yield TARGET
    if target is None or (isinstance(target, Money) and target.currency != schema.base_currency):
        yield RATE


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
