"""An export imported again and again: what is added, what changes, and that nothing is done twice."""

from tests.core.importing.exports import CUSTOMERS, Exports, counts, customers, reasons


def test_rows_become_records(exports: Exports) -> None:
    report = exports.run(
        CUSTOMERS, customers(("C1", "Acme", "EU", "12", "1200.50"), ("C2", "Bolt", "", "", "7"))
    )
    assert counts(report, "customer") == (2, 0, 0)
    acme, bolt = exports.rows("customer")
    assert (acme["ref"], acme["name"], acme["region"], acme["employees"]) == ("C1", "Acme", "EU", 12)
    assert acme["annual_revenue"] == {"amount": "1200.50", "currency": "USD"}
    assert (bolt["region"], bolt["employees"], bolt["kind"]) == (None, None, "company")
    assert exports.faults() == ()


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
    assert exports.faults() == ()


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
