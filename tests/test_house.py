"""The layout that pyproject.toml, the lock and the import contracts promise."""

import re
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = [
    folder
    for root in ("core", "sdk", "plugins")
    for folder in sorted((HOUSE / root).iterdir())
    if (folder / "__init__.py").exists()
]
PLUGINS = [folder.name for folder in PACKAGES if folder.parent.name == "plugins"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda folder: folder.name)
def test_each_package_is_typed_and_under_the_import_contracts(package: Path) -> None:
    assert (package / "py.typed").exists()
    assert package.name in PROJECT["tool"]["importlinter"]["root_packages"]


def test_each_bundled_plugin_is_found_as_a_strangers_would_be() -> None:
    assert sorted(PROJECT["project"]["entry-points"]["dealwright.plugins"].values()) == sorted(PLUGINS)


@pytest.mark.parametrize("contract", ["plugins-use-the-sdk", "plugins-stand-alone"])
def test_each_bundled_plugin_keeps_to_the_sdk_and_to_itself(contract: str) -> None:
    contracts = {found["id"]: found for found in PROJECT["tool"]["importlinter"]["contracts"]}
    named = contracts[contract].get("source_modules") or contracts[contract]["modules"]
    assert sorted(named) == sorted(PLUGINS)


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|^-|\bfile:", lock, re.MULTILINE)
    for requirement in re.split(r"\n(?=\S)", lock.strip()):
        assert re.match(r"[a-z0-9._-]+==\S+", requirement)
        assert "--hash=sha256:" in requirement


def test_the_lock_holds_what_the_project_asks_for() -> None:
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    asked = [*PROJECT["project"]["dependencies"]]
    for extra in PROJECT["project"]["optional-dependencies"].values():
        asked += extra
    names = {re.split(r"[\[><=;]", requirement)[0].strip().lower() for requirement in asked}
    assert names <= locked
