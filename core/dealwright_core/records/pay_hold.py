"""Pay that is held back for a sale (暂缓发放)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about


@frozen(kw_only=True)
class PayHold(Record):
    """The pay for an opportunity or a contract is held back from a day on, and released from another one on.

    One that ends on the day it began held nothing back: it releases the parts that a plan pays when somebody says so.
    """

    opportunity: int | None = field(default=None, metadata=about("Opportunity", link="opportunity"))
    contract: int | None = field(default=None, metadata=about("Contract", link="contract"))
    since: date = field(metadata=about("Since"))
    until: date | None = field(default=None, metadata=about("Until"))
    reason: str = field(metadata=about("Reason"))
