"""How far a plan is."""

from typing import Final

from attrs import field, frozen

from dealwright import Lifecycle, Move, Record, about

DRAFT: Final = "draft"
APPROVED: Final = "approved"
LIFECYCLE: Final = Lifecycle(
    "quota_plan",
    "quota_plan",
    "state",
    DRAFT,
    (Move(DRAFT, "approve", APPROVED), Move(APPROVED, "reopen", DRAFT)),
)


@frozen(kw_only=True)
class Plan(Record):
    """How a target is divided among its children: once this is approved, they sum to it. Without one it is a draft."""

    target: int = field(metadata=about("Target", link="target"))
    state: str = field(default=DRAFT, metadata=about("State"))
