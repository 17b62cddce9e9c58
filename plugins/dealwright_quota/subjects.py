"""Whom targets are for, and who stands below whom."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cached_property

from attrs import frozen

from dealwright import Member, Period, Position, Product, Session, Target, Team, joined
from dealwright_quota.wording import _


@frozen
class Subject:
    """A member, a team with all below it, or with neither the whole company; of a product or a family alone."""

    member: int | None = None
    team: int | None = None
    product: int | None = None
    family: str | None = None

    @classmethod
    def of(cls, target: Target) -> "Subject":
        """Whom a target is for."""
        return cls(target.member, target.team, target.product, target.family)

    @property
    def people(self) -> tuple[int | None, int | None]:
        """The member and the team."""
        return self.member, self.team

    @property
    def goods(self) -> tuple[int | None, str | None]:
        """The product and the family."""
        return self.product, self.family


class Places:
    """The tree of teams, who belongs where by main positions, and the families of products."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def teams(self) -> dict[int, Team]:
        """Every team by id."""
        return {each.id: each for each in self._session.find(Team)}

    @cached_property
    def members(self) -> dict[int, Member]:
        """Every member by id."""
        return {each.id: each for each in self._session.find(Member)}

    @cached_property
    def products(self) -> dict[int, Product]:
        """Every product by id."""
        return {each.id: each for each in self._session.find(Product)}

    @cached_property
    def _positions(self) -> dict[int, list[Position]]:
        found: dict[int, list[Position]] = {}
        for each in self._session.find(Position, main=True):
            if each.member is not None:
                found.setdefault(each.member, []).append(each)
        return found

    def upwards(self, team: int) -> list[int]:
        """A team and those above it, nearest first. A circle of parents ends where it closes."""
        way: list[int] = []
        at: int | None = team
        while at is not None and at in self.teams and at not in way:
            way.append(at)
            at = self.teams[at].parent
        return way

    def held(self, member: int, period: Period) -> Iterator[Position]:
        """The main positions that a member holds on some day of a period."""
        for each in self._positions.get(member, ()):
            begins = each.since is None or each.since <= period.last
            if begins and (each.until is None or each.until > period.start):
                yield each

    def held_on(self, member: int, day: date) -> Position | None:
        """The main position that a member holds on a day."""
        for each in self._positions.get(member, ()):
            begun = each.since is None or each.since <= day
            if begun and (each.until is None or each.until > day):
                return each
        return None

    def below(self, team: int | None) -> list[Team]:
        """The teams directly below one, or those without a team above."""
        return [each for each in self.teams.values() if each.parent == team]

    def wider(self, subject: Subject, period: Period) -> set[Subject]:
        """All subjects that include this one in a period, without itself."""
        people = {subject.people, (None, None)}
        if subject.team is not None:
            people |= {(None, each) for each in self.upwards(subject.team)}
        elif subject.member is not None:
            for held in self.held(subject.member, period):
                people |= {(None, each) for each in self.upwards(held.team)}
        goods = {subject.goods, (None, None)}
        if subject.product is not None and subject.product in self.products:
            goods.add((None, self.products[subject.product].family))
        found = {Subject(*whose, *what) for whose in people for what in goods}
        return found - {subject}

    def ref(self, subject: Subject) -> str:
        """The refs of a subject, by which it is sorted: of a family its name."""
        refs = (
            self.members[subject.member].ref if subject.member in self.members else "",
            self.teams[subject.team].ref if subject.team in self.teams else "",
            self.products[subject.product].ref if subject.product in self.products else subject.family or "",
        )
        return " ".join(each for each in refs if each)

    def label(self, subject: Subject) -> str:
        """What people call a subject; those that share a name are told apart by their refs."""
        whose = _("Whole company")
        if subject.member is not None:
            whose = self._named(self.members, subject.member)
        elif subject.team is not None:
            whose = self._named(self.teams, subject.team)
        what = self._named(self.products, subject.product) if subject.product else subject.family
        return whose if what is None else joined(", ", (whose, what))

    def _named(self, known: dict[int, Member] | dict[int, Team] | dict[int, Product], id: int) -> str:
        if id not in known:
            return f"#{id}"
        name, ref = known[id].name, known[id].ref
        return f"{name} ({ref})" if self._counts[name] > 1 else name

    @cached_property
    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for known in (self.members, self.teams, self.products):
            counts.update(known[id].name for id in known)
        return counts
