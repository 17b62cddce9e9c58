"""Deployments that hold deals with their histories."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.plugins.quotas import PLUGINS, Planning, planning
from tests.plugins.stories import Stories, Told
from tests.plugins.worked import Shop


@pytest.fixture
def told(database_url: str, make_platform: MakePlatform) -> Told:
    """A deployment with two sellers and no deals yet, on either database."""
    plugin = Stories()
    platform = make_platform(database_url, plugins=[("stories", plugin)])
    platform.run("stories.people", actor="admin")
    return Told(platform, plugin)


@pytest.fixture
def company(database_url: str, make_platform: MakePlatform) -> Planning:
    """A company that plans, without targets yet, on either database."""
    return planning(make_platform(database_url, plugins=PLUGINS))


@pytest.fixture(scope="module")
def filled_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of such a company, to be copied."""
    folder = tmp_path_factory.mktemp("company")
    make = MakePlatform(folder)
    planning(make(f"sqlite:///{folder / 'filled.db'}", plugins=PLUGINS))
    make.close()
    return folder / "filled.db"


@pytest.fixture
def company_with(
    filled_company: Path, tmp_path: Path, make_platform: MakePlatform
) -> Callable[[str], Planning]:
    """Opens the company with settings, in an embedded database of its own."""

    def open_with(config: str = "") -> Planning:
        copy = shutil.copy(filled_company, tmp_path / "company.db")
        return Planning(make_platform(f"sqlite:///{copy}", config, PLUGINS, upgrade=False))

    return open_with


@pytest.fixture(scope="module")
def shared_planner(filled_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planning]:
    """The company for tests that get along with the targets of others."""
    folder = tmp_path_factory.mktemp("shared")
    make = MakePlatform(folder)
    copy = shutil.copy(filled_company, folder / "company.db")
    yield Planning(make(f"sqlite:///{copy}", plugins=PLUGINS, upgrade=False))
    make.close()


@pytest.fixture
def planner(company_with: Callable[[str], Planning]) -> Planning:
    """The company as it is set by default, in an embedded database."""
    return company_with("")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A deployment made by ``dealwright init`` in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DEALWRIGHT_CONFIG", raising=False)
    made = Shop()
    assert made.type("dealwright init . --name shop")[0] == 0
    return made
