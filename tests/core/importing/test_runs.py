"""A run over the files of a mapping: what is asked before it, what it tells, and what it leaves out."""

import pytest

from dealwright import Refused, UsageError
from dealwright_core.errors import ConfigError
from dealwright_core.importing import Progress, UnreadableFiles, import_files
from tests.core.importing.exports import CUSTOMERS, Exports, customers, reasons


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


def test_mistakes_in_a_mapping_come_with_their_lines(on_sqlite: Exports) -> None:
    mapping = CUSTOMERS.replace('region = "region"', 'regoin = "region"').replace('"revenue"', '"revenu"')
    with pytest.raises(ConfigError) as refused:
        on_sqlite.run(mapping, customers(("C1", "Acme")))
    assert [(each.line, each.message) for each in refused.value.problems] == [
        (9, "customer has no field 'regoin', did you mean 'region'?"),
        (11, "customers.csv has no column 'revenu', did you mean 'revenue'?"),
    ]


def test_columns_without_a_use_are_reported(on_sqlite: Exports) -> None:
    mapping = CUSTOMERS.replace('region = "region"\n', "").replace(
        'path = "customers.csv"', 'path = "customers.csv"\nignore = ["revenue"]'
    )
    mapping = mapping.replace('annual_revenue = "revenue"\n', "")
    report = on_sqlite.run(mapping, customers(("C1", "Acme", "EU")))
    assert report.files[0].warnings == ["column 'region' is neither used nor ignored"]


def test_nobody_imports_who_may_only_read(on_sqlite: Exports) -> None:
    on_sqlite.write(CUSTOMERS, customers(("C1", "Acme")))
    with pytest.raises(Refused, match=r"guest \(auditor\) may not import customer"):
        import_files(on_sqlite.platform, on_sqlite.mapping, on_sqlite.data, actor="guest")


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
