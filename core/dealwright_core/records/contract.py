"""What was agreed, and every money fact that followed (合同 订单 发货 收款)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about
from dealwright_core.values import Money, Price

TRANSACTION_KINDS = ("order", "delivery", "invoice", "payment", "refund", "adjustment")


@frozen(kw_only=True)
class Contract(Record):
    """An agreement with a customer. Status and approval are separate tracks; fulfilment is read from transactions."""

    customer: int = field(metadata=about("Customer", link="customer"))
    opportunity: int | None = field(default=None, metadata=about("Opportunity", link="opportunity"))
    owner: int | None = field(default=None, metadata=about("Owner", link="member"))
    channel: str = field(default="direct", metadata=about("Channel"))
    amount: Money = field(metadata=about("Amount"))
    status: str = field(default="draft", metadata=about("Status"))
    approval: str = field(default="not requested", metadata=about("Approval"))
    signed_on: date | None = field(default=None, metadata=about("Signed on"))
    starts_on: date | None = field(default=None, metadata=about("Starts on"))
    ends_on: date | None = field(default=None, metadata=about("Ends on"))


@frozen(kw_only=True)
class ContractLine(Record):
    """One product of a contract."""

    contract: int = field(metadata=about("Contract", link="contract"))
    product: int = field(metadata=about("Product", link="product"))
    quantity: int = field(default=1, metadata=about("Quantity"))
    unit_price: Price | None = field(default=None, metadata=about("Unit price"))
    amount: Money = field(metadata=about("Amount"))


@frozen(kw_only=True)
class Transaction(Record):
    """A signed money fact of a contract. Refunds are negative; ``external_ref`` is the source's own number.

    ``on`` is the day it counts for, ``entered_on`` the day it was entered, where that differs.
    """

    contract: int | None = field(default=None, metadata=about("Contract", link="contract"))
    kind: str = field(metadata=about("Kind", choices=TRANSACTION_KINDS))
    on: date = field(metadata=about("On"))
    entered_on: date | None = field(default=None, metadata=about("Entered on"))
    amount: Money = field(metadata=about("Amount"))
    product: int | None = field(default=None, metadata=about("Product", link="product"))
    external_ref: str | None = field(default=None, metadata=about("External ref"))
    reverses: int | None = field(default=None, metadata=about("Reverses", link="transaction"))
