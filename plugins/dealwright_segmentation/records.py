"""The classes of a customer (价值 需求 行为 分类), what they were before, and key accounts (重点客户)."""

from datetime import date
from typing import Final, Literal

from attrs import field, frozen

from dealwright import Record, about

Aspect = Literal["value", "need", "behaviour"]
Need = Literal["leader", "innovator", "price-sensitive", "unknown"]
ASPECTS: Final = ("value", "need", "behaviour")
COMPUTED: Final = ("value", "behaviour")
NEEDS: Final = ("leader", "innovator", "price-sensitive", "unknown")
# Who bought, but not lately, and whose purchases turned out to be none.
DORMANT, NONE = "dormant", "none"
BEHAVIOURS: Final = ("first", "occasional", "frequent", NONE)


@frozen(kw_only=True)
class Segmentation(Record):
    """The classes that a customer is in, each with its first day and what it is based on.

    Value and behaviour are computed; ``..._basis`` are the figures of the day they were. Need is assessed by somebody.
    """

    customer: int = field(metadata=about(link="customer"))
    value: str | None = None
    value_since: date | None = None
    value_basis: str | None = None
    behaviour: str | None = field(default=None, metadata=about(choices=BEHAVIOURS))
    behaviour_since: date | None = None
    behaviour_basis: str | None = None
    need: str | None = field(default=None, metadata=about(choices=NEEDS))
    need_since: date | None = None
    need_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    need_by: str | None = field(default=None, metadata=about("Need assessed by"))


@frozen(kw_only=True)
class Past(Record):
    """A class that a customer was in from ``since`` until before ``until``."""

    customer: int = field(metadata=about(link="customer"))
    aspect: str = field(metadata=about(choices=ASPECTS))
    segment: str = field(metadata=about("Class"))
    since: date
    until: date
    basis: str | None = None
    evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    by: str | None = field(default=None, metadata=about("Assessed by"))


@frozen(kw_only=True)
class Key(Record):
    """A key account from ``since`` until before ``until``, open where that is empty: why, who cares for it, and how."""

    customer: int = field(metadata=about(link="customer"))
    owner: int = field(metadata=about(link="member"))
    reasons: str
    since: date
    until: date | None = None
    care_plan: str | None = None
    end_reason: str | None = field(default=None, metadata=about("Why it ended"))

    def overlaps(self, other: "Key") -> bool:
        """Whether both hold on some day."""
        starts_before = self.until is None or other.since < self.until
        return starts_before and (other.until is None or self.since < other.until)
