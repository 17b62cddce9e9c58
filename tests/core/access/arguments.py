"""Arguments for any command, made from its signature."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from dealwright import Calendar, Command, Money, Period, Price
from dealwright_core.commands.signature import Parameter, parameters

# What a value of a type may be.
SAMPLES: Mapping[type, object] = {
    str: "x", int: 1, bool: False, date: date(2025, 6, 1), datetime: datetime(2025, 6, 1, tzinfo=UTC),
    Money: Money(500, "USD"), Price: Price.parse("5 USD"), Period: Calendar().parse("2025-Q1"),
}  # fmt: skip


def arguments_for(command: Command, link: Callable[[str], str], **given: Any) -> dict[str, Any]:
    """What a command needs and those it takes of ``given``; ``link`` gives a ref of a kind of record."""
    taken = (each for each in parameters(command.function) if each.required or each.name in given)
    return {each.name: given.get(each.name) or _value(each, link) for each in taken}


def _value(parameter: Parameter, link: Callable[[str], str]) -> object:
    if parameter.field is not None and parameter.field.link is not None:
        return link(parameter.field.link)
    if parameter.choices:
        return parameter.choices[0]
    return () if parameter.many else SAMPLES[parameter.type]
