"""Exports to import into an empty deployment."""

from pathlib import Path

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.core.importing.exports import Exports


@pytest.fixture
def exports(database_url: str, make_platform: MakePlatform, tmp_path: Path) -> Exports:
    """Exports into each kind of database in turn."""
    return Exports(make_platform(database_url), tmp_path)


@pytest.fixture
def on_sqlite(make_platform: MakePlatform, tmp_path: Path) -> Exports:
    """Exports into SQLite alone, for what no database decides."""
    return Exports(make_platform(), tmp_path)
