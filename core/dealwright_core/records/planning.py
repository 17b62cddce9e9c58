"""Targets and exchange rates."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about
from dealwright_core.values import Money


@frozen(kw_only=True)
class Target(Record):
    """What a subject is to reach in a period (销售目标). ``period`` is written as in ``2026-Q1``.

    ``amount`` for a measure of money, ``quantity`` for any other.
    """

    subject_kind: str = field(metadata=about("Subject kind"))
    subject: str = field(metadata=about("Subject"))
    measure: str = field(metadata=about("Measure"))
    period: str = field(metadata=about("Period"))
    amount: Money | None = field(default=None, metadata=about("Amount"))
    quantity: int | None = field(default=None, metadata=about("Quantity"))
    parent: int | None = field(default=None, metadata=about("Parent target", link="target"))


@frozen(kw_only=True)
class ExchangeRate(Record):
    """One unit of ``base`` is worth ``numerator / denominator`` units of ``quote`` from the day ``on``."""

    base: str = field(metadata=about("Base currency"))
    quote: str = field(metadata=about("Quote currency"))
    on: date = field(metadata=about("On"))
    numerator: int = field(metadata=about("Numerator"))
    denominator: int = field(default=1, metadata=about("Denominator"))
