"""A pay run over a million credits, a slab on year-to-date attainment, beside reading the credits and writing as many
lines with the driver alone; then the same run again after few of the transactions changed.
"""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.deployments import CONFIG, databases, load, memory, writing
from benchmarks.paired import Result, paired, timed
from dealwright import Money, Opportunity, Platform

ROUNDS = 3
BUDGET, AGAIN = 2.0, 0.05
MEMBERS, CHANGED, CONCERNED = 5_000, 1_000, 100
MOST_MEMORY = 1_000  # MB
PERIOD = "2026"
PLAN = """
name = "Reps"
period = "year"
[[pay]]
window = "year"
quota = 1000000
scheme = "slab"
tiers = [
    {from = "0 %", rate = "3 %"},
    {from = "50 %", rate = "4 %"},
    {from = "100 %", rate = "6 %"},
    {from = "125 %", rate = "8 %"},
]
"""
COLUMNS = (
    "posting BIGINT NOT NULL, number BIGINT NOT NULL, about TEXT NOT NULL, source BIGINT NOT NULL, "
    "deal BIGINT NOT NULL, day DATE NOT NULL, measure BIGINT NOT NULL, amount BIGINT NOT NULL, position TEXT, "
    "PRIMARY KEY (posting, number)"
)
OURS = (
    "by_hand",
    "dw_pay_line",
    "dw_pay_posting",
    "dw_pay_waiting",
    "dw_pay_clawback",
    "dw_pay_payment",
    "dw_pay_entry",
    "dw_pay_run",
)
READ = "SELECT id, ref, closed_on, owner, amount_base FROM opportunity WHERE stage = 'won'"


def opened(folder: Path, url: str | None) -> Platform:
    """A deployment with the plan."""
    database = "" if url is None else f'[database]\nurl = "{url}"\n'
    (folder / "reps.toml").write_text(PLAN, encoding="utf-8")
    plans = '\n[incentives]\nplans = ["reps.toml"]\n'
    (folder / "dealwright.toml").write_text(f"{CONFIG}{database}{plans}", encoding="utf-8")
    platform = Platform.open(folder / "dealwright.toml")
    platform.upgrade()
    return platform


def fill(platform: Platform, rows: int) -> None:
    """Members, and sales of theirs in no order."""
    now = "2026-01-01T00:00:00.000000Z"
    load(
        platform,
        "member",
        "id ref created_at updated_at version name",
        ((n, f"M-{n}", now, now, 1, f"member {n}") for n in range(1, MEMBERS + 1)),
    )
    load(
        platform,
        "customer",
        "id ref created_at updated_at version name kind",
        iter([(1, "C-1", now, now, 1, "customer", "company")]),
    )
    days = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(365)]
    load(
        platform,
        "opportunity",
        "id ref created_at updated_at version stage channel amount_minor amount_currency amount_base customer owner"
        " closed_on",
        (
            (
                n, f"O-{n}", now, now, 1, "won", "direct", n * 7919 % 10**6, "USD", n * 7919 % 10**6, 1,
                n * 31 % MEMBERS + 1, days[n * 37 % 365],
            )
            for n in range(1, rows + 1)
        ),
    )  # fmt: skip


def by_hand(platform: Platform) -> None:
    """Read the credits, and write as many lines."""
    is_sqlite = platform.engine.dialect.name == "sqlite"
    engine = platform.engine.execution_options(dealwright_writes=True)
    with engine.connect() as connection, connection.begin():
        driver: Any = connection.connection.driver_connection
        credits = driver.execute(READ).fetchall()
        lines = (
            (owner, number, "opportunity", id, id, day, amount, amount, None)
            for number, (id, _ref, day, owner, amount) in enumerate(credits)
        )
        if is_sqlite:
            driver.executemany("INSERT INTO by_hand VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", lines)
            return
        with driver.cursor().copy("COPY by_hand FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)


def measure(rows: int) -> Iterator[Result]:
    """The full run and the one after few changes, for each database that there is."""
    for name, url in databases():
        yield from _results(rows, name, url)


def _results(rows: int, name: str, url: str | None) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), url) as platform:
        fill(platform, rows)
        before = memory()
        without = " WITHOUT ROWID" if platform.engine.dialect.name == "sqlite" else ""
        writing(platform, f"CREATE TABLE by_hand ({COLUMNS}){without}")
        if url is not None:
            writing(platform, "ANALYZE opportunity")

        def run() -> None:
            platform.run("pay.run", actor="admin", period=PERIOD)

        def emptied() -> None:
            kept = "TRUNCATE" if url is not None else "DELETE FROM"
            writing(
                platform,
                *(f"{kept} {table}" for table in OURS),
            )
            if url is None:
                with platform.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

        def full() -> float:
            emptied()
            return timed(run)

        def floor() -> float:
            emptied()
            return timed(lambda: by_hand(platform))

        ours, theirs = paired(full, floor, ROUNDS)
        taken = memory() - before
        if taken > MOST_MEMORY:
            raise SystemExit(f"the runs took {taken:.0f} MB, more than {MOST_MEMORY}")
        work = f"pay run over {rows:,} credits of {MEMBERS:,} members, slab on the year to date, lines stored, {name}"
        said = "read the credits, write as many lines with the driver"
        yield Result(work, said, ours, theirs, BUDGET, f"{taken:.0f} MB beside the rest")
        emptied()
        run()
        again = []
        for turn in range(ROUNDS):
            change(platform, turn)
            again.append(timed(run))
        kept = check(platform, emptied, run)
        work = f"the same after {CHANGED:,} of them changed, of {CONCERNED} members, {name}"
        yield Result(
            work,
            "the full run",
            sorted(again)[ROUNDS // 2],
            ours,
            AGAIN,
            f"digest {kept} is that of a full run",
        )


def change(platform: Platform, turn: int) -> None:
    """Change sales of some members, as a command does."""
    members = range(turn * CONCERNED + 1, (turn + 1) * CONCERNED + 1)
    with platform.session("admin") as session:
        found = [
            each
            for member in members
            for each in session.find(Opportunity, owner=member, limit=CHANGED // CONCERNED)
        ]
    for each in found:
        platform.run("opportunity.change", actor="admin", ref=each.ref, amount=Money(turn + each.id, "USD"))


def check(platform: Platform, emptied: Any, run: Any) -> str:
    """The digest, after a full run found the same."""

    def digest() -> str:
        with platform.engine.connect() as connection:
            return str(connection.execute(sa.text("SELECT digest FROM dw_pay_run")).scalar_one())

    found = digest()
    emptied()
    run()
    if digest() != found:
        raise SystemExit("a run after changes and a full one differ")
    return found
