"""The funnel over the history of moves, without and with the extra ``fast``, against a query written by hand for
SQLite, with the best index for it.
"""

import random
import resource
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.deployments import deployment
from benchmarks.paired import Result, timed
from dealwright import Platform, rounded

ROUNDS = 3
BUDGET = 2.0
FAST_BUDGET = 0.5
# Of the report that the database computes.
SLOW = {"DEALWRIGHT_DATABASE__FAST": "false"}
MOVES_A_ROW = 10  # moves for each row of the option: 10,000,000 by default
OPEN = ("prospecting", "engaging", "demonstration", "negotiation")
DAYS = tuple((date(2020, 1, 1) + timedelta(days=number)).isoformat() for number in range(1_500))
NOW = "2026-01-01T00:00:00.000000Z"

# What it needs and no more: with it no row of the table is looked up.
INDEX = 'CREATE INDEX best ON stage_move (opportunity, sequence, to_stage, "on")'
PLACE = (
    "CASE to_stage WHEN 'prospecting' THEN 0 WHEN 'engaging' THEN 1 WHEN 'demonstration' THEN 2"
    " WHEN 'negotiation' THEN 3 WHEN 'won' THEN 4 END"
)
REACHED = f"""
SELECT stage, place, COUNT(*) FROM (
    SELECT o.stage AS stage, MAX({PLACE}) AS place
    FROM opportunity AS o JOIN stage_move AS m ON m.opportunity = o.id GROUP BY o.id
) GROUP BY stage, place
"""
STAYED = """
SELECT came.to_stage, CAST(julianday(went."on") - julianday(came."on") AS INTEGER), COUNT(*)
FROM stage_move AS came JOIN stage_move AS went
    ON went.opportunity = came.opportunity AND went.sequence = came.sequence + 1
GROUP BY 1, 2
"""


def histories(moves: int, chance: random.Random) -> Iterator[list[tuple[str, str]]]:
    """The stages and days of one deal after the other, of about so many moves in all."""
    made = 0
    while made < moves:
        day = chance.randrange(1_000)
        history = [(OPEN[0], DAYS[day])]
        at = 0
        while history[-1][0] in OPEN and chance.random() > 0.05:
            day += chance.randrange(60)
            at += 1
            lost = chance.random() < 0.2
            history.append(("lost" if lost else OPEN[at] if at < len(OPEN) else "won", DAYS[day]))
        made += len(history)
        yield history


def fill(path: Path, moves: int) -> None:
    """Deals and their moves, each chain unbroken."""
    chance = random.Random(20_180_101)
    with sqlite3.connect(path) as database:
        number = 0
        deals: list[tuple[Any, ...]] = []
        rows: list[tuple[Any, ...]] = []
        for id, history in enumerate(histories(moves, chance), 1):
            stage, last = history[-1]
            closed = None if stage in OPEN else last
            deals.append((id, f"O-{id}", NOW, NOW, stage, history[0][1], closed))
            before = None
            for place, (after, day) in enumerate(history, 1):
                number += 1
                rows.append((number, f"MV-{number}", NOW, NOW, id, place, before, after, day))
                before = after
            if len(rows) > 100_000:
                _write(database, deals, rows)
        _write(database, deals, rows)


def _write(database: sqlite3.Connection, deals: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]) -> None:
    database.executemany(
        "INSERT INTO opportunity (id, ref, created_at, updated_at, version, stage, opened_on, closed_on, channel)"
        " VALUES (?, ?, ?, ?, 1, ?, ?, ?, 'direct')",
        deals,
    )
    database.executemany(
        "INSERT INTO stage_move (id, ref, created_at, updated_at, version, opportunity, sequence, from_stage,"
        ' to_stage, "on") VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)',
        rows,
    )
    deals.clear()
    rows.clear()


def by_hand(path: Path) -> list[tuple[Any, ...]]:
    """Entered, still open, lost, median and mean days of each stage, by the two queries above."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA cache_size = -65536")
        reached = database.execute(REACHED).fetchall()
        stayed = database.execute(STAYED).fetchall()
    found = []
    for at, stage in enumerate(OPEN):
        came = [(now, n) for now, place, n in reached if place == at]
        days = sorted((long, n) for name, long, n in stayed if name == stage)
        found.append(
            (
                sum(n for _, place, n in reached if place >= at),
                sum(n for now, n in came if now in OPEN),
                sum(n for now, n in came if now == "lost"),
                rounded(median(days)),
                rounded(Fraction(sum(long * n for long, n in days), sum(n for _, n in days))),
            )
        )
    return found


def median(counted: list[tuple[int, int]]) -> Fraction:
    """The median of sorted values, each with how often it occurs."""
    size = sum(n for _, n in counted)
    middle = []
    for wanted in ((size - 1) // 2, size // 2):
        passed = 0
        for value, n in counted:
            passed += n
            if passed > wanted:
                middle.append(value)
                break
    return Fraction(sum(middle), 2)


def reported(platform: Platform) -> list[tuple[Any, ...]]:
    """The same figures of the report."""
    table = platform.report("funnel", actor="admin")
    places = {column.name: at for at, column in enumerate(table.columns)}
    wanted = [places[each] for each in ("entered", "open", "lost", "median_days", "mean_days")]
    return [tuple(row[at] for at in wanted) for row in table.rows[: len(OPEN)]]


def in_turns(sides: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each side; in every round another one comes first."""
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(rounds):
        for step in range(len(sides)):
            at = (number + step) % len(sides)
            taken[at].append(timed(sides[at]))
    return [statistics.median(each) for each in taken]


def check(by_database: Platform, by_columns: Platform, best: Path) -> None:
    """Raise `SystemExit` where not all ways give the same figures."""
    slow, fast = (each.report("funnel", actor="admin") for each in (by_database, by_columns))
    if slow != fast:
        raise SystemExit(f"with fast the report is {fast}, without it {slow}")
    if reported(by_database) != by_hand(best):
        raise SystemExit(f"the report gives {reported(by_database)}, the query by hand {by_hand(best)}")


def peak_memory() -> str:
    """The most memory that this process and one that reads for it took so far. Linux says it in KiB, macOS in bytes."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    ours, reader = (
        resource.getrusage(who).ru_maxrss // unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return f"peak memory {ours:,} MiB, of each process that reads {reader:,} MiB"


def measure(rows: int) -> Iterator[Result]:
    """Two results: without and with the extra."""
    moves, floor = rows * MOVES_A_ROW, "two queries by hand, with the best index"
    with tempfile.TemporaryDirectory() as name, deployment(Path(name)) as fast:
        path, best = Path(name) / "dealwright.db", Path(name) / "best.db"
        fill(path, moves)
        with sqlite3.connect(path) as source, sqlite3.connect(best) as copy:
            source.backup(copy)
            copy.execute(INDEX)
            copy.execute("ANALYZE")
        with Platform.open(Path(name) / "dealwright.toml", environ=SLOW) as slow:
            check(slow, fast, best)
            sides = (lambda: by_hand(best), lambda: reported(slow), lambda: reported(fast))
            by_hand_seconds, slow_seconds, fast_seconds = in_turns(sides, ROUNDS)
    work = f"funnel over {moves:,} moves"
    yield Result(work, floor, slow_seconds, by_hand_seconds, BUDGET)
    yield Result(
        f"{work}, with the extra fast", floor, fast_seconds, by_hand_seconds, FAST_BUDGET, peak_memory()
    )
