"""Files that are there whole or not at all."""

from pathlib import Path

import pytest

from dealwright.tables.files import replaced


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "won.csv"
    path.write_text("old")
    with replaced(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "won.csv"
    path.write_text("old")

    def broken() -> None:
        with replaced(path) as part:
            part.write_text("half")
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        broken()
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["won.csv"]


def test_a_device_is_written_to_and_not_replaced() -> None:
    with replaced(Path("/dev/null")) as part:
        part.write_text("anything")
    assert not Path("/dev/null").is_file()
