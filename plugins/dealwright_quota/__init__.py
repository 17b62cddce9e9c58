"""Targets (销售目标): plans that sum, cascaded from above, what is attained of them, and how many people they take."""

from collections.abc import Iterable, Iterator

from dealwright import Changes, Command, Finding, Lifecycle, Permission, RecordType, Report, Session, hookimpl
from dealwright_quota.approving import approve, reopen, show
from dealwright_quota.attainment import attaining
from dealwright_quota.cascade import cascading
from dealwright_quota.guard import sound
from dealwright_quota.headcount import headcount
from dealwright_quota.records import LIFECYCLE, Plan
from dealwright_quota.settings import Settings

__all__ = ["Settings"]
dealwright_api = ">=0.1,<1"


@hookimpl
def records() -> Iterator[RecordType]:
    """Which plans are approved. Everybody sees that; who plans for all changes it."""
    yield RecordType(Plan, title="Plan", prefix="QP-", unique=(("target",),), is_reference=True)


@hookimpl
def lifecycles() -> Iterator[Lifecycle]:
    """A plan is a draft or approved."""
    yield LIFECYCLE


@hookimpl
def permissions() -> Iterator[Permission]:
    """Directors, who write targets, approve plans."""
    yield Permission("add", "quota_plan", role="director")
    yield Permission("change", "quota_plan", role="director")


@hookimpl
def commands(settings: Settings) -> Iterator[Command]:
    """Cascading and approving plans, looking at them, and headcount."""
    yield Command(
        "quota.cascade",
        cascading(settings),
        example="dealwright quota cascade TG-1 --by team --method history --dry-run",
        requires="add target",
    )
    yield Command(
        "quota.approve", approve, example="dealwright quota approve TG-1", requires="change quota_plan"
    )
    yield Command(
        "quota.reopen", reopen, example="dealwright quota reopen TG-1", requires="change quota_plan"
    )
    yield Command(
        "quota.show", show, example="dealwright quota show TG-1", reads=True, requires="read target"
    )
    example = (
        'dealwright quota headcount --target "3000000 USD" --productivity "400000 USD" '
        '--ramp "80 %" --selling-time "65 %"'
    )
    yield Command("quota.headcount", headcount, example=example, reads=True)


@hookimpl
def reports(settings: Settings) -> Iterator[Report]:
    """Attainment of targets."""
    yield Report("attainment", attaining(settings), example="dealwright report attainment --period 2026-Q1")


@hookimpl
def guard_changes(changes: Changes, session: Session, settings: Settings) -> Iterable[Finding]:
    """Targets stand below one another in order, and sum where their plan is approved."""
    return sound(changes, session, settings)
