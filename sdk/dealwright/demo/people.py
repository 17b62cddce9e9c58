"""The teams of the made-up seller, who works in them, and who holds which seat on which day."""

from collections.abc import Iterator
from functools import cached_property

from attrs import field, frozen

from dealwright.demo.days import iso, ordinal
from dealwright.demo.dice import Dice

FOR_EVER = 10**7
TEAMS = """
HQ|Lindenmark Medical Supplies|company|
AM|Americas|region|HQ
EU|Europe|region|HQ
CN|China|region|HQ
AM-NE|Northeast|team|AM
AM-MW|Midwest|team|AM
AM-SO|South|team|AM
AM-WE|West|team|AM
EU-NO|Northern Europe|team|EU
EU-SO|Southern Europe|team|EU
CN-EA|East China|team|CN
CN-SO|South China|team|CN
"""
LEADERS = {"company": "director", "region": "regional manager", "team": "manager"}

# Name, e-mail, then seats with the days from and until which they are held. Seat 0 of a team leads it; a plus
# marks a position that is not the main one.
MEMBERS = """
EMP-001|Margaret Oyelaran|margaret.oyelaran|HQ/0 2012-02-01..
EMP-002|Thomas Harwell|thomas.harwell|AM/0 2015-06-01.., +AM-MW/0 2025-08-30..2025-10-01
EMP-003|Annelies Verhoeven|annelies.verhoeven|EU/0 2016-09-01..
EMP-004|周文澜|zhou.wenlan|CN/0 2017-03-01..
EMP-005|Rebecca Stanhope|rebecca.stanhope|AM-NE/0 2016-01-04..
EMP-006|Gerald Kowalczyk|gerald.kowalczyk|AM-MW/0 2014-10-01..2025-08-30
EMP-007|Denise Fontenot|denise.fontenot|AM-SO/0 2018-04-02..
EMP-008|Marcus Ibarra|marcus.ibarra|AM-WE/0 2017-08-01..
EMP-009|Jürgen Altmeyer|juergen.altmeyer|EU-NO/0 2018-02-01..
EMP-010|Chiara Bellandi|chiara.bellandi|EU-SO/0 2019-05-02..
EMP-011|陈晓岚|chen.xiaolan|CN-EA/0 2018-07-02..
EMP-012|林志远|lin.zhiyuan|CN-SO/0 2019-03-01..
EMP-013|Olivia Prescott|olivia.prescott|AM-NE/1 2018-05-01..
EMP-014|Daniel Achterberg|daniel.achterberg|AM-NE/2 2019-09-02..2025-05-17
EMP-015|Priya Raghunathan|priya.raghunathan|AM-NE/3 2021-01-11..
EMP-016|Kevin Dunleavy|kevin.dunleavy|AM-NE/4 2022-06-01..
EMP-017|Hannah Lindqvist|hannah.lindqvist|AM-MW/1 2017-11-01..2025-10-01, AM-MW/0 2025-10-01..
EMP-018|Robert Nakamura|robert.nakamura|AM-MW/2 2020-02-03..
EMP-019|Tamara Osei|tamara.osei|AM-MW/3 2021-08-02..
EMP-020|Brian Castellano|brian.castellano|AM-MW/4 2023-03-01..
EMP-021|Latoya Beaumont|latoya.beaumont|AM-SO/1 2018-10-01..
EMP-022|Miguel Santangelo|miguel.santangelo|AM-SO/2 2020-06-01..
EMP-023|Grace Whitlock|grace.whitlock|AM-SO/3 2022-01-10..
EMP-024|Jordan Pell|jordan.pell|AM-SO/4 2021-04-01..2025-07-01, AM-WE/4 2025-07-01..
EMP-025|Sofia Marchetti|sofia.marchetti|AM-WE/1 2019-01-07..
EMP-026|Wei-Lin Chau|weilin.chau|AM-WE/2 2020-09-01..
EMP-027|Patrick Gallows|patrick.gallows|AM-WE/3 2023-05-01..
EMP-028|Amanda Truscott|amanda.truscott|AM-WE/4 2018-03-01..2025-06-07
EMP-029|Katrin Eisenlohr|katrin.eisenlohr|EU-NO/1 2019-04-01..
EMP-030|Pieter van Dalen|pieter.vandalen|EU-NO/2 2020-10-01..
EMP-031|Ingrid Sjöholm|ingrid.sjoeholm|EU-NO/3 2022-09-01..
EMP-032|Étienne Carrouge|etienne.carrouge|EU-SO/1 2020-01-06..
EMP-033|Lucía Valderas|lucia.valderas|EU-SO/2 2021-11-02..
EMP-034|王海宁|wang.haining|CN-EA/1 2019-07-01..
EMP-035|刘思雨|liu.siyu|CN-EA/2 2021-03-01..
EMP-036|赵明轩|zhao.mingxuan|CN-EA/3 2022-05-09..2025-04-01, CN-SO/3 2025-04-01..
EMP-037|黄佳颖|huang.jiaying|CN-SO/1 2020-08-03..
EMP-038|吴俊杰|wu.junjie|CN-SO/2 2021-06-01..
EMP-039|何雨桐|he.yutong|CN-SO/3 2023-02-06..2025-04-01, CN-EA/3 2025-04-01..
EMP-040|Davide Rosmini|davide.rosmini|EU-SO/3 2025-03-03..
EMP-041|Naomi Feldstein|naomi.feldstein|AM-NE/2 2025-06-16..
EMP-042|Caleb Thornbury|caleb.thornbury|AM-SO/4 2025-07-14..
EMP-043|Yasmin Haddadi|yasmin.haddadi|AM-MW/1 2025-10-20..
"""


@frozen
class Team:
    """A node of the tree of teams."""

    ref: str
    name: str
    kind: str
    parent: str


@frozen
class Position:
    """A member in a seat of a team, from ``since`` until before ``until`` (ordinals)."""

    member: str
    team: str
    seat: int
    role: str
    main: bool
    since: int
    until: int = FOR_EVER


@frozen
class Member:
    """A person who sells or leads, with all positions in order."""

    ref: str
    name: str
    email: str
    positions: tuple[Position, ...]

    @property
    def joined(self) -> int:
        """The first day."""
        return self.positions[0].since

    @property
    def left(self) -> int:
        """The day from which the member is gone, or `FOR_EVER`."""
        return max(each.until for each in self.positions)


@frozen
class Seat:
    """A place in a team with its customers. While nobody holds it, the team's leader does the work."""

    team: str
    number: int
    terms: tuple[Position, ...]
    cover: "Seat | None" = None

    def holder(self, day: int) -> str:
        """The ref of the member who works for the seat's customers on a day."""
        for each in self.terms:
            if each.since <= day < each.until:
                return each.member
        assert self.cover is not None, "somebody directs the company on every day"
        return self.cover.holder(day)


@frozen
class Organisation:
    """Teams, parents first, and the members by ref, with their skill in percent of the usual."""

    teams: tuple[Team, ...]
    members: tuple[Member, ...]
    skill: dict[str, int] = field(eq=False)

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """The seats of those who sell, in the order of teams and numbers."""
        return tuple(seat for seat in self._all_seats.values() if seat.number)

    @cached_property
    def _all_seats(self) -> dict[tuple[str, int], Seat]:
        positions = sorted(
            (each for member in self.members for each in member.positions if each.main),
            key=lambda each: each.since,
        )
        seats: dict[tuple[str, int], Seat] = {}
        for team in self.teams:
            for number in sorted({each.seat for each in positions if each.team == team.ref}):
                terms = tuple(each for each in positions if (each.team, each.seat) == (team.ref, number))
                cover = seats.get((team.ref if number else team.parent, 0))
                seats[team.ref, number] = Seat(team.ref, number, terms, cover)
        return seats

    def region_of(self, team: str) -> str:
        """The ref of the region that a team belongs to."""
        return next(each.parent for each in self.teams if each.ref == team)


def organisation(seed: int) -> Organisation:
    """The seller's teams and members."""
    dice = Dice(seed, "skill")
    teams = tuple(Team(*line.split("|")) for line in TEAMS.split("\n") if line)
    kinds = {each.ref: each.kind for each in teams}
    members = tuple(_member(line, kinds) for line in MEMBERS.split("\n") if line)
    return Organisation(teams, members, {each.ref: dice.between(78, 124) for each in members})


def _member(line: str, kinds: dict[str, str]) -> Member:
    ref, name, email, held = line.split("|")
    return Member(
        ref,
        name,
        f"{email}@lindenmark.example",
        tuple(_position(ref, each, kinds) for each in held.split(", ")),
    )


def _position(member: str, written: str, kinds: dict[str, str]) -> Position:
    place, term = written.split(" ")
    team, seat = place.lstrip("+").split("/")
    since, until = term.split("..")
    return Position(
        member=member,
        team=team,
        seat=int(seat),
        role="rep" if int(seat) else LEADERS[kinds[team]],
        main=not place.startswith("+"),
        since=ordinal(since),
        until=ordinal(until) if until else FOR_EVER,
    )


TEAM_COLUMNS = ("team_id", "team_name", "team_type", "parent_team_id")
MEMBER_COLUMNS = ("employee_id", "full_name", "email", "joined_on", "left_on")
POSITION_COLUMNS = (
    "position_id",
    "employee_id",
    "team_id",
    "role",
    "main_position",
    "valid_from",
    "valid_until",
)


def team_rows(org: Organisation) -> Iterator[tuple[str, ...]]:
    """Rows of `TEAM_COLUMNS`."""
    return ((each.ref, each.name, each.kind, each.parent) for each in org.teams)


def member_rows(org: Organisation, today: int) -> Iterator[tuple[str, ...]]:
    """Rows of `MEMBER_COLUMNS` for those who have joined."""
    for each in org.members:
        if each.joined <= today:
            yield each.ref, each.name, each.email, iso(each.joined), end_text(each.left, today)


def position_rows(org: Organisation, today: int) -> Iterator[tuple[str, ...]]:
    """Rows of `POSITION_COLUMNS` for those that have begun."""
    for member in org.members:
        for count, each in enumerate(member.positions, 1):
            if each.since <= today:
                main = "yes" if each.main else "no"
                term = iso(each.since), end_text(each.until, today)
                yield f"{each.member}-{count}", each.member, each.team, each.role, main, *term


def end_text(day: int, today: int) -> str:
    """The day something ended, empty where it has not by ``today``."""
    return iso(day) if day <= today else ""
