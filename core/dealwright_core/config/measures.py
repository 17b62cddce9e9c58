"""Measures as the configuration writes them: ``[measures.NAME]``."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from dealwright_core.config.document import Document, keys_of
from dealwright_core.config.environment import literal
from dealwright_core.config.settingtypes import Context
from dealwright_core.config.structure import structure
from dealwright_core.contributions import Aggregate, Measure
from dealwright_core.errors import ConfigError, Problem
from dealwright_core.expr import Expression, condition, parse
from dealwright_core.language import core as _

# What reads the expressions of a measure, each told where it stands.
READ: Mapping[str, Callable[[Any, str], Expression]] = {"value": parse, "where": condition}


@frozen(kw_only=True)
class MeasureTable:
    """A table ``[measures.NAME]`` as it is written; see `Measure`."""

    facts: str
    title: str = ""
    value: str | None = None
    where: Any = None
    aggregate: Aggregate = "sum"
    on: str | None = None
    per: str | None = None


@frozen(eq=False)
class DeclaredMeasure:
    """A measure that the configuration declares, and its table."""

    measure: Measure
    table: MeasureTable


def read_measures(document: Document, context: Context) -> tuple[tuple[DeclaredMeasure, ...], list[Problem]]:
    """The measures of a document, and everything wrong with them that shows without records and plugins."""
    data = literal(document.data.get("measures", {}))
    if not isinstance(data, dict):
        return (), [document.problem(("measures",), _("is not a table"), _("write [measures.NAME]"))]
    measures: list[DeclaredMeasure] = []
    problems: list[Problem] = []
    for name, each in data.items():
        at = ("measures", name)
        table, wrong = structure(MeasureTable, each, at=at, document=document, context=context)
        expressions: dict[str, Expression] = {}
        for key, read in READ.items() if table else ():
            if (written := getattr(table, key)) is None:
                continue
            try:
                expressions[key] = read(written, "")
            except ConfigError as error:
                wrong += [
                    document.problem((*at, key, *keys_of(one.path)), one.message, one.hint)
                    for one in error.problems
                ]
        problems += wrong
        if table is not None and not wrong:
            measures.append(DeclaredMeasure(_measure(name, table, expressions), table))
    return tuple(measures), problems


def _measure(name: str, table: MeasureTable, expressions: Mapping[str, Expression]) -> Measure:
    return Measure(
        name,
        table.title or name.replace("-", " ").replace("_", " ").capitalize(),
        facts=table.facts.replace("-", "_"),
        on=table.on,
        aggregate=table.aggregate,
        per=table.per,
        **expressions,
    )
