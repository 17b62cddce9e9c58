"""Rows of CSV files: what reads, on which line it stands, and what is refused without harm to the rest."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright_core.contributions import Importer
from dealwright_core.errors import PluginError
from dealwright_core.importing.reading import Batch, Form, Refusal, read_csv, read_with
from dealwright_core.importing.sources import UnreadableFile, inspect

PLAIN = Form()
HEADER = "ref,name,city\n"


def read(folder: Path, text: str, form: Form = PLAIN, *, size: int = 1000, name: str = "rows.csv") -> Batch:
    """All rows of a file as one batch."""
    path = folder / name
    path.write_bytes(text.encode())
    return all_of(path, form, size=size)


def all_of(path: Path, form: Form = PLAIN, *, size: int = 1000, stated: str | None = None) -> Batch:
    rows: list[list[str]] = []
    lines: list[int] = []
    refused: list[Refusal] = []
    with read_csv(inspect(path, stated=stated), form) as file:
        for batch in file.batches(size):
            rows += batch.rows
            lines += batch.lines
            refused += batch.refused
    return Batch(rows, lines, refused)


def test_rows_know_the_line_where_they_start(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + 'A,"two\nlines",x\nB,b,y\n\nC,"a\r\nb\rc",z\nD,d,w\n')
    assert [row[0] for row in batch.rows] == ["A", "B", "C", "D"]
    assert batch.lines == [2, 4, 6, 9]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_reads_alike(tmp_path: Path, end: str) -> None:
    batch = read(tmp_path, (HEADER + "A,a,x\nB,b,y\n").replace("\n", end))
    assert batch.rows == [["A", "a", "x"], ["B", "b", "y"]]
    assert list(batch.lines) == [2, 3]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    batch = read(tmp_path, "\n\n" + HEADER + "\nA,a,x\n\n\nB,b,y\n\n")
    assert batch.count == 2
    assert batch.lines == [5, 8]


def test_rows_of_another_width_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + "A,a\nB,b,y\nC,c,z,more\n")
    assert batch.rows == [["B", "b", "y"]]
    assert [(each.line, each.reason) for each in batch.refused] == [
        (2, "has 2 cells, the header 3"),
        (4, "has 4 cells, the header 3"),
    ]
    assert batch.count == 3


def test_a_null_character_refuses_its_row(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + "A,a\0,x\nB,b,y\n")
    assert batch.rows == [["B", "b", "y"]]
    assert batch.refused[0].line == 2
    assert "null character" in batch.refused[0].reason


def test_text_behind_a_closing_quote_refuses_its_row_alone(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + 'A,a,x\nB,"b"ad,y\nC,c,z\n')
    assert [row[0] for row in batch.rows] == ["A", "C"]
    assert list(batch.lines) == [2, 4]
    assert batch.refused[0].line == 3
    assert batch.refused[0].text == 'B,"b"ad,y'
    assert batch.refused[0].reason == "text follows a closing quote: double the quotes inside a cell"


def test_a_quote_that_is_never_closed_says_how_many_lines_it_swallows(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + 'A,a,x\nB,"b,y\nC,c,z\nD,d,w\n')
    assert [row[0] for row in batch.rows] == ["A"]
    (refusal,) = batch.refused
    assert refusal.line == 3
    assert refusal.text == 'B,"b,y\nC,c,z\nD,d,w'
    assert refusal.reason == (
        "the quote opened in line 3 is never closed; the 2 lines after line 3, to line 5, stand inside its quotes "
        "and were not read as rows"
    )


def test_a_stray_quote_that_meets_the_next_one_refuses_the_lines_between(tmp_path: Path) -> None:
    batch = read(tmp_path, HEADER + 'A,"a,x\nB,b,y\nC,"c",z\nD,d,w\n')
    assert [row[0] for row in batch.rows] == ["D"]
    assert batch.lines == [5]
    assert "the 2 lines after line 2, to line 4" in batch.refused[0].reason


def test_rows_are_not_read_out_of_the_middle_of_a_quoted_cell(tmp_path: Path) -> None:
    # The reader gives up in line 2 while another quote is open there: what follows is text, though it looks like a row.
    batch = read(tmp_path, HEADER + 'A,"a"b,"text\nX,not,a row\nend"\nB,b,y\n')
    assert [row[0] for row in batch.rows] == ["B"]
    assert len(batch.refused) == 1


def test_a_cell_too_long_for_the_reader_is_refused_to_its_end(tmp_path: Path) -> None:
    long = "x,y,z\n" * (csv.field_size_limit() // 6 + 10)
    batch = read(tmp_path, f'{HEADER}A,"{long}",x\nB,b,y\n')
    assert [row[0] for row in batch.rows] == ["B"]
    assert "longer than 131,072 characters" in batch.refused[0].reason
    assert len(batch.refused[0].text) == 4_000


def test_errors_leave_full_batches(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(HEADER + 'A,a,x\nB,"b"ad,y\n' * 20)
    with read_csv(inspect(path), Form()) as file:
        assert [batch.count for batch in file.batches(10)] == [10, 10, 10, 10]


def test_forms_of_files(tmp_path: Path) -> None:
    semicolon = read(tmp_path, "ref;name\nA;'a;b'\n", Form(delimiter=";", quote="'"))
    assert semicolon.rows == [["A", "a;b"]]
    unquoted = read(tmp_path, 'ref,name\nA,"a\n', Form(quote=""))
    assert unquoted.rows == [["A", '"a']]
    tabs = read(tmp_path, "ref\tname\nA\ta,b\n", name="rows.tsv")
    assert tabs.rows == [["A", "a,b"]]
    skipped = read(tmp_path, 'Export "of\n2026\nref,name\nA,a\n', Form(skip_lines=2))
    assert (skipped.rows, list(skipped.lines)) == ([["A", "a"]], [4])
    bare = read(tmp_path, "A,a\nB,b\n", Form(header=False, columns=("ref", "name")))
    assert (len(bare.rows), list(bare.lines)) == (2, [1, 2])


def test_header_cells_lose_the_white_space_around_them(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('" ref\n",\tname , \nA,a,b\n')
    with read_csv(inspect(path), Form()) as file:
        assert file.header == ("ref", "name", "")


@pytest.mark.parametrize("content", ["", "\n", "\n\n", " , ,\n", "ref,\0name\n", '"ref,name\nA,a\n'])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content.encode())
    with pytest.raises(UnreadableFile), read_csv(inspect(path), Form()):
        pass


class Sheet:
    """A format of a plugin, with what it was told to give."""

    def __init__(self, rows: Sequence[object]) -> None:
        self.rows = rows

    def read(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        for row in self.rows:
            if isinstance(row, Exception):
                raise row
            yield row  # type: ignore[misc]  # wrong on purpose in some tests


def sheet(*rows: object) -> Importer:
    return Importer("sheet", (".xlsx",), Sheet(rows).read)


def test_another_format_is_read_through_its_plugin(tmp_path: Path) -> None:
    importer = sheet(
        (1, [" ref ", "name"]), (2, ["A", "a"]), (5, ["B"]), (6, ["C", "\ud800"]), (9, ["D", "d"])
    )
    with read_with(importer, tmp_path / "book.xlsx", Form()) as file:
        (batch,) = file.batches(10)
        assert file.header == ("ref", "name")
    assert batch.rows == [["A", "a"], ["D", "d"]]
    assert batch.lines == [2, 9]
    assert [each.line for each in batch.refused] == [5, 6]


@pytest.mark.parametrize(
    "row", [("2", ["A", "a"]), (2, ["A", 7]), (2, None), 7, OSError("gone"), SystemExit(3)]
)
def test_a_plugin_that_fails_is_named(tmp_path: Path, row: object) -> None:
    with (
        pytest.raises(PluginError, match=r"plugin sheet: importers: .*book.xlsx"),
        read_with(sheet((1, ["ref", "name"]), row), tmp_path / "book.xlsx", Form()) as file,
    ):
        list(file.batches(10))


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12),
    delimiter=st.sampled_from(",;\t|"),
    quote=st.sampled_from("\"'"),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-be"]),
    size=st.integers(1, 7),
)
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    quote: str,
    end: str,
    quoting: int,
    encoding: str,
    size: int,
) -> None:
    text = io.StringIO(newline="")
    # The module quotes a cell with a line end in it only where that is one of its own line ends.
    minimal = end == "\r\n" and quoting == csv.QUOTE_MINIMAL
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quotechar=quote,
        lineterminator=end,
        quoting=csv.QUOTE_MINIMAL if minimal else csv.QUOTE_ALL,
    )
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    stated = encoding if encoding in ("gb18030", "utf-16-be") else None
    batch = all_of(path, Form(delimiter=delimiter, quote=quote), size=size, stated=stated)
    assert batch.rows == rows
    assert not batch.refused
    assert len(batch.lines) == len(rows)


@settings(max_examples=300)
@given(
    text=st.text(st.sampled_from('ab,"\n\r\0é'), max_size=60),
    size=st.integers(1, 5),
)
def test_every_line_of_a_file_is_read_refused_or_blank_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, text: str, size: int
) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_bytes(b"h1,h2\n" + text.encode())
    batch = all_of(path, size=size, stated="utf-8")
    starts = sorted([*batch.lines, *(each.line for each in batch.refused)])
    assert len(set(starts)) == len(starts) == batch.count
    lines = io.StringIO(text, newline="").readlines()
    assert all(2 <= start <= len(lines) + 1 for start in starts)
    blank = sum(1 for line in lines if line.strip("\r\n") == "")
    assert batch.count <= len(lines)
    if '"' not in text:
        assert batch.count == len(lines) - blank


@given(text=st.text(st.sampled_from('ab,"\n'), max_size=60), size=st.integers(1, 5))
def test_the_size_of_batches_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, text: str, size: int
) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_bytes(b"h1,h2\n" + text.encode())
    batch, whole = all_of(path, size=size), all_of(path, size=1000)
    assert batch.rows == whole.rows
    assert list(batch.lines) == list(whole.lines)
    assert batch.refused == whole.refused
