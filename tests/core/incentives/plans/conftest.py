"""A deployment with small schemes, and plans read beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from attrs import evolve

from dealwright import Platform
from dealwright_core.config.document import Document
from dealwright_core.incentives.plans.checking import Surroundings, checked
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.reading import read_plan
from dealwright_testing.deployments import MakePlatform
from tests.core.incentives.plans.stand_ins import Schemes

CONFIG = """
[records.deal_cost]
on = "opportunity"
single = true
fields.cost = {type = "money"}
fields.discount = {type = "ratio"}
"""
MEMBERS = frozenset({"M-1", "M-2", "anna"})


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A deployment whose database is never asked."""
    make = MakePlatform(tmp_path_factory.mktemp("plans"))
    yield make(config=CONFIG, plugins=[("schemes", Schemes())], upgrade=False)
    make.close()


@pytest.fixture(scope="session")
def around(deployment: Platform) -> Surroundings:
    """What plans can refer to there, and three names of members."""
    return evolve(deployment.catalogue.incentive_plans.around, members=MEMBERS)


@pytest.fixture
def plan(around: Surroundings) -> Callable[[str], Plan]:
    """Reads a plan that has no mistakes."""

    def read(text: str) -> Plan:
        found, problems = read_plan(Document.parse(dedent(text), "plan.toml"), around.context)
        assert not [str(each) for each in [*problems, *checked(found, around).problems]]
        return found

    return read


@pytest.fixture
def mistakes(around: Surroundings) -> Callable[[str], list[str]]:
    """Everything that is wrong with a plan, as it is told."""

    def read(text: str) -> list[str]:
        found, problems = read_plan(Document.parse(text, "plan.toml"), around.context)
        return [str(each) for each in [*problems, *checked(found, around).problems]]

    return read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with plans."""
    (tmp_path / "plans").mkdir()
    return tmp_path / "plans"
