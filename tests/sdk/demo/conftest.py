import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dealwright.demo import TODAY, generate

Rows = list[dict[str, str]]
# The whole year, and a year that is told on a Sunday in the middle of it.
DAYS = {"whole-year": TODAY, "half-told": date(2025, 8, 17)}


@pytest.fixture(scope="session", params=DAYS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, date]:
    folder = tmp_path_factory.mktemp("demo")
    today = DAYS[request.param]
    generate(folder, today=today)
    return folder, today


@pytest.fixture(scope="session")
def today(told: tuple[Path, date]) -> str:
    return told[1].isoformat()


@pytest.fixture(scope="session")
def rows(told: tuple[Path, date]) -> Callable[[str], Rows]:
    """The rows of a file by its name without the ending."""
    folder = told[0] / "data"
    read: dict[str, Rows] = {}

    def rows(name: str) -> Rows:
        if name not in read:
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                read[name] = list(csv.DictReader(file, strict=True))
        return read[name]

    return rows
