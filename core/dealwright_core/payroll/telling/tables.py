"""A statement as tables: a summary by plan, pay and window, what each plan pays out, and every line."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dealwright_core.contributions import Column, ColumnType, Table
from dealwright_core.incentives.plans.paywords import moment_text
from dealwright_core.incentives.wording import plain
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.payroll.telling.outcome import TakenBack, Waiting
from dealwright_core.payroll.telling.statements import (
    Earned,
    Statement,
    StatementLine,
    StatementPart,
    about_text,
    amount_text,
    pay_text,
    window_text,
)
from dealwright_core.values import PPM_OF_A_POINT, Money

# A column before it is known which kind of figures it has.
Cells = tuple[str, str, ColumnType, Sequence[Any]]


# What is always said of a payment, and what else there may be.
ALWAYS = ("earned", "paid")
# What sums to something that is said: of all else there is no total.
SUMMED = ("amount", "earned", "paid", "paid_out")
PAYMENT: Mapping[str, str] = {
    "earned": _("Earned"),
    "released": _("Released"),
    "debt_before": _("Debt before"),
    "draw": _("Draw"),
    "recovered": _("Recovered"),
    "capped": _("Above the cap"),
    "from_excess": _("From above the cap before"),
    "forfeited": _("Forfeited"),
    "paid": _("Paid"),
    "paid_out": _("Paid out"),
    "debt": _("Debt left"),
    "owed": _("Draws left to recover"),
    "excess": _("Above the cap to be paid"),
}


def statement_tables(found: Statement) -> tuple[Table, Table, Table]:
    """The summary of a statement, a row for each pay and window; the payments, a row for each plan; and the lines, each
    with the pay it belongs to.

    Earnings that are no money of whole minor units, such as points, have columns of their own, with their unit.
    """
    return _summary(found), _payments(found), _lines(found)


def outcome_table(found: Statement) -> Table | None:
    """What was set aside, released and taken back of the pay for single sales, a row for each sale and what it waits
    for, or what happened to it; None where nothing was.
    """
    waits, taken = found.waiting, found.taken
    rows: list[Waiting | TakenBack] = [*waits, *taken]
    if not rows:
        return None
    none = [None] * len(waits)
    back = [*none, *(each.amount for each in taken)]
    cancelled = [*none, *(each.cancelled for each in taken)]
    columns: list[Cells] = [
        ("plan", _("Plan"), "text", [each.plan for each in rows]),
        ("about", _("For"), "text", [about_text(each.about, each.ref) for each in rows]),
        (
            "what",
            _("Paid, or taken back"),
            "text",
            [*(moment_text(each.moment) for each in waits), *(each.event for each in taken)],
        ),
        ("on", _("On"), "date", [*none, *(each.day for each in taken)]),
        ("set_aside", _("Set aside"), "money", [*(each.amount for each in waits), *([None] * len(taken))]),
        ("taken_back", _("Taken back"), "money", back),
        ("cancelled", _("Cancelled"), "money", cancelled),
    ]
    return _table(columns, _("Set aside and taken back"), note="")


def _payments(found: Statement) -> Table:
    """What each plan pays, with what makes it another amount than what is earned."""
    rows = found.payments
    columns: list[Cells] = [("plan", _("Plan"), "text", [each["plan"] for each in rows])]
    for name, title in PAYMENT.items():
        cells = [each[name] for each in rows]
        if name in ALWAYS or any(_is_told(each, name) for each in rows):
            columns.append((name, title, "money", cells))
    return _table(columns, _("Payments"), note="")


def _is_told(payment: Mapping[str, Any], name: str) -> bool:
    """Whether an amount says more than those that are always said."""
    if name == "released":
        return bool(payment["released"] != payment["earned"])
    if name == "paid_out":
        return bool(payment["paid_out"] != payment["paid"])
    return bool(payment[name].minor)


def _summary(found: Statement) -> Table:
    parts = found.parts
    quotas = [None if each.quota is None else Fraction(each.quota) for each in parts]
    before, amount, after = (
        [getattr(each, name) for each in parts] for name in ("before", "amount", "after")
    )
    columns = [
        *_of_parts(parts),
        *([_figures("quota", _("Quota"), quotas)] if any(each is not None for each in quotas) else []),
        _figures("measured", _("Measured"), [Fraction(each.measured) for each in parts]),
        *_earned("before", _("Paid before"), before),
        *_earned("amount", _("Earned"), amount),
        *_earned("after", _("In all"), after),
        *_kept(parts),
        *_units([(each.unit, each.amount) for each in parts]),
    ]
    return _table(columns, _("Summary"), _note(found))


def _lines(found: Statement) -> Table:
    lines = [(part, line) for part in found.parts for line in part.lines]
    amounts = [line.amount for _part, line in lines]
    columns: list[Cells] = [
        ("line", _("Line"), "text", [line.line for _part, line in lines]),
        ("day", _("Day"), "date", [line.day for _part, line in lines]),
        ("about", _("For"), "text", [about_text(line.about, line.ref) for _part, line in lines]),
        *_of_parts([part for part, _line in lines]),
        _figures("measure", _("Measure"), [Fraction(line.measure) for _part, line in lines]),
        *_earned("amount", _("Earned"), amounts),
        *_units([(part.unit, line.amount) for part, line in lines]),
        *_reasons([line for _part, line in lines]),
    ]
    return _table(columns, _("Lines"), _note(found))


def _reasons(lines: Sequence[StatementLine]) -> Iterator[Cells]:
    """Why adjustments were entered, and by whom."""
    if any(each.reason is not None for each in lines):
        yield "reason", _("Reason"), "text", [each.reason for each in lines]
        yield "by", _("Entered by"), "text", [each.by for each in lines]


def _of_parts(parts: Sequence[StatementPart]) -> list[Cells]:
    return [
        ("plan", _("Plan"), "text", [each.plan for each in parts]),
        ("pay", _("Pay"), "text", [pay_text(each.pay) for each in parts]),
        ("window", _("Window"), "text", [window_text(each.window) for each in parts]),
    ]


def _figures(name: str, title: str, values: Sequence[Fraction | None]) -> Cells:
    """Exact numbers: of up to four decimals as numbers, else as texts such as ``1000/3``."""
    known = [each for each in values if each is not None]
    if all((each * PPM_OF_A_POINT).denominator == 1 for each in known):
        cells = [None if each is None else int(each * PPM_OF_A_POINT) for each in values]
        return name, title, "points", cells
    return name, title, "text", [None if each is None else plain(each) for each in values]


def _kept(parts: Sequence[StatementPart]) -> Iterator[Cells]:
    """What refunds leave beyond what is due."""
    money = [each.kept if isinstance(each.kept, Money) else None for each in parts]
    others = [Fraction(each.kept) if isinstance(each.kept, Decimal) else None for each in parts]
    if any(each is not None for each in money):
        yield "kept", _("More than due"), "money", money
    if any(each is not None for each in others):
        yield _figures("kept_quantity", _("More than due, not in money"), others)


def _earned(name: str, title: str, amounts: Sequence[Earned]) -> Iterator[Cells]:
    """Amounts of money, and in a column of its own what else is earned."""
    money = [each if isinstance(each, Money) else None for each in amounts]
    if any(each is not None for each in money) or not amounts:
        yield name, title, "money", money
    if any(each is None for each in money):
        others = [None if isinstance(each, Money) else Fraction(each) for each in amounts]
        called = title if all(each is None for each in money) else _("{title}, not in money", title=title)
        yield _figures(f"{name}_quantity", called, others)


def _units(amounts: Iterable[tuple[str, Earned]]) -> Iterator[Cells]:
    """The units of what is not an amount of money."""
    units = [None if isinstance(amount, Money) else unit for unit, amount in amounts]
    if any(units):
        yield "unit", _("Unit"), "text", units


def _table(columns: Sequence[Cells], title: str, note: str) -> Table:
    rows = tuple(zip(*(cells for _name, _title, _type, cells in columns), strict=True))
    return Table(
        tuple(Column(name, each, type) for name, each, type, _cells in columns),
        rows,
        _totals(columns) if rows else None,
        note,
        title=title,
    )


def _totals(columns: Sequence[Cells]) -> tuple[Any, ...] | None:
    """What is earned in all, where it is of one currency; nothing else of a statement sums to anything."""
    totals: list[Any] = [None] * len(columns)
    for at, (name, _title, type, cells) in enumerate(columns):
        sums: defaultdict[str, int] = defaultdict(int)
        for each in cells if name in SUMMED and type == "money" else ():
            if each is not None:
                sums[each.currency] += each.minor
        if len(sums) == 1:
            ((currency, minor),) = sums.items()
            totals[0], totals[at] = _("Total"), Money(minor, currency)
    return tuple(totals) if any(totals) else None


def _note(found: Statement) -> str:
    """Who has no figure, and why; and the totals where they are of several units."""
    said = [_("no figure: {why}", why=each) for each in found.missing]
    if len(found.totals) > 1:
        amounts = [amount_text(each, unit) for unit, each in found.totals.items()]
        said.append(_("total: {total}", total=joined(", ", amounts)))
    if not found.parts and not found.missing:
        said.append(_("nothing was earned"))
    return joined("\n", said) if said else ""
