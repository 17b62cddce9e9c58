"""What a deployment may say of its direct channel."""

from attrs import field, frozen

from dealwright import Money


@frozen
class Settings:
    """``[plugins.direct]``: which deals the own people should take.

    Amounts without currency are in the base currency. Empty lists say nothing about a deal.
    """

    large_deal: Money | None = None
    small_deal: Money | None = None
    industries: tuple[str, ...] = field(default=())
    families: tuple[str, ...] = field(default=())
    large_customer: int = 500
