"""In which encoding a file is: told by its mark, stated, or UTF-8 throughout; never guessed in silence."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import UsageError
from dealwright_core.importing.reading import Form, read_csv
from dealwright_core.importing.sources import CHUNK, MARKS, UnreadableFile, inspect

TEXT = "编号,名称\n1,东城区\n2,崇文区 ʤ\n"
MARKED = [pytest.param(mark, encoding, id=encoding) for mark, encoding in MARKS]


def written(folder: Path, content: bytes, name: str = "areas.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def rows_of(path: Path, stated: str | None = None, assumed: str | None = None) -> list[list[str]]:
    with read_csv(inspect(path, stated=stated, assumed=assumed), Form()) as file:
        return [list(file.header), *(row for batch in file.batches(10) for row in batch.rows)]


@pytest.mark.parametrize(("mark", "encoding"), MARKED)
def test_a_mark_tells_the_encoding(tmp_path: Path, mark: bytes, encoding: str) -> None:
    path = written(tmp_path, mark + TEXT.encode(encoding))
    assert inspect(path).encoding == encoding
    assert rows_of(path) == [["编号", "名称"], ["1", "东城区"], ["2", "崇文区 ʤ"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_every_stated_encoding_gives_the_same_rows(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, TEXT.encode(encoding))
    expected = [["编号", "名称"], ["1", "东城区"], ["2", "崇文区 ʤ"]]
    assert rows_of(path, stated=encoding) == rows_of(path, assumed=encoding) == expected


def test_a_file_without_a_mark_that_is_not_utf8_is_refused_with_what_it_may_be(tmp_path: Path) -> None:
    path = written(tmp_path, "编号,名称\n1,东城区\n".encode("gbk"))
    with pytest.raises(UnreadableFile) as refused:
        inspect(path)
    assert refused.value.encoding == "gb18030"
    assert "byte 0xb1 at 0 (line 1)" in str(refused.value)
    assert "'编号,名称'" in str(refused.value)


def test_what_is_neither_utf8_nor_gb18030_names_no_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b,c\n1,2,3\n4,5,\xa9")
    with pytest.raises(UnreadableFile, match=r"byte 0xa9 at 16 \(line 3\).*not GB18030 either") as refused:
        inspect(path)
    assert refused.value.encoding is None


def test_the_last_byte_of_a_long_file_is_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path, b"name\n" + b"x" * (CHUNK * 2) + b"\n\xff")
    with pytest.raises(UnreadableFile, match=rf"byte 0xff at {CHUNK * 2 + 6:,} \(line 3\)"):
        inspect(path)


def test_a_character_across_two_chunks_is_whole(tmp_path: Path) -> None:
    path = written(tmp_path, b"n\n" + b"x" * (CHUNK - 3) + "东".encode() + b"\n")
    assert inspect(path).size == CHUNK + 3


def test_a_wrongly_stated_encoding_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"name\nok\n\x81\xff\n")
    with pytest.raises(
        UnreadableFile, match=r"is not GB18030: byte 0x81 at 8 \(line 3\).*nothing was imported"
    ):
        inspect(path, stated="gb18030")


def test_a_mark_is_stronger_than_what_is_assumed_and_contradicts_what_is_stated(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfname\n\xe4\xb8\x9c\n")
    assert inspect(path, assumed="gb18030").encoding == "utf-8"
    with pytest.raises(UnreadableFile, match="begins with the mark of utf-8, but gb18030 is stated"):
        inspect(path, stated="gb18030")
    assert inspect(path, stated="utf-8").encoding == inspect(path, stated="utf-8-sig").encoding == "utf-8"


def test_utf16_without_a_mark_is_not_taken_for_text_with_nulls(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        path = written(tmp_path, "name,city\nAnna,Brno\n".encode(encoding))
        with pytest.raises(UnreadableFile, match="without a mark") as refused:
            inspect(path)
        assert refused.value.encoding == encoding


def test_utf16_is_stated_with_its_byte_order(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode("utf-16-le"))
    with pytest.raises(UnreadableFile, match="state utf-16-le or utf-16-be"):
        inspect(path, stated="utf-16")


def test_an_encoding_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n")
    with pytest.raises(UsageError, match="no encoding 'gb18O30'; Did you mean 'gb18030'"):
        inspect(path, stated="gb18O30")
    with pytest.raises(UsageError, match="no encoding 'rot13'"):
        inspect(path, stated="rot13")


def test_packed_files_are_read_as_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(TEXT.encode()), "areas.csv.gz")
    assert rows_of(path)[1] == ["1", "东城区"]
    assert inspect(path).size == len(TEXT.encode())


def test_a_damaged_packed_file_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    packed = gzip.compress(TEXT.encode() * 50)
    for content in (packed[:-9], packed[:20] + b"\0\0\0" + packed[23:], b"not packed"):
        with pytest.raises(UnreadableFile, match="cannot be read to its end"):
            inspect(written(tmp_path, content, "areas.csv.gz"))


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, b"a\n")
    with pytest.raises(UnreadableFile, match=r"there is no such file, did you mean 'areas.csv'\?"):
        inspect(tmp_path / "area.csv")
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        inspect(tmp_path)


def test_a_file_that_changes_under_the_import_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n1\n")
    source = inspect(path)
    written(tmp_path, b"a\n1\n\xff\n")
    with pytest.raises(UnreadableFile, match="changed while it was read"), read_csv(source, Form()) as file:
        list(file.batches(10))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_source_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("any"), content)
    try:
        source = inspect(path)
    except UnreadableFile:
        return
    assert content[source.mark :].decode(source.encoding).encode(source.encoding) == content[source.mark :]
