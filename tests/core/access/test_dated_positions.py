"""Whatever positions there are, what somebody sees on a day is what reading the positions one by one gives."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from dealwright import Platform, Refused
from dealwright_testing.deployments import MakePlatform

MEMBERS, TEAMS = 5, 5
FIRST = date(2026, 1, 1)
DAYS = st.one_of(st.none(), st.integers(0, 30).map(lambda days: FIRST + timedelta(days=days)))


@frozen
class Held:
    """A position, with those who stand in."""

    member: int | None
    team: int
    role: str
    since: date | None
    until: date | None
    deputies: tuple[tuple[int, date | None, date | None], ...]


def on(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= day) and (until is None or day < until)


def expected(positions: list[Held], parents: dict[int, int | None], who: int, day: date) -> set[int] | str:
    """Whose records a member sees, read as one would by hand: members, ``all``, or ``refused`` without position."""
    held = [each for each in positions if on(day, each.since, each.until)]
    mine = [
        each
        for each in held
        if each.member == who or any(who == name and on(day, *dates) for name, *dates in each.deputies)
    ]
    if not mine:
        return "refused"
    seen: set[int] = set()
    for each in mine:
        if each.role == "director":
            return "all"
        seen.add(who)
        if each.member is not None:
            seen.add(each.member)
        for other in held:
            if other.member is not None and each.role != "rep" and is_within(other, each, parents):
                seen.add(other.member)
    return seen


def is_within(other: Held, of: Held, parents: dict[int, int | None]) -> bool:
    """Whether a position is in the team of another, or for a manager somewhere below it."""
    at: int | None = other.team
    while at is not None:
        if at == of.team:
            return True
        at = parents[at] if of.role == "manager" else None
    return False


@st.composite
def trees(draw: st.DrawFn) -> dict[int, int | None]:
    """Teams by number, each with one above it that has a smaller number, or none."""
    return {
        team: draw(st.one_of(st.none(), st.integers(1, team - 1))) if team > 1 else None
        for team in range(1, TEAMS + 1)
    }


HELD = st.builds(
    Held,
    st.one_of(st.none(), st.integers(1, MEMBERS)),
    st.integers(1, TEAMS),
    st.sampled_from(["rep", "rep", "supervisor", "manager", "director"]),
    DAYS,
    DAYS,
    st.lists(st.tuples(st.integers(1, MEMBERS), DAYS, DAYS), max_size=2).map(tuple),
)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder: Path = tmp_path_factory.mktemp("positions")
    make = MakePlatform(folder)
    platform = make(f"sqlite:///{folder / 'positions.db'}")
    for number in range(1, MEMBERS + 1):
        platform.run("member.add", actor="admin", name=f"Member {number}", login=f"m{number}")
    yield platform
    make.close()


def write(
    connection: sa.Connection, platform: Platform, positions: list[Held], parents: dict[int, int | None]
) -> None:
    """The same as rows, in a transaction that is given up."""

    def insert(table: str, id: int, **values: object) -> None:
        common = {
            "id": id,
            "ref": f"X-{id}",
            "created_at": sa.func.now(),
            "updated_at": sa.func.now(),
            "version": 1,
        }
        connection.execute(sa.insert(platform.catalogue.table(table)).values(**common, **values))

    for team, parent in parents.items():
        insert("team", team, name=f"Team {team}", kind="team", parent=parent)
    deputations = 0
    for id, each in enumerate(positions, 1):
        dates = {"since": each.since, "until": each.until}
        insert("position", id, member=each.member, team=each.team, role=each.role, main=False, **dates)
        for name, since, until in each.deputies:
            deputations += 1
            insert("deputation", deputations, position=id, deputy=name, since=since, until=until)


@given(st.lists(HELD, max_size=8), trees(), st.integers(1, MEMBERS), st.integers(0, 31))
def test_what_is_seen_is_what_the_positions_of_the_day_give(
    platform: Platform, positions: list[Held], parents: dict[int, int | None], who: int, day: int
) -> None:
    at = FIRST + timedelta(days=day)
    with platform.engine.connect() as connection, connection.begin() as transaction:
        write(connection, platform, positions, parents)
        found = seen(connection, platform, f"m{who}", at)
        transaction.rollback()
    assert found == expected(positions, parents, who, at)


def seen(connection: sa.Connection, platform: Platform, login: str, day: date) -> set[int] | str:
    """Whose customers the platform shows a member on a day, read anew."""
    mark = secrets.token_hex(8)
    try:
        authority = platform.permissions.authority(connection, platform.catalogue, login, day, mark)
    except Refused:
        return "refused"
    members = authority.members("read", "customer")
    return "all" if members is None else set(members.members)
