"""What holds of the schemes of the demo and of the examples, whatever the records say, on SQLite and PostgreSQL."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import (
    Activity,
    ChangingSession,
    Command,
    Customer,
    Evaluation,
    Member,
    Money,
    Opportunity,
    Platform,
    Position,
    Target,
    Team,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform
from dealwright_testing.postgres import Server

ROOT = Path(__file__).parents[2]
DEMO, CRM = (
    ROOT / "sdk" / "dealwright" / "demo" / "schemes.toml",
    ROOT / "examples" / "crm_export" / "schemes.toml",
)
BACKWARDS = '[plugins]\norder = ["standings", "segmentation", "quota", "qualification", "funnel", "direct"]\n'
PEOPLE = ("ANN", "BEN", "CID")
YEARS = itertools.count(1960)
DEALS = st.lists(
    st.tuples(
        st.sampled_from((*PEOPLE, None)),
        st.none() | st.integers(0, 30_000_000),
        st.sampled_from(["won", "lost", "prospecting"]),
        st.integers(0, 2),
        st.integers(0, 120),
    ),
    max_size=6,
)
VISITS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 120)), max_size=4)
TARGETS = st.tuples(*[st.integers(0, 20_000_000)] * len(PEOPLE))
Deals = list[tuple[str | None, int | None, str, int, int]]


class Filling:
    """The plugin that fills a deployment, in one order or the other."""

    def __init__(self, *, backwards: bool = False) -> None:
        self._step = -1 if backwards else 1

    @hookimpl
    def commands(self) -> list[Command]:
        def people(session: ChangingSession) -> None:
            """Three people in an office."""
            office = session.add(Team(ref="EAST", name="East", kind="office"))
            for name in PEOPLE:
                member = session.add(Member(ref=name, name=name))
                since = date(1950, 1, 1)
                session.add(Position(member=member.id, team=office.id, role="rep", since=since, main=True))

        def year(session: ChangingSession, number: int) -> None:
            """What happened in a year, taken from the plugin's `story`."""
            deals, visits, targets = self.story
            members = {each.ref: each.id for each in session.find(Member)}
            start = date(number, 1, 1)
            customers = [
                session.add(Customer(name=f"{number}-{each}", industry="hospital")) for each in range(3)
            ]
            for at, (owner, cents, stage, customer, day) in [*enumerate(deals)][:: self._step]:
                on = start + timedelta(days=day)
                closed = on if stage in ("won", "lost") else None
                amount = None if cents is None else Money(cents, "USD")
                deal = Opportunity(
                    ref=f"O-{number}-{at}", customer=customers[customer].id, owner=members.get(owner or ""),
                    stage=stage, amount=amount, opened_on=on, closed_on=closed, expected_close=on,
                    lost_reason="price" if stage == "lost" else None,
                )  # fmt: skip
                session.add(deal)
            for member, day in visits[:: self._step]:
                session.add(Activity(kind="visit", by=members[member], on=start + timedelta(days=day)))
            for member, target in zip(PEOPLE, targets, strict=True):
                if target:
                    amount = Money(target, "USD")
                    of = {"member": members[member], "measure": "won_amount", "period": f"{number}-Q1"}
                    session.add(Target(**of, amount=amount))

        return [Command("story.people", people), Command("story.year", year)]

    story: tuple[Deals, list[tuple[str, int]], tuple[int, ...]] = ([], [], ())


Filled = list[tuple[Platform, Filling]]


def opened(make: MakePlatform, server: Server, folder: Path, schemes: Path) -> Iterator[Filled]:
    """The same deployment on both databases; on PostgreSQL plugins and records come in the other order."""
    text = schemes.read_text("utf-8")
    with server.database() as url:
        both = []
        for at, config, filling in (
            (f"sqlite:///{folder}/one.db", text, Filling()),
            (url, text + BACKWARDS, Filling(backwards=True)),
        ):
            platform = make(at, config, plugins=[("story", filling)])
            assert platform.host.problems == ()
            platform.run("story.people", actor="admin")
            both.append((platform, filling))
        yield both
        make.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("demo")
    yield from opened(MakePlatform(folder), postgres_server, folder, DEMO)


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("crm")
    yield from opened(MakePlatform(folder), postgres_server, folder, CRM)


def told(both: Filled, *story: Any) -> int:
    """Let all of it happen in a year of its own."""
    year = next(YEARS)
    for platform, filling in both:
        filling.story = story
        platform.run("story.year", actor="admin", number=year)
    return year


def alike(both: Filled, scheme: str, kind: str, **period: Any) -> dict[str, Evaluation]:
    """The evaluations of a scheme: the same on both databases and in hand, with lines that give the total."""
    runs = [
        platform.run("evaluate", actor="admin", scheme=scheme, limit=1000, **period).value
        for platform, __ in both
    ]
    assert runs[0].version == runs[1].version
    one, other = ({each.ref: each for each in run.results} for run in runs)
    assert {ref: said(each) for ref, each in one.items()} == {ref: said(each) for ref, each in other.items()}
    for ref, each in one.items():
        now = both[0][0].run("score", actor="admin", ref=ref, kind=kind, scheme=scheme, **period).value
        assert (now.total, now.grade, now.digest) == (each.total, each.grade, each.digest)
        assert [line.points for line in now.lines] == [line.points for line in each.lines]
        assert sum(Fraction(line.points or 0) for line in each.lines) == each.total
    again = both[0][0].run("evaluate", actor="admin", scheme=scheme, limit=0, **period).value
    assert again.digest == runs[0].digest
    return one


def said(found: Evaluation) -> Any:
    """All that does not hang on ids, which follow the order in which records came."""
    return found.total, found.rank, found.grade, found.gate, found.complete, found.lines


def points(actual: int, target: int, cap: int = 150) -> Fraction:
    """The points of an attainment: to a ten-thousandth, half away from zero, up to the cap."""
    exact = Fraction(actual * 1_000_000, target)
    return min(Fraction((exact + Fraction(1, 2)).__floor__(), 10_000), Fraction(cap))


def won(deals: Deals, owner: str, last: int) -> list[int]:
    """The amounts that somebody won up to a day of the year."""
    return [
        cents or 0 for who, cents, stage, _, day in deals if (who, stage) == (owner, "won") and day <= last
    ]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deals=DEALS, visits=VISITS, targets=TARGETS)
def test_the_schemes_of_the_demo(
    demo: Filled, deals: Deals, visits: list[tuple[str, int]], targets: tuple[int, ...]
) -> None:
    year = told(demo, deals, visits, targets)
    last = (date(year, 3, 31) - date(year, 1, 1)).days
    firsts: dict[int, str | None] = {}
    for owner, __, stage, customer, day in sorted(deals, key=lambda each: each[4]):
        if stage == "won" and day <= last:
            firsts.setdefault(customer, owner)
    found = alike(demo, "sellers", "member", period=f"{year}-Q1")
    for name, target in zip(PEOPLE, targets, strict=True):
        reached = points(sum(won(deals, name, last)), target) if target else Fraction(0)
        new = points(sum(each == name for each in firsts.values()), 3)
        seen = points(sum(who == name and day <= last for who, day in visits), 40)
        assert found[name].total == reached * Fraction(7, 10) + new / 10 + seen / 5
        assert [line.name for line in found[name].lines if line.value is None] == (
            [] if target else ["won_amount"]
        )
    leads = alike(demo, "leads", "opportunity")
    for at, deal in enumerate(deals):
        cents, stage = deal[1:3]
        ref = f"O-{year}-{at}"
        assert (ref in leads) is (stage == "prospecting")
        if ref in leads:
            large = 0 if cents is None or cents < 500_000 else 15 if cents < 5_000_000 else 25
            assert [line.points or 0 for line in leads[ref].lines] == [large, -10, 10]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deals=DEALS, targets=TARGETS)
def test_the_schemes_of_the_crm_export(crm: Filled, deals: Deals, targets: tuple[int, ...]) -> None:
    year = told(crm, deals, [], targets)
    last = (date(year, 3, 31) - date(year, 1, 1)).days
    found = alike(crm, "sellers", "member", period=f"{year}-Q1")
    for name in PEOPLE:
        amounts = won(deals, name, last)
        attained = points(sum(amounts), 10_000_000)
        total = attained * Fraction(7, 10) + points(len(amounts), 60) * Fraction(3, 10)
        assert (found[name].total, found[name].grade == "none") == (
            (0, True) if attained < 10 else (total, False)
        )
    regions = alike(crm, "regions", "team", period=f"{year}-Q1")
    actual = regions["EAST"].lines[0].actual
    assert actual == Money(sum(sum(won(deals, name, last)) for name in PEOPLE), "USD")
    assert regions["EAST"].total == 0
    assert regions["EAST"].complete
