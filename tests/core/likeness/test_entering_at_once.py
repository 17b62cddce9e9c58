"""Four processes enter one company at once, each in a spelling of its own: there is one customer afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from dealwright import Platform, Refused
from dealwright_core.journal.verify import verify
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform
from tests.core.processes import several

SPELLINGS = (
    "Acme {0} Clinics Ltd.",
    "ＡＣＭＥ {0}  clinics",
    "acme-{0} CLINICS, Limited",
    "Ácme {0} Clinics GmbH & Co. KG",
)
# The last trials have only the tax id in common.
NUMBERS = ("DE 100.{0}.9", "de100{0}9", "ＤＥ１００{0}9", "DE-100-{0}-9")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def entered(trial: int, process: int, trials: int) -> dict[str, Any]:
    number = f"{trial:03}"
    if trial < trials // 2:
        return {"name": SPELLINGS[process].format(number.translate(FULL_WIDTH) if process == 1 else number)}
    return {"name": f"Firm {trial} of {process}", "tax_id": NUMBERS[process].format(number)}


@contextmanager
def suppress_duplicates() -> Iterator[None]:
    """Three of four are refused, for no other reason than that the company is there already."""
    try:
        yield
    except Refused as refused:
        if [each.code for each in refused.findings] != ["duplicate-customer"]:
            raise


def enter(config: str, process: int, trials: int, together: Barrier) -> None:
    """Enter one company after another, each at the same moment as the others do."""
    with Platform.open(config, environ={}) as platform:
        for trial in range(trials):
            together.wait(timeout=120)
            with suppress_duplicates():
                platform.run("customer.add", actor="admin", **entered(trial, process, trials))


@pytest.mark.slow
def test_a_hundred_times_four_processes_make_a_hundred_customers(
    database_url: str, make_platform: MakePlatform
) -> None:
    platform, trials = make_platform(database_url), 100
    start = several()
    together = start.Barrier(len(SPELLINGS))
    config = str(platform.deployment.document.path)
    arguments = [(config, process, trials, together) for process in range(len(SPELLINGS))]
    processes = [start.Process(target=enter, args=each) for each in arguments]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    assert [each.exitcode for each in processes] == [0] * len(processes)
    with platform.session("admin") as session:
        assert session.count("customer") == trials
        assert session.sharing("customer") == []
    with reading(platform.engine) as connection:
        assert verify(connection, platform.catalogue).faults == ()
