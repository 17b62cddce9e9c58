"""Selects as data frames: the same rows as a select gives, from the same state, or none at all."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dealwright import (
    ChangingSession,
    Command,
    Customer,
    Member,
    Money,
    Opportunity,
    Platform,
    Position,
    Session,
    Team,
    UsageError,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform

polars = pytest.importorskip("polars")
pytest.importorskip("adbc_driver_sqlite")

# Each of them starts a process.
SOME = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
LARGEST = 2**63 - 1


class Deals:
    """A plugin that stores people and deals, and reads frames where it also writes."""

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def people(session: ChangingSession) -> None:
            """Two sellers, each of whom sees their own."""
            team = session.add(Team(name="East")).id
            for name in ("ann", "ben"):
                member = session.add(Member(name=name, login=name)).id
                session.add(Position(member=member, team=team, role="rep"))
            session.add(Customer(name="Acme"))

        def deal(
            session: ChangingSession, owner: str = "ann", name: str | None = None,
            minor: int | None = None, day: date | None = None,
        ) -> str:  # fmt: skip
            """One deal."""
            amount = None if minor is None else Money(minor, "USD")
            owned, customer = session.find(Member, login=owner)[0].id, session.find(Customer)[0].id
            deal = Opportunity(
                stage="prospecting", owner=owned, customer=customer, name=name, amount=amount, opened_on=day
            )
            return session.add(deal).ref

        def frames(session: ChangingSession) -> bool:
            """Whether a command that writes gets frames."""
            return session.frames(named(session)) is not None

        yield Command("deals.people", people)
        yield Command("deals.add", deal)
        yield Command("deals.frames", frames)


@pytest.fixture
def platform(sqlite_url: str, make_platform: MakePlatform) -> Platform:
    found = make_platform(sqlite_url, plugins=[("deals", Deals())])
    found.run("deals.people", actor="admin")
    return found


def add(platform: Platform, **more: Any) -> str:
    ref: str = platform.run("deals.add", actor="admin", **more).value
    return ref


def named(session: Session) -> "sa.Select[Any]":
    deal = session.table(Opportunity)
    return sa.select(deal.c.id, deal.c.name, deal.c.amount_minor, deal.c.opened_on).order_by(deal.c.id)


def both(platform: Platform, statement: Any = named, actor: str = "admin") -> tuple[list[Any], list[Any]]:
    """What a frame has, and what is selected."""
    with platform.session(actor) as session:
        frames = session.frames(statement(session))
        assert frames is not None
        return frames[0].rows(), [tuple(row) for row in session.select(statement(session))]


@SOME
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.one_of(st.none(), TEXTS),
                "minor": st.one_of(st.none(), st.integers(-LARGEST, LARGEST)),
                "day": st.one_of(st.none(), st.dates()),
            }
        ),
        max_size=5,
    )
)
def test_a_frame_has_what_is_selected(platform: Platform, deals: list[dict[str, Any]]) -> None:
    for each in deals:
        add(platform, **each)
    framed, selected = both(platform)
    assert framed == selected
    assert len(framed) >= len(deals)


@SOME
@given(TEXTS, st.dates())
@example("'; DROP TABLE opportunity; --", date(1, 1, 1))
@example('\\\' "%s" :x ? 漢 \n\r', date(9999, 12, 31))
def test_values_in_a_statement_mean_themselves(platform: Platform, text: str, day: date) -> None:
    add(platform, name=text, day=day)
    add(platform, name="another", day=day)

    def where(session: Session) -> "sa.Select[Any]":
        deal = session.table(Opportunity)
        return named(session).where(deal.c.name.in_([text, "'"]), deal.c.opened_on == day)

    framed, selected = both(platform, where)
    assert framed == selected
    assert framed


def test_a_text_that_would_end_the_statement_has_to_be_selected(platform: Platform) -> None:
    with platform.session("admin") as session:
        deal = session.table(Opportunity)
        assert session.frames(named(session).where(deal.c.name == "a\0b")) is None


def test_a_value_that_cannot_be_written_out_has_to_be_selected(platform: Platform) -> None:
    with platform.session("admin") as session:
        listed: sa.BindParameter[Any] = sa.bindparam(None, object())
        assert session.frames(named(session).where(session.table(Opportunity).c.version == listed)) is None


def test_moments_may_be_compared_with(platform: Platform) -> None:
    add(platform)

    def since(session: Session) -> "sa.Select[Any]":
        made = session.table(Opportunity).c.created_at
        return named(session).where(made > session.now - timedelta(days=1), made <= session.now)

    framed, selected = both(platform, since)
    assert framed == selected
    assert len(framed) == 1


def test_columns_are_of_the_types_that_are_declared_also_without_rows(platform: Platform) -> None:
    def typed(session: Session) -> "sa.Select[Any]":
        deal = session.table(Opportunity)
        known = deal.c.amount_minor.is_not(None).label("known")
        return sa.select(deal.c.id, deal.c.name, deal.c.opened_on, known)

    wanted = [polars.Int64, polars.String, polars.Date, polars.Boolean]
    with platform.session("admin") as session:
        assert session.frames(typed(session))[0].dtypes == wanted  # type: ignore[index]  # there is one
    add(platform)
    assert both(platform, typed)[0][0][1:] == (None, None, False)
    with platform.session("admin") as session:
        assert session.frames(typed(session))[0].dtypes == wanted  # type: ignore[index]  # there is one


def test_a_seller_gets_own_deals_only(platform: Platform) -> None:
    add(platform, owner="ann", name="hers")
    add(platform, owner="ben", name="his")
    assert [row[1] for row in both(platform, actor="ann")[0]] == ["hers"]
    assert [row[1] for row in both(platform, actor="ben")[0]] == ["his"]
    assert len(both(platform)[0]) == 2


def test_several_statements_are_read_from_one_state(platform: Platform) -> None:
    add(platform)
    with platform.session("admin") as session:
        deals = session.table(Opportunity)
        frames = session.frames(named(session), sa.select(sa.func.count(deals.c.id).label("n")))
        assert frames is not None
        assert [each.shape for each in frames] == [(1, 4), (1, 1)]


def test_after_a_change_by_another_a_session_gets_no_frames(platform: Platform) -> None:
    with platform.session("admin") as session:
        assert session.frames(named(session)) is not None
        add(platform)
        assert session.frames(named(session)) is None
        assert session.select(named(session)) == []


def test_a_command_that_writes_gets_no_frames(platform: Platform) -> None:
    assert platform.run("deals.frames", actor="admin").value is False


def test_they_can_be_switched_off(sqlite_url: str, make_platform: MakePlatform) -> None:
    platform = make_platform()
    path = Path(platform.deployment.document.path)
    path.write_text(path.read_text().replace("[access]\n", "fast = false\n[access]\n"))
    with Platform.open(path, environ={}) as off, off.session("admin") as session:
        assert session.frames(named(session)) is None


def test_without_the_extra_there_are_none(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealwright_core.store.frames.find_spec", lambda name: None)
    with platform.session("admin") as session:
        assert session.frames(named(session)) is None


def test_on_postgresql_there_are_none(postgres_url: str, make_platform: MakePlatform) -> None:
    with make_platform(postgres_url).session("admin") as session:
        assert session.frames(named(session)) is None


def test_a_reader_that_fails_is_told_and_the_session_goes_on(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no such driver')")
    monkeypatch.setattr("dealwright_core.store.frames.READER", broken)
    with platform.session("admin") as session:
        with pytest.warns(RuntimeWarning, match=r"no such driver; .* fast = false"):
            assert session.frames(named(session)) is None
        assert session.select(named(session)) == []


def test_a_select_that_is_no_frame_says_why(platform: Platform) -> None:
    with platform.session("admin") as session:
        deal = session.table(Opportunity)
        with pytest.raises(UsageError, match="created_at of a frame is of type Instant"):
            session.frames(sa.select(deal.c.created_at))
        with pytest.raises(UsageError, match="two columns of a frame are called id"):
            session.frames(sa.select(deal.c.id, session.table(Customer).c.id))
        with pytest.raises(UsageError, match="no SQL as text"):
            session.frames(sa.select(sa.literal_column("secret", sa.Integer).label("n")).select_from(deal))


def test_reading_frames_takes_no_lock_away(platform: Platform) -> None:
    """As it would where the reader's SQLite closed the file in this process."""
    add(platform)
    path = str(platform.engine.url.database)
    writes = f"import sqlite3; sqlite3.connect({path!r}, timeout=0, isolation_level=None).execute('BEGIN IMMEDIATE')"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with platform.session("admin") as session:
        assert session.frames(named(session)) is not None
    other = subprocess.run([sys.executable, "-c", writes], capture_output=True, text=True, check=False)
    writer.close()
    assert "database is locked" in other.stderr
