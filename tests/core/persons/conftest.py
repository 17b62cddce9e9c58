"""A deployment in a folder of its own, with a person in every place."""

from pathlib import Path

import pytest

from dealwright import Platform
from dealwright_testing.deployments import MakePlatform
from tests.core.persons.people import Club, fill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the deployment, in which nothing else lies."""
    folder = tmp_path / "deployment"
    folder.mkdir()
    return folder


@pytest.fixture
def make(folder: Path) -> "object":
    """Opens deployments in that folder."""
    make = MakePlatform(folder)
    yield make
    make.close()


@pytest.fixture
def platform(make: MakePlatform, request: pytest.FixtureRequest, folder: Path) -> Platform:
    """A deployment with contact P-1 in every place there is, on the database that the test names, or on SQLite."""
    names = request.fixturenames
    url = (
        request.getfixturevalue("database_url")
        if "database_url" in names
        else f"sqlite:///{folder / 'test.db'}"
    )
    platform = make(url, plugins=[("club", Club())])
    fill(platform, folder)
    return platform
