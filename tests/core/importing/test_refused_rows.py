"""Rows that are refused: alone, as a whole, with a reason, and in a file to correct and read again."""

import csv

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright_core.importing import UnreadableFiles
from tests.core.importing.exports import (
    CUSTOMERS,
    OPPORTUNITIES,
    Exports,
    counts,
    customers,
    opportunities,
    reasons,
    table,
)

PRODUCT = 'name = "products"\n[[files]]\npath = "products.csv"\n[[files.records]]\nrecord = "product"\nref = "name"\n'
PRODUCTS = PRODUCT + 'fields = {name = "name", list_price = "price"}\n'


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
    assert "closed_on (column closed): '31.1.2026' is not a date of the form YYYY-MM-DD" in said[4]
    assert said[5] == "product: there is no product 'Lampe', did you mean 'Lamp'?"
    assert said[6] == "a won opportunity needs a customer: set it first [won-without-customer]"
    assert exports.faults() == ()


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


def test_the_data_folder_may_be_read_only(on_sqlite: Exports) -> None:
    on_sqlite.write(CUSTOMERS, customers(("C1", "")))
    mode = on_sqlite.data.stat().st_mode
    on_sqlite.data.chmod(0o555)
    try:
        assert on_sqlite.again().refused == 1
    finally:
        on_sqlite.data.chmod(mode)
