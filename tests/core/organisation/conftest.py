"""A company of three levels, on each kind of database in turn."""

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.core.organisation.company import Company


@pytest.fixture
def company(database_url: str, make_platform: MakePlatform) -> Company:
    """Head office, a region, and two working teams, in which nobody works yet."""
    return Company(make_platform(database_url))


@pytest.fixture
def on_sqlite(make_platform: MakePlatform) -> Company:
    """The same on SQLite alone, for what no database decides."""
    return Company(make_platform())
