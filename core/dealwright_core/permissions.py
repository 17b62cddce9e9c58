"""Who acts, and with which rights. Every command and every read asks here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import cast

import attrs
from attrs import define, field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.access.actors import PLUGIN_ACTOR, SYSTEM, System, without_reason
from dealwright_core.access.authority import Authority, Standing, configured, standings_of
from dealwright_core.access.organisation import Organisation
from dealwright_core.access.ownership import Ownership
from dealwright_core.access.rights import ACTIONS, CLASSES, EVERYTHING, REFERENCE, Action, Right
from dealwright_core.config.sections import CORE, Access
from dealwright_core.contributions import Command
from dealwright_core.errors import Refused, UsageError
from dealwright_core.findings import Finding
from dealwright_core.host.registry import Contributed, Registry
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.organisation import ORGANISATION, granted_to, read_marks, read_organisation
from dealwright_core.store.sight import Sight

MOST_KEPT = 1000
Need = tuple[Action, str]


@define(eq=False)
class _Known:
    """What was read of the organisation under one mark, on one day."""

    mark: str | None
    today: date
    organisation: Organisation | None = None
    authorities: dict[str, Authority] = field(factory=dict)
    sights: dict[Authority, Sight] = field(factory=dict)


@frozen(eq=False)
class Permissions:
    """The actors of a deployment: those its configuration names, and its members by ref or login.

    A plugin acts as ``plugin:NAME for ACTOR``, with that actor's rights as far as it declared them.
    ``limits`` holds what each active plugin declared, None where it may do what the actor may.
    """

    access: Access
    ownership: Ownership
    limits: Mapping[str, tuple[Right, ...] | None]
    commands: Mapping[str, Contributed[Command]]
    _kept: list[_Known] = field(factory=list, init=False)

    def authority(
        self, connection: Connection, catalogue: Catalogue, actor: str, today: date, mark: str | None
    ) -> Authority:
        """What an actor may do. Raises `Refused` for one that the deployment does not know.

        ``mark`` is the organisation's, read in the same transaction: what was found out holds as long as it does.
        """
        known = self._kept[0] if self._kept else None
        if known is None or (known.mark, known.today) != (mark, today):
            known = _Known(mark, today)
            self._kept[:] = [known]
        found = known.authorities.get(actor)
        if found is None or isinstance(actor, System):
            if known.organisation is None:
                known.organisation = read_organisation(connection, catalogue, today)
            found = self._authority(connection, catalogue, actor, today, known.organisation)
            if len(known.authorities) < MOST_KEPT and not isinstance(actor, System):
                known.authorities[actor] = found
        return found

    def sight(self, connection: Connection, catalogue: Catalogue, authority: Authority) -> Sight:
        """What an authority that was just asked for lets see."""
        known = self._kept[0]
        found = known.sights.get(authority)
        if found is None:
            count = len(known.organisation.names) if known.organisation else 0
            found = Sight(authority, catalogue, self, connection.dialect, count)
            if len(known.sights) < MOST_KEPT:
                known.sights[authority] = found
        return found

    def somebody(self, connection: Connection, catalogue: Catalogue, name: str, today: date) -> Authority:
        """The authority of one by name, in a transaction in which somebody acts already."""
        # What this transaction reads may be older than what was found out by another one meanwhile.
        mark = read_marks(connection).get(ORGANISATION)
        return self.authority(connection, catalogue, name, today, mark)

    def needed(self, action: str, kind: str) -> Sequence[Need]:
        """The rights of which one is needed for an action on a kind, or to run a command. Raises `UsageError`."""
        if action in self.commands:
            return [("run", action), needed_by(self.commands[action].item, self.ownership.kinds)]
        if action in ACTIONS:
            return [(action, kind)]
        known = [*ACTIONS, *self.commands]
        raise UsageError(
            _(
                "there is no action or command {action!r}{near}",
                action=action,
                near=did_you_mean(action, known),
            )
        )

    def limits_alone(self, plugin: str) -> Authority | None:
        """What a plugin may do by what it declared, whoever it acts for; None where it declared nothing."""
        limits = self.limits.get(plugin)
        if limits is None:
            return None
        return Authority(plugin, None, (), self.ownership, limits=(limits,), plugin=plugin, is_system=True)

    def apart_from(self, command: str) -> frozenset[str]:
        """The commands whose runner does not run this one on the same record."""
        stated = self.commands[command].item.apart_from if command in self.commands else ()
        configured = (first for each in self.access.separate if command in each.then for first in each.first)
        return frozenset((*stated, *configured))

    def configured(self, actor: str) -> Authority:
        """What an actor of the configuration may do where there is no database yet."""
        if isinstance(actor, System):
            return Authority(actor, None, (), self.ownership, is_system=True)
        return Authority(actor, None, self._standings(actor, None, None), self.ownership)

    def _authority(
        self,
        connection: Connection,
        catalogue: Catalogue,
        actor: str,
        today: date,
        organisation: Organisation,
    ) -> Authority:
        if actor.startswith(PLUGIN_ACTOR):
            plugin, __, person = actor.removeprefix(PLUGIN_ACTOR).partition(" for ")
            self._check_plugin(plugin)
            if person.startswith(PLUGIN_ACTOR):
                raise _refused(
                    "unknown-actor",
                    _("nobody here is called {person!r}: a plugin acts for a person", person=person),
                )
            behind = self._authority(connection, catalogue, person, today, organisation)
            known_as = f"{PLUGIN_ACTOR}{plugin} for {behind.actor}"
            return attrs.evolve(behind.limited(plugin, self.limits[plugin]), actor=known_as)
        if isinstance(actor, System):
            return Authority(actor, None, (), self.ownership, is_system=True)
        if actor == SYSTEM:
            raise without_reason()
        member = organisation.members.get(actor)
        standings = self._standings(actor, member, organisation)
        names = {actor} | ({organisation.names[member]} if member is not None else set())
        granted = granted_to(connection, catalogue, names, today)
        # Whichever name a member acts by, the journal knows one.
        known_as = actor if member is None else organisation.names[member]
        return Authority(known_as, member, standings, self.ownership, granted)

    def _standings(
        self, actor: str, member: int | None, organisation: Organisation | None
    ) -> tuple[Standing, ...]:
        named = self.access.actors.get(actor)
        if named is not None:
            return tuple(configured(self.access.roles[each], None) for each in named)
        if member is None or organisation is None:
            members = organisation.members if organisation else ()
            hint = did_you_mean(actor, [*self.access.actors, *members])
            remedy = _(
                'add a member, or to dealwright.toml, under [access.actors]: {actor} = "auditor"', actor=actor
            )
            message = _(
                "nobody here is called {actor!r}{hint}; {remedy}", actor=actor, hint=hint, remedy=remedy
            )
            raise _refused("unknown-actor", message)
        found = standings_of(organisation.held_by(member), organisation, self.access.roles)
        if not found:
            message = _(
                "{actor} holds no position today whose role gives any right: see dealwright org tree",
                actor=actor,
            )
            raise _refused("no-position", message)
        return found

    def _check_plugin(self, name: str) -> None:
        if name not in self.limits:
            raise _refused(
                "unknown-actor",
                _("no plugin {name!r} is active here{near}", name=name, near=did_you_mean(name, self.limits)),
            )


def _refused(code: str, message: str) -> Refused:
    return Refused([Finding(code, "block", message)])


@frozen(eq=False)
class Acting:
    """An actor in a transaction."""

    permissions: Permissions
    connection: Connection
    catalogue: Catalogue
    authority: Authority

    def to(self, needed: Iterable[Need], plugin: str, what: str) -> Authority:
        """The rights with which something is done that a plugin contributed. Raises `Refused` without those needed."""
        authority = self.authority.limited(plugin, self.permissions.limits.get(plugin))
        for action, on in needed:
            if not authority.may(action, on) and not authority.grounds_to_run(what, action, on):
                raise _refused("not-permitted", _missing(authority, action, on, what))
            authority = authority.within(what, action, on)
        return authority

    def sight(self, plugin: str = CORE) -> Sight:
        """What a plugin may see on behalf of the actor."""
        limited = self.authority.limited(plugin, self.permissions.limits.get(plugin))
        return self.permissions.sight(self.connection, self.catalogue, limited)

    @property
    def truth(self) -> Sight:
        """Everything."""
        return self.permissions.sight(self.connection, self.catalogue, self.authority.unlimited())


def needed_by(command: Command, kinds: Collection[str]) -> Need:
    """The right that a command requires, stated or by its name."""
    if command.requires:
        action, _, on = command.requires.partition(" ")
        return cast(Action, action), on
    group = command.name.partition(".")[0].replace("-", "_")
    if group in kinds:
        return ("read" if command.reads else "change"), group
    return ("report" if command.reads else "run"), command.name


def _missing(authority: Authority, action: Action, on: str, what: str) -> str:
    denied = authority.denials(action, on)
    why = (
        _("{standing} denies it", standing=denied[0].standing)
        if denied
        else _("no right to {action} {on}", action=action, on=on)
    )
    limited = (
        _(", limited to what plugin {plugin} declared", plugin=authority.plugin) if authority.plugin else ""
    )
    return _(
        "{actor} ({roles}{limited}) may not run {what}: {why}",
        actor=authority.actor,
        roles=authority.roles,
        limited=limited,
        what=what,
        why=why,
    )


def limits_of(registry: Registry, plugins: Iterable[str]) -> Mapping[str, tuple[Right, ...] | None]:
    """What each plugin may do at most, None where it does not say and may do what the actor may.

    Its own records, commands and reports are always within its limits, and so are records that all share.
    """
    limits: dict[str, tuple[Right, ...] | None] = dict.fromkeys(plugins, None)
    for each in registry.permissions.values():
        if each.item.role is None:
            limits[each.plugin] = (*(limits.get(each.plugin) or ()), each.item.right)
    for plugin, needs in limits.items():
        if needs is not None:
            contributed = (registry.records, registry.commands, registry.reports)
            own = [name for each in contributed for name, its in each.items() if its.plugin == plugin]
            extra = (Right(EVERYTHING, name, "all", frozenset(CLASSES)) for name in own)
            limits[plugin] = (*needs, Right("read", REFERENCE), *extra)
    return limits


def with_plugins(access: Access, registry: Registry) -> Access:
    """The access of a deployment, with the rights that plugins give to its roles."""
    roles = dict(access.roles)
    for each in registry.permissions.values():
        if (role := roles.get(each.item.role or "")) is not None:
            roles[role.name] = attrs.evolve(role, rights=(*role.rights, each.item.right))
    return attrs.evolve(access, roles=roles)
