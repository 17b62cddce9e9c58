"""Schemes over the CRM export: attainment, points, grades and ranks equal those recomputed with plain csv code."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from dealwright import Platform, import_files
from dealwright.cli.jsonform import form_of, text_of
from dealwright_testing.deployments import MakePlatform
from tests.examples.test_crm_export import EXAMPLE, REAL, deals, offices, quarter

TARGETS = {"Central": 500_000, "East": 400_000}  # the third region has none


@frozen
class Export:
    """An export, the deployment it was imported into, and the quarter that is looked at."""

    data: Path
    platform: Platform
    period: str

    def evaluated(self, scheme: str) -> dict[str, Any]:
        """What ``dealwright evaluate SCHEME --period 2017-Q3 --json`` prints."""
        found = self.platform.run("evaluate", actor="admin", scheme=scheme, period=self.period).value
        form: dict[str, Any] = json.loads(text_of(form_of(found)))
        return form

    def won(self) -> Iterator[dict[str, str]]:
        """The deals won in the quarter."""
        for row in deals(self.data):
            if row["deal_stage"] == "Won" and quarter(row["close_date"]) == self.period:
                yield row


@pytest.fixture(scope="module", params=["sample", "real"])
def export(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Export]:
    if request.param == "real" and not REAL.is_dir():
        pytest.skip("the real export is not on this machine")
    data = REAL if request.param == "real" else EXAMPLE / "sample"
    make = MakePlatform(tmp_path_factory.mktemp("crm"))
    platform = make(config=(EXAMPLE / "schemes.toml").read_text("utf-8"))
    import_files(platform, EXAMPLE / "mapping.toml", data=data, actor="admin")
    period = (
        "2017-Q3"
        if data == REAL
        else quarter(min(row["close_date"] for row in deals(data) if row["deal_stage"] == "Won"))
    )
    for region, amount in TARGETS.items():
        platform.run(
            "target.add", actor="admin", team=region, measure="won_amount",
            period=period, amount=f"{amount} USD",
        )  # fmt: skip
    yield Export(data, platform, period)
    make.close()


def ppm(actual: Decimal | int, target: int) -> int:
    """Parts per million, half away from zero, and 150 % at the most."""
    exact = Fraction(actual) * 1_000_000 / target
    return min(int(exact + Fraction(1, 2)), 1_500_000)


def ranks(totals: dict[str, Fraction]) -> dict[str, int]:
    return {name: 1 + sum(other > total for other in totals.values()) for name, total in totals.items()}


def test_sellers(export: Export) -> None:
    """Thirty sell; five sellers and the six managers have no deals, and stand there with nothing."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    counts: dict[str, int] = defaultdict(int)
    for row in export.won():
        amounts[row["sales_agent"]] += Decimal(row["close_value"])
        counts[row["sales_agent"]] += 1
    with (export.data / "sales_teams.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    members = {row["sales_agent"] for row in rows} | {row["manager"] for row in rows}
    attained = {each: (ppm(amounts[each], 100_000), ppm(counts[each], 60)) for each in members}
    sums = {each: Fraction(7 * a + 3 * b, 100_000) for each, (a, b) in attained.items()}
    totals = {each: total if attained[each][0] >= 100_000 else Fraction(0) for each, total in sums.items()}
    places = ranks(totals)

    found = export.evaluated("sellers")
    results = {each["ref"]: each for each in found["results"]}
    assert set(results) == members
    idle = {row["sales_agent"] for row in rows} - {row["sales_agent"] for row in deals(export.data)}
    if export.data == REAL:
        assert (len(members), sum(map(bool, amounts.values())), len(idle)) == (41, 30, 5)
    assert all(results[each]["total"] == "0" and results[each]["rank"] for each in idle)
    for name, each in results.items():
        amount, count, *gate = each["lines"]
        assert Decimal(amount["actual"]["amount"]) == amounts[name]
        assert count["actual"] == counts[name]
        assert [Fraction(line["value"]) * 10_000 for line in (amount, count)] == list(attained[name])
        assert (
            Fraction(each["total"]) == totals[name] == sum(Fraction(line["points"]) for line in each["lines"])
        )
        assert each["rank"] == places[name]
        assert (each["gate"] is not None) == (attained[name][0] < 100_000)
        assert each["grade"] == ("none" if each["gate"] else grade(totals[name]))
        assert bool(gate) == (totals[name] != sums[name])
        assert each["complete"]


def grade(total: Fraction) -> str:
    return next(name for name, bound in (("A", 100), ("B", 75), ("C", 50), ("D", 0)) if total >= bound)


def test_regions(export: Export) -> None:
    """What a team won belongs to the region above it; a region without a target has attained nothing, as stated."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in export.won():
        amounts[offices(export.data)[row["sales_agent"]]] += Decimal(row["close_value"])
    exact = {
        name: int(Fraction(amounts[name]) * 1_000_000 / TARGETS[name] + Fraction(1, 2)) for name in TARGETS
    }
    totals = {name: Fraction(exact.get(name, 0), 10_000) for name in set(offices(export.data).values())}
    places = ranks(totals)
    found = export.evaluated("regions")
    assert {each["ref"] for each in found["results"]} == set(offices(export.data).values())
    for each in found["results"]:
        (line,) = each["lines"]
        assert Decimal(line["actual"]["amount"]) == amounts[each["ref"]]
        assert Fraction(each["total"]) == totals[each["ref"]]
        assert each["rank"] == places[each["ref"]]


def test_one_in_hand_is_as_in_the_run(export: Export) -> None:
    first = export.evaluated("sellers")["results"][0]
    now = export.platform.run(
        "score", actor="admin", ref=first["ref"], kind="member", scheme="sellers", period=export.period
    )
    form = json.loads(text_of(form_of(now.value)))
    names = ("total", "grade", "gate", "missing", "digest", "lines", "version")
    assert {each: form[each] for each in names} == {each: first[each] for each in names}
