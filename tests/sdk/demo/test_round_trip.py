"""What is exported of the demo comes back in an empty deployment as it was."""

import io
from contextlib import closing
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


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an export of the demo, mapping and all."""
    folder = tmp_path_factory.mktemp("demo")
    generate(folder / "demo", today=EARLY)
    with closing(MakePlatform(folder)) as make:
        platform = make(f"sqlite:///{folder / 'first.db'}")
        import_files(platform, folder / "demo" / "mapping.toml", folder / "demo" / "data", actor="admin")
        found = exported(platform, folder / "out")
        assert set(found) == set(platform.catalogue.kinds)
    assert sum(each.count(b"\n") for each in found.values()) > 5_000
    return folder / "out"


@pytest.mark.slow
def test_every_record_comes_back_with_the_same_values(
    database_url: str, make_platform: MakePlatform, out: Path, tmp_path: Path
) -> None:
    second = make_platform(database_url)
    report = import_files(second, out / "mapping.toml", out, actor="admin")
    assert report.refused == 0
    again = exported(second, tmp_path / "again")
    assert again == {kind: (out / f"{kind}.csv").read_bytes() for kind in again}
    assert len(again) == len(list(out.glob("*.csv")))
