"""Paired measurements: the two sides take turns, and only their ratio is reported."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from attrs import frozen


@frozen
class Result:
    """Medians in seconds of both sides, their ratio, and the budget for it; ``note`` says what else was seen."""

    work: str
    floor: str
    ours_seconds: float
    floor_seconds: float
    budget: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the floor we take."""
        return self.ours_seconds / self.floor_seconds

    @property
    def holds(self) -> bool:
        """Whether the budget is kept."""
        return self.ratio <= self.budget

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "MISSED"
        if self.budget < 1:
            return f"{self.ratio:.1%} of the floor, budget {self.budget:.0%}: {verdict}"
        return f"{self.ratio:.2f}x of the floor, budget {self.budget:.1f}x: {verdict}"


def paired(ours: Callable[[], float], floor: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Median seconds of both sides over alternating rounds; each callable returns the seconds of one."""
    ours_taken: list[float] = []
    floor_taken: list[float] = []
    for number in range(rounds):
        sides = [(floor, floor_taken), (ours, ours_taken)]
        for side, taken in sides if number % 2 == 0 else reversed(sides):
            taken.append(side())
    return statistics.median(ours_taken), statistics.median(floor_taken)


def timed(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_process(module: str, *arguments: str) -> dict[str, float]:
    """Run a side of a benchmark in a process of its own; what it printed as JSON in its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{module} {' '.join(arguments)} failed:\n{done.stderr}")
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured
