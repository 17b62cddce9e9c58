"""The report ``pay``: what was earned by plans in the pay periods that were calculated, and what was paid of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from attrs import frozen

from dealwright_core.batches import batches
from dealwright_core.contributions import Chart, Column, Report, Table
from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records import Member
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.session import Session
from dealwright_core.values import Money, Period

DIMENSIONS: Mapping[str, str] = {"member": _("Member"), "plan": _("Plan"), "period": _("Period")}
# The one by which lines are drawn.
PERIOD = "period"
FINAL = ("approved", "paid", "closed")


@frozen
class Paid:
    """What a member was paid by a plan in a pay period, which has a place among all of them."""

    member: str
    plan: str
    period: str
    place: int
    earned: Money
    paid: Money


def pay_reports() -> Iterator[Report]:
    """The report on pay."""
    yield Report("pay", pay, example="dealwright report pay --by period --period 2026")


def pay(
    session: Session,
    *,
    by: Annotated[str, "member, plan, period, or several of them, such as member,period"] = "member",
    period: Annotated[Period | None, "pay periods that lie in this one"] = None,
) -> Table:
    """Pay that was earned by incentive plans and what was paid of it, in the pay periods that were calculated.

    Of members whose pay you may see. What is earned in points and the like stands in statements.
    """
    dimensions = _dimensions(by)
    runs = [
        each
        for each in session.payroll.runs()
        if period is None or (period.start <= each.first and each.last <= period.last)
    ]
    payments = [
        Paid(row["member"], row["plan"], run.period, place, row["earned"], row["paid"])
        for place, run in enumerate(runs)
        for row in session.payroll.payments(session.calendar.parse(run.period))
    ]
    rows = _rows(session, dimensions, payments)
    columns = (
        *(Column(each, DIMENSIONS[each]) for each in dimensions),
        Column("earned", _("Earned"), "money"),
        Column("paid", _("Paid"), "money"),
    )
    open_runs = [each.period for each in runs if each.state not in FINAL]
    currencies = {each.earned.currency for each in payments}
    return Table(
        columns,
        tuple(rows),
        _totals(dimensions, payments) if len(currencies) == 1 else None,
        _note(runs, open_runs),
        title=_("Pay"),
        chart=_chart(dimensions, len({each.unit for each in runs})) if len(currencies) == 1 else None,
    )


def _dimensions(by: str) -> list[str]:
    """What rows are of. Raises `UsageError`."""
    found = list(dict.fromkeys(each.strip() for each in by.split(",")))
    for each in found:
        if each not in DIMENSIONS:
            message = _(
                "pay is broken down by {known}, not by {name!r}{near}",
                known=joined(", ", list(DIMENSIONS)),
                name=each,
                near=did_you_mean(each, DIMENSIONS),
            )
            raise UsageError(message, _("write --by member, or --by member,period"))
    return found


def _rows(session: Session, dimensions: Sequence[str], payments: Sequence[Paid]) -> Iterator[tuple[Any, ...]]:
    """A row for each group and currency: periods in their order, else who earned most first."""
    names = _names(session, {each.member for each in payments})
    places = {each.period: each.place for each in payments}
    sums: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for each in payments:
        group = sums[*(getattr(each, name) for name in dimensions), each.earned.currency]
        group[0] += each.earned.minor
        group[1] += each.paid.minor

    def order(group: tuple[tuple[Any, ...], list[int]]) -> tuple[Any, ...]:
        key, (earned, _paid) = group
        when = [places[each] for each, name in zip(key, dimensions, strict=False) if name == PERIOD]
        return key[-1], when, -earned, key

    for (*labels, currency), amounts in sorted(sums.items(), key=order):
        said = [
            names.get(each, each) if name == "member" else each
            for each, name in zip(labels, dimensions, strict=True)
        ]
        yield (*said, *(Money(minor, currency) for minor in amounts))


def _names(session: Session, refs: Iterable[str]) -> Mapping[str, str]:
    """What members are called: by their name, with the ref where several have it."""
    found = [each for part in batches(sorted(refs)) for each in session.find(Member, ref=part)]
    called = Counter(each.name for each in found)
    return {each.ref: each.name if called[each.name] == 1 else f"{each.name} ({each.ref})" for each in found}


def _totals(dimensions: Sequence[str], payments: Sequence[Paid]) -> tuple[Any, ...]:
    currency = payments[0].earned.currency
    sums = (sum(each.earned.minor for each in payments), sum(each.paid.minor for each in payments))
    return (_("Total"), *[None] * (len(dimensions) - 1), *(Money(each, currency) for each in sums))


def _chart(dimensions: Sequence[str], units: int) -> Chart | None:
    """Bars; lines over pay periods of one length; the cells of two dimensions."""
    others = [each for each in dimensions if each != PERIOD]
    if PERIOD in dimensions and len(others) < 2 and units == 1:
        return Chart("lines", PERIOD, ("earned",) if others else ("earned", "paid"), *others)
    if len(dimensions) == 1:
        return Chart("bars", dimensions[0], ("earned",))
    return Chart("heat", dimensions[0], ("earned",), dimensions[1]) if len(dimensions) == 2 else None


def _note(runs: Sequence[Any], unfinished: Sequence[str]) -> str:
    if not runs:
        return _("no pay period was calculated: dealwright pay run")
    if unfinished:
        return _("not approved yet, and may change: {periods}", periods=joined(", ", unfinished))
    return ""
