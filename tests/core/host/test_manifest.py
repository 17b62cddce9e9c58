"""What help shows is kept while nothing changes that it depends on, and never longer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dealwright_core.host import manifest

DATA = {"groups": {"customer": "Customers"}, "commands": {}, "reports": {}}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration file, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "dealwright.toml"
    file.write_text("[deployment]\n")
    return file


def later(path: Path) -> None:
    """Let a second pass for a file."""
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 10**9))


def test_what_was_kept_is_read(config: Path) -> None:
    assert manifest.read(config) is None
    assert manifest.write(config, DATA, [])
    assert manifest.read(config) == DATA
    assert manifest.read(config.parent / "other.toml") is None


def test_the_file_is_found_as_the_platform_finds_it(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest.write(config, DATA, [])
    monkeypatch.setenv("DEALWRIGHT_CONFIG", str(config))
    assert manifest.read(None) == DATA
    monkeypatch.delenv("DEALWRIGHT_CONFIG")
    monkeypatch.chdir(config.parent)
    assert manifest.read(None) == DATA


def test_a_change_of_the_configuration_ends_it(config: Path) -> None:
    manifest.write(config, DATA, [])
    later(config)
    assert manifest.read(config) is None


def test_a_new_distribution_ends_it(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = config.parent / "site-packages"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    manifest.write(config, DATA, [])
    assert manifest.read(config) == DATA
    (site / "acme-1.0.dist-info").mkdir()
    later(site)
    assert manifest.read(config) is None


def test_a_change_of_a_watched_file_ends_it(config: Path) -> None:
    module = config.parent / "plugin.py"
    manifest.write(config, DATA, [module])
    assert manifest.read(config) == DATA
    module.write_text("")
    assert manifest.read(config) is None


def test_an_override_in_the_environment_ends_it_and_is_not_written_down(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEALWRIGHT_DATABASE__URL", "postgresql://me:s3cret@db/x")
    manifest.write(config, DATA, [])
    assert manifest.read(config) == DATA
    kept = next((config.parent / "cache" / "dealwright").iterdir()).read_text()
    assert "s3cret" not in kept
    monkeypatch.setenv("DEALWRIGHT_PLUGINS__DISABLED", '["direct"]')
    assert manifest.read(config) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"fingerprint": 1, "data": {}, "watched": {}}', "[" * 10**5]
)
def test_a_damaged_cache_is_no_cache(config: Path, text: str) -> None:
    manifest.write(config, DATA, [])
    next((config.parent / "cache" / "dealwright").iterdir()).write_text(text)
    assert manifest.read(config) is None
    assert manifest.write(config, DATA, [])
    assert manifest.read(config) == DATA


def test_a_cache_that_cannot_be_written_is_no_error(config: Path) -> None:
    (config.parent / "cache").write_text("a file where the folder should be")
    assert not manifest.write(config, DATA, [])
    assert manifest.read(config) is None


def test_without_a_home_nothing_is_kept(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert not manifest.write(config, DATA, [])
    assert manifest.read(config) is None


def test_reading_it_loads_neither_plugins_nor_libraries() -> None:
    code = "import sys, dealwright_core.host.manifest; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {
        "attr",
        "attrs",
        "cattrs",
        "click",
        "pluggy",
        "sqlalchemy",
        "tomllib",
        "importlib.metadata",
    }
