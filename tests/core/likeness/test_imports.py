"""Imports add what is alike, and know the refs of what was merged."""

from pathlib import Path

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.core.importing.exports import CUSTOMERS, OPPORTUNITIES, Exports, counts, customers, opportunities

LINKED = """\
name = "linked"
[[files]]
path = "opportunities.csv"
[[files.records]]
record = "opportunity"
ref = "id"
[files.records.fields]
customer = "customer"
stage = "stage"
"""


@pytest.fixture
def exports(database_url: str, make_platform: MakePlatform, tmp_path: Path) -> Exports:
    """Exports into each kind of database in turn."""
    return Exports(make_platform(database_url), tmp_path)


def listed(exports: Exports) -> list[str]:
    table = exports.platform.run("customer.duplicates", actor="admin", near=0).value
    return [row[1] for row in table.rows if row[0] is not None]


def test_an_import_adds_what_is_alike_and_the_list_shows_it(exports: Exports) -> None:
    exports.platform.run("customer.add", actor="admin", ref="HERE", name="Acme Ltd")
    report = exports.run(CUSTOMERS, customers(("C1", "ACME"), ("C2", "acme gmbh"), ("C3", "Orion")))
    assert counts(report, "customer") == (3, 0, 0)
    assert listed(exports) == ["HERE", "C1", "C2"]


def test_a_name_that_an_import_changes_is_found_under_the_new_one(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme"), ("C2", "Orion")))
    exports.run(CUSTOMERS, customers(("C1", "Acme"), ("C2", "ACME")))
    assert listed(exports) == ["C1", "C2"]
    exports.run(CUSTOMERS, customers(("C1", "Vega"), ("C2", "ACME")))
    assert listed(exports) == []


def test_what_was_imported_is_found_by_who_enters_it(exports: Exports) -> None:
    from dealwright import Refused

    exports.run(CUSTOMERS, customers(("C1", "阿克梅有限公司")))
    with pytest.raises(Refused, match="C1"):
        exports.platform.run("customer.add", actor="admin", name="阿克梅 有限责任公司")


def test_rows_that_name_what_was_merged_link_to_the_survivor(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme"), ("C2", "ACME")))
    exports.platform.run("customer.merge", actor="admin", ref="C2", into="C1")
    rows = opportunities(
        ("O1", "C2", "prospecting"), ("O2", "C1", "prospecting"), ("O3", "ACME", "prospecting")
    )
    exports.run(LINKED, rows)
    survivor = next(row["id"] for row in exports.rows("customer") if row["ref"] == "C1")
    assert {row["customer"] for row in exports.rows("opportunity")} == {survivor}


def test_the_same_import_after_a_merging_changes_nothing(exports: Exports) -> None:
    files = customers(("C1", "Acme"), ("C2", "ACME", "North"))
    exports.run(CUSTOMERS, files)
    exports.run(LINKED, opportunities(("O1", "C2", "prospecting")))
    exports.platform.run("customer.merge", actor="admin", ref="C2", into="C1")
    before = exports.rows("customer"), exports.rows("opportunity")
    assert counts(exports.again(), "opportunity") == (0, 0, 1)
    assert counts(exports.run(CUSTOMERS, files), "customer") == (0, 0, 2)
    assert (exports.rows("customer"), exports.rows("opportunity")) == before


def test_what_the_source_says_of_a_merged_customer_stays_with_it(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme", "South"), ("C2", "ACME")))
    exports.platform.run("customer.merge", actor="admin", ref="C2", into="C1")
    exports.run(CUSTOMERS, customers(("C1", "Acme", "South"), ("C2", "ACME", "North")))
    assert {row["ref"]: row["region"] for row in exports.rows("customer")} == {"C1": "South", "C2": "North"}
    assert exports.faults() == ()


def test_links_are_looked_up_anew_when_something_was_merged_between_batches(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme"), ("C2", "ACME")))
    rows = [(f"O{n}", "C2", "prospecting") for n in range(6)]
    exports.write(LINKED, opportunities(*rows))
    merged: list[object] = []

    def merge_once(_progress: object) -> None:
        if not merged:
            merged.append(exports.platform.run("customer.merge", actor="admin", ref="C2", into="C1"))

    exports.again(batch=2, on_progress=merge_once)
    survivor = next(row["id"] for row in exports.rows("customer") if row["ref"] == "C1")
    assert {row["customer"] for row in exports.rows("opportunity")} == {survivor}


def test_customers_that_another_file_feeds_in_passing_are_found_alike(exports: Exports) -> None:
    exports.platform.run("customer.add", actor="admin", ref="HERE", name="Acme")
    exports.run(OPPORTUNITIES, opportunities(("O1", "acme", "prospecting")))
    assert listed(exports) == ["HERE", "acme"]
