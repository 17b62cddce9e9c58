"""What a contribution must be beside the others: its expressions fit the records, its commands take no
record's name.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs

from dealwright_core import contributions as c
from dealwright_core.builtin import derived_commands
from dealwright_core.config.deployment import Deployment
from dealwright_core.errors import InvalidValue
from dealwright_core.expr import Expression, Schema, Type, check, parse
from dealwright_core.host.registry import Contributed, Registry
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.joining import schema_of

CONDITIONS = (Type.BOOLEAN,)
NUMBERS = (Type.INTEGER,)
SUMMED = (Type.INTEGER, Type.MONEY)


class Examiner:
    """Examines contributions among all others; give its `examine` to the host."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._for: Registry | None = None
        self._schema: Schema | None = None
        self._derived: dict[str, str] = {}

    def examine(self, hook: str, contributed: Contributed[Any], registry: Registry) -> None:
        """Raise a `DealwrightError` where the contribution does not fit. References to records exist already."""
        if registry is not self._for:
            self._prepare(registry)
        item = contributed.item
        if isinstance(item, c.Command) and item.name in self._derived:
            raise InvalidValue(
                _("the record {derived} has a command of this name", derived=self._derived[item.name]),
                _("choose another"),
            )
        if isinstance(item, c.ApprovalRule) and item.record != "contract":
            raise InvalidValue(
                _("an approval rule is about contracts, and this one is about {record}", record=item.record),
                _("object to other records with hook guard_changes"),
            )
        for subject, expression, expected in _expressions(item):
            self._check(subject, expression, expected)
        if isinstance(item, c.Measure) and item.on is not None:
            self._check(item.facts, parse(item.on), (Type.DATE,))

    def _prepare(self, registry: Registry) -> None:
        kinds = kinds_of(registry)
        self._for, self._schema = registry, schema_of(kinds, self._deployment.currency)
        lifecycles = registry.lifecycles_with_additions() if not _lost_moves(registry) else {}
        self._derived = {
            command.name: kind.name
            for kind in kinds
            if lifecycles
            for command in derived_commands(kind, self._deployment, lifecycles)
        }

    def _check(self, subject: str, expression: Expression, expected: tuple[Type, ...]) -> None:
        assert self._schema is not None
        checked = check(expression, subject, self._schema, as_of=date.min)
        if checked.type not in expected:
            wanted = joined(" or ", (each.value for each in expected))
            raise InvalidValue(
                _(
                    "its expression is {value}, and has to be {wanted}",
                    value=checked.type.value,
                    wanted=wanted,
                )
            )


def kinds_of(registry: Registry) -> list[RecordType]:
    """Every kind of record, with the states of its lifecycles as choices."""
    kinds = []
    lifecycles = registry.lifecycles_with_additions() if not _lost_moves(registry) else {}
    for contributed in registry.records.values():
        kind = contributed.item
        states = {each.field: each.states for each in lifecycles.values() if each.record == kind.name}
        kinds.append(attrs.evolve(kind, choices={**kind.choices, **states}) if states else kind)
    return kinds


def _lost_moves(registry: Registry) -> bool:
    """Whether moves are added to a lifecycle that is not there; their plugin is left out in this round."""
    return any(each.item.lifecycle not in registry.lifecycles for each in registry.more_moves)


def _expressions(item: Any) -> Iterator[tuple[str, Expression, tuple[Type, ...]]]:
    """The expressions of a contribution: over which record, and of which type they have to be."""
    if isinstance(item, c.ScoringRule):
        yield from _of_rule(item)
    elif isinstance(item, c.Channel):
        for rule in item.suitability:
            yield from _of_rule(rule)
    elif isinstance(item, c.ApprovalRule):
        yield item.record, item.when, CONDITIONS
    elif isinstance(item, c.RecordType):
        for constraint in item.constraints:
            yield item.name, constraint.refuse_when, CONDITIONS
    elif isinstance(item, c.Measure):
        if item.where is not None:
            yield item.facts, item.where, CONDITIONS
        if item.value is not None:
            yield item.facts, item.value, SUMMED if item.aggregate == "sum" else (*SUMMED, Type.TEXT)


def _of_rule(rule: c.ScoringRule) -> Iterator[tuple[str, Expression, tuple[Type, ...]]]:
    if rule.points is not None:
        yield rule.subject, rule.points, NUMBERS
    for each in rule.columns.values():
        yield rule.subject, each, tuple(Type)
