"""Deals with their histories as tests want them, and how to store them."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve, field, frozen
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
    StageMove,
    Table,
    Team,
    hookimpl,
)

OPEN = ("prospecting", "engaging", "demonstration", "negotiation")
CLOSED = ("won", "lost", "disqualified")
OWNERS = ("Ann", "Ben")
FIRST, LAST = date(2022, 1, 1), date(2023, 12, 31)
LATER = date(2024, 6, 30)  # a day when all is over
Steps = tuple[tuple[str, date], ...]


@frozen
class Story:
    """A deal: the moves to stages and their days, ``left`` being the stage that the first one left.

    Where it has no moves it stands in ``stage``, and was closed on ``closed_on``.
    """

    moves: Steps = ()
    left: str | None = None
    owner: str = field(default="Ann", kw_only=True)
    opened: date | None = field(default=FIRST, kw_only=True)
    minor: int | None = field(default=1_000, kw_only=True)
    stage: str = field(default=OPEN[0], kw_only=True)
    closed_on: date | None = field(default=None, kw_only=True)
    expected: date | None = field(default=None, kw_only=True)
    probability: int | None = field(default=None, kw_only=True)
    category: str | None = field(default=None, kw_only=True)

    @property
    def now(self) -> str:
        """The stage it is in."""
        return self.moves[-1][0] if self.moves else self.stage

    @property
    def means(self) -> str:
        """What that means."""
        return self.now if self.now in CLOSED else "open"

    @property
    def closed(self) -> date | None:
        """The day it was closed, None for an open one."""
        if self.now not in CLOSED:
            return None
        return self.moves[-1][1] if self.moves else self.closed_on


def a_deal(*stages: str, every: int = 10, **more: Any) -> Story:
    """A deal opened on the first day that entered these stages, one every few days."""
    days = (FIRST + timedelta(days=every * number) for number in itertools.count())
    return Story(tuple(zip(stages, days, strict=False)), **more)


def stands(story: Story, day: date) -> Story | None:
    """The story as it stood at the end of a day, None where there was no such deal yet."""
    past = tuple(each for each in story.moves if each[1] <= day)
    begun = story.opened or (story.moves[0][1] if story.moves else None)
    if begun is None or begun > day:
        return None
    if past:
        return evolve(story, moves=past)
    if story.moves:
        return evolve(
            story, moves=(), left=None, stage=story.left or story.moves[0][0], closed_on=story.closed
        )
    is_later = story.closed_on is not None and story.closed_on > day
    return evolve(story, stage=OPEN[0] if is_later else story.stage)


class Stories:
    """A plugin that stores deals, each time under a source of their own, so that runs of a test do not meet."""

    def __init__(self) -> None:
        self.wanted: Sequence[Story] = ()
        self.runs = 0

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def people(session: ChangingSession) -> None:
            """Members who see their own deals."""
            team = session.add(Team(name="East")).id
            for name in OWNERS:
                member = session.add(Member(name=name, login=name.lower())).id
                session.add(Position(member=member, team=team, role="rep"))
            session.add(Customer(name="Acme"))

        def store(session: ChangingSession) -> str:
            """Store the deals; the condition that finds them."""
            self.runs += 1
            source = f"run {self.runs}"
            owners = {each.name: each.id for each in session.find(Member)}
            customer = session.find(Customer)[0].id
            for story in self.wanted:
                _store(session, story, owners, customer, source)
            return f"source == '{source}'"

        yield Command("stories.people", people)
        yield Command("stories.store", store)


def _store(
    session: ChangingSession, story: Story, owners: dict[str, int], customer: int, source: str
) -> None:
    deal = session.add(
        Opportunity(
            stage=story.now,
            amount=None if story.minor is None else Money(story.minor, "USD"),
            source=source,
            owner=owners[story.owner],
            customer=customer,
            opened_on=story.opened,
            closed_on=story.closed,
            expected_close=story.expected,
            probability=story.probability,
            forecast_category=story.category,
        )
    )
    before = story.left
    for number, (stage, day) in enumerate(story.moves, 1):
        session.add(
            StageMove(opportunity=deal.id, sequence=number, from_stage=before, to_stage=stage, on=day)
        )
        before = stage


@frozen
class Told:
    """A deployment with stored deals: reports over them alone."""

    platform: Platform
    plugin: Stories

    def of(self, *stories: Story) -> "Callable[..., Table]":
        """Store deals and give what reports on them: ``report(name, actor=..., **parameters)``."""
        self.plugin.wanted = stories
        where = self.platform.run("stories.store", actor="admin").value

        def report(name: str, *, actor: str = "admin", **parameters: Any) -> Table:
            return self.platform.report(name, actor=actor, **{"where": where} | parameters)

        return report

    def plan(self, *stories: Story, actor: str = "admin", **parameters: Any) -> Table:
        """Store deals and plan by them."""
        self.plugin.wanted = stories
        where = self.platform.run("stories.store", actor="admin").value
        found: Table = self.platform.run("funnel.plan", actor=actor, where=where, **parameters).value
        return found


def column(table: Table, name: str) -> list[Any]:
    """The values of a column, without the totals."""
    at = [each.name for each in table.columns].index(name)
    return [row[at] for row in table.rows]


def by_label(table: Table) -> dict[str | None, tuple[Any, ...]]:
    """The rows by what stands in their first column."""
    return {row[0]: row[1:] for row in table.rows}


DAYS = st.dates(FIRST, LAST)
MONEY = st.one_of(st.none(), st.integers(0, 10**9))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Any deal: forward, back, over stages, reopened, imported with a late first move or with none."""
    days = sorted(draw(st.lists(DAYS, max_size=6)))
    stages: list[str] = []
    left = draw(st.sampled_from([None, None, *OPEN])) if days else None
    for _ in days:
        before = stages[-1] if stages else left
        stages.append(draw(st.sampled_from([each for each in (*OPEN, *CLOSED) if each != before])))
    opened = draw(st.one_of(st.none(), st.dates(FIRST, days[0] if days else LAST)))
    stage = draw(st.sampled_from((*OPEN, *CLOSED)))
    return Story(
        tuple(zip(stages, days, strict=True)),
        left,
        owner=draw(st.sampled_from(OWNERS)),
        opened=opened,
        minor=draw(MONEY),
        stage=stage,
        closed_on=draw(st.dates(opened or FIRST, LAST)) if not days and stage in CLOSED else None,
        expected=draw(st.one_of(st.none(), DAYS)),
        probability=draw(st.one_of(st.none(), st.integers(0, 1_000_000))),
        category=draw(st.sampled_from([None, "pipeline", "best case", "commit"])),
    )


HISTORIES = st.lists(stories(), max_size=8)
