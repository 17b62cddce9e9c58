"""Lists and reports as far as an actor may see, against the same for one who sees all, over many opportunities."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.deployments import deployment
from benchmarks.paired import Result, paired, timed
from dealwright import Platform

MEMBERS, WIDTH, CUSTOMERS = 500, 4, 10_000
STAGES = ("prospecting", "engaging", "won", "lost")
LIST_ROUNDS, REPORT_ROUNDS = 60, 9
BUDGET = 1.3
ALL = "admin"


def organise(platform: Platform) -> dict[str, str]:
    """500 members in a tree of four levels: a company, 4 regions, 16 offices, 64 teams. Who leads what, by role."""

    def run(command: str, **arguments: Any) -> Any:
        return platform.run(command, actor=ALL, **arguments).value

    levels = [[run("team.add", name="company", kind="company").ref]]
    for kind in ("region", "office", "team"):
        levels.append(
            [
                run("team.add", name=f"{kind} {parent} {number}", kind=kind, parent=parent).ref
                for parent in levels[-1]
                for number in range(WIDTH)
            ]
        )
    leaders = {"root manager": (levels[0][0], "manager"), "region manager": (levels[1][0], "manager")}
    leaders |= {"office manager": (levels[2][0], "manager"), "supervisor": (levels[3][0], "supervisor")}
    named = {}
    for number in range(MEMBERS):
        member = run("member.add", name=f"member {number}").ref
        title, (team, role) = (
            list(leaders.items())[number]
            if number < len(leaders)
            else ("rep", (levels[3][number % len(levels[3])], "rep"))
        )
        run("position.add", member=member, team=team, role=role)
        named[title] = member
    return named


def fill(path: Path, rows: int) -> None:
    """Opportunities of all members, evenly; two years of them."""
    days = [(date(2025, 1, 1) + timedelta(days=number)).isoformat() for number in range(730)]
    now = "2026-01-01T00:00:00.000000Z"
    customers = [(n, f"C-{n}", now, now, f"customer {n}", n % MEMBERS + 1) for n in range(1, CUSTOMERS + 1)]
    deals = (
        (
            n, f"O-{n}", now, now, STAGES[n % 4], n * 7919 % 10**8, n * 7919 % 10**8, n * 31 % MEMBERS + 1,
            n * 37 % CUSTOMERS + 1, days[n % 700], days[n % 700 + 20] if n % 4 > 1 else None,
        )
        for n in range(1, rows + 1)
    )  # fmt: skip
    with sqlite3.connect(path) as database:
        database.executemany(
            "INSERT INTO customer (id, ref, created_at, updated_at, version, name, kind, owner)"
            " VALUES (?, ?, ?, ?, 1, ?, 'company', ?)",
            customers,
        )
        database.executemany(
            "INSERT INTO opportunity (id, ref, created_at, updated_at, version, stage, amount_minor, amount_currency,"
            " amount_base, owner, customer, opened_on, closed_on, channel)"
            " VALUES (?, ?, ?, ?, 1, ?, ?, 'USD', ?, ?, ?, ?, ?, 'direct')",
            deals,
        )


def measure(rows: int) -> Iterator[Result]:
    """For lists and reports, each scope against no scope."""
    with tempfile.TemporaryDirectory() as name, deployment(Path(name)) as platform:
        people = organise(platform)
        fill(Path(name) / "dealwright.db", rows)
        for title, rounds, ask in (
            ("list of 50 opportunities", LIST_ROUNDS, _list),
            ("list of 50 open opportunities, largest first", REPORT_ROUNDS, _largest),
            ("won by owner", REPORT_ROUNDS, _won("owner")),
            ("won by region and customer's industry", REPORT_ROUNDS, _won("customer.industry")),
        ):
            ask(platform, ALL)
            for role, person in people.items():
                ask(platform, person)
                theirs, everything = (partial(timed, partial(ask, platform, each)) for each in (person, ALL))
                ours, floor = paired(theirs, everything, rounds)
                work = f"{title} of {rows:,}, as {role}"
                yield Result(work, "the same by one who sees all", ours, floor, BUDGET)


def _list(platform: Platform, actor: str) -> None:
    platform.run("opportunity.list", actor=actor, limit=50)


def _largest(platform: Platform, actor: str) -> None:
    platform.run("opportunity.list", actor=actor, limit=50, where="stage == 'engaging'", order="-amount")


def _won(by: str) -> Callable[[Platform, str], None]:
    def ask(platform: Platform, actor: str) -> None:
        platform.report("won", actor=actor, by=by)

    return ask
