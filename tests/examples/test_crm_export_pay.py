"""Pay on the CRM export: bookings of won deals, recomputed with plain csv code and whole cents."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from dealwright import Money, Platform, import_files
from dealwright_testing.deployments import MakePlatform

EXAMPLE = Path(__file__).parents[2] / "examples" / "crm_export"
REAL = Path(__file__).parents[3] / "shared" / "data" / "maven-crm"
QUARTERS = {"sample": ("2025-Q3", "2025-Q4"), "real": ("2017-Q1", "2017-Q2", "2017-Q3", "2017-Q4")}
QUOTA = Decimal(80_000)
FLAT = """
name = "Flat"
period = "quarter"
[[pay]]
rate = "3.5 %"
"""
BY_DEAL = FLAT.replace('"Flat"', '"By deal"') + 'window = "deal"\n'
SLAB = """
name = "Slab"
period = "quarter"
[[pay]]
quota = 80000
scheme = "slab"
tiers = [{from = "0 %", rate = "3 %"}, {from = "100 %", rate = "5 %"}]
"""
WHOLE = SLAB.replace('"slab"', '"whole"').replace('"Slab"', '"Whole"')
OVERRIDE = """
name = "Override"
period = "quarter"
[[pay]]
name = "commission"
for = "rep"
rate = "3.5 %"
[[pay]]
name = "override"
for = "manager"
credit = "team"
rate = "0.75 %"
[[pay]]
name = "of-pay"
for = "manager"
credit = "team"
measure = "pay.commission"
rate = "10 %"
"""

Sales = Mapping[tuple[str, str], list[int]]


@pytest.fixture(params=["sample", "real"])
def export(request: pytest.FixtureRequest) -> str:
    if request.param == "real" and not REAL.is_dir():
        pytest.skip("the real export is not on this machine")
    return str(request.param)


@pytest.fixture
def platform(export: str, make_platform: MakePlatform, tmp_path: Path) -> Platform:
    names: list[str] = []
    for plan in (FLAT, BY_DEAL, SLAB, WHOLE, OVERRIDE):
        names.append(f"{len(names)}.toml")
        (tmp_path / names[-1]).write_text(plan, encoding="utf-8")
    files = ", ".join(f'"{tmp_path / each}"' for each in names)
    platform = make_platform(config=f"[incentives]\nplans = [{files}]\n")
    import_files(platform, EXAMPLE / "mapping.toml", data=folder(export), actor="admin")
    return platform


def folder(export: str) -> Path:
    return REAL if export == "real" else EXAMPLE / "sample"


def rows(export: str, name: str) -> Iterator[dict[str, str]]:
    with (folder(export) / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def sales(export: str) -> Sales:
    """What was won by member and quarter, deal by deal, in whole units: the export has no cents."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows(export, "sales_pipeline.csv"):
        if row["deal_stage"] == "Won":
            day = row["close_date"]
            quarter = f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
            found[row["sales_agent"], quarter].append(int(row["close_value"]))
    return found


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def paid(platform: Platform, quarter: str) -> dict[tuple[str, str, str], Decimal]:
    """What each pay of each plan gives each member, by the statements."""
    shown = platform.run("pay.run", actor="admin", period=quarter).value
    found = {}
    for each in shown.members:
        statement = platform.run("pay.statement", actor="admin", ref=each.member, period=quarter).value
        for part in statement.parts:
            assert isinstance(part.amount, Money)
            assert part.amount == sum((line.amount for line in part.lines[1:]), part.lines[0].amount)
            found[part.plan, part.pay, statement.name] = part.amount.major
    return found


def expected(export: str, quarter: str) -> dict[tuple[str, str, str], Decimal]:
    found: dict[tuple[str, str, str], Decimal] = {}
    managers = {row["sales_agent"]: row["manager"] for row in rows(export, "sales_teams.csv")}
    teams: dict[str, Decimal] = defaultdict(Decimal)
    overrides: dict[str, Decimal] = defaultdict(Decimal)
    for (member, of), deals in sales(export).items():
        if of != quarter:
            continue
        total = Decimal(sum(deals))
        found["Flat", "pay", member] = cents(total * Decimal("0.035"))
        found["By deal", "pay", member] = sum((cents(each * Decimal("0.035")) for each in deals), Decimal(0))
        below, above = min(total, QUOTA), max(total - QUOTA, Decimal(0))
        found["Slab", "pay", member] = cents(below * Decimal("0.03") + above * Decimal("0.05"))
        rate = Decimal("0.05") if total >= QUOTA else Decimal("0.03")
        found["Whole", "pay", member] = cents(total * rate)
        found["Override", "commission", member] = cents(total * Decimal("0.035"))
        teams[managers[member]] += total
        overrides[managers[member]] += found["Override", "commission", member]
    for manager, total in teams.items():
        found["Override", "override", manager] = cents(total * Decimal("0.0075"))
        found["Override", "of-pay", manager] = cents(overrides[manager] * Decimal("0.1"))
    return {key: amount for key, amount in found.items() if amount}


def test_every_plan_pays_what_plain_code_computes(export: str, platform: Platform) -> None:
    compared = 0
    for quarter in QUARTERS[export]:
        found, wanted = paid(platform, quarter), expected(export, quarter)
        assert found == wanted
        compared += len(wanted)
    assert compared > (500 if export == "real" else 10)
    if export == "real":
        assert any(_differs(expected(export, each)) for each in QUARTERS[export])


def _differs(found: Mapping[tuple[str, str, str], Decimal]) -> bool:
    """Whether rounding by deal gives somebody something else than rounding once: separate deals round apart."""
    return any(found[key] != found["By deal", *key[1:]] for key in found if key[0] == "Flat")


def test_a_draft_costs_what_plain_code_computes(export: str, platform: Platform, tmp_path: Path) -> None:
    """4 % in place of 3.5 %: everybody who sold wins, by what plain code says."""
    draft = tmp_path / "draft.toml"
    draft.write_text(FLAT.replace("3.5 %", "4 %"), encoding="utf-8")
    year = QUARTERS[export][0][:4]
    found = platform.run("pay.simulate", actor="admin", plan=str(draft), period=year).value
    assert found.against == ("Flat",)
    for rate, side in (("0.04", "plan"), ("0.035", "against")):
        wanted: dict[str, Decimal] = defaultdict(Decimal)
        members: dict[str, Decimal] = defaultdict(Decimal)
        for (member, quarter), deals in sales(export).items():
            if quarter[:4] == year:
                wanted[quarter] += cents(sum(deals) * Decimal(rate))
                members[member] += cents(sum(deals) * Decimal(rate))
        # Where nothing was sold, nothing is paid.
        shown = {each.period: getattr(each, side).cost.major for each in found.periods}
        assert {quarter: cost for quarter, cost in shown.items() if cost} == wanted
        assert {each.name: getattr(each, side).paid.major for each in found.members} == members
    assert (found.winners, found.losers, found.unchanged) == (len(found.members), 0, 0)
