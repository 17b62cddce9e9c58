import csv
import hashlib
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import dealwright_core.records as core
from dealwright.demo import Generated, generate
from dealwright_core.records.recordtype import snake

Rows = Callable[[str], list[dict[str, str]]]
RECORDS = (
    core.Team, core.Member, core.Position, core.ExchangeRate, core.Product, core.Customer, core.Contact,
    core.Opportunity, core.OpportunityLine, core.StageMove, core.Activity, core.Contract, core.ContractLine,
    core.Transaction, core.Target,
)  # fmt: skip
KINDS = {snake(each.__name__): core.RecordType(each) for each in RECORDS}
DIGEST = "f3f869f33e715394a1a3a84b68940e986af2093bc77777417882b842476cb579"


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(tmp_path_factory.mktemp("year") / "new" / "folder")


def test_the_same_bytes_on_every_machine(generated: Generated) -> None:
    assert digest(generated.mapping.parent) == DIGEST


def test_a_second_run_overwrites_the_first(tmp_path: Path) -> None:
    generate(tmp_path, seed=3)
    assert digest(tmp_path) != DIGEST
    generate(tmp_path)
    assert digest(tmp_path) == DIGEST


def test_it_is_a_year_of_a_seller_of_some_size(generated: Generated) -> None:
    counts = generated.counts
    assert generated.mapping.name == "mapping.toml"
    assert generated.data == generated.mapping.parent / "data"
    assert set(counts) == {each.name for each in generated.data.iterdir()}
    for name, count in counts.items():
        with (generated.data / name).open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.reader(file)) == count + 1
    assert counts["opportunities.csv"] == 5_000
    assert counts["customers.csv"] == 600
    assert counts["products.csv"] == 60
    assert counts["teams.csv"] == 12
    assert 38 <= counts["employees.csv"] <= 44
    assert 900 <= counts["contacts.csv"] <= 1_100
    assert 9_000 <= counts["activities.csv"] <= 11_000
    assert counts["contracts.csv"] > 1_000


def test_files_are_plain_utf_8_with_unix_lines(told: tuple[Path, date]) -> None:
    for path in (told[0] / "data").iterdir():
        data = path.read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert data.decode("utf-8").endswith("\n")


def test_every_ref_is_unique_in_its_file(rows: Rows, told: tuple[Path, date]) -> None:
    for file in tomllib.loads((told[0] / "mapping.toml").read_text("utf-8"))["files"]:
        (record,) = file["records"]
        refs = [each[record["ref"]] for each in rows(file["path"].removesuffix(".csv"))]
        assert all(refs)
        assert len(refs) == len(set(refs))


def test_the_mapping_reads_every_column_into_a_field_that_exists(told: tuple[Path, date], rows: Rows) -> None:
    mapping = tomllib.loads((told[0] / "mapping.toml").read_text("utf-8"))
    assert [each["path"] for each in mapping["files"]] == [
        "teams.csv", "employees.csv", "positions.csv", "exchange_rates.csv", "products.csv", "customers.csv",
        "contacts.csv", "opportunities.csv", "opportunity_lines.csv", "stage_history.csv", "activities.csv",
        "contracts.csv", "contract_lines.csv", "transactions.csv", "targets.csv",
    ]  # fmt: skip
    for file in mapping["files"]:
        (record,) = file["records"]
        fields = KINDS[record["record"]].by_name
        used = {record["ref"]}
        for name, feed in record["fields"].items():
            source = {"column": feed} if isinstance(feed, str) else feed
            used |= {source["column"], source.get("currency_column", source["column"])}
            assert (source.get("by") == "ref") == (fields[name].link is not None), name
        assert used == set(rows(file["path"].removesuffix(".csv"))[0])
        assert {each.name for each in fields.values() if each.required} <= set(record["fields"])


def test_links_lead_to_records_that_come_before(told: tuple[Path, date], rows: Rows) -> None:
    mapping = tomllib.loads((told[0] / "mapping.toml").read_text("utf-8"))
    known: dict[str, set[str]] = {}
    for file in mapping["files"]:
        (record,) = file["records"]
        fields = KINDS[record["record"]].by_name
        links = {
            feed["column"]: fields[name].link
            for name, feed in record["fields"].items()
            if isinstance(feed, dict) and fields[name].link
        }
        own = known.setdefault(record["record"], set())
        for row in rows(file["path"].removesuffix(".csv")):
            for column, kind in links.items():
                assert not row[column] or row[column] in known[str(kind)], (file["path"], row)
            own.add(row[record["ref"]])


def test_choices_are_those_of_the_records(told: tuple[Path, date], rows: Rows) -> None:
    for file in tomllib.loads((told[0] / "mapping.toml").read_text("utf-8"))["files"]:
        (record,) = file["records"]
        for name, feed in record["fields"].items():
            choices = KINDS[record["record"]].by_name[name].choices
            if choices:
                found = {each[feed] for each in rows(file["path"].removesuffix(".csv"))}
                assert found <= {*choices, ""}
