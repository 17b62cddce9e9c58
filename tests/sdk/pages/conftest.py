"""One Chromium for all tests of pages."""

import os
from collections.abc import Iterator

import pytest

from tests.sdk.pages.browser import REQUIRED, Browser, program


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser. Without one the test is skipped, or fails where it is required."""
    if program() is None:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED}=1, but there is no Chromium", pytrace=False)
        pytest.skip("there is no Chromium: apt-get install chromium")
    with Browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found
