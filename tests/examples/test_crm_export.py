"""The CRM export: imported through the example's mapping, its figures equal those recomputed with plain csv code."""

import csv
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dealwright import Money, Platform, Table, import_files
from dealwright_testing.deployments import MakePlatform

EXAMPLE = Path(__file__).parents[2] / "examples" / "crm_export"
REAL = Path(__file__).parents[3] / "shared" / "data" / "maven-crm"


@pytest.fixture(params=["sample", "real"])
def data(request: pytest.FixtureRequest) -> Path:
    if request.param == "real" and not REAL.is_dir():
        pytest.skip("the real export is not on this machine")
    return REAL if request.param == "real" else EXAMPLE / "sample"


@pytest.fixture
def platform(data: Path, make_platform: MakePlatform) -> Platform:
    platform = make_platform()
    import_files(platform, EXAMPLE / "mapping.toml", data=data, actor="admin")
    return platform


def deals(data: Path) -> list[dict[str, str]]:
    with (data / "sales_pipeline.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def offices(data: Path) -> dict[str, str]:
    with (data / "sales_teams.csv").open(newline="", encoding="utf-8") as file:
        return {row["sales_agent"]: row["regional_office"] for row in csv.DictReader(file)}


def quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def product(row: dict[str, str]) -> str:
    return {"GTXPro": "GTX Pro"}.get(row["product"], row["product"])


def by_label(table: Table) -> dict[str | None, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in table.rows}


def dimension(by: str, data: Path) -> Callable[[dict[str, str]], str]:
    region = offices(data)
    keys: dict[str, Callable[[dict[str, str]], str]] = {
        "region": lambda row: region[row["sales_agent"]],
        "owner": lambda row: row["sales_agent"],
        "product": product,
        "quarter": lambda row: quarter(row["close_date"]),
        "customer.industry": lambda row: sectors(data)[row["account"]],
    }
    return keys[by]


def sectors(data: Path) -> dict[str, str]:
    with (data / "accounts.csv").open(newline="", encoding="utf-8") as file:
        spelt = {"technolgy": "technology"}
        return {row["account"]: spelt.get(row["sector"], row["sector"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("by", ["region", "owner", "product", "quarter", "customer.industry"])
def test_won_by_any_dimension(platform: Platform, data: Path, by: str) -> None:
    key = dimension(by, data)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    for row in deals(data):
        if row["deal_stage"] == "Won":
            amounts[key(row)] += Decimal(row["close_value"])
            counts[key(row)] += 1
    table = platform.report("won", actor="guest", by=by)
    expected = {name: (Money.from_major(amounts[name], "USD"), counts[name]) for name in amounts}
    assert by_label(table) == expected
    assert table.totals == (
        "Total",
        Money.from_major(sum(amounts.values(), Decimal()), "USD"),
        sum(counts.values()),
    )


@pytest.mark.parametrize("by", ["owner", "region", "product", "quarter"])
def test_win_rate_is_won_among_won_and_lost(platform: Platform, data: Path, by: str) -> None:
    key = dimension(by, data)
    won: dict[str, int] = defaultdict(int)
    lost: dict[str, int] = defaultdict(int)
    for row in deals(data):
        if row["deal_stage"] in ("Won", "Lost"):
            (won if row["deal_stage"] == "Won" else lost)[key(row)] += 1
    table = by_label(platform.report("win-rate", actor="admin", by=by))
    names = won.keys() | lost.keys()
    assert table.keys() == names
    for name in names:
        both = won[name] + lost[name]
        assert table[name][:2] == (won[name], lost[name])
        assert table[name][2] == (2 * won[name] * 1_000_000 + both) // (2 * both)


def test_won_in_a_quarter(platform: Platform, data: Path) -> None:
    rows = [row for row in deals(data) if row["deal_stage"] == "Won"]
    period = quarter(min(row["close_date"] for row in rows))
    total = sum(Decimal(row["close_value"]) for row in rows if quarter(row["close_date"]) == period)
    table = platform.report("won", actor="admin", by="region", period=period)
    assert table.totals is not None
    assert table.totals[1] == Money.from_major(Decimal(total), "USD")


def test_the_pipeline_counts_every_open_deal_and_says_which_have_no_amount(
    platform: Platform, data: Path
) -> None:
    open_deals = [row for row in deals(data) if row["deal_stage"] in ("Prospecting", "Engaging")]
    table = platform.report("pipeline", actor="admin", by="stage")
    assert table.totals is not None
    assert table.totals[1] == len(open_deals)
    assert table.totals[4] == sum(not row["close_value"] for row in open_deals)


def test_every_row_is_accepted_and_a_second_run_changes_nothing(platform: Platform, data: Path) -> None:
    rows = len(deals(data))
    with platform.session("guest") as session:
        counts = {kind: session.count(kind) for kind in ("opportunity", "customer", "product", "member")}
        last = session.find("opportunity", order="-id", limit=1)[0]
    assert counts["opportunity"] == rows
    if data == REAL:
        assert counts == {"opportunity": 8800, "customer": 85, "product": 7, "member": 41}
    import_files(platform, EXAMPLE / "mapping.toml", data=data, actor="admin")
    with platform.session("guest") as session:
        assert {kind: session.count(kind) for kind in counts} == counts
        assert session.get("opportunity", last.id) == last
