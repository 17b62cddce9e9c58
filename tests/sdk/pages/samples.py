"""Tables of every kind of chart, with texts of every kind in them."""

from collections.abc import Sequence
from datetime import date

from dealwright import Chart, Column, Money, Table
from dealwright.pages import Page, Section

NAUGHTY = (
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a\x00b\x1b[2J\nc", "\u202egnp.exe", '"><img src=x onerror=1>',
    "&amp;", "<r><t>x</t></r>", "{{ 7 * 7 }}", "\ud800", "x" * 300, "مبيعات الشرق", "👩‍💻 Büro",
)  # fmt: skip
CHINESE = (
    "华东大区", "华南大区", "上海市第一人民医院（东院）医疗器械采购项目", "线索", "需求确认与方案交流", "报价",
    "合同谈判", "赢单",
)  # fmt: skip


def bars(names: Sequence[str | None]) -> Table:
    """Two columns of amounts, some below zero."""
    amounts = [(7 - 2 * (at % 6)) * 1_234_567 * (at + 1) for at in range(len(names))]
    return Table(
        (
            Column("name", "Name"),
            Column("amount", "Amount", "money"),
            Column("weighted", "Weighted", "money"),
        ),
        tuple(
            (name, Money(amount, "CNY"), Money(amount // 2, "CNY"))
            for name, amount in zip(names, amounts, strict=True)
        ),
        totals=("Total", Money(sum(amounts), "CNY"), Money(sum(amounts) // 2, "CNY")),
        title="Amounts",
        note="Amounts in CNY.\nSecond line.",
        chart=Chart("bars", "name", ("amount", "weighted")),
    )


def trend(months: int) -> Table:
    """A ratio by month, of which one is missing, and one month without a name."""
    labels = [f"{2024 + at // 12}-{at % 12 + 1:02}" for at in range(months) if at != 4]
    rows = [(label, (at * 37_000) % 900_000, at) for at, label in enumerate(labels)]
    return Table(
        (Column("month", "Month"), Column("rate", "Win rate", "ratio"), Column("deals", "Deals", "integer")),
        (*rows, (None, 1, 1)),
        title="Win rate",
        chart=Chart("lines", "month", ("rate",)),
    )


def trends(names: Sequence[str]) -> Table:
    """A line for each name."""
    rows = [
        (f"2025-Q{quarter}", name, (at * 13 + quarter * 7) % 30)
        for at, name in enumerate(names)
        for quarter in (1, 2, 3, 4)
    ]
    columns = (
        Column("quarter", "Quarter"),
        Column("name", "Name"),
        Column("days", "Days to win", "duration"),
    )
    return Table(columns, tuple(rows), title="Cycle", chart=Chart("lines", "quarter", ("days",), by="name"))


def funnel(stages: Sequence[str]) -> Table:
    """How many deals entered each stage."""
    rows = tuple((stage, 8_000 * 6**at // 10**at, 7 + at) for at, stage in enumerate(stages))
    columns = (
        Column("stage", "Stage"),
        Column("entered", "Entered", "integer"),
        Column("days", "Median", "duration"),
    )
    return Table(columns, rows, title="Funnel", chart=Chart("funnel", "stage", ("entered",)))


def heat(cohorts: int) -> Table:
    """What cohorts won by month of their age."""
    columns = (
        Column("opened", "Opened", "date"),
        *(Column(f"m{at}", f"{at} months", "ratio") for at in range(12)),
    )
    rows = tuple(
        (
            date(2025, row + 1, 1),
            *((None if at + row > 12 else (at * at * 9_000 + row * 3_000)) for at in range(12)),
        )
        for row in range(cohorts)
    )
    chart = Chart("heat", "opened", tuple(each.name for each in columns[1:]))
    return Table(columns, rows, title="Cohorts", chart=chart)


def crossed(rows: Sequence[str], columns: Sequence[str]) -> Table:
    """Deals by two categories."""
    cells = tuple(
        (row, f"Won in {column} days", across * 7 + down)
        for down, row in enumerate(rows)
        for across, column in enumerate(columns)
    )
    names = (Column("team", "Team"), Column("class", "Class"), Column("deals", "Deals", "integer"))
    return Table(names, cells, title="Crossed", chart=Chart("heat", "team", ("deals",), by="class"))


def page(*tables: Table, title: str = "Lindenmark 林登马克", asked: str = "by region 按大区") -> Page:
    """These tables on one page."""
    sections = tuple(
        Section(name="sample", table=each, what="What it shows.", asked=asked) for each in tables
    )
    return Page(
        title=title,
        sections=sections,
        made_on=date(2026, 3, 31),
        made_for="Zoë <admin>",
        made_of="康沐医疗",
        asked=(("Period", "2026-Q1"), ("Where", "amount >= '50000' and customer.industry == '医疗'")),
    )


def every_kind(names: Sequence[str]) -> Page:
    """Each kind of chart over these names."""
    return page(
        bars([*names, None]),
        trend(19),
        trends(names[:7]),
        funnel(names[:8]),
        heat(8),
        crossed(names, names[:4]),
    )
