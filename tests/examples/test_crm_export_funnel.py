"""The funnel of the CRM export: stages, cycles and won value equal those recomputed with plain csv code."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from dealwright import Money, Platform, Table, import_files, rounded
from dealwright_testing.deployments import MakePlatform

EXAMPLE = Path(__file__).parents[2] / "examples" / "crm_export"
REAL = Path(__file__).parents[3] / "shared" / "data" / "maven-crm"
Row = dict[str, str]
PPM = 1_000_000


@pytest.fixture(scope="module", params=["sample", "real"])
def data(request: pytest.FixtureRequest) -> Path:
    if request.param == "real" and not REAL.is_dir():
        pytest.skip("the real export is not on this machine")
    return REAL if request.param == "real" else EXAMPLE / "sample"


@pytest.fixture(scope="module")
def platform(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    make = MakePlatform(tmp_path_factory.mktemp("crm"))
    platform = make()
    import_files(platform, EXAMPLE / "mapping.toml", data=data, actor="admin")
    yield platform
    make.close()


@pytest.fixture(scope="module")
def deals(data: Path) -> list[Row]:
    with (data / "sales_pipeline.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def columns(table: Table) -> dict[str, list[Any]]:
    return {column.name: [row[at] for row in table.rows] for at, column in enumerate(table.columns)}


def days(row: Row) -> int:
    return (date.fromisoformat(row["close_date"]) - date.fromisoformat(row["engage_date"])).days


def quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def test_the_funnel(platform: Platform, deals: list[Row]) -> None:
    stages = Counter(row["deal_stage"] for row in deals)
    engaged = len(deals) - stages["Prospecting"]
    found = columns(platform.report("funnel", actor="guest"))
    assert found["entered"] == [len(deals), engaged, stages["Won"], stages["Won"], stages["Won"]]
    assert found["open"][:2] == [stages["Prospecting"], stages["Engaging"]]
    assert found["lost"][:2] == [0, stages["Lost"]]
    assert found["conversion"][1] == rounded(Fraction(stages["Won"] * PPM, engaged))
    stays = [days(row) for row in deals if row["deal_stage"] in ("Won", "Lost")]
    assert found["median_days"][1] == rounded(Fraction(median(stays)))
    assert found["mean_days"][1] == rounded(Fraction(sum(stays), len(stays)))


def test_the_median_cycle_of_won_and_lost_deals(platform: Platform, deals: list[Row], data: Path) -> None:
    totals = platform.report("cycle", actor="guest").totals
    assert totals is not None
    for at, stage in ((1, "Won"), (4, "Lost")):
        took = [days(row) for row in deals if row["deal_stage"] == stage]
        assert totals[at : at + 2] == (len(took), rounded(Fraction(median(took))))
    if data == REAL:
        assert (totals[2], totals[5]) == (57, 14)


def test_the_cycle_of_each_seller(platform: Platform, deals: list[Row]) -> None:
    own = defaultdict(list)
    for row in deals:
        if row["deal_stage"] == "Won":
            own[row["sales_agent"]].append(days(row))
    table = platform.report("cycle", actor="guest", by="owner")
    found = {row[0]: row[2] for row in table.rows if row[1]}
    assert found == {seller: rounded(Fraction(median(took))) for seller, took in own.items()}


def test_won_value_of_each_quarter(platform: Platform, deals: list[Row]) -> None:
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in deals:
        if row["deal_stage"] == "Won":
            amounts[quarter(row["close_date"])] += Decimal(row["close_value"])
    table = platform.report("won", actor="guest", by="quarter")
    assert {row[0]: row[1] for row in table.rows} == {
        label: Money.from_major(amount, "USD") for label, amount in amounts.items()
    }


def test_win_rate_of_each_quarter(platform: Platform, deals: list[Row]) -> None:
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    for row in deals:
        if row["close_date"]:
            ends[quarter(row["close_date"])][row["deal_stage"]] += 1
    table = platform.report("win-rate", actor="guest", by="quarter")
    assert {row[0]: row[3] for row in table.rows} == {
        label: rounded(Fraction(n["Won"] * PPM, n.total())) for label, n in ends.items()
    }


def test_velocity_of_all(platform: Platform, deals: list[Row]) -> None:
    stages = Counter(row["deal_stage"] for row in deals)
    won = [row for row in deals if row["deal_stage"] == "Won"]
    amount = Fraction(sum(Decimal(row["close_value"]) for row in won)) * 100
    open_deals = stages["Prospecting"] + stages["Engaging"]
    rate = Fraction(len(won), len(won) + stages["Lost"])
    a_day = open_deals * rate * amount / len(won) / Fraction(median(days(row) for row in won))
    totals = platform.report("velocity", actor="guest").totals
    assert totals is not None
    assert totals[-1] == Money(rounded(a_day), "USD")


def test_the_plan_for_2018_has_needs_intervals_and_a_bottleneck(
    platform: Platform, deals: list[Row], data: Path
) -> None:
    if data != REAL:
        pytest.skip("the sample is too small to plan from")
    table = platform.run("funnel.plan", actor="guest", target="900000 USD", period="2018-Q1").value
    won = [Decimal(row["close_value"]) for row in deals if row["deal_stage"] == "Won"]
    lost = sum(row["deal_stage"] == "Lost" for row in deals)
    need = -(-Fraction(900_000) * len(won) // Fraction(sum(won)))
    begun = -(-need * (len(won) + lost) // len(won))
    found = columns(table)
    assert found["stage"] == ["Prospecting", "Engaging", "Won"]
    assert found["needed"] == [begun, begun, need]
    for low, needed, high in zip(found["at_least"], found["needed"], found["at_most"], strict=True):
        assert low < needed < high
    assert found["bottleneck"] == [None, "yes", None]
