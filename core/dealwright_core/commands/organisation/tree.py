"""The tree of teams on a day: who holds which position, what is vacant, and who stands in."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from dealwright_core.commands.organisation.terms import term
from dealwright_core.expr import Expression, fields
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records import Deputation, Member, Position, Team
from dealwright_core.reporting.outline import Outline
from dealwright_core.store.session import Session

Line = tuple[str, str, str, str, str]
INDENT = "  "


@frozen
class Person:
    """A member."""

    ref: str
    name: str

    def __str__(self) -> str:
        return self.name if self.ref == self.name else f"{self.ref} {self.name}"


@frozen
class StandIn:
    """Who stands in for a position, from ``since`` until before ``until``."""

    ref: str
    deputy: Person
    reason: str | None
    since: date | None
    until: date | None

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """Who, and until when."""
        if self.until is None:
            return _("deputy: {deputy}", deputy=self.deputy)
        return _("deputy: {deputy} until {until}", deputy=self.deputy, until=self.until)


@frozen
class Place:
    """A position, vacant where ``member`` is None. ``is_known_role`` tells whether the deployment defines the role."""

    ref: str
    role: str
    is_known_role: bool
    main: bool
    member: Person | None
    since: date | None
    until: date | None
    deputies: tuple[StandIn, ...]

    def line(self, indent: str) -> Line:
        """The position as a line."""
        return (
            f"{indent}{self.role}",
            _("vacant") if self.member is None else str(self.member),
            term(self.since, self.until),
            self.ref,
            joined("; ", self._notes()),
        )

    def _notes(self) -> Iterator[str]:
        if not self.main:
            yield _("beside the main position")
        if not self.is_known_role:
            yield _("no role of this deployment")
        yield from (each.text for each in self.deputies)


@frozen
class Branch:
    """A team with its positions, and the teams below it."""

    ref: str
    name: str
    kind: str
    positions: tuple[Place, ...]
    teams: "tuple[Branch, ...]"

    def lines(self, indent: str = "") -> Iterator[Line]:
        """The team, its positions and the teams below it."""
        known = self.kind if self.ref == self.name else f"{self.ref}, {self.kind}"
        yield (f"{indent}{self.name} ({known})", "", "", "", "")
        for place in self.positions:
            yield place.line(indent + INDENT)
        for team in self.teams:
            yield from team.lines(indent + INDENT)


@frozen
class OrgTree(Outline):
    """The teams without a team above them, each with those below, and members who hold no position that day."""

    on: date
    teams: tuple[Branch, ...]
    without_position: tuple[Person, ...] = field(default=())

    def lines(self) -> Iterable[Sequence[str]]:
        """The tree, indented."""
        yield (_("Organisation on {on}", on=self.on), "", "", "", "")
        for each in self.teams:
            yield from each.lines()
        if self.without_position:
            yield (_("Without a position"), "", "", "", "")
        for person in self.without_position:
            yield (INDENT, str(person), "", "", "")


def org_tree(session: Session, day: date, roles: Collection[str]) -> OrgTree:
    """The organisation on a day."""
    members = {each.id: each for each in session.find(Member)}
    people = {each.id: Person(each.ref, each.name) for each in members.values()}
    positions = session.find(Position, _holding("position", day))
    deputies = _deputies(session, day, people)
    teams = {each.id: each for each in session.find(Team)}
    places: dict[int, list[Place]] = {}
    for each in positions:
        place = Place(
            each.ref, each.role, each.role in roles, each.main,
            None if each.member is None else people[each.member],
            each.since, each.until, tuple(deputies.get(each.id, ())),
        )  # fmt: skip
        places.setdefault(each.team, []).append(place)
    placed = {each.member for each in positions}
    idle = [people[id] for id, each in members.items() if id not in placed and _is_employed(each, day)]
    return OrgTree(day, tuple(_branches(teams, places)), tuple(idle))


def _deputies(session: Session, day: date, people: Mapping[int, Person]) -> dict[int, list[StandIn]]:
    """Who stands in for which position on a day."""
    found: dict[int, list[StandIn]] = {}
    for each in session.find(Deputation, _holding("deputation", day)):
        stand_in = StandIn(each.ref, people[each.deputy], each.reason, each.since, each.until)
        found.setdefault(each.position, []).append(stand_in)
    return found


def _branches(teams: Mapping[int, Team], places: Mapping[int, Sequence[Place]]) -> Iterator[Branch]:
    """The trees of all teams. Where parents run in a circle, one of its teams stands at the top."""
    below: dict[int | None, list[int]] = {}
    for team in teams.values():
        below.setdefault(team.parent, []).append(team.id)
    shown: set[int] = set()

    def branch(id: int) -> Branch:
        shown.add(id)
        under = [branch(each) for each in below.get(id, ()) if each not in shown]
        team = teams[id]
        return Branch(team.ref, team.name, team.kind, tuple(places.get(id, ())), tuple(under))

    for id in [*below.get(None, ()), *teams]:
        if id not in shown:
            yield branch(id)


def _holding(kind: str, day: date) -> Expression:
    """Whether a dated record holds on a day."""
    dated = fields(kind)
    begun = dated.since.is_null() | (dated.since <= day)
    return begun & (dated.until.is_null() | (dated.until > day))


def _is_employed(member: Member, day: date) -> bool:
    has_joined = member.joined_on is None or member.joined_on <= day
    return has_joined and (member.left_on is None or day < member.left_on)
