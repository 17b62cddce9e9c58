"""What one actor may do now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_

import attrs
from attrs import field, frozen

from dealwright_core.access.organisation import Holding, Organisation
from dealwright_core.access.owners import NOBODY, Owners
from dealwright_core.access.ownership import Ownership
from dealwright_core.access.rights import EVERYTHING, Action, Right, Role, Scope
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.record import FieldClass


@frozen
class Standing:
    """A role that an actor has, by a position or by the configuration (``holding`` is None)."""

    role: Role
    holding: Holding | None
    covered: Mapping[Scope, Owners | None]

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """The role, and by what it is held."""
        if self.holding is None:
            return _("role {role}", role=self.role.name)
        if self.holding.is_deputy:
            return _(
                "role {role} as deputy in position {position}",
                role=self.role.name,
                position=self.holding.position,
            )
        return _("role {role} by position {position}", role=self.role.name, position=self.holding.position)


@frozen
class Ground:
    """Why something is allowed, or denied: a right of a role, and whose records it covers."""

    standing: Standing
    right: Right
    members: Owners | None

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """The standing and the right that it gives."""
        return joined(": ", (self.standing, self.right))


@frozen(eq=False)
class Authority:
    """The rights of an actor, from positions as they are now.

    Everything asked here is answered as the members and teams whose records are covered, None for all records.
    ``limits`` are what each plugin that acts for the actor may do at most.
    """

    actor: str
    member: int | None
    standings: tuple[Standing, ...]
    ownership: Ownership
    granted: Mapping[str, Mapping[int, str]] = field(factory=dict)
    limits: tuple[tuple[Right, ...], ...] = ()
    plugin: str = ""
    is_system: bool = False
    extra: tuple[tuple[Standing, Right], ...] = ()
    _grounds: dict[tuple[str, str], tuple[Ground, ...]] = field(factory=dict, init=False)
    _members: dict[tuple[str, str, str], Owners | None] = field(factory=dict, init=False)
    _variants: dict[object, "Authority"] = field(factory=dict, init=False)

    def members(self, action: Action, kind: str, field_class: FieldClass = "plain") -> Owners | None:
        """Whose records of a kind the actor may read, add, change, ..., with fields of a class."""
        key = (action, kind, field_class)
        if key not in self._members:
            self._members[key] = self._covered(action, kind, field_class)
        return self._members[key]

    def may(self, action: Action, on: str) -> bool:
        """Whether the actor may do this to anything at all."""
        if self.is_system:
            return self._within_limits(action, on)
        return bool(self.grounds(action, on))

    def grounds(self, action: Action, on: str) -> Sequence[Ground]:
        """The rights that allow an action, unless one denies it."""
        if (action, on) not in self._grounds:
            is_free = not self.denials(action, on) and self._within_limits(action, on)
            self._grounds[action, on] = tuple(
                Ground(standing, right, standing.covered[right.scope])
                for standing, right in (self._rights() if is_free else ())
                if self._covers(right, action, on)
            )
        return self._grounds[action, on]

    def grounds_for(self, action: Action) -> list[Ground]:
        """The rights that allow an action on anything."""
        return [
            Ground(standing, right, standing.covered[right.scope])
            for standing, right in self._rights()
            if right.action in (action, EVERYTHING)
        ]

    def grounds_to_run(self, command: str, action: Action, on: str) -> list[Ground]:
        """The rights that allow a command, which requires an action: that one, or one to run it by its name.

        The right to run everything is for commands that require no more than that.
        """
        by_name = [each for each in self.grounds("run", command) if each.right.on == command]
        return [*by_name, *(each for each in self.grounds(action, on) if each not in by_name)]

    def denials(self, action: Action, on: str) -> list[Ground]:
        """The denials that forbid an action."""
        return [
            Ground(standing, right, None)
            for standing in self.standings
            for right in standing.role.denies
            if self._covers(right, action, on)
        ]

    def within(self, command: str, action: Action, kind: str) -> "Authority":
        """The same while a command runs: the right to run it includes changing the records it is about."""
        grounds = [] if self.is_system else self.grounds_to_run(command, action, kind)
        if action in ("read", "add", "change"):
            grounds = [each for each in grounds if each.right.action == "run"]
        if not grounds:
            return self
        key = (command, action, kind)
        if key not in self._variants:
            extra = tuple(
                (each.standing, Right(what, kind, each.right.scope, each.right.classes))
                for each in grounds
                for what in _CHANGES
            )
            self._variants[key] = attrs.evolve(self, extra=(*self.extra, *extra))
        return self._variants[key]

    def limited(self, plugin: str, limits: tuple[Right, ...] | None) -> "Authority":
        """The same on behalf of whom a plugin acts, which may do no more than it declared."""
        if limits is None or limits in self.limits:
            return self
        key = ("plugin", plugin)
        if key not in self._variants:
            self._variants[key] = attrs.evolve(self, limits=(*self.limits, limits), plugin=plugin)
        return self._variants[key]

    def unlimited(self) -> "Authority":
        """Everything, under the same name: for what the platform itself has to know to judge a change."""
        if "unlimited" not in self._variants:
            self._variants["unlimited"] = attrs.evolve(self, is_system=True, limits=())
        return self._variants["unlimited"]

    @cached_property
    def roles(self) -> str:
        """The roles of the actor, for messages."""
        return joined(" and ", dict.fromkeys(each.role.name for each in self.standings)) or _("no role")

    def _covered(self, action: Action, kind: str, field_class: FieldClass) -> Owners | None:
        most = self._limit(action, kind, field_class)
        if self.is_system or most == NOBODY:
            return most
        found = NOBODY
        for ground in self.grounds(action, kind):
            if field_class not in ground.right.classes:
                continue
            if ground.members is None:
                return most
            found |= ground.members
        return found if most is None else found & most

    def _rights(self) -> Iterator[tuple[Standing, Right]]:
        for standing in self.standings:
            for right in standing.role.rights:
                yield standing, right
        yield from self.extra

    def _covers(self, right: Right, action: Action, on: str) -> bool:
        if right.action not in (action, EVERYTHING):
            return False
        return right.on == on or right.on in self._groups(on)

    def _groups(self, on: str) -> Iterable[str]:
        return self.ownership.groups(on)

    def _within_limits(self, action: Action, on: str) -> bool:
        return all(any(self._covers(each, action, on) for each in limits) for limits in self.limits)

    def _limit(self, action: Action, on: str, field_class: FieldClass) -> Owners | None:
        """Whose records the plugins may treat so at most."""
        most: Owners | None = None
        for limits in self.limits:
            scopes = {
                each.scope
                for each in limits
                if field_class in each.classes and self._covers(each, action, on)
            }
            if "all" not in scopes:
                covered = (
                    standing.covered[scope] or NOBODY for standing in self.standings for scope in scopes
                )
                within = reduce(or_, covered, NOBODY)
                most = within if most is None else most & within
        return most


_CHANGES: tuple[Action, ...] = ("add", "change")


def standings_of(
    holdings: Iterable[Holding], organisation: Organisation, roles: Mapping[str, Role]
) -> tuple[Standing, ...]:
    """The standings that positions give. A position whose role the deployment does not define gives none."""
    return tuple(
        Standing(
            roles[each.role],
            each,
            {scope: organisation.in_scope(each, scope) for scope in ("own", "team", "subtree", "all")},
        )
        for each in holdings
        if each.role in roles
    )


def configured(role: Role, member: int | None) -> Standing:
    """The standing of an actor that the configuration names: beside all there is only what is their own."""
    own = NOBODY if member is None else Owners(frozenset({member}))
    return Standing(role, None, {"own": own, "team": own, "subtree": own, "all": None})
