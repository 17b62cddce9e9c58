"""Territories (划分地区)."""

from datetime import date

from attrs import field, frozen

from dealwright import Record, about


@frozen(kw_only=True)
class Territory(Record):
    """An area of customers; territories form a tree."""

    name: str = field(metadata=about("Name"))
    parent: int | None = field(default=None, metadata=about("Parent territory", link="direct_territory"))


@frozen(kw_only=True)
class Assignment(Record):
    """A member who has a territory from ``since`` until before ``until``, open where that is empty."""

    territory: int = field(metadata=about("Territory", link="direct_territory"))
    member: int = field(metadata=about("Member", link="member"))
    since: date = field(metadata=about("Since"))
    until: date | None = field(default=None, metadata=about("Until"))

    def overlaps(self, other: "Assignment") -> bool:
        """Whether both hold on some day."""
        starts_before = self.until is None or other.since < self.until
        return starts_before and (other.until is None or self.since < other.until)


@frozen(kw_only=True)
class Account(Record):
    """A customer that lies in a territory."""

    customer: int = field(metadata=about("Customer", link="customer"))
    territory: int = field(metadata=about("Territory", link="direct_territory"))
