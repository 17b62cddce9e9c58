"""Imports into a database: what is added, what changes, what is refused, and that nothing is done twice."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Changes, Finding, Platform, Refused, UsageError, hookimpl
from dealwright_core.errors import ConfigError
from dealwright_core.importing import Progress, UnreadableFiles
from dealwright_core.journal.verify import verify
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform
from tests.core.importing.exports import (
    CUSTOMERS,
    OPPORTUNITIES,
    Exports,
    counts,
    customers,
    opportunities,
    reasons,
    table,
)  # fmt: skip

PRODUCT = 'name = "products"\n[[files]]\npath = "products.csv"\n[[files.records]]\nrecord = "product"\nref = "name"\n'
PRODUCTS = PRODUCT + 'fields = {name = "name", list_price = "price"}\n'


@pytest.fixture
def exports(database_url: str, make_platform: MakePlatform, tmp_path: Path) -> Exports:
    return Exports(make_platform(database_url), tmp_path)


@pytest.fixture
def on_sqlite(make_platform: MakePlatform, tmp_path: Path) -> Exports:
    return Exports(make_platform(), tmp_path)


def faults(platform: Platform) -> tuple[str, ...]:
    with reading(platform.engine) as connection:
        return verify(connection, platform.catalogue).faults


def test_rows_become_records(exports: Exports) -> None:
    report = exports.run(
        CUSTOMERS, customers(("C1", "Acme", "EU", "12", "1200.50"), ("C2", "Bolt", "", "", "7"))
    )
    assert counts(report, "customer") == (2, 0, 0)
    acme, bolt = exports.rows("customer")
    assert (acme["ref"], acme["name"], acme["region"], acme["employees"]) == ("C1", "Acme", "EU", 12)
    assert acme["annual_revenue"] == {"amount": "1200.50", "currency": "USD"}
    assert (bolt["region"], bolt["employees"], bolt["kind"]) == (None, None, "company")
    assert faults(exports.platform) == ()


def test_the_same_export_again_changes_nothing(exports: Exports) -> None:
    files = customers(("C1", "Acme", "EU", "12", "1200.50"), ("C2", "Bolt"))
    exports.run(CUSTOMERS, files)
    before = exports.rows("customer")
    report = exports.again()
    assert counts(report, "customer") == (0, 0, 2)
    assert exports.rows("customer") == before


def test_a_changed_row_changes_its_record_and_is_journalled(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme", "EU"), ("C2", "Bolt")))
    report = exports.run(CUSTOMERS, customers(("C1", "Acme", "US"), ("C2", "Bolt"), ("C3", "Cray")))
    assert counts(report, "customer") == (1, 1, 1)
    assert exports.versions("customer") == {"C1": 2, "C2": 1, "C3": 1}
    assert exports.rows("customer")[0]["region"] == "US"
    assert faults(exports.platform) == ()


def test_importing_again_keeps_what_a_command_changed_since(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme", "EU"), ("C2", "Bolt")))
    exports.platform.run("customer.change", actor="admin", ref="C1", name="Acme Corporation")
    assert counts(exports.again(), "customer") == (0, 0, 2)
    assert exports.rows("customer")[0]["name"] == "Acme Corporation"


def test_a_row_that_says_otherwise_but_the_same_changes_nothing(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme", "EU", "12", "1200.50")))
    report = exports.run(CUSTOMERS, customers((" C1", "Acme", "EU", " 12", "1200.5")))
    assert counts(report, "customer") == (0, 0, 1)
    exports.platform.run("customer.change", actor="admin", ref="C1", region="US")
    assert counts(exports.again(), "customer") == (0, 0, 1)
    assert exports.rows("customer")[0]["region"] == "US"


def test_one_ref_twice_is_one_record_if_the_rows_agree_and_refused_if_not(exports: Exports) -> None:
    files = customers(("C1", "Acme"), ("C2", "Bolt"), ("C1", "Acme"), ("C2", "Bolt", "EU"), ("C2", "Bold"))
    for options in ({}, {"batch": 1}, {"batch": 2}, {}):
        report = exports.run(CUSTOMERS, files, **options)
        assert [line for line, _ in reasons(report)] == [5, 6]
        assert reasons(report)[0][1] == (
            "customer 'C2' was fed before in this run with other values: region is blank there and 'EU' here"
        )
    assert exports.versions("customer") == {"C1": 1, "C2": 1}


def test_a_row_is_accepted_as_a_whole_or_not_at_all(exports: Exports) -> None:
    exports.run(PRODUCTS, {"products.csv": table(("name", "price"), ("Lamp", "9.995"))})
    report = exports.run(
        OPPORTUNITIES,
        opportunities(
            ("O1", "Acme", "won", "10.00", "2026-01-31", "Lamp"),
            ("O2", "Bolt", "won", "10.001", "2026-01-31", "Lamp"),
            ("O3", "Cray", "wonn", "", "31.1.2026", "Lamp"),
            ("O4", "Dell", "engaging", "5", "", "Lampe"),
            ("O5", "", "won", "5", "", ""),
            ("O6", "", "engaging"),
        ),
    )
    assert [row["ref"] for row in exports.rows("opportunity")] == ["O1", "O6"]
    assert [row["name"] for row in exports.rows("customer")] == ["Acme"]
    assert [row["ref"] for row in exports.rows("opportunity_line")] == ["O1/line"]
    said = dict(reasons(report))
    assert said[3] == "amount: USD has at most 2 digits after the point, got 3: 10.001"
    assert "stage: 'wonn' is not one of" in said[4]
    assert "did you mean 'won'?" in said[4]
    assert "closed_on (column closed): '31.1.2026' is not a date of the form %Y-%m-%d" in said[4]
    assert said[5] == "product: there is no product 'Lampe', did you mean 'Lamp'?"
    assert said[6] == "a won opportunity needs a customer: set it first [won-without-customer]"
    assert faults(exports.platform) == ()


def test_a_link_may_lead_to_a_record_further_down(exports: Exports) -> None:
    files = customers(
        ("C1", "Acme", "", "", "", "Cray"),
        ("C2", "Bolt", "", "", "", "C1"),
        ("C3", "Cray"),
        ("C4", "Dell", "", "", "", "C9"),
    )
    for batch in (1, 2, 50):
        report = exports.run(CUSTOMERS.replace("test", f"by {batch}"), files, batch=batch)
        assert reasons(report) == [(5, "parent: there is no customer 'C9'")]
    ids = {row["ref"]: row["id"] for row in exports.rows("customer")}
    assert {row["ref"]: row["parent"] for row in exports.rows("customer")} == {
        "C1": ids["C3"],
        "C2": ids["C1"],
        "C3": None,
    }


def test_a_chain_of_links_upwards_is_followed_whatever_the_batches(exports: Exports) -> None:
    rows = [(f"C{at}", f"name {at}", "", "", "", f"C{at + 1}") for at in range(12)]
    report = exports.run(CUSTOMERS, customers(*rows, ("C12", "name 12")), batch=3)
    assert counts(report, "customer") == (13, 0, 0)
    ids = {row["ref"]: row["id"] for row in exports.rows("customer")}
    assert all(row["parent"] == ids.get(f"C{int(row['ref'][1:]) + 1}") for row in exports.rows("customer"))


def test_records_that_only_name_each_other_across_batches_are_refused(exports: Exports) -> None:
    files = customers(
        ("C1", "Acme", "", "", "", "C2"), ("C2", "Bolt", "", "", "", "C1"), ("C3", "Cray", "", "", "", "C3")
    )
    report = exports.run(CUSTOMERS, files, batch=1)
    assert [line for line, _ in reasons(report)] == [2, 3, 4]
    assert reasons(report)[2][1] == "parent: leads back to the record itself"
    assert exports.rows("customer") == []


CELL = st.sampled_from(["", "A", "B", "C", "D", "E"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(CELL, min_size=1, max_size=5),
    names=st.lists(st.sampled_from(["x", ""]), min_size=5, max_size=5),
)
def test_the_size_of_batches_does_not_matter(
    on_sqlite: Exports, parents: list[str], names: list[str]
) -> None:
    refs = "ABCDE"[: len(parents)]
    rows = [(ref, name, "", "", "", parent) for ref, name, parent in zip(refs, names, parents, strict=False)]
    on_sqlite.write(CUSTOMERS, customers(*rows))
    found = [on_sqlite.again(dry_run=True, batch=batch) for batch in (1, 2, 50)]
    assert len({tuple(sorted(line for line, _ in reasons(report))) for report in found}) == 1
    assert len({str(report.to_json()["totals"]) for report in found}) == 1


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=80),
    batch=st.integers(1, 4),
    encoding=st.sampled_from([None, "latin-1", "utf-16-le"]),
)
def test_every_row_of_any_bytes_is_accepted_refused_or_unprocessed(
    on_sqlite: Exports, content: bytes, batch: int, encoding: str | None
) -> None:
    mapping = CUSTOMERS.replace('ref = "id"\n', 'ref = "id"\nwhen = {column = "name", not_equals = "x"}\n')
    header = "id,name,region,employees,revenue,parent\n".encode(encoding or "utf-8")
    on_sqlite.write(mapping, {"customers.csv": header + content})
    try:
        on_sqlite.again(dry_run=True, batch=batch, encoding=encoding)
    except UnreadableFiles:
        return


def test_a_name_that_two_records_have_is_not_guessed(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "Acme"), ("C2", "Acme")))
    report = exports.run(CUSTOMERS, customers(("C3", "Cray", "", "", "", "Acme")))
    assert reasons(report) == [(2, "parent: 'Acme' names 2 records of kind customer: give the ref")]


def test_links_by_ref_or_by_name_alone(exports: Exports) -> None:
    exports.run(CUSTOMERS, customers(("C1", "C2"), ("C2", "C1")))
    ids = {row["ref"]: row["id"] for row in exports.rows("customer")}
    for by, expected in (("ref", "C1"), ("name", "C2")):
        mapping = CUSTOMERS.replace('parent = "parent"', f'parent = {{column = "parent", by = "{by}"}}')
        exports.run(mapping, customers((f"D-{by}", "Dell", "", "", "", "C1")))
        assert exports.rows("customer")[-1]["parent"] == ids[expected]


def test_refused_rows_are_corrected_and_read_again(exports: Exports) -> None:
    files = customers(("C1", "Acme"), ("C2", "Bolt", "", "many"), ("C3", 'Zoë,\n"Cray"', "", "few"))
    files["customers.csv"] += 'C4,x\nC5,"unclosed\n'
    report = exports.run(CUSTOMERS, files)
    assert report.refused == 4
    assert report.refused_folder is not None
    assert report.refused_folder.parent == exports.folder / "refused"
    path = report.refused_folder / "customers.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [
        "id",
        "name",
        "region",
        "employees",
        "revenue",
        "parent",
        "dealwright_line",
        "dealwright_reason",
    ]
    assert [row[-2] for row in rows] == ["3", "4", "6", "7"]
    assert rows[1][:2] == ["C3", 'Zoë,\n"Cray"']
    assert rows[2][:6] == [""] * 6
    assert rows[2][-1] == "has 2 cells, the header 6; the row reads: C4,x"
    assert "is never closed" in rows[3][-1]

    rows[0][3] = "12"
    rows[2][:2] = ["C4", "x"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    second = exports.again(report.refused_folder, retry=True)
    assert (second.files[0].input, second.files[0].accepted, second.files[0].refused) == (4, 2, 2)
    assert [line for line, _ in reasons(second)] == [4, 7]
    assert sorted(exports.versions("customer")) == ["C1", "C2", "C4"]
    assert second.refused_folder != report.refused_folder


def test_a_retry_reads_only_the_files_that_have_refused_rows(exports: Exports) -> None:
    mapping = (
        CUSTOMERS
        + '[[files]]\npath = "more.csv"\n[[files.records]]\nrecord = "customer"\nref = "id"\nfields = {name = "id"}\n'
    )
    report = exports.run(mapping, {**customers(("C1", "A"), ("C2", "")), "more.csv": "id\nM1\n"})
    assert report.refused_folder is not None
    second = exports.again(report.refused_folder, retry=True)
    assert [(each.path, each.is_missing, each.input) for each in second.files] == [
        ("customers.csv", False, 1),
        ("more.csv", True, 0),
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(exports: Exports) -> None:
    files = customers(("C1", "Acme", "", "", "", "C2"), ("C2", "Bolt"), ("C3", "", "x"))
    dry = exports.run(CUSTOMERS, files, dry_run=True, batch=1)
    assert exports.rows("customer") == []
    assert not (exports.folder / "refused").exists()
    wet = exports.again(batch=1)
    assert dry.to_json()["totals"] == wet.to_json()["totals"]
    assert dry.to_json()["records"] == wet.to_json()["records"]
    assert reasons(dry) == reasons(wet) == [(4, "name: is required, and the cell is blank")]
    assert dry.dry_run
    assert dry.run.id is None


def test_conditions_decide_which_rows_feed_a_record(exports: Exports) -> None:
    mapping = CUSTOMERS.replace(
        'ref = "id"\n',
        'ref = "id"\nwhen = [{column = "region", not_equals = ["US"]}, {column = "name", blank = false}]\n',
    )
    report = exports.run(mapping, customers(("C1", "Acme", "EU"), ("C2", "Bolt", "US"), ("C3", " ", "EU")))
    assert (report.files[0].accepted, report.files[0].unprocessed) == (1, 2)


def test_values_that_no_two_records_share_refuse_only_their_rows(exports: Exports) -> None:
    mapping = (
        'name = "rates"\n[[files]]\npath = "rates.csv"\n[[files.records]]\nrecord = "exchange_rate"\nref = "id"\n'
        'fields = {base = "base", quote = "quote", on = "day", numerator = "number"}\n'
    )
    header = ("id", "base", "quote", "day", "number")
    day = "2026-01-01"
    exports.run(mapping, {"rates.csv": table(header, ("R1", "EUR", "USD", day, "2"))})
    files = {
        "rates.csv": table(
            header,
            ("R2", "GBP", "USD", day, "3"),
            ("R3", "EUR", "USD", day, "4"),
            ("R4", "GBP", "USD", day, "5"),
        )
    }
    report = exports.run(mapping, files)
    assert sorted(exports.versions("exchange_rate")) == ["R1", "R2"]
    assert reasons(report) == [
        (3, "base and quote and on of exchange_rate 'R3' are those of 'R1'"),
        (4, "base and quote and on of exchange_rate 'R4' are those of 'R2'"),
    ]
    changed = {
        "rates.csv": table(header, ("R2", "EUR", "USD", day, "3"), ("R5", "GBP", "USD", "2026-01-02", "4"))
    }
    assert reasons(exports.run(mapping, changed)) == [
        (2, "base and quote and on of exchange_rate 'R2' are those of 'R1'")
    ]
    assert sorted(exports.versions("exchange_rate")) == ["R1", "R2", "R5"]


def test_amounts_in_other_currencies_need_a_rate(exports: Exports) -> None:
    rates = (
        '[[files]]\npath = "rates.csv"\n[[files.records]]\nrecord = "exchange_rate"\nref = "id"\n'
        'fields = {base = "base", quote = {constant = "USD"}, on = {constant = 2020-01-01}, '
        'numerator = "n", denominator = {constant = 10}}\n'
    )
    deals = (
        '[[files]]\npath = "deals.csv"\n[[files.records]]\nrecord = "opportunity"\nref = "id"\n'
        'fields = {stage = {constant = "engaging"}, '
        'amount = {column = "amount", currency_column = "currency", aliases = {"€" = "EUR"}}}\n'
    )
    files = {
        "rates.csv": table(("id", "base", "n"), ("R1", "EUR", "12")),
        "deals.csv": table(
            ("id", "amount", "currency"),
            ("A", "10.00", "€"),
            ("B", "5", "USD"),
            ("C", "5", "GBP"),
            ("D", "5", ""),
            ("E", "", ""),
        ),
    }
    report = exports.run(f'name = "deals"\n{rates}{deals}', files)
    assert [(row["ref"], row["amount"]) for row in exports.rows("opportunity")] == [
        ("A", {"amount": "10.00", "currency": "EUR"}),
        ("B", {"amount": "5.00", "currency": "USD"}),
        ("E", None),
    ]
    assert reasons(report)[0][1].startswith("amount: no rate from GBP to USD")
    assert reasons(report)[1][1] == "amount (column amount, currency): the currency of 5 is blank"
    with exports.platform.session("admin") as session:
        opportunity = session.table("opportunity")
        bases = session.select(opportunity.select().order_by(opportunity.c.ref))
        assert [row.amount_base for row in bases] == [1200, 500, None]
    files["deals.csv"] = table(("id", "amount", "currency"), ("A", "20", "EUR"), ("B", "5", "GBP"))
    report = exports.run(f'name = "deals"\n{rates}{deals}', files)
    assert counts(report, "opportunity") == (0, 1, 0)
    assert [line for line, _ in reasons(report)] == [3]


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


def test_an_encoding_is_confirmed_with_the_command_that_the_error_gives(on_sqlite: Exports) -> None:
    text = customers(("C1", "东城区"))["customers.csv"]
    with pytest.raises(UnreadableFiles) as refused:
        on_sqlite.run(CUSTOMERS, {"customers.csv": text.encode("gb18030")})
    assert refused.value.remedy is not None
    assert refused.value.remedy.endswith(
        f"import {on_sqlite.mapping} --data {on_sqlite.data} --encoding gb18030"
    )
    assert "'C1,东城区,,,,'" in str(refused.value)
    on_sqlite.again(encoding="gb18030")
    assert on_sqlite.rows("customer")[0]["name"] == "东城区"
    on_sqlite.again(encodings={"customers.csv": "gbk"})
    with pytest.raises(UsageError, match=r"no file 'customer.csv', did you mean 'customers.csv'\?"):
        on_sqlite.again(encodings={"customer.csv": "gbk"})


def test_missing_files_are_named_all_at_once(on_sqlite: Exports) -> None:
    more = '[[files]]\npath = "more.csv"\n[[files.records]]\nrecord = "customer"\nref = "id"\nfields = {name = "id"}\n'
    with pytest.raises(UnreadableFiles) as refused:
        on_sqlite.run(CUSTOMERS + more, {"costumers.csv": "id\n"})
    assert [each.path.name for each in refused.value.files] == ["customers.csv", "more.csv"]
    assert "did you mean 'costumers.csv'?" in str(refused.value)
    report = on_sqlite.run(
        CUSTOMERS + more.replace('"more.csv"', '"more.csv"\noptional = true'), customers(("C1", "Acme"))
    )
    assert report.files[1].is_missing


def test_nobody_imports_who_may_only_read(on_sqlite: Exports) -> None:
    from dealwright_core.importing import import_files

    on_sqlite.write(CUSTOMERS, customers(("C1", "Acme")))
    with pytest.raises(Refused, match="viewer"):
        import_files(on_sqlite.platform, on_sqlite.mapping, on_sqlite.data, actor="guest")


def test_columns_without_a_use_are_reported(on_sqlite: Exports) -> None:
    mapping = CUSTOMERS.replace('region = "region"\n', "").replace(
        'path = "customers.csv"', 'path = "customers.csv"\nignore = ["revenue"]'
    )
    mapping = mapping.replace('annual_revenue = "revenue"\n', "")
    report = on_sqlite.run(mapping, customers(("C1", "Acme", "EU")))
    assert report.files[0].warnings == ["column 'region' is neither used nor ignored"]


def test_lines_without_a_ref_or_parent_take_file_and_line(on_sqlite: Exports) -> None:
    mapping = CUSTOMERS.replace('ref = "id"\n', "")
    on_sqlite.run(mapping, customers(("C1", "Acme"), ("C2", "")))
    assert [row["ref"] for row in on_sqlite.rows("customer")] == ["customers.csv:2"]
    report = on_sqlite.again()
    assert counts(report, "customer") == (0, 0, 1)
    assert report.refused_folder is not None
    path = report.refused_folder / "customers.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("C2,,", "C2,Bolt,"))
    on_sqlite.again(report.refused_folder, retry=True)
    assert [row["ref"] for row in on_sqlite.rows("customer")] == ["customers.csv:2", "customers.csv:3"]


def test_progress_is_told(on_sqlite: Exports) -> None:
    seen: list[Progress] = []
    files = customers(*((f"C{at}", "name" if at % 5 else "") for at in range(20)))
    on_sqlite.run(CUSTOMERS, files, batch=5, on_progress=seen.append)
    assert [(each.file, each.lines, each.of_lines, each.refused) for each in seen] == [
        ("customers.csv", 6, 21, 1),
        ("customers.csv", 11, 21, 2),
        ("customers.csv", 16, 21, 3),
        ("customers.csv", 21, 21, 4),
    ]


def test_mistakes_in_a_mapping_come_with_their_lines(on_sqlite: Exports) -> None:
    mapping = CUSTOMERS.replace('region = "region"', 'regoin = "region"').replace('"revenue"', '"revenu"')
    with pytest.raises(ConfigError) as refused:
        on_sqlite.run(mapping, customers(("C1", "Acme")))
    assert [(each.line, each.message) for each in refused.value.problems] == [
        (9, "customer has no field 'regoin', did you mean 'region'?"),
        (11, "customers.csv has no column 'revenu', did you mean 'revenue'?"),
    ]


def test_the_data_folder_may_be_read_only(on_sqlite: Exports) -> None:
    on_sqlite.write(CUSTOMERS, customers(("C1", "")))
    mode = on_sqlite.data.stat().st_mode
    on_sqlite.data.chmod(0o555)
    try:
        assert on_sqlite.again().refused == 1
    finally:
        on_sqlite.data.chmod(mode)
