"""What plugins add to an import: formats of files, records of their own, constraints that look at other records."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from dealwright import (
    Changes,
    Constraint,
    Finding,
    Importer,
    PluginError,
    Record,
    RecordType,
    Refused,
    Waiver,
    about,
    fields,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform
from tests.core.importing.exports import CUSTOMERS, Exports, counts, customers, reasons, table


def read_pipes(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Cells between bars, as some old system prints them."""
    with path.open(encoding="latin-1") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("!"):
                raise ValueError("the printer jammed")
            yield number, [cell.strip() for cell in line.strip("|\n").split("|")]


class Printer:
    @hookimpl
    def importers(self) -> Iterator[Importer]:
        yield Importer("printer", (".prn",), read_pipes)


PRINTED = CUSTOMERS.replace("customers.csv", "customers.prn")
LIST = "| id | name | region | employees | revenue | parent |\n| C1 | Zoë | EU | 3 | | |\n| C2 | | | | | |\n| C3 |\n"


def test_a_format_of_a_plugin_is_imported_and_its_refused_rows_come_as_csv(
    make_platform: MakePlatform, tmp_path: Path
) -> None:
    exports = Exports(make_platform(plugins=[("printer", Printer())]), tmp_path)
    report = exports.run(PRINTED, {"customers.prn": LIST.encode("latin-1")})
    assert [row["name"] for row in exports.rows("customer")] == ["Zoë"]
    assert reasons(report) == [
        (3, "name: is required, and the cell is blank"),
        (4, "has 1 cell, the header 6"),
    ]
    assert report.refused_folder is not None
    path = report.refused_folder / "customers.prn.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("C2,,", "C2,Bolt,"))
    assert exports.again(report.refused_folder, retry=True).files[0].accepted == 1


def test_a_format_that_fails_midway_ends_the_import_at_a_batch(
    make_platform: MakePlatform, tmp_path: Path
) -> None:
    exports = Exports(make_platform(plugins=[("printer", Printer())]), tmp_path)
    rows = "".join(f"| C{at} | name | | | | |\n" for at in range(5))
    text = f"{LIST.splitlines()[0]}\n{rows}"
    with pytest.raises(PluginError, match=r"plugin printer: importers: .*ValueError: the printer jammed"):
        exports.run(PRINTED, {"customers.prn": text + "!\n"}, batch=2)
    assert len(exports.rows("customer")) == 4
    exports.write(PRINTED, {"customers.prn": text})
    assert counts(exports.again(batch=2), "customer") == (1, 0, 4)


def test_packed_files_and_their_refused_rows(make_platform: MakePlatform, tmp_path: Path) -> None:
    exports = Exports(make_platform(), tmp_path)
    packed = gzip.compress(customers(("C1", "Acme"), ("C2",))["customers.csv"].encode())
    report = exports.run(
        CUSTOMERS.replace("customers.csv", "old/customers.csv.gz"), {"old/customers.csv.gz": packed}
    )
    assert report.refused_folder is not None
    assert (report.refused_folder / "old" / "customers.csv").exists()
    again = exports.again(report.refused_folder, retry=True)
    assert [each.path for each in again.files] == ["old/customers.csv.gz"]
    assert again.refused == 1


@attrs.frozen(kw_only=True)
class Licence(Record):
    """A customer's licence to buy medicines."""

    customer: int = attrs.field(metadata=about(link="customer"))
    valid: bool = True


class Licences:
    """Nothing large is sold to a customer without a valid licence; licences belong to companies."""

    @hookimpl
    def records(self) -> Iterator[RecordType]:
        licence = fields("pharma_licence")
        small = Constraint("too-small", licence.customer.employees < 3, "a licence needs three employees")
        yield RecordType(Licence, constraints=(small,), unique=(("customer",),))


LICENCES = (
    CUSTOMERS
    + """\
[[files]]
path = "licences.csv"
[[files.records]]
record = "pharma_licence"
ref = "id"
fields = {customer = "customer", valid = "valid"}
"""
)
BOTH = CUSTOMERS.replace(
    'parent = "parent"\n',
    '[[files.records]]\nrecord = "pharma_licence"\nname = "licence"\nfields = {customer = {record = "customer"}}\n',
)


def test_records_of_plugins_are_imported_under_their_own_constraints(
    database_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    exports = Exports(make_platform(database_url, plugins=[("pharma", Licences())]), tmp_path)
    files = customers(("C1", "Acme", "", "2"), ("C2", "Bolt", "", "9"))
    licences = {"licences.csv": table(("id", "customer", "valid"), ("L1", "C1", "yes"), ("L2", "Bolt", "no"))}
    report = exports.run(LICENCES, files | licences)
    assert reasons(report) == [(2, "a licence needs three employees [too-small]")]
    assert [(row["ref"], row["valid"]) for row in exports.rows("pharma_licence")] == [("L2", False)]
    changed = {"licences.csv": table(("id", "customer", "valid"), ("L2", "C1", "no"))}
    assert reasons(exports.run(LICENCES, files | changed)) == [
        (2, "a licence needs three employees [too-small]")
    ]


def test_a_constraint_sees_the_record_that_the_same_row_adds(
    make_platform: MakePlatform, tmp_path: Path
) -> None:
    exports = Exports(make_platform(plugins=[("pharma", Licences())]), tmp_path)
    report = exports.run(BOTH, customers(("C1", "Acme", "", "2"), ("C2", "Bolt", "", "9"), ("C3", "Cray")))
    assert reasons(report) == [(2, "a licence needs three employees [too-small]")]
    assert [row["ref"] for row in exports.rows("pharma_licence")] == ["C2/licence", "C3/licence"]
    assert [row["ref"] for row in exports.rows("customer")] == ["C2", "C3"]


@attrs.frozen(kw_only=True)
class Site(Record):
    """A place of a customer."""

    open: bool = True


@attrs.frozen(kw_only=True)
class Permit(Record):
    """The permit to run a site, of which there is one."""

    site: int = attrs.field(metadata=about(link="pharma_site"))
    valid: bool = True


class Sites:
    @hookimpl
    def records(self) -> Iterator[RecordType]:
        site = fields("pharma_site")
        closed = Constraint(
            "no-permit", site.open & ~site.pharma_permit.valid, "no site is open without a permit"
        )
        yield RecordType(Site, constraints=(closed,))
        yield RecordType(Permit, unique=(("site",),))


SITES = """\
name = "sites"
[[files]]
path = "sites.csv"
[[files.records]]
record = "pharma_site"
ref = "id"
fields = {open = "open"}
[[files]]
path = "permits.csv"
[[files.records]]
record = "pharma_permit"
ref = "id"
fields = {site = "site", valid = "valid"}
"""


def test_a_constraint_sees_the_one_record_that_points_back(
    database_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    exports = Exports(make_platform(database_url, plugins=[("pharma", Sites())]), tmp_path)
    permits = {"permits.csv": table(("id", "site", "valid"), ("P1", "S1", "no"), ("P2", "S2", "yes"))}
    exports.run(SITES, {"sites.csv": table(("id", "open"), ("S1", "no"), ("S2", "no")), **permits})
    report = exports.run(SITES, {"sites.csv": table(("id", "open"), ("S1", "yes"), ("S2", "yes")), **permits})
    assert reasons(report) == [(2, "no site is open without a permit [no-permit]")]
    assert [(row["ref"], row["open"]) for row in exports.rows("pharma_site")] == [("S1", False), ("S2", True)]


class Waivable:
    @hookimpl
    def guard_changes(self, changes: Changes) -> Iterator[Finding]:
        for change in changes.of("customer"):
            yield Finding("look-again", "block", "look again", change.after.ref, waivable=True)


def test_a_waiver_lets_waivable_findings_pass(make_platform: MakePlatform, tmp_path: Path) -> None:
    exports = Exports(make_platform(plugins=[("waivable", Waivable())]), tmp_path)
    files = customers(("C1", "Acme"), ("C2", "Bolt"))
    assert reasons(exports.run(CUSTOMERS, files)) == [
        (2, "look again [look-again]"),
        (3, "look again [look-again]"),
    ]
    report = exports.again(waivers=[Waiver("look-again", "Anna", "I looked")])
    assert counts(report, "customer") == (2, 0, 0)
    assert report.progress.warnings == {"look again [look-again]": 2}


def test_a_guard_may_object_to_every_row_of_a_long_file(make_platform: MakePlatform, tmp_path: Path) -> None:
    exports = Exports(make_platform(plugins=[("waivable", Waivable())]), tmp_path)
    report = exports.run(CUSTOMERS, customers(*((f"C{at}", "name") for at in range(1200))))
    assert report.refused == 1200


class Guard:
    """No customer without a region; shouting is warned of."""

    @hookimpl
    def guard_changes(self, changes: Changes) -> Iterator[Finding]:
        for change in changes.of("customer"):
            region = change.after.region  # type: ignore[attr-defined]
            if region == "nowhere":
                yield Finding("nowhere", "block", "nobody lives there", change.after.ref)
            if region == "EU!":
                yield Finding("shouting", "warn", "do not shout", change.after.ref)


def test_guards_of_plugins_refuse_single_rows(
    database_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    exports = Exports(make_platform(database_url, plugins=[("guard", Guard())]), tmp_path)
    report = exports.run(
        CUSTOMERS, customers(("C1", "Acme", "EU"), ("C2", "Bolt", "nowhere"), ("C3", "Cray", "EU!"))
    )
    assert reasons(report) == [(3, "nobody lives there [nowhere]")]
    assert report.progress.warnings == {"do not shout [shouting]": 1}
    report = exports.run(CUSTOMERS, customers(("C1", "Acme", "nowhere"), ("C3", "Cray", "EU")))
    assert reasons(report) == [(2, "nobody lives there [nowhere]")]
    assert {row["ref"]: row["region"] for row in exports.rows("customer")} == {"C1": "EU", "C3": "EU"}


class BrokenGuard:
    @hookimpl
    def guard_changes(self, changes: Changes) -> Iterator[Finding]:
        raise ValueError("broken")


def test_a_guard_that_fails_ends_the_import(make_platform: MakePlatform, tmp_path: Path) -> None:
    exports = Exports(make_platform(plugins=[("broken", BrokenGuard())]), tmp_path)
    with pytest.raises(Refused, match="plugin broken"):
        exports.run(CUSTOMERS, customers(("C1", "Acme")))
    assert exports.rows("customer") == []
