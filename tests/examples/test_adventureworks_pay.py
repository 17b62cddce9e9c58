"""A year's pay of AdventureWorks' sales people: rates, quotas and bonuses of their own, recomputed with plain code.

Its line amounts have four decimal places: an order becomes money as a whole, rounded once to cents.
"""

import csv
import gzip
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from dealwright import Money, Platform, import_files
from dealwright_testing.deployments import MakePlatform

DATA = Path(__file__).parents[3] / "shared" / "data" / "adventureworks-sales"
YEARS = ("2011", "2012", "2013")
PLAN = """
name = "Sales people"
period = "year"
zero_quota = "zero"
[[pay]]
name = "commission"
rate = 0
[[pay]]
name = "bonus"
quota = "won_amount"
scheme = "lookup"
target = 1000
tiers = [{from = "100 %", times = 1}]
"""
MAPPING = """
name = "orders"
currency = "USD"
[[files]]
path = "people.csv"
[[files.records]]
record = "member"
ref = "person"
[files.records.fields]
name = "person"
[[files]]
path = "quotas.csv"
[[files.records]]
record = "target"
ref = "ref"
[files.records.fields]
member = "person"
measure = {constant = "won_amount"}
period = "year"
amount = "quota"
[[files]]
path = "orders.csv"
[[files.records]]
record = "customer"
ref = "reseller"
[files.records.fields]
name = "reseller"
[[files.records]]
record = "opportunity"
ref = "order"
[files.records.fields]
name = "order"
customer = "reseller"
owner = "person"
stage = {constant = "won"}
closed_on = "day"
amount = {column = "amount", rounding = "half away from zero"}
"""
KEYS = {
    272: 274, **{281 + at: 275 + at for at in range(9)}, 290: 287, 291: 289, 292: 290,
    293: 284, 294: 285, 295: 288, 296: 286,
}  # fmt: skip

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="AdventureWorks is not on this machine")


class Source:
    """The files of the data set, read with plain code."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, str]] = {}
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        with gzip.open(DATA / "FactResellerSales.csv.gz", "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                order = row["SalesOrderNumber"]
                amounts[order] += Decimal(row["SalesAmount"])
                self.orders[order] = {
                    "order": order,
                    "reseller": f"R-{row['ResellerKey']}",
                    "person": str(KEYS[int(row["EmployeeKey"])]),
                    "day": row["OrderDate"],
                }
        for order, amount in amounts.items():
            self.orders[order]["amount"] = str(amount)
        self.quotas: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        with (DATA / "oltp" / "SalesPersonQuotaHistory.tsv").open(encoding="utf-8") as lines:
            for line in lines:
                _row, person, day, quota = line.split("\t")[:4]
                self.quotas[person, day[:4]] += Decimal(quota)
        self.people: dict[str, tuple[Decimal, Decimal]] = {}
        with (DATA / "oltp" / "SalesPerson.tsv").open(encoding="utf-8") as lines:
            for line in lines:
                person, _territory, _quota, bonus, rate = line.split("\t")[:5]
                self.people[person] = Decimal(rate), Decimal(bonus)

    def write(self, folder: Path) -> None:
        """The files that a mapping reads."""
        _write(folder / "people.csv", [{"person": each} for each in self.people])
        _write(folder / "orders.csv", list(self.orders.values()))
        quotas = [
            {"ref": f"Q-{person}-{year}", "person": person, "year": year, "quota": str(amount)}
            for (person, year), amount in self.quotas.items()
        ]
        _write(folder / "quotas.csv", quotas)

    def plan(self) -> str:
        """The plan, with the rate and the bonus of each."""
        own = (
            f'[member."{person}".pay.commission]\nrate = {rate}\n[member."{person}".pay.bonus]\ntarget = {bonus}\n'
            for person, (rate, bonus) in self.people.items()
        )
        return PLAN + "".join(own)

    def payouts(self, year: str) -> dict[tuple[str, str], Decimal]:
        """What each is to be paid for a year."""
        sold: dict[str, Decimal] = defaultdict(Decimal)
        for order in self.orders.values():
            if order["day"].startswith(year):
                sold[order["person"]] += _cents(Decimal(order["amount"]))
        found = {}
        for person, total in sold.items():
            rate, bonus = self.people[person]
            found["commission", person] = _cents(total * rate)
            quota = self.quotas.get((person, year), Decimal(0))
            found["bonus", person] = bonus if quota and total >= quota else Decimal(0)
        return {key: amount for key, amount in found.items() if amount}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def platform(source: Source, make_platform: MakePlatform, tmp_path: Path) -> Platform:
    (tmp_path / "plan.toml").write_text(source.plan(), encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    source.write(tmp_path)
    platform = make_platform(config='[incentives]\nplans = ["plan.toml"]\n')
    report = import_files(platform, tmp_path / "mapping.toml", data=tmp_path, actor="admin")
    assert not report.refused
    return platform


def test_a_payout_for_every_sales_person_and_year(source: Source, platform: Platform) -> None:
    for year in YEARS:
        shown = platform.run("pay.run", actor="admin", period=year).value
        found = {}
        for each in shown.members:
            statement = platform.run("pay.statement", actor="admin", ref=each.member, period=year).value
            for part in statement.parts:
                assert isinstance(part.amount, Money)
                if part.amount.minor:
                    found[part.pay, each.member] = part.amount.major
        assert found == source.payouts(year)
    bonuses = [key for year in YEARS for key in source.payouts(year) if key[0] == "bonus"]
    assert 0 < len(bonuses) < 3 * len(source.people)
