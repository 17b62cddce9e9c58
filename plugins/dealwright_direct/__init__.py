"""The direct channel (直接销售): own people, territories with dated assignment, visits, and which deals suit it."""

from collections.abc import Iterable, Iterator

from dealwright import (
    Changes,
    Channel,
    Command,
    Finding,
    Measure,
    Permission,
    RecordType,
    Report,
    Session,
    fields,
    hookimpl,
)
from dealwright_direct.assignment import assign, overlapping
from dealwright_direct.coverage import coverage
from dealwright_direct.records import Account, Assignment, Territory
from dealwright_direct.settings import Settings
from dealwright_direct.suitability import by_product, rules
from dealwright_direct.wording import _

__all__ = ["Settings"]
dealwright_api = ">=0.1,<1"


@hookimpl
def channels(settings: Settings) -> Iterator[Channel]:
    """The direct channel."""
    yield Channel(
        "direct",
        "Direct sales",
        kind="direct",
        suitability=tuple(rules(settings)),
        judge=by_product(settings),
    )


@hookimpl
def measures() -> Iterator[Measure]:
    """Visits, and how many customers were visited."""
    visit = fields("activity").kind == "visit"
    yield Measure("visits", _("Visits"), facts="activity", aggregate="count", where=visit, on="on")
    yield Measure(
        "customers_visited",
        _("Customers visited"),
        facts="activity",
        aggregate="distinct",
        value=fields("activity").customer.id,
        where=visit,
        on="on",
    )


@hookimpl
def records() -> Iterator[RecordType]:
    """Territories, who has them and when, and which customers lie in them."""
    yield RecordType(Territory, title="Territory", prefix="TR-", is_reference=True)
    yield RecordType(
        Assignment, title="Territory assignment", prefix="TA-", guarded_by=("territory",), is_reference=True
    )
    yield RecordType(Account, title="Customer of a territory", prefix="DA-", unique=(("customer",),))


@hookimpl
def permissions() -> Iterator[Permission]:
    """Managers and directors say which territories there are and who has them; everybody sees it."""
    for role in ("manager", "director"):
        for kind in ("direct_territory", "direct_assignment"):
            yield Permission("add", kind, role=role)
            yield Permission("change", kind, role=role)


@hookimpl
def commands() -> Iterator[Command]:
    """Assigning territories."""
    yield Command(
        "direct.assign",
        assign,
        example="dealwright direct assign TR-1 --member M-1 --since 2026-01-01",
        requires="add direct_assignment",
    )


@hookimpl
def reports() -> Iterator[Report]:
    """Coverage of territories."""
    yield Report("coverage", coverage, example="dealwright report coverage --period 2026-Q1")


@hookimpl
def guard_changes(changes: Changes, session: Session) -> Iterable[Finding]:
    """A territory has one member at a time."""
    return overlapping(changes, session)
