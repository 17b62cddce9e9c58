"""Won value by member and month against the same sums in SQL written by hand for SQLite."""

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.deployments import deployment
from benchmarks.paired import Result, paired, timed
from benchmarks.scoped_reads import ALL, MEMBERS, fill, organise
from dealwright import Platform, Selection, breakdown

ROUNDS = 3
BUDGET = 2.0
BY_HAND = """
SELECT substr(closed_on, 1, 7), owner, SUM(amount_base), COUNT(*) FROM opportunity
WHERE stage = 'won' GROUP BY 1, 2
"""
Sums = dict[tuple[str, int], tuple[int, int]]


def reported(platform: Platform) -> Sums:
    """Amount and number of won deals by month and member, by the engine of breakdowns."""
    with platform.session(ALL) as session:
        known = session.contributions.measures
        measures = [known[name].item for name in ("won_amount", "won_count")]
        found = breakdown(session, measures, selection=Selection(by="month"), split="owner.id")
    return {
        (str(group.label), owner): (amount, count)
        for group in found.groups
        for owner, (amount, count) in group.parts
    }


def by_hand(path: Path) -> Sums:
    """The same by one query."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA cache_size = -65536")
        return {(month, owner): (amount, n) for month, owner, amount, n in database.execute(BY_HAND)}


def measure(rows: int) -> Iterator[Result]:
    """One result."""
    with tempfile.TemporaryDirectory() as name, deployment(Path(name)) as platform:
        organise(platform)
        path = Path(name) / "dealwright.db"
        fill(path, rows)
        if reported(platform) != by_hand(path):
            raise SystemExit("the report and the query by hand differ")
        ours, floor = paired(
            lambda: timed(lambda: reported(platform)), lambda: timed(lambda: by_hand(path)), ROUNDS
        )
    work = f"won value of {MEMBERS} members by month over {rows:,} opportunities"
    yield Result(work, "one query by hand", ours, floor, BUDGET)
