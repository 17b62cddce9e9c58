"""Whatever happens to members in whatever order: each holds one main position on every day they are employed."""

from datetime import date, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from dealwright import Platform, Refused
from dealwright_core.store.engine import writing
from dealwright_testing.deployments import MakePlatform
from tests.core.organisation.company import STARTED, TEAMS, Company

LAST = 12
DAYS = st.integers(0, LAST - 1)
MEMBERS = ("A", "B", "C")
ROLES = ("rep", "supervisor", "manager")
DID_NOT_FIT = {
    "",
    "member-left",
    "member-not-joined",
    "no-main-position",
    "position-unchanged",
    "position-held",
    "vacancy-ends",
    "before-position",
    "position-follows",
}

places = st.tuples(st.sampled_from([ref for ref, *_ in TEAMS]), st.sampled_from(ROLES))


@attrs.frozen
class Step:
    """Something that happens to a member from a day on."""

    what: str
    member: str
    since: int
    place: tuple[str, str]
    vacancy: bool = False


hired = st.tuples(
    *(st.builds(Step, st.just("hire"), st.just(each), st.integers(0, 4), places) for each in MEMBERS)
)
changed = st.builds(
    Step,
    st.sampled_from(["move", "promote", "leave", "fill", "fill"]),
    st.sampled_from(MEMBERS),
    DAYS,
    places,
    st.booleans(),
)


def day(number: int) -> date:
    return STARTED + timedelta(days=number)


@attrs.define
class Career:
    """What a member held from day to day, kept by hand."""

    joined: int
    places: dict[int, tuple[str, str]]

    def take(self, since: int, team: str | None, role: str | None, until: int) -> None:
        """Hold another place from a day on."""
        for each in (number for number in self.places if since <= number < until):
            held_team, held_role = self.places[each]
            self.places[each] = (team or held_team, role or held_role)


class Expected:
    """The careers of all members, and how long what they hold on a day was to last."""

    def __init__(self) -> None:
        self.careers: dict[str, Career] = {}
        self.begins: dict[str, list[int]] = {}

    def hire(self, member: str, since: int, place: tuple[str, str]) -> None:
        self.careers[member] = Career(since, dict.fromkeys(range(since, LAST), place))
        self.begins[member] = [since]

    def change(self, member: str, since: int, team: str | None, role: str | None) -> None:
        """What was planned for later stays."""
        until = min((each for each in self.begins[member] if each > since), default=LAST)
        self.careers[member].take(since, team, role, until)
        self.begins[member].append(since)

    def leave(self, member: str, on: int) -> None:
        career = self.careers[member]
        career.places = {each: place for each, place in career.places.items() if each < on}

    def on(self, number: int) -> set[tuple[str, str, str]]:
        """Team, role and member of all positions on a day."""
        return {
            (*career.places[number], member)
            for member, career in self.careers.items()
            if number in career.places
        }


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=hired, then=st.lists(changed, min_size=1, max_size=8))
def test_one_main_position_a_day_and_the_tree_shows_it(
    firm: Company, first: tuple[Step, ...], then: list[Step]
) -> None:
    emptied(firm.platform)
    expected = Expected()
    for step in (*first, *then):
        assert how_it_went(firm, expected, step) in DID_NOT_FIT
    for number in range(-1, LAST):
        held = [each for each in firm.places(day(number)) if each[2] is not None]
        assert set(held) == expected.on(number), number
        assert len(held) == len({who for *_, who in held})


def how_it_went(firm: Company, expected: Expected, step: Step) -> str:
    """Run one command: why it was refused, else nothing."""
    try:
        happen(firm, expected, step)
    except Refused as refused:
        return refused.findings[0].code
    return ""


def happen(firm: Company, expected: Expected, step: Step) -> None:
    """Run one command, and keep by hand what it did."""
    member, on, (team, role) = step.member, day(step.since), step.place
    if step.what == "hire":
        firm.hire(member, team=team, role=role, since=on)
        expected.hire(member, step.since, step.place)
    elif step.what == "move":
        firm.run("member.move", ref=member, to=team, role=role, since=on, vacancy=step.vacancy)
        expected.change(member, step.since, team, role)
    elif step.what == "promote":
        firm.run("member.promote", ref=member, role=role, since=on)
        expected.change(member, step.since, None, role)
    elif step.what == "leave":
        firm.run("member.leave", ref=member, on=on, vacancy=step.vacancy)
        expected.leave(member, step.since)
    else:
        fill(firm, expected, member, step.since)


def fill(firm: Company, expected: Expected, member: str, since: int) -> None:
    """Move a member to the first vacancy of a day, where there is one."""
    for (team, role, holder), line in zip(
        firm.places(day(since)), [each for each in firm.tree(day(since)).lines() if each[3]], strict=True
    ):
        if holder is None:
            firm.run("member.move", ref=member, position=line[3], since=day(since))
            event("a vacancy was filled")
            expected.change(member, since, team, role)
            return


@pytest.fixture
def firm(make_platform: MakePlatform) -> Company:
    """The company without members."""
    return Company(make_platform())


def emptied(platform: Platform) -> None:
    """Take everybody away again, past the door."""
    with writing(platform.engine) as connection:
        for kind in ("deputation", "position", "member"):
            connection.execute(platform.catalogue.table(kind).delete())
