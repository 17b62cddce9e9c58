"""From the names in an expression to the one path they mean."""

from collections.abc import Iterator
from typing import Final

from dealwright_core.errors import UsageError
from dealwright_core.expr.nodes import Field
from dealwright_core.expr.schema import Path, Schema, Step
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean

MOST_STEPS: Final = 4


class Unresolved(UsageError):
    """The names lead nowhere, or to more than one place."""


def resolve(field: Field, subject: str, schema: Schema) -> Path:
    """The path that `field` means for `subject`. Raises Unresolved."""
    record, names = field._record, field._names
    if record is None:
        record, names = _start(names, subject, schema)
    if record not in schema.records:
        raise Unresolved(
            _("there is no record {record!r}{near}", record=record, near=did_you_mean(record, schema.records))
        )
    if not names:
        raise Unresolved(
            _("{record} is a record", record=record),
            _(
                "name a field of it, such as {record}.{example}",
                record=record,
                example=_example(record, schema),
            ),
        )
    steps = () if record == subject else _way(subject, record, schema)
    for name in names[:-1]:
        steps = (*steps, _step(steps[-1].target if steps else subject, name, schema))
    path = Path(subject, steps, names[-1])
    if names[-1] not in schema.records[path.record].fields:
        raise _no_field(path.record, names[-1], schema)
    return path


def _start(names: tuple[str, ...], subject: str, schema: Schema) -> tuple[str, tuple[str, ...]]:
    """Names without a record start at the subject's fields, else with the name of a record."""
    own = schema.records[subject].fields
    if not names or names[0] in own:
        return subject, names
    if names[0] not in schema.records:
        near = did_you_mean(names[0], (*own, *schema.records))
        raise Unresolved(
            _(
                "{names!r} is neither a field of {subject} nor a record{near}",
                names=names[0],
                subject=subject,
                near=near,
            )
        )
    return names[0], names[1:]


def _example(record: str, schema: Schema) -> str:
    return next(iter(schema.records[record].fields), "id")


def _step(origin: str, name: str, schema: Schema) -> Step:
    """The move from `origin` that `name` means: one of its links, or a record that hangs on it alone."""
    shape = schema.records[origin].fields.get(name)
    if shape is not None:
        if shape.link is None:
            raise Unresolved(
                _(
                    "{origin}.{name} is {value}, which leads to no other record",
                    origin=origin,
                    name=name,
                    value=shape.type.value,
                )
            )
        return Step(origin, name, _target(origin, name, shape.link, schema))
    if name not in schema.records:
        raise _no_field(origin, name, schema)
    back = [step for step in schema.back[origin] if step.target == name]
    if len(back) == 1:
        return back[0]
    if back:
        raise Unresolved(
            _(
                "{name} hangs on {origin} by {listed}, which is not one way",
                name=name,
                origin=origin,
                listed=_listed(step.link for step in back),
            )
        )
    raise _no_way(origin, name, schema)


def _target(origin: str, name: str, link: str, schema: Schema) -> str:
    if link not in schema.records:
        raise Unresolved(
            _(
                "{origin}.{name} links to {link!r}, which is no record here",
                origin=origin,
                name=name,
                link=link,
            )
        )
    return link


def _way(subject: str, record: str, schema: Schema) -> tuple[Step, ...]:
    """The only to-one way from `subject` to `record`."""
    ways = list(_ways(subject, record, schema))
    if len(ways) == 1:
        return ways[0]
    if not ways:
        raise _no_way(subject, record, schema)
    named = sorted(".".join((subject, *map(str, way))) for way in ways)
    raise Unresolved(
        _("{count} ways lead from {subject} to {record}", count=len(named), subject=subject, record=record),
        _("name one of {listed}", listed=_listed(named)),
    )


def _ways(subject: str, record: str, schema: Schema) -> Iterator[tuple[Step, ...]]:
    """Every to-one way: forward along links, then back to records that hang on the last, each record once.

    A way never goes forward after it went back, so that a plugin's record cannot open a second way to a
    record of the core and make a rule that was clear ambiguous.
    """
    pending: list[tuple[Step, ...]] = [()]
    while pending:
        way = pending.pop()
        at = way[-1].target if way else subject
        if at == record and way:
            yield way
            continue
        if len(way) == MOST_STEPS:
            continue
        been = {subject, *(step.target for step in way)}
        onward = schema.back[at]
        if not (way and way[-1].back):
            onward += schema.forward[at]
        pending += [(*way, step) for step in onward if step.target not in been]


def _no_way(origin: str, record: str, schema: Schema) -> Unresolved:
    many = [name for name, field in schema.records[record].fields.items() if field.link == origin]
    if many:
        return Unresolved(
            _(
                "one {origin} may have many records of kind {record}, by {record}.{many}",
                origin=origin,
                record=record,
                many=many[0],
            ),
            _("count or sum them with a Measure"),
        )
    return Unresolved(
        _(
            "no to-one way of at most {most_steps} links leads from {origin} to {record}",
            most_steps=MOST_STEPS,
            origin=origin,
            record=record,
        ),
        _("link the records, or use a Measure"),
    )


def _no_field(record: str, name: str, schema: Schema) -> Unresolved:
    fields = schema.records[record].fields
    return Unresolved(
        _("{record} has no field {name!r}{near}", record=record, name=name, near=did_you_mean(name, fields))
    )


def _listed(names: "Iterator[str] | list[str]") -> str:
    return ", ".join(names)
