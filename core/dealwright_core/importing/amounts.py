"""The columns of new records: values as the tables hold them, amounts also in the base currency."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import frozen

from dealwright_core.errors import Refused
from dealwright_core.importing.binding import FieldSource
from dealwright_core.importing.block import Block, Reasons
from dealwright_core.importing.links import Database
from dealwright_core.language import joined
from dealwright_core.records.recordtype import Field, RecordType
from dealwright_core.values import Money, Price


@frozen
class Conversion:
    """Amounts in the base currency of the deployment, at the rate of their day."""

    database: Database
    base: str

    def minor(self, money: Money, on: date) -> int:
        """Minor units of the base currency. Raises Refused where no rate is known."""
        return money.minor if money.currency == self.base else self.database.base_minor(money, on)


def columns_of(block: Block, conversion: Conversion, wrong: Reasons) -> dict[str, Sequence[Any]]:
    """Every column of the records to be added. An amount that has no rate goes to `wrong`."""
    count, kind = len(block.fresh), block.source.kind
    fed = {each.field.name: each for each in block.source.fields}
    columns: dict[str, Sequence[Any]] = {}
    for each in kind.fields:
        names = [spec.name for spec in each.columns]
        source = fed.get(each.name)
        if source is None:
            cells = each.type.encode(
                each.default, lambda money: conversion.minor(money, conversion.database.today)
            )
            columns.update((name, [cell] * count) for name, cell in zip(names, cells, strict=True))
            continue
        values = block.fresh_values(each.name)
        if each.type.name == "money":
            columns.update(zip(names, _money(block, source, values, conversion, wrong), strict=True))
        elif each.type.name == "price":
            columns.update(zip(names, _prices(source, values), strict=True))
        else:
            columns[names[0]] = values
    return columns


def dated(kind: RecordType, record: Any, today: date) -> date:
    """The day at whose rate the amounts of a record are converted."""
    return next((on for name in kind.dated_by if (on := getattr(record, name)) is not None), today)


def _money(
    block: Block, source: FieldSource, values: Sequence[Any], conversion: Conversion, wrong: Reasons
) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
    own = source.currency
    if {int, type(None)}.issuperset(map(type, values)):
        minors: Sequence[Any] = values
        currencies: Sequence[Any] = [None if minor is None else own for minor in values]
        if own == conversion.base:
            return minors, currencies, minors
    else:
        minors = [value.minor if type(value) is Money else value for value in values]
        currencies = [
            value.currency if type(value) is Money else None if value is None else own for value in values
        ]
    days = _days(block, conversion.database.today)
    bases: list[int | None] = []
    for place, (minor, currency) in enumerate(zip(minors, currencies, strict=True)):
        try:
            bases.append(None if minor is None else conversion.minor(Money(minor, currency), days[place]))
        except Refused as error:
            bases.append(None)
            reason = joined(": ", (source.field.name, error.findings[0].message))
            wrong.setdefault(block.position(block.fresh[place]), []).append(reason)
    return minors, currencies, bases


def _prices(source: FieldSource, values: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    return (
        [value.e8 if type(value) is Price else value for value in values],
        [
            value.currency if type(value) is Price else None if value is None else source.currency
            for value in values
        ],
    )


def _days(block: Block, today: date) -> Sequence[date]:
    """The day of each new record at whose rate its amounts are converted."""
    days: list[date | None] = [None] * len(block.fresh)
    by_name: dict[str, Field] = block.source.kind.by_name
    for name in block.source.kind.dated_by:
        if name in block.values:
            column: Sequence[date | None] = block.fresh_values(name)
        else:
            column = [by_name[name].default] * len(days)
        days = [each if each is not None else other for each, other in zip(days, column, strict=True)]
    return [today if each is None else each for each in days]
