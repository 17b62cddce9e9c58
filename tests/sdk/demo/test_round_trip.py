"""What is exported of the demo comes back in an empty deployment as it was."""

import io
from datetime import date
from pathlib import Path

import pytest

from dealwright import Platform, import_files
from dealwright.demo import generate
from dealwright_core.exporting import export_all, mapping_of
from dealwright_testing.deployments import MakePlatform

EARLY = date(2024, 12, 8)


def exported(platform: Platform, folder: Path) -> dict[str, bytes]:
    """Export every kind with the mapping; what the files hold."""
    folder.mkdir()

    def opened(kind: str) -> io.TextIOWrapper:
        return (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="")

    found = export_all(platform, opened, actor="admin")
    mapping = mapping_of({f"{each.kind}.csv": (each.kind, each.columns) for each in found})
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    return {each.kind: (folder / f"{each.kind}.csv").read_bytes() for each in found}


@pytest.mark.slow
def test_every_record_comes_back_with_the_same_values(
    database_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    generate(tmp_path / "demo", today=EARLY)
    first = make_platform(f"sqlite:///{tmp_path / 'first.db'}")
    import_files(first, tmp_path / "demo" / "mapping.toml", tmp_path / "demo" / "data", actor="admin")
    out = exported(first, tmp_path / "out")
    assert set(out) == set(first.catalogue.kinds)
    assert sum(each.count(b"\n") for each in out.values()) > 5_000
    second = make_platform(database_url)
    report = import_files(second, tmp_path / "out" / "mapping.toml", tmp_path / "out", actor="admin")
    assert report.refused == 0
    assert exported(second, tmp_path / "again") == out
