"""Several members who have parts in one sale (业绩分成)."""

from attrs import field, frozen

from dealwright_core.records.record import Record, about


@frozen(kw_only=True)
class SalesSplit(Record):
    """A member who has a part in a sale: in an opportunity, or in a contract with all its transactions.

    ``sequence`` is the place among those who have one, from 1. ``share`` is in parts per million; without it the
    incentive plan says what that many members have.
    """

    opportunity: int | None = field(default=None, metadata=about("Opportunity", link="opportunity"))
    contract: int | None = field(default=None, metadata=about("Contract", link="contract"))
    member: int = field(metadata=about("Member", link="member"))
    sequence: int = field(default=1, metadata=about("Sequence"))
    share: int | None = field(default=None, metadata=about("Share", ratio=True))
