"""Targets and exchange rates."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about
from dealwright_core.values import Money


@frozen(kw_only=True)
class Target(Record):
    """What somebody is to reach in a period (销售目标): a member, a team with all below it, or with neither the whole
    company; with one product, or one ``family`` of products, where that is given.

    ``measure`` is the name of a `Measure`, ``period`` is written as in ``2026-Q1``. ``amount`` for a measure of money,
    ``quantity`` for any other. It belongs to its member, or to its team.
    """

    member: int | None = field(default=None, metadata=about("Member", link="member"))
    team: int | None = field(default=None, metadata=about("Team", link="team"))
    product: int | None = field(default=None, metadata=about("Product", link="product"))
    family: str | None = field(default=None, metadata=about("Family"))
    measure: str = field(metadata=about("Measure"))
    period: str = field(metadata=about("Period"))
    amount: Money | None = field(default=None, metadata=about("Amount"))
    quantity: int | None = field(default=None, metadata=about("Quantity"))
    parent: int | None = field(default=None, metadata=about("Parent target", link="target"))

    @property
    def subject(self) -> tuple[str, int | None]:
        """The kind and id of whom it is for: a member, a team, or with ``("", None)`` the whole company."""
        if self.member is not None:
            return "member", self.member
        return ("", None) if self.team is None else ("team", self.team)


@frozen(kw_only=True)
class ExchangeRate(Record):
    """One unit of ``base`` is worth ``numerator / denominator`` units of ``quote`` from the day ``on``."""

    base: str = field(metadata=about("Base currency"))
    quote: str = field(metadata=about("Quote currency"))
    on: date = field(metadata=about("On"))
    numerator: int = field(metadata=about("Numerator"))
    denominator: int = field(default=1, metadata=about("Denominator"))
