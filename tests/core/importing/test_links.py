"""Links between the rows of an import: by ref or by name, up and down the file, whatever the batches."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.importing.exports import CUSTOMERS, Exports, counts, customers, reasons


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
