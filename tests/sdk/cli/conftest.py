"""A deployment in an empty folder, and the command line in this process."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dealwright.cli.main import cli

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command in an empty folder; the exit code is checked, 0 unless said otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEALWRIGHT_CONFIG", raising=False)

    def run(*typed: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, typed, prog_name="dealwright")
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return run


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `dealwright init` leaves it; tests work in copies of it."""
    folder = tmp_path_factory.mktemp("initialised")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("DEALWRIGHT_CONFIG", raising=False)
        result = CliRunner().invoke(cli, ["init", ".", "--name", "shop"], prog_name="dealwright")
    assert result.exit_code == 0, result.output
    return folder


def made(
    factory: pytest.TempPathFactory,
    initialised: Path,
    typed: Iterable[Sequence[str]],
    plans: Mapping[str, str],
) -> Path:
    """A folder as `initialised`, with incentive plans by file, after some commands; tests work in copies of it."""
    folder = factory.mktemp("made")
    copytree(initialised, folder, dirs_exist_ok=True)
    for name, plan in plans.items():
        (folder / name).write_text(plan, "utf-8")
    with (folder / "dealwright.toml").open("a", encoding="utf-8") as config:
        config.write(f"\n[incentives]\nplans = {json.dumps([*plans])}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CACHE_HOME", str(factory.mktemp("cache")))
        patch.delenv("DEALWRIGHT_CONFIG", raising=False)
        for each in typed:
            result = CliRunner().invoke(cli, each, prog_name="dealwright")
            assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def shop(run: Run, tmp_path: Path, initialised: Path) -> Run:
    """The same in a deployment made by `dealwright init`."""
    copytree(initialised, tmp_path, dirs_exist_ok=True)
    return run


@pytest.fixture
def ask(shop: Run) -> Callable[..., Any]:
    """Type a command with --json in a deployment; gives what it printed."""
    return lambda *typed: json.loads(shop(*typed, "--json").stdout)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Install a plugin of one module, given its name and source, for this test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))

    def install(name: str, source: str) -> None:
        module = f"plugin_{name}_{tmp_path.name.replace('-', '_')}"
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
        metadata = folder / f"dealwright_{name}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: dealwright-{name}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[dealwright.plugins]\n{name} = {module}\n")

    return install
