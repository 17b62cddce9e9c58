"""Reports in every form, and several on one page."""

import csv
import importlib.util
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

import dealwright
from dealwright import Platform
from dealwright_testing.deployments import MakePlatform
from tests.sdk.cli.conftest import Run

PAGE = (Path(__file__).parents[3] / "docs" / "reports.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]

OTHERS = """
from dealwright import Column, Report, Table, hookimpl


def plain(session, *, html: str = "none", _csv: int = 1):
    '''What it was given.'''
    return Table((Column("html", "HTML"),), ((html,),))


def wicked(session):
    '''A <b>title</b> and more.'''
    rows = (("=cmd|' /C calc'!A0",), ("<script>alert(1)</script>",), ("康沐医院",), ("a\\x00b",))
    return Table((Column("name", "Name"),), rows, note="<i>note</i>")


@hookimpl
def reports():
    yield Report("plain", plain)
    yield Report("wicked", wicked)
"""


@pytest.fixture
def sold(shop: Run, install: Callable[[str, str], None]) -> Run:
    """A shop with the report of docs/reports.md, and some deals that were lost."""
    install("lost", EXAMPLE)
    install("others", OTHERS.replace(", _csv: int = 1", ""))
    with dealwright.open("dealwright.toml") as platform:
        for reason in ("price", "price", "没有预算"):
            ref = platform.run("opportunity.add", actor="admin", amount="100 USD").value.ref
            platform.run("opportunity.advance", actor="admin", ref=ref, to="engaging")
            platform.run("opportunity.advance", actor="admin", ref=ref, to="lost", lost_reason=reason)
    return shop


def test_the_report_of_the_documentation_has_at_most_15_lines() -> None:
    assert len(EXAMPLE.splitlines()) <= 15


def test_it_shows_as_text(sold: Run) -> None:
    assert sold("report", "lost").stdout.splitlines() == [
        "Lost reason  Deals",
        "------------------",
        "price            2",
        "没有预算         1",
        "------------------",
        "Total            3",
    ]


def test_it_shows_as_json(sold: Run) -> None:
    form = json.loads(sold("report", "lost", "--json").stdout)
    assert form["title"] == "Lost"
    assert form["rows"] == [{"lost_reason": "price", "deals": 2}, {"lost_reason": "没有预算", "deals": 1}]
    assert form["chart"] == {
        "kind": "bars",
        "label": "lost_reason",
        "values": ["deals"],
        "by": "",
        "title": "",
    }


def test_it_shows_as_csv(sold: Run, tmp_path: Path) -> None:
    assert sold("report", "lost", "--csv", "lost.csv").stdout == "wrote lost.csv\n"
    rows = list(csv.reader(io.StringIO((tmp_path / "lost.csv").read_text(encoding="utf-8"))))
    assert rows == [["lost_reason", "deals"], ["price", "2"], ["没有预算", "1"]]


def test_it_shows_as_a_spreadsheet(sold: Run, tmp_path: Path) -> None:
    assert sold("report", "lost", "--by", "stage", "--xlsx", "lost.xlsx").stdout == "wrote lost.xlsx\n"
    (sheet,) = load_workbook(tmp_path / "lost.xlsx").worksheets
    assert sheet.title == "Lost"
    assert [[each.value for each in row] for row in sheet] == [["Stage", "Deals"], ["lost", 3], ["Total", 3]]


def test_it_shows_as_a_page(sold: Run, tmp_path: Path) -> None:
    year = str(datetime.now(UTC).year)
    asked = ("--by", "stage", "--period", year, "--where", "amount < 500")
    assert sold("report", "lost", *asked, "--html", "lost.html").stdout == "wrote lost.html\n"
    html = (tmp_path / "lost.html").read_text(encoding="utf-8")
    assert "<h1><bdi>shop</bdi></h1>" in html
    assert 'Lost</bdi> <span class="by"><bdi>by stage</bdi>' in html
    assert f"<dt>Period</dt><dd><bdi>{year}</bdi></dd>" in html
    assert "<dt>Where</dt><dd><bdi>amount &lt; 500</bdi></dd>" in html
    assert html.count("<svg ") == 2


def test_several_forms_are_written_at_once(sold: Run, tmp_path: Path) -> None:
    files = {"csv": "a.csv", "html": "a.html", "xlsx": "a.xlsx"}
    given = [part for form, file in files.items() for part in (f"--{form}", file)]
    assert json.loads(sold("report", "lost", *given, "--json").stdout) == {"report": "lost", "files": files}
    assert all((tmp_path / file).exists() for file in files.values())


def test_csv_on_stdout_is_nothing_but_csv(sold: Run) -> None:
    found = sold("report", "lost", "--csv", "-", "--html", "lost.html")
    assert found.stdout == "lost_reason,deals\nprice,2\n没有预算,1\n"
    assert found.stderr == "wrote lost.html\n"


def test_what_records_are_called_is_only_text_in_every_form(sold: Run, tmp_path: Path) -> None:
    sold("report", "wicked", "--csv", "w.csv", "--xlsx", "w.xlsx", "--html", "w.html")
    read = list(csv.reader(io.StringIO((tmp_path / "w.csv").read_bytes().decode(), newline="")))
    assert read[1:] == [["=cmd|' /C calc'!A0"], ["<script>alert(1)</script>"], ["康沐医院"], ["a\x00b"]]
    (sheet,) = load_workbook(tmp_path / "w.xlsx").worksheets
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=cmd|' /C calc'!A0", "s")
    html = (tmp_path / "w.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "a\\x00b" in sold("report", "wicked").stdout


def test_a_parameter_that_is_called_like_a_form_has_an_option_of_its_own(sold: Run) -> None:
    assert "mine" in sold("report", "plain", "--with-html", "mine").stdout


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(sold: Run, tmp_path: Path) -> None:
    for form in ("csv", "xlsx", "html"):
        found = sold("report", "lost", f"--{form}", f"nowhere/lost.{form}", code=1)
        assert f"nowhere/lost.{form}" in found.stderr
        assert "No such file or directory" in found.stderr
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("typed", "module", "extra"),
    [
        (("report", "lost", "--html", "lost.html"), "jinja2", "reports"),
        (("report", "page", "--with", "lost", "-o", "lost.html"), "jinja2", "reports"),
        (("report", "lost", "--xlsx", "lost.xlsx"), "xlsxwriter", "xlsx"),
    ],
)
def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    sold: Run, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], module: str, extra: str
) -> None:
    monkeypatch.setattr(
        "dealwright.extras.find_spec", lambda name: None if name == module else importlib.util.find_spec(name)
    )
    found = sold(*typed, code=1)
    assert f"made with {module}, which is not installed; pip install 'dealwright[{extra}]'" in found.stderr


def test_several_reports_make_one_page(sold: Run, tmp_path: Path) -> None:
    typed = (
        "report",
        "page",
        "--with",
        "won,lost",
        "--with",
        "pipeline",
        "--by",
        "lost=source",
        "-o",
        "all.html",
    )
    assert sold(*typed, "--title", "Sales & more").stdout == "wrote all.html\n"
    html = (tmp_path / "all.html").read_text(encoding="utf-8")
    assert "<title>Sales &amp; more</title>" in html
    assert re.findall(r'<h2 id="report-\d-title"><bdi>(.*?)</bdi> <span class="by"><bdi>(.*?)</bdi>', html) == [
        ("Won", "by owner"), ("Lost", "by source"), ("Pipeline", "by stage"),
    ]  # fmt: skip
    assert json.loads(sold(*typed, "--json").stdout) == {
        "reports": ["won", "lost", "pipeline"],
        "files": {"html": "all.html"},
    }


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--with", "won,losst"), "there is no report 'losst', did you mean 'lost'?"),
        (("--with", "won", "--by", "region"), "--by 'region' names no report; write --by won=region"),
        (("--with", "won", "--by", "wonn=region"), "'wonn' is not on the page, did you mean 'won'?"),
        (("--with", "won,plain", "--period", "2026"), "report plain has no parameter 'period'"),
        (
            ("--with", "won", "--by", "won=regoin"),
            "report won: 'regoin' is no dimension, did you mean 'region'?",
        ),
        (("--with", "won,pipeline", "--as-of", "2020-01-01"), "pipeline shows deals as they stand today"),
        (("--with", ","), "--with names no report"),
    ],
)
def test_what_a_page_cannot_show_is_refused(
    sold: Run, tmp_path: Path, typed: tuple[str, ...], said: str
) -> None:
    assert said in sold("report", "page", *typed, "-o", "all.html", code=2).stderr
    assert not (tmp_path / "all.html").exists()


def test_the_page_is_listed_beside_the_reports(sold: Run) -> None:
    assert re.search(
        r"^  page +Put several reports on one page", sold("report", "--help").stdout, re.MULTILINE
    )
    assert "--with won,funnel,pipeline -o sales.html" in sold("report", "page", "--help").stdout


def test_no_report_is_called_page(sqlite_url: str, make_platform: MakePlatform) -> None:
    from dealwright import Report, Table, hookimpl

    class Paging:
        @hookimpl
        def reports(self) -> list[Report]:
            return [Report("page", lambda session: Table((), ()))]

    platform: Platform = make_platform(sqlite_url, plugins=[("paging", Paging())])
    status = platform.host.status("paging")
    assert status is not None
    assert "'page' puts several reports on a page; choose another name" in status.reason


def test_nothing_of_it_is_loaded_for_help(sold: Run, tmp_path: Path) -> None:
    sold("--help")
    found = "[each for each in sys.modules if each.startswith(('jinja2', 'xlsxwriter', 'dealwright.charts'))]"
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom dealwright.cli.main import cli\n"
        "for typed in (['--help'], ['report', '--help'], ['report', 'won']):\n"
        "    assert CliRunner().invoke(cli, typed).exit_code == 0\n"
        f"assert not {found}, {found}"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)
