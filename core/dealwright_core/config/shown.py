"""The configuration in effect, as ``config show`` prints it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from dealwright_core.access.rights import Role
from dealwright_core.config.database import HIDDEN, masked
from dealwright_core.config.declared import DeclaredField, DeclaredRecord
from dealwright_core.config.environment import SecretText, literal
from dealwright_core.config.stages import Stage
from dealwright_core.config.structure import key_of
from dealwright_core.records.record import ABOUT, About
from dealwright_core.values import Money, format_ppm

if TYPE_CHECKING:
    from dealwright_core.config.deployment import Deployment

_SECRET = re.compile(r"password|passwd|secret|token|api_?key|private_?key|credential", re.IGNORECASE)


def shown(deployment: "Deployment") -> dict[str, Any]:
    """The configuration in the form of the file, as JSON can say it. Secrets are masked."""
    return {
        "deployment": {
            "name": deployment.name,
            "currency": deployment.currency,
            "time_zone": deployment.time_zone,
            "fiscal_year_start": deployment.fiscal_year_start,
        },
        "database": {
            "url": masked(deployment.database_url),
            "row_level_security": deployment.row_level_security,
            "fast": deployment.fast,
        },
        "access": {
            "default_actor": deployment.access.default_actor,
            "actors": {name: list(roles) for name, roles in deployment.access.actors.items()},
            "separate": [
                {"first": list(each.first), "then": list(each.then)} for each in deployment.access.separate
            ],
            "roles": {name: _shown_role(each) for name, each in deployment.access.roles.items()},
        },
        "plugins": {
            "disabled": list(deployment.plugins.disabled),
            "required": list(deployment.plugins.required),
            "order": list(deployment.plugins.order),
            "allow": dict(deployment.plugins.allow),
            **{name: _shown(section, name) for name, section in deployment.plugins.sections.items()},
        },
        "stages": [_shown_stage(each) for each in deployment.stages],
        "records": {each.name: _shown_record(each) for each in deployment.records},
        "measures": {each.measure.name: _shown_written(each.table) for each in deployment.measures},
        "schemes": {each.name: _shown_written(each.table) for each in deployment.schemes},
        "incentives": {"plans": list(deployment.incentives.table.plans)},
    }


def _shown(value: Any, key: str) -> Any:
    """A setting as JSON can say it, masked where the name of its key or its origin says that it is secret."""
    if isinstance(value, SecretText) or (_SECRET.search(key) and not isinstance(value, Mapping | list)):
        return HIDDEN
    plain = literal(value)
    if isinstance(plain, Mapping):
        return {inner: _shown(plain[inner], inner) for inner in plain}
    if isinstance(plain, list | tuple):
        return [_shown(each, key) for each in plain]
    if isinstance(plain, date):
        return plain.isoformat()
    return plain if plain is None or isinstance(plain, bool | int | str) else str(plain)


def _shown_stage(stage: Stage) -> dict[str, Any]:
    probability = None if stage.probability is None else format_ppm(stage.probability)
    return {**attrs.asdict(stage), "probability": probability, "to": list(stage.to)}


def _shown_record(declared: DeclaredRecord) -> dict[str, Any]:
    fields = {each.name: dict(_set_keys(each)) for each in declared.fields}
    return {**dict(_set_keys(declared)), "fields": fields}


def _set_keys(declared: DeclaredField | DeclaredRecord) -> Iterator[tuple[str, Any]]:
    for each in attrs.fields(type(declared)):
        value = getattr(declared, each.name)
        if each.name not in ("name", "fields") and value != each.default:
            is_ratio = each.name == "default" and getattr(declared, "type", "") == "ratio"
            yield each.name, format_ppm(value) if is_ratio else _shown(value, each.name)


def _shown_role(role: Role) -> Any:
    """A role with its rights, one text each."""
    return {
        "title": role.title,
        "allow": [str(each) for each in role.rights],
        "deny": [str(each) for each in role.denies],
    }


def _shown_written(table: Any) -> dict[str, Any]:
    """What was written in a table, with the defaults of what was not."""
    return {name: each for name, each in _shown_table(table).items() if each not in (None, {}, [])}


def _shown_table(table: Any) -> dict[str, Any]:
    """A table of a scheme; its ratios in percent."""
    ratios = {key_of(each) for each in attrs.fields(type(table)) if each.metadata.get(ABOUT, About()).ratio}
    found = {key_of(each): getattr(table, each.name) for each in attrs.fields(type(table))}
    return {
        name: format_ppm(value) if name in ratios and value is not None else _shown_part(value)
        for name, value in found.items()
    }


def _shown_part(value: Any) -> Any:
    if attrs.has(type(value)) and not isinstance(value, Money):
        return _shown_table(value)
    if isinstance(value, Mapping):
        return {name: _shown_part(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown_part(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
