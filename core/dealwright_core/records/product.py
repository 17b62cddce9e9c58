"""What is sold (产品)."""

from attrs import field, frozen

from dealwright_core.records.record import Record, about
from dealwright_core.values import Price


@frozen(kw_only=True)
class Product(Record):
    """A product or service; ``ref`` is its stock-keeping unit unless ``sku`` says otherwise."""

    name: str = field(metadata=about("Name"))
    sku: str | None = field(default=None, metadata=about("SKU"))
    family: str | None = field(default=None, metadata=about("Family"))
    unit: str = field(default="piece", metadata=about("Unit"))
    list_price: Price | None = field(default=None, metadata=about("List price"))
