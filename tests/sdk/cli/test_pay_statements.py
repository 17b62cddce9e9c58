"""Statements on the command line, in every form and both languages."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from openpyxl import load_workbook

from tests.sdk.cli.conftest import Run, made

PLAN = (
    'name = "Reps"\n[credit]\nkinds = {order = 1}\n[[pay]]\nname = "commission"\nfor = "rep"\nrate = "10 %"\n'
)
STATEMENT = ("pay", "statement", "ANN", "--period", "2026-01")
WITHOUT_EXTRA = """
import sys
sys.modules[{module!r}] = None
from dealwright.cli.main import main
main()
"""


TYPED = (
    ("team", "add", "--ref", "NORTH", "--name", "North"),
    ("member", "hire", "--ref", "ANN", "--name", "Ann <i>", "--team", "NORTH", "--since", "2025-01-01"),
    ("customer", "add", "--name", "Acme"),
    ("contract", "add", "--customer", "C-1", "--owner", "ANN", "--amount", "13345 USD"),
    *(
        ("transaction", "add", "--contract", "K-1", "--kind", "order", "--on", day, "--amount", amount)
        for day, amount in (("2026-01-10", "1000 USD"), ("2026-01-20", "12345 USD"))
    ),
    ("pay", "run", "--period", "2026-01"),
)


@pytest.fixture(scope="module")
def payday(tmp_path_factory: pytest.TempPathFactory, initialised: Path) -> Path:
    """The folder of a shop in which ANN had two orders in January, and a run; tests work in copies of it."""
    return made(tmp_path_factory, initialised, TYPED, {"reps.toml": PLAN})


@pytest.fixture
def paid(run: Run, tmp_path: Path, payday: Path) -> Run:
    """The same as it is for one test."""
    copytree(payday, tmp_path, dirs_exist_ok=True)
    return run


def plain(html: str) -> str:
    """The text of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>", "", html)).split())


def test_it_shows_as_csv(paid: Run, tmp_path: Path) -> None:
    assert paid(*STATEMENT, "--csv", "ann.csv").stdout == "wrote ann.csv\n"
    rows = list(csv.reader(io.StringIO((tmp_path / "ann.csv").read_text(encoding="utf-8"))))
    assert rows == [
        ["line", "day", "about", "plan", "pay", "window", "measure", "amount", "amount_currency"],
        ["1-1", "2026-01-10", "TX-1", "Reps", "commission", "2026-01", "1000", "100.00", "USD"],
        ["1-2", "2026-01-20", "TX-2", "Reps", "commission", "2026-01", "12345", "1234.50", "USD"],
    ]


def test_csv_on_stdout_is_nothing_but_csv(paid: Run) -> None:
    found = paid(*STATEMENT, "--csv", "-", "--html", "ann.html")
    assert found.stdout.splitlines()[0].startswith("line,day,")
    assert found.stderr == "wrote ann.html\n"


def test_a_spreadsheet_has_a_sheet_for_each_table(paid: Run, tmp_path: Path) -> None:
    paid(*STATEMENT, "--xlsx", "ann.xlsx")
    summary, payments, lines = load_workbook(tmp_path / "ann.xlsx").worksheets
    assert [each.title for each in (summary, payments, lines)] == ["Summary", "Payments", "Lines"]
    assert [each.value for each in lines["H"]] == ["Earned", 100, 1234.5, 1334.5]
    assert [each.value for each in summary["D"]][:2] == ["Measured", 13345]


def test_the_page_has_member_period_and_state(paid: Run, tmp_path: Path) -> None:
    paid(*STATEMENT, "--html", "ann.html")
    html = (tmp_path / "ann.html").read_text(encoding="utf-8")
    assert "<h1><bdi>Pay statement of Ann &lt;i&gt;</bdi></h1>" in html
    text = plain(html)
    assert "Member ANN Period 2026-01 State calculated" in text
    assert "Earned 1,334.50 USD" in text
    assert "1-2 2026-01-20 TX-2 Reps commission 2026-01 12,345 1,234.50" in text
    assert "<script" not in html
    assert "@media print" in html


def test_the_page_is_written_in_chinese(paid: Run, tmp_path: Path) -> None:
    paid("--lang", "zh_CN", *STATEMENT, "--html", "ann.html")
    html = (tmp_path / "ann.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in html
    text = plain(html)
    assert "Ann &lt;i&gt; 的提成结算单" in text
    assert "成员 ANN 期间 2026-01 状态 已计算" in text
    for english in ("Summary", "Lines", "Earned", "Measured", "Window"):
        assert english not in text


def test_programs_are_told_which_files_were_written(paid: Run) -> None:
    files = {"csv": "a.csv", "html": "a.html", "xlsx": "a.xlsx"}
    typed = [each for form, file in files.items() for each in (f"--{form}", file)]
    told = json.loads(paid(*STATEMENT, *typed, "--json").stdout)
    assert told == {"statement": "ANN", "period": "2026-01", "files": files}


@pytest.mark.parametrize("form", ["csv", "xlsx", "html"])
def test_a_file_that_cannot_be_written_is_a_line(paid: Run, form: str) -> None:
    assert "nowhere" in paid(*STATEMENT, f"--{form}", f"nowhere/ann.{form}", code=1).stderr


def test_other_commands_have_no_such_options(paid: Run) -> None:
    assert "--html" in paid("pay", "statement", "--help").stdout
    assert "--html" not in paid("pay", "explain", "--help").stdout


@pytest.mark.parametrize(
    ("form", "module", "extra"), [("html", "jinja2", "reports"), ("xlsx", "xlsxwriter", "xlsx")]
)
def test_a_missing_extra_is_named(paid: Run, form: str, module: str, extra: str) -> None:
    code = WITHOUT_EXTRA.format(module=module)
    typed = [*STATEMENT, f"--{form}", f"ann.{form}"]
    done = subprocess.run([sys.executable, "-c", code, *typed], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert extra in done.stderr
    assert not Path(f"ann.{form}").exists()


def test_a_trace_has_its_steps_by_name(paid: Run) -> None:
    told = json.loads(paid("pay", "explain", "1-2", "--json").stdout)
    assert {each["name"]: each["what"] for each in told["steps"]}["credit"] == "12,345 of it counts for ANN"
    assert (told["measure_before"], told["measure_after"], told["due_after"]) == ("1000", "13345", "1334.5")
    assert told["sale"] == {"amount": "12345.00", "currency": "USD"}
