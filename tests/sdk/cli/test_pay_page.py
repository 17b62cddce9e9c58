"""The report on pay in every form, and the plans in force beside it on a page."""

import csv
import io
import json
import re
from pathlib import Path
from shutil import copytree

import pytest

from tests.sdk.cli.conftest import Run, made

PLAN = """
name = "Reps"
valid = {from = 2026-01-01}
[credit]
kinds = {order = 1}
[[pay]]
name = "commission"
for = "rep"
quota = 2000
scheme = "slab"
tiers = [{from = "0 %", rate = "10 %"}, {from = "100 %", rate = "20 %"}]
[member.EVE.pay.commission]
cap = 777
"""
ENDED = 'name = "Of <b>before</b>"\nvalid = "2025"\n[[pay]]\npays = 1\n'
TYPED = (
    ("team", "add", "--ref", "NORTH", "--name", "North"),
    *(
        ("member", "hire", "--ref", ref, "--name", name, "--login", ref.lower(), "--team", "NORTH",
         "--since", "2025-01-01")
        for ref, name in (("ANN", "Ann <i>"), ("EVE", "Eve"))
    ),
    ("customer", "add", "--name", "Acme"),
    *(("contract", "add", "--customer", "C-1", "--owner", each, "--amount", "9 USD") for each in ("ANN", "EVE")),
    *(
        ("transaction", "add", "--contract", contract, "--kind", "order", "--on", day, "--amount", amount)
        for contract, day, amount in (
            ("K-1", "2026-01-10", "3000 USD"), ("K-2", "2026-01-11", "500 USD"), ("K-1", "2026-02-10", "1000 USD"),
        )
    ),
    ("pay", "run", "--period", "2026-01"),
    ("pay", "run", "--period", "2026-02"),
)  # fmt: skip


@pytest.fixture(scope="module")
def payday(tmp_path_factory: pytest.TempPathFactory, initialised: Path) -> Path:
    """The folder of a shop in which ANN and EVE are paid for January and February."""
    return made(tmp_path_factory, initialised, TYPED, {"reps.toml": PLAN, "before.toml": ENDED})


@pytest.fixture
def paid(run: Run, tmp_path: Path, payday: Path) -> Run:
    """A copy of it for one test."""
    copytree(payday, tmp_path, dirs_exist_ok=True)
    return run


def plans_on(page: Path) -> list[str]:
    """The plans of a page, each as HTML."""
    return re.findall("<article>(.*?)</article>", page.read_text("utf-8"), re.DOTALL)


def test_it_is_told_as_text(paid: Run) -> None:
    assert paid("report", "pay", "--by", "member,period").stdout == (
        "Member   Period       Earned        Paid\n"
        "----------------------------------------\n"
        "Ann <i>  2026-01  400.00 USD  400.00 USD\n"
        "Eve      2026-01   50.00 USD   50.00 USD\n"
        "Ann <i>  2026-02  100.00 USD  100.00 USD\n"
        "Eve      2026-02    0.00 USD    0.00 USD\n"
        "----------------------------------------\n"
        "Total             550.00 USD  550.00 USD\n"
        "\n"
        "not approved yet, and may change: 2026-01, 2026-02\n"
    )


def test_it_is_told_to_programs(paid: Run) -> None:
    told = json.loads(paid("report", "pay", "--period", "2026-01", "--json").stdout)
    assert [row["earned"] for row in told["rows"]] == [
        {"amount": "400.00", "currency": "USD"},
        {"amount": "50.00", "currency": "USD"},
    ]
    rows = list(csv.reader(io.StringIO(paid("report", "pay", "--by", "plan", "--csv", "-").stdout)))
    assert rows == [
        ["plan", "earned", "earned_currency", "paid", "paid_currency"],
        ["Reps", "550.00", "USD", "550.00", "USD"],
    ]


def test_a_page_has_the_plans_in_force_in_words_with_their_curves(paid: Run, tmp_path: Path) -> None:
    paid("report", "page", "--with", "pay,won", "--period", "2026-01", "-o", "pay.html")
    (plan,) = plans_on(tmp_path / "pay.html")
    assert "<h3><bdi>Reps</bdi></h3>" in plan
    assert "<bdi>  from 2,000: 200, and 20 % of what is above 2,000</bdi>" in plan
    assert plan.count("<polyline ") == 2  # on a narrow screen and on a wide one
    assert re.search(r'aria-labelledby="plan-1-1-1-wide-title"', plan)
    assert "777" in plan


def test_a_page_of_an_earlier_period_has_the_plans_of_that_time(paid: Run, tmp_path: Path) -> None:
    paid("report", "pay", "--period", "2025", "--html", "before.html")
    (plan,) = plans_on(tmp_path / "before.html")
    assert "<h3><bdi>Of &lt;b&gt;before&lt;/b&gt;</bdi></h3>" in plan


def test_a_page_shows_what_its_reader_may_see(paid: Run, tmp_path: Path) -> None:
    paid("--as", "ann", "report", "pay", "--period", "2026", "--html", "ann.html")
    page = (tmp_path / "ann.html").read_text("utf-8")
    (plan,) = plans_on(tmp_path / "ann.html")
    assert "Ann &lt;i&gt;" in page
    assert "Eve" not in page
    assert "777" not in plan


def test_other_reports_stand_without_plans(paid: Run, tmp_path: Path) -> None:
    paid("report", "page", "--with", "won", "-o", "won.html")
    assert plans_on(tmp_path / "won.html") == []
