"""What an expression may refer to: records, their fields, and the links that lead from one to another."""

from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import Final

from attrs import field, frozen

from dealwright_core.language import core as _

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1


class Type(Enum):
    """What a value is. On every target the last four but LINK are 64-bit whole numbers."""

    TEXT = _("text")
    BOOLEAN = _("true or false")
    DATE = _("a date")
    INSTANT = _("a moment")
    INTEGER = _("a whole number")
    MONEY = _("money")
    PRICE = _("a price")
    RATIO = _("a ratio")
    LINK = _("a link")


NUMBERS: Final = frozenset({Type.INTEGER, Type.MONEY, Type.PRICE, Type.RATIO})
ORDERED: Final = NUMBERS | {Type.DATE, Type.INSTANT}


@frozen
class FieldShape:
    """A field. Money is in minor units of the base currency, a price in 1e-8, a ratio in parts per million.

    `link` names the record that a LINK leads to; a `unique` one is held by at most one record for each
    target, so that the way back is to-one too. `required` fields are never None on a record that exists.
    `low` and `high` bound a number where more is known than that it has 64 bits: narrow bounds spare the
    checks for overflow.
    """

    type: Type
    link: str | None = None
    choices: tuple[str, ...] | None = None
    required: bool = field(default=False, kw_only=True)
    unique: bool = field(default=False, kw_only=True)
    low: int = field(default=INT_MIN, kw_only=True)
    high: int = field(default=INT_MAX, kw_only=True)


@frozen
class RecordShape:
    """A record and its fields by name."""

    name: str
    fields: Mapping[str, FieldShape] = field(hash=False)


@frozen
class Step:
    """A move to one record, by the field `link` of `origin`, or where it leads `back`, of `target`."""

    origin: str
    link: str
    target: str
    back: bool = False

    def __str__(self) -> str:
        return self.target if self.back else self.link


@frozen
class Schema:
    """All records by name, and the currency in which amounts and prices are compared."""

    records: Mapping[str, RecordShape] = field(hash=False)
    base_currency: str

    @cached_property
    def forward(self) -> Mapping[str, tuple[Step, ...]]:
        """The moves from each record along its links."""
        return {
            name: tuple(
                Step(name, link, shape.link)
                for link, shape in record.fields.items()
                if shape.link is not None and shape.link in self.records
            )
            for name, record in self.records.items()
        }

    @cached_property
    def back(self) -> Mapping[str, tuple[Step, ...]]:
        """The moves from each record to others of which at most one hangs on it."""
        found: dict[str, list[Step]] = {name: [] for name in self.records}
        for name, record in self.records.items():
            for link, shape in record.fields.items():
                if shape.unique and shape.link in found and shape.link != name:
                    found[shape.link].append(Step(shape.link, link, name, back=True))
        return {name: tuple(steps) for name, steps in found.items()}


@frozen
class Path:
    """The way from the subject of an expression to a field: to-one steps, then the field's name."""

    subject: str
    steps: tuple[Step, ...]
    field: str

    @property
    def record(self) -> str:
        """The record that has the field."""
        return self.steps[-1].target if self.steps else self.subject

    def __str__(self) -> str:
        return ".".join((*map(str, self.steps), self.field))
