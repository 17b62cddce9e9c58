"""Whether what a contribution refers to exists among all contributions."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from dealwright_core import contributions as c
from dealwright_core.access.rights import GROUPS, OPERATED
from dealwright_core.config.sections import CORE
from dealwright_core.host.offers import BUNDLED
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean

if TYPE_CHECKING:
    from dealwright_core.host.registry import Contributed, Registry


def broken_reference(item: Any, registry: "Registry") -> str | None:
    """What ``item`` refers to and nobody contributes; None where everything is there."""
    found = REFERENCES.get(type(item))
    return None if found is None else next(iter(found(item, registry)), None)


def _record(name: str, registry: "Registry") -> Iterable[str]:
    if name not in registry.records:
        yield _("there is no record {name!r}{near}", name=name, near=did_you_mean(name, registry.records))


def _scoring_rule(item: c.ScoringRule, registry: "Registry") -> Iterable[str]:
    yield from _record(item.subject, registry)


def _channel(item: c.Channel, registry: "Registry") -> Iterable[str]:
    for rule in item.suitability:
        yield from _record(rule.subject, registry)


def _measure(item: c.Measure, registry: "Registry") -> Iterable[str]:
    yield from _record(item.facts, registry)
    if item.per is None:
        return
    per = registry.measures.get(item.per)
    if per is None:
        near = did_you_mean(item.per, registry.measures)
        yield _("there is no measure {name!r}{near}", name=item.per, near=near)
    elif per.item.per is not None:
        yield _("the measure {name!r} is itself divided by another", name=item.per)


def _approval_rule(item: c.ApprovalRule, registry: "Registry") -> Iterable[str]:
    yield from _record(item.record, registry)


def _links(item: c.RecordType, registry: "Registry") -> Iterable[str]:
    for each in item.fields:
        if each.link is not None:
            yield from (
                _("field {name}: {said}", name=each.name, said=said) for said in _record(each.link, registry)
            )


def _lifecycle(item: c.Lifecycle, registry: "Registry") -> Iterable[str]:
    yield from _record(item.record, registry)
    if item.record in registry.records:
        fields = registry.records[item.record].item.by_name
        if item.field not in fields:
            yield _(
                "{record} has no field {field!r}{near}",
                record=item.record,
                field=item.field,
                near=did_you_mean(item.field, fields),
            )
        elif fields[item.field].type.name != "text":
            yield _("{record}.{field} is no text, and a state is one", record=item.record, field=item.field)
    first = next((each for each in _first_come(registry) if _track(each.item) == _track(item)), None)
    if first is not None and first.item is not item:
        yield (
            _(
                "{record}.{field} follows lifecycle {first!r} of {contributor} already: add moves to it "
                "with MoreMoves",
                record=item.record,
                field=item.field,
                first=first.item.name,
                contributor=first,
            )
        )


def _track(lifecycle: c.Lifecycle) -> tuple[str, str]:
    return lifecycle.record, lifecycle.field


def _first_come(registry: "Registry") -> "list[Contributed[c.Lifecycle]]":
    """The lifecycles in the order in which they come first to a field: core, bundled plugins, others."""
    return sorted(
        registry.lifecycles.values(), key=lambda each: (each.plugin != CORE, each.distribution != BUNDLED)
    )


def _more_moves(item: c.MoreMoves, registry: "Registry") -> Iterable[str]:
    if item.lifecycle not in registry.lifecycles:
        yield _(
            "there is no lifecycle {lifecycle!r}{near}",
            lifecycle=item.lifecycle,
            near=did_you_mean(item.lifecycle, registry.lifecycles),
        )


def _permission(item: c.Permission, registry: "Registry") -> Iterable[str]:
    known = {*GROUPS, *OPERATED, *registry.records, *registry.commands, *registry.reports}
    group = item.on.partition(".")[0].replace("-", "_")
    if item.on not in known and group not in registry.records:
        yield _("there is nothing called {on!r}{near}", on=item.on, near=did_you_mean(item.on, known))
    elif item.role is not None:
        plugin = registry.permissions[item.name].plugin
        own = {
            name
            for named in (registry.records, registry.commands, registry.reports)
            for name, each in named.items()
            if each.plugin == plugin
        }
        if item.on not in own and group not in own:
            yield _("{on!r} is not of this plugin: it gives rights only on what it adds", on=item.on)


REFERENCES: dict[type, Callable[[Any, "Registry"], Iterable[str]]] = {
    c.ScoringRule: _scoring_rule,
    c.Channel: _channel,
    c.Measure: _measure,
    c.ApprovalRule: _approval_rule,
    c.RecordType: _links,
    c.Lifecycle: _lifecycle,
    c.MoreMoves: _more_moves,
    c.Permission: _permission,
}
