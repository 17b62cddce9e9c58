"""Deployments that hold deals with their histories."""

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.plugins.stories import Stories, Told


@pytest.fixture
def told(database_url: str, make_platform: MakePlatform) -> Told:
    """A deployment with two sellers and no deals yet, on either database."""
    plugin = Stories()
    platform = make_platform(database_url, plugins=[("stories", plugin)])
    platform.run("stories.people", actor="admin")
    return Told(platform, plugin)
