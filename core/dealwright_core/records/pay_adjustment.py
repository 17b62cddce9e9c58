"""What somebody is paid or has to give back beside what their plan works out (薪酬调整)."""

from datetime import date

from attrs import field, frozen

from dealwright_core.records.record import Record, about
from dealwright_core.values import Money


@frozen(kw_only=True)
class PayAdjustment(Record):
    """An amount that a plan pays a member besides, or with a sign takes back, for a reason.

    It counts for the pay period in which ``on`` lies. ``amount`` is in the currency of the plan; 0 takes the adjustment
    back. ``subject_kind`` and ``subject_id`` are the kind and the number of the record that it is about, as a line of
    pay has them.
    """

    member: int = field(metadata=about("Member", link="member"))
    plan: str = field(metadata=about("Plan"))
    amount: Money = field(metadata=about("Amount"))
    on: date = field(metadata=about("On"))
    reason: str = field(metadata=about("Reason"))
    subject_kind: str | None = field(default=None, metadata=about("Subject kind"))
    subject_id: int | None = field(default=None, metadata=about("Subject number"))
