"""A chance to sell, what it is about, and how it moved (销售机会)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about
from dealwright_core.values import Money, Price

FORECAST_CATEGORIES = ("pipeline", "best case", "commit", "closed", "omitted")


@frozen(kw_only=True)
class Opportunity(Record):
    """A possible sale. It may lack a customer while open and cannot be won without one.

    ``probability`` is in parts per million. ``opened_on`` is the day the work on it began, ``closed_on`` the
    day it was won, lost or disqualified.
    """

    name: str | None = field(default=None, metadata=about("Name"))
    customer: int | None = field(default=None, metadata=about("Customer", link="customer"))
    channel: str = field(default="direct", metadata=about("Channel"))
    stage: str = field(metadata=about("Stage"))
    amount: Money | None = field(default=None, metadata=about("Amount"))
    probability: int | None = field(default=None, metadata=about("Probability", ratio=True))
    forecast_category: str | None = field(
        default=None, metadata=about("Forecast category", choices=FORECAST_CATEGORIES)
    )
    source: str | None = field(default=None, metadata=about("Source"))
    owner: int | None = field(default=None, metadata=about("Owner", link="member"))
    expected_close: date | None = field(default=None, metadata=about("Expected close"))
    opened_on: date | None = field(default=None, metadata=about("Opened on"))
    closed_on: date | None = field(default=None, metadata=about("Closed on"))
    lost_reason: str | None = field(default=None, metadata=about("Lost reason"))


@frozen(kw_only=True)
class OpportunityLine(Record):
    """One product of an opportunity. ``amount`` is what the line is worth, after discount."""

    opportunity: int = field(metadata=about("Opportunity", link="opportunity"))
    product: int = field(metadata=about("Product", link="product"))
    quantity: int = field(default=1, metadata=about("Quantity"))
    unit_price: Price | None = field(default=None, metadata=about("Unit price"))
    amount: Money | None = field(default=None, metadata=about("Amount"))


@frozen(kw_only=True)
class StageMove(Record):
    """One move of an opportunity. ``from_stage`` is empty where it was opened.

    ``sequence`` counts the moves of one opportunity from 1, so that the history is one unbroken chain:
    each move starts where the one before it ended.
    """

    opportunity: int = field(metadata=about("Opportunity", link="opportunity"))
    sequence: int = field(metadata=about("Sequence"))
    from_stage: str | None = field(default=None, metadata=about("From stage"))
    to_stage: str = field(metadata=about("To stage"))
    on: date = field(metadata=about("On"))
    by: str | None = field(default=None, metadata=about("By"))
