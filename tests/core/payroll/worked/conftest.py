"""Shops for worked cases."""

import shutil
from collections.abc import Callable, Iterator

import pytest

from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.worked.desk import Desk
from tests.core.payroll.worked.opening import Opening, Premises, opened
from tests.core.payroll.worked.payday import Shop


@pytest.fixture(scope="session")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """An embedded deployment that the tests share one after the other."""
    folder, desk = tmp_path_factory.mktemp("premises"), Desk()
    make = MakePlatform(folder)
    platform = opened(make, desk, url=f"sqlite:///{folder / 'shop.db'}")
    Shop(platform, desk).open()
    platform.engine.dispose()
    shutil.copy(folder / "shop.db", folder / "staffed.db")
    yield Premises(platform, desk, folder / "staffed.db", folder / "shop.db")
    make.close()


@pytest.fixture
def opening(premises: Premises, make_platform: MakePlatform) -> Opening:
    """Opens shops with plans."""
    return Opening(premises, make_platform)


@pytest.fixture
def opening_anywhere(opening: Opening, database_url: str) -> Callable[..., Shop]:
    """Opens a shop with plans on either database."""
    return lambda *plans: opening.anew(*plans, url=database_url)
