"""Odd, malformed and hostile files that others collected: no traceback, no silent loss, equal results."""

import csv
import json
from pathlib import Path

import pytest

from dealwright_core.importing import Report, UnreadableFile
from dealwright_core.importing.reading import Batch, Form, read_csv
from dealwright_core.importing.sources import inspect
from dealwright_testing.deployments import MakePlatform
from tests.core.importing.exports import Exports, counts, table

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
EDGE = SHARED / "csv-edge"
REGIONS = SHARED / "cn-regions"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the public files are not beside the project")

PLAIN = Form()
NOTES = """\
name = "notes"
[[files]]
path = "notes.csv"
[[files.records]]
record = "customer"
ref = "id"
fields = {name = "note", region = "note"}
"""
AREAS = """\
name = "areas"
[[files]]
path = "{path}"
ignore = ["cityCode", "provinceCode"]
[[files.records]]
record = "customer"
ref = "code"
fields = {{name = "name"}}
"""


def read(path: Path, form: Form = PLAIN, stated: str | None = None) -> tuple[tuple[str, ...], Batch]:
    with read_csv(inspect(path, stated=stated), form) as file:
        batches = list(file.batches(1000)) or [Batch([], [])]
        assert len(batches) == 1
        return file.header, batches[0]


SPECTRUM = sorted((EDGE / "csv-spectrum" / "csvs").glob("*.csv")) if EDGE.exists() else []


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_the_csv_spectrum_reads_as_its_json(path: Path, tmp_path: Path) -> None:
    expected = json.loads((path.parents[1] / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    content = path.read_bytes()
    if path.stem.endswith("_crlf"):
        # The collection's copy has lost the returns that its name promises.
        content = content.replace(b"\n", b"\r\n")
    copied = tmp_path / path.name
    copied.write_bytes(content)
    header, batch = read(copied)
    assert [dict(zip(header, row, strict=True)) for row in batch.rows] == expected
    assert not batch.refused


# File: header, rows, lines of refused rows.
KIT = {
    "bad.csv": (("column_a", "column_b", "column_c"), [["0", "mixed types.... uh oh", "17"]], [2, 3]),
    "blanks.csv": (("a", "b", "c", "d", "e", "f"), [["", "NA", "N/A", "NONE", "NULL", "."]], []),
    "date_like_number.csv": (("a",), [["4.5"]], []),
    "dummy.csv.gz": (("a", "b", "c"), [["1", "2", "3"]], []),
    "dummy.tsv": (("a", "b", "c"), [["1", "2", "3"]], []),
    "mac_newlines.csv": (("a", "b", "c"), [["1", "2", "3"], ["Once upon\ra time", "5", "6"]], []),
    "no_header_row.csv": (("1", "2", "3"), [], []),
    "null_byte.csv": (("a", "b", "c"), [], [2]),
    "optional_quote_characters.csv": (("a", "b", "c"), [["1", "2", "3"]], []),
    "test_date_format.csv": (("a",), [["02/01/2014"], ["31/12/2012"]], []),
    "test_empty_columns.csv": (
        ("a", "b", "c", "", ""),
        [["a", "", "", "", ""], ["", "", "", "", ""]],
        [3],
    ),
    "test_empty_columns_long_row.csv": (("a", "b", "c"), [], [2]),
    "test_extra_header.csv": (("a", "b", "c", "d"), [], [2]),
    "test_header_newline.csv": (("start \t\n\x0b\x0c\r end", "b", "c"), [["d", "e", "f"]], []),
    "test_locale.csv": (("a", "b", "c"), [["1,7", "200.000.000", ""]], []),
    "test_no_leading_zeroes.csv": (("a", "b", "c"), [["01", "00.11", "0.1"]], []),
    "test_numeric_date_format.csv": (("a",), [["20140102"], ["20121231"]], []),
    "test_precision.csv": (("a",), [["1.234567"]], []),
    "test_skip_lines.csv": (("a", "b", "c"), [["1", "2", "3"]], []),
    "test_utf16_big.csv": (("a", "b", "c"), [["1", "2", "3"], ["4", "5", "ʤ"]], []),
    "test_utf16_little.csv": (("a", "b", "c"), [["1", "2", "3"], ["4", "5", "ʤ"]], []),
    "test_utf8.csv": (("foo", "bar", "baz"), [["1", "2", "3"], ["4", "5", "ʤ"]], []),
    "test_utf8_bom.csv": (("foo", "bar", "baz"), [["1", "2", "3"], ["4", "5", "ʤ"]], []),
}


def test_every_file_of_the_kit_is_named_here() -> None:
    here = {path.name for path in (EDGE / "csvkit").glob("*.[ct]sv*")}
    assert here - KIT.keys() == {"empty.csv", "test_latin1.csv"}


@pytest.mark.parametrize("name", KIT)
def test_files_of_the_kit(name: str) -> None:
    expected_header, rows, refused = KIT[name]
    header, batch = read(EDGE / "csvkit" / name)
    assert header == expected_header
    assert batch.rows == rows
    assert [each.line for each in batch.refused] == refused


def test_files_of_the_kit_that_need_a_word() -> None:
    with pytest.raises(UnreadableFile, match="is empty"):
        read(EDGE / "csvkit" / "empty.csv")
    with pytest.raises(UnreadableFile, match="not GB18030 either"):
        read(EDGE / "csvkit" / "test_latin1.csv")
    assert read(EDGE / "csvkit" / "test_latin1.csv", stated="latin-1")[1].rows[1] == ["4", "5", "©"]
    form = Form(header=False, columns=("x", "y", "z"))
    assert read(EDGE / "csvkit" / "no_header_row.csv", form)[1].rows == [["1", "2", "3"]]
    skipped = read(EDGE / "csvkit" / "test_skip_lines.csv", Form(skip_lines=3))
    assert (skipped[0], list(skipped[1].lines)) == (("a", "b", "c"), [5])
    assert [each.line for each in read(EDGE / "csvkit" / "testfixed")[1].refused] == [3]
    for other in ("test.xls", "test.xlsx"):
        with pytest.raises(UnreadableFile):
            read(EDGE / "csvkit" / other)


def test_naughty_strings_come_out_as_they_went_in(on_sqlite: Exports) -> None:
    naughty = [
        *json.loads((EDGE / "blns" / "blns.json").read_text(encoding="utf-8")),
        *(EDGE / "blns" / "blns.txt").read_text(encoding="utf-8").split("\n"),
        *(EDGE / "csv-injection" / "csv-payload.txt").read_text(encoding="utf-8").splitlines(),
    ]
    texts = [text for text in dict.fromkeys(naughty) if text and "\0" not in text]
    report = on_sqlite.run(
        NOTES, {"notes.csv": table(("id", "note"), *((f"N{at}", text) for at, text in enumerate(texts)))}
    )
    assert counts(report, "customer") == (len(texts), 0, 0)
    rows = on_sqlite.rows("customer")
    assert [row["name"] for row in rows] == texts
    assert [row["region"] for row in rows] == texts
    assert counts(on_sqlite.again(), "customer") == (0, 0, len(texts))


def test_naughty_strings_survive_as_refs_and_in_refused_rows(on_sqlite: Exports) -> None:
    texts = json.loads((EDGE / "blns" / "blns.json").read_text(encoding="utf-8"))
    refs = list(dict.fromkeys(text.strip() for text in texts if text.strip() and "\0" not in text))
    mapping = NOTES.replace('ref = "id"', 'ref = "note"').replace('region = "note"', 'employees = "id"')
    report = on_sqlite.run(mapping, {"notes.csv": table(("id", "note"), *(("1", text) for text in refs))})
    assert sorted(on_sqlite.versions("customer")) == sorted(refs)
    report = on_sqlite.run(
        mapping, {"notes.csv": table(("id", "note"), *(("one", text + "!") for text in refs))}
    )
    assert report.refused == len(refs)
    assert report.refused_folder is not None
    with (report.refused_folder / "notes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[1] for row in csv.reader(file)][1:] == [f"{text}!" for text in refs]


ENCODED = {
    "areas.gbk.csv": "gb18030",
    "areas.gb18030.csv": "gb18030",
    "areas.utf16le-bom.csv": None,
    "areas.utf8-bom.csv": None,
}


def imported(
    make_platform: MakePlatform, folder: Path, path: Path, encoding: str | None
) -> tuple[Report, list[object]]:
    folder.mkdir()
    exports = Exports(make_platform(f"sqlite:///{folder / 'areas.db'}"), folder)
    report = exports.run(AREAS.format(path=path.name), {path.name: path.read_bytes()}, encoding=encoding)
    return report, [(row["ref"], row["name"]) for row in exports.rows("customer")]


def test_chinese_files_give_equal_results_in_every_encoding(
    make_platform: MakePlatform, tmp_path: Path
) -> None:
    plain, expected = imported(make_platform, tmp_path / "plain", REGIONS / "areas.csv", None)
    assert counts(plain, "customer") == (2978, 0, 0)
    assert ("110101", "东城区") in expected
    for name, encoding in ENCODED.items():
        report, found = imported(make_platform, tmp_path / name, REGIONS / "encodings" / name, encoding)
        assert found == expected
        assert report.files[0].warnings == []


@pytest.mark.parametrize("name", [name for name, encoding in ENCODED.items() if encoding])
def test_chinese_files_without_a_mark_ask_for_confirmation(name: str) -> None:
    with pytest.raises(UnreadableFile, match='As GB18030 it would read \'110101,"东城区"') as refused:
        inspect(REGIONS / "encodings" / name)
    assert refused.value.encoding == "gb18030"
