"""Customers and the people at a customer (客户档案 联系人)."""

from attrs import field, frozen

from dealwright_core.records.record import Record, about
from dealwright_core.values import Money


@frozen(kw_only=True)
class Customer(Record):
    """An organisation or a person that buys or may buy.

    One that was found to be there twice is ``merged_into`` the other, which stands for both.
    """

    name: str = field(metadata=about("Name"))
    kind: str = field(default="company", metadata=about("Kind", choices=("company", "person", "public")))
    tax_id: str | None = field(default=None, metadata=about("Tax id"))
    industry: str | None = field(default=None, metadata=about("Industry"))
    region: str | None = field(default=None, metadata=about("Region"))
    founded: int | None = field(default=None, metadata=about("Year founded"))
    employees: int | None = field(default=None, metadata=about("Employees"))
    annual_revenue: Money | None = field(default=None, metadata=about("Annual revenue"))
    owner: int | None = field(default=None, metadata=about("Owner", link="member"))
    parent: int | None = field(default=None, metadata=about("Parent customer", link="customer"))
    merged_into: int | None = field(default=None, metadata=about("Merged into", link="customer"))


@frozen(kw_only=True)
class Contact(Record):
    """A person at a customer and the part they play in buying."""

    customer: int = field(metadata=about("Customer", link="customer"))
    name: str = field(metadata=about("Name", field_class="personal"))
    role: str | None = field(
        default=None,
        metadata=about(
            "Role", choices=("decision maker", "influencer", "user", "purchaser", "champion", "gatekeeper")
        ),
    )
    position: str | None = field(default=None, metadata=about("Position"))
    email: str | None = field(default=None, metadata=about("E-mail", field_class="personal"))
    phone: str | None = field(default=None, metadata=about("Phone", field_class="personal"))
