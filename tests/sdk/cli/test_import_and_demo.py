"""`dealwright import` and `dealwright demo`."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from dealwright.cli.importing import progress_shown

Run = Callable[..., Result]
Ask = Callable[..., Any]

MAPPING = """
name = "customers"
[[files]]
path = "customers.csv"
[[files.records]]
record = "customer"
ref = "number"
[files.records.fields]
name = "name"
employees = "staff"
"""


@pytest.fixture
def export(shop: Run, tmp_path: Path) -> Path:
    """A folder with an export of three customers, of which one has a wrong number of employees."""
    (tmp_path / "mapping.toml").write_text(MAPPING)
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "customers.csv").write_text("number,name,staff\nA1,Acme,40\nA2,Birch,many\nA3,康沐医院,7\n")
    return folder


def test_refused_rows_are_told_corrected_and_retried(shop: Run, ask: Ask, export: Path) -> None:
    result = shop("import", "mapping.toml", "--data", "export", code=1)
    assert "refused: customers.csv:3: " in result.stderr
    command = result.stderr.splitlines()[-1].partition("then: dealwright ")[2].split()
    folder = Path(command[-1])
    [refused] = folder.glob("*.csv")
    refused.write_text(refused.read_text(encoding="utf-8-sig").replace("many", "12"), encoding="utf-8")
    shop(*command)
    assert {each["ref"]: each["employees"] for each in ask("customer", "list")} == {
        "A1": 40,
        "A2": 12,
        "A3": 7,
    }


def test_the_counts_sum_to_the_input(shop: Run, export: Path) -> None:
    result = shop("import", "mapping.toml", "--data", "export", "--json", code=1)
    totals = json.loads(result.stdout)["totals"]
    assert totals == {"input": 3, "accepted": 2, "refused": 1, "unprocessed": 0}


def test_a_dry_run_counts_and_writes_nothing(shop: Run, export: Path) -> None:
    said = shop("import", "mapping.toml", "--data", "export", "--dry-run", code=1).stdout
    assert "this was a dry run" in said
    assert shop("customer", "list").stdout == "none\n"


def test_an_encoding_that_has_to_be_confirmed_comes_with_the_command(
    shop: Run, ask: Ask, export: Path
) -> None:
    (export / "customers.csv").write_bytes("number,name,staff\nA3,康沐医院,7\n".encode("gb18030"))
    stderr = shop("import", "mapping.toml", "--data", "export", code=1).stderr
    typed = stderr.partition("next: dealwright ")[2].split()
    assert typed[-2:] == ["--encoding", "gb18030"]
    shop("import", "mapping.toml", "--data", "export", "--encoding", "customers.csv=gb18030")
    assert [each["name"] for each in ask("customer", "list")] == ["康沐医院"]


def test_either_data_or_corrected_rows_are_given(shop: Run, export: Path) -> None:
    assert "--data DIR or --retry DIR" in shop("import", "mapping.toml", code=2).stderr
    assert "--data" in shop("import", "mapping.toml", "--data", "x", "--retry", "y", code=2).stderr


def test_an_auditor_does_not_import(shop: Run, export: Path, tmp_path: Path) -> None:
    config = tmp_path / "dealwright.toml"
    config.write_text(config.read_text().replace("# anna", "anna"))
    said = shop("import", "mapping.toml", "--data", "export", "--as", "anna", code=1).stderr
    assert "anna (auditor) may not import customer" in said


def test_no_progress_is_shown_where_nobody_looks() -> None:
    with progress_shown() as on_progress:
        assert on_progress is None


@pytest.mark.slow
def test_the_demo_shows_a_year_of_sales(run: Run, tmp_path: Path) -> None:
    said = run("demo", "here").stdout
    for words in (
        "5,000 opportunities",
        "Won by region",
        "Win rate by owner",
        "Pipeline by stage",
        "Sellers of the quarter",
        "Pay of the year",
        "here/dealwright.toml",
    ):
        assert words in said
    assert said.endswith(f"the reports as a page: {tmp_path / 'here' / 'report.html'}\n")
    html = (tmp_path / "here" / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'<h2 id="report-\d+-title"><bdi>(.*?)</bdi>(?: <span class="by"><bdi>(.*?)</bdi>)?', html) == [
        ("Won", "by month"), ("Won", "by region"), ("Funnel", ""), ("Win rate", "by product family"),
        ("Pipeline", "by stage"), ("Attainment", "by region"), ("Leaderboard", ""), ("Distribution of scores", ""),
        ("What changed", ""), ("Pay", "by member"),
    ]  # fmt: skip
    assert re.findall("<h3><bdi>(.*?)</bdi></h3>", html) == ["Representatives"]
    assert html.count("<svg ") == 2 * (9 + 1 + 2)  # charts of reports, of pay, and curves of its plan
    assert "no rows" not in html
    assert "is there already" in run("demo", "here", code=1).stderr
    config = ("--config", "here/dealwright.toml")
    assert "the journal is whole" in run("db", "verify", *config).stdout
    won = json.loads(run("report", "won", "--by", "region", "--json", *config).stdout)
    assert won["totals"]["deals"] == sum(row["deals"] for row in won["rows"]) > 1000
    quarters = json.loads(run("report", "pay", "--by", "period", "--json", *config).stdout)["rows"]
    assert [row["period"] for row in quarters] == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert all(float(row["earned"]["amount"]) > 100_000 for row in quarters)


@pytest.mark.slow
def test_without_the_extra_the_demo_says_how_to_get_the_page(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dealwright.extras.find_spec", lambda name: None)
    said = run("demo", "here").stdout
    assert said.endswith("for a page of the reports: pip install 'dealwright[reports]'\n")
