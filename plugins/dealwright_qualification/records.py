"""What is known of a deal and of its customer: three conditions, seven bad and seven golden traits (准客户, 特质)."""

from datetime import date
from typing import Final

from attrs import field, frozen

from dealwright import Record, about

ANSWERS: Final = ("yes", "no", "unknown")
CONDITIONS: Final = ("need", "purchasing_power", "authority")


@frozen(kw_only=True)
class Qualification(Record):
    """Whether the customer of an opportunity needs it, can pay for it, and lets us talk to who decides.

    Each condition has its evidence, what was said or seen; the contact who said so, where one did; and the day it was
    learnt. Who wrote it down stands in the journal.
    """

    opportunity: int = field(metadata=about(link="opportunity"))
    need: str = field(default="unknown", metadata=about(choices=ANSWERS))
    need_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    need_said_by: int | None = field(default=None, metadata=about(link="contact"))
    need_learnt_on: date | None = None
    purchasing_power: str = field(default="unknown", metadata=about(choices=ANSWERS))
    purchasing_power_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    purchasing_power_said_by: int | None = field(default=None, metadata=about(link="contact"))
    purchasing_power_learnt_on: date | None = None
    authority: str = field(default="unknown", metadata=about(choices=ANSWERS))
    authority_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    authority_said_by: int | None = field(default=None, metadata=about(link="contact"))
    authority_learnt_on: date | None = None


@frozen(kw_only=True)
class Traits(Record):
    """Which of seven bad traits and of seven golden ones a customer has, each with its evidence."""

    customer: int = field(metadata=about(link="customer"))
    only_inquires: str = field(default="unknown", metadata=about(choices=ANSWERS))
    only_inquires_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    haggles: str = field(default="unknown", metadata=about(choices=ANSWERS))
    haggles_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    pays_late: str = field(default="unknown", metadata=about(choices=ANSWERS))
    pays_late_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    changes_requirements: str = field(default="unknown", metadata=about(choices=ANSWERS))
    changes_requirements_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    breaks_commitments: str = field(default="unknown", metadata=about(choices=ANSWERS))
    breaks_commitments_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    plays_suppliers_off: str = field(default="unknown", metadata=about(choices=ANSWERS))
    plays_suppliers_off_evidence: str | None = field(
        default=None,
        metadata=about(field_class="personal"),
    )
    wants_free_work: str = field(default="unknown", metadata=about(choices=ANSWERS))
    wants_free_work_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    urgent_need: str = field(default="unknown", metadata=about(choices=ANSWERS))
    urgent_need_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    has_budget: str = field(default="unknown", metadata=about(choices=ANSWERS))
    has_budget_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    decision_maker_accessible: str = field(default="unknown", metadata=about(choices=ANSWERS))
    decision_maker_accessible_evidence: str | None = field(
        default=None, metadata=about(field_class="personal")
    )
    trusts_expertise: str = field(default="unknown", metadata=about(choices=ANSWERS))
    trusts_expertise_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    pays_on_time: str = field(default="unknown", metadata=about(choices=ANSWERS))
    pays_on_time_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    refers_others: str = field(default="unknown", metadata=about(choices=ANSWERS))
    refers_others_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
    plans_long_term: str = field(default="unknown", metadata=about(choices=ANSWERS))
    plans_long_term_evidence: str | None = field(default=None, metadata=about(field_class="personal"))
