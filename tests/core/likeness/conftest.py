"""A market on each kind of database in turn."""

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.core.likeness.market import Market


@pytest.fixture
def market(database_url: str, make_platform: MakePlatform) -> Market:
    """Two representatives and no customer yet."""
    return Market(make_platform(database_url))


@pytest.fixture
def on_sqlite(make_platform: MakePlatform) -> Market:
    """The same on SQLite alone, for what no database decides."""
    return Market(make_platform())
