"""The classes of the customers of the CRM export equal those recomputed with plain csv code."""

import csv
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import dealwright_segmentation
from dealwright import Customer, import_files
from dealwright_segmentation.records import Segmentation
from dealwright_testing.deployments import MakePlatform

EXAMPLE = Path(__file__).parents[2] / "examples" / "crm_export"
REAL = Path(__file__).parents[3] / "shared" / "data" / "maven-crm"


@pytest.fixture(params=["sample", "real"])
def data(request: pytest.FixtureRequest) -> Path:
    if request.param == "real" and not REAL.is_dir():
        pytest.skip("the real export is not on this machine")
    return REAL if request.param == "real" else EXAMPLE / "sample"


def recomputed(data: Path) -> tuple[date, dict[str, tuple[str, str]]]:
    """The day of the last purchase, and the value and the behaviour class of each account that bought by then."""
    with (data / "sales_pipeline.csv").open(newline="", encoding="utf-8") as file:
        won = [row for row in csv.DictReader(file) if row["deal_stage"] == "Won"]
    deals: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in won:
        deals[row["account"]].append((date.fromisoformat(row["close_date"]), Decimal(row["close_value"])))
    day = max(on for own in deals.values() for on, __ in own)
    before = day.replace(year=day.year - 1)
    lately = {name: [each for each in own if before < each[0] <= day] for name, own in deals.items()}
    figures = {
        name: (max(on for on, __ in own), len(own), sum(value for __, value in own))
        for name, own in lately.items()
        if own
    }
    columns: list[tuple[Any, ...]] = list(zip(*figures.values(), strict=True))
    found = {}
    for name, bought in deals.items():
        value = "dormant"
        if name in figures:
            worse = [
                sum(other < own for other in each) for each, own in zip(columns, figures[name], strict=True)
            ]
            total = sum(1 + each * 5 // len(figures) for each in worse)
            value = "A" if total >= 12 else "B" if total >= 8 else "C"
        often = "frequent" if len(lately[name]) >= 4 else "occasional"
        found[name] = (value, "first" if len(bought) == 1 else often)
    return day, found


def test_the_classes_of_the_crm_export(data: Path, make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("segmentation", dealwright_segmentation)])
    import_files(platform, EXAMPLE / "mapping.toml", data=data, actor="admin")
    day, expected = recomputed(data)
    moves = platform.run("segmentation.classify", actor="admin", as_of=day).value.rows
    with platform.session("admin") as session:
        names = {each.id: each.name for each in session.find(Customer)}
        found = {names[each.customer]: (each.value, each.behaviour) for each in session.find(Segmentation)}
    assert found == expected
    assert {after: n for aspect, __, after, n in moves if aspect == "value"} == Counter(
        value for value, __ in expected.values()
    )
    if data == REAL:
        assert len(found) == 85
    table = platform.report("segments", actor="admin", as_of=day)
    assert sum(row[1] for row in table.rows) == len(names)
