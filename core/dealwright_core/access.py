"""Who may do what. Every command and every read asks here."""

from attrs import frozen

from dealwright_core.config.deployment import Access
from dealwright_core.config.sections import PLUGIN_ACTOR
from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.spelling import did_you_mean


@frozen
class Permissions:
    """The rights of a deployment's actors: role ``admin`` may do all, role ``viewer`` reads.

    A plugin acts as ``plugin:NAME`` on behalf of an actor, written ``plugin:NAME for ACTOR``, with that actor's
    rights. Where ``plugins`` is given, only these are known.
    """

    access: Access
    plugins: frozenset[str] | None = None

    def role(self, actor: str) -> str:
        """The role of an actor. Raises `Refused` for one that the deployment does not know."""
        if actor.startswith(PLUGIN_ACTOR):
            self._check_plugin(actor.removeprefix(PLUGIN_ACTOR).partition(" for ")[0])
        name = person_of(actor)
        role = self.access.actors.get(name)
        if role is None:
            hint = did_you_mean(name, self.access.actors)
            line = f'{name} = "viewer"'
            message = (
                f"nobody here is called {name!r}{hint}; add to dealwright.toml, under [access.actors]: {line}"
            )
            raise Refused([Finding("unknown-actor", "block", message)])
        return role

    def _check_plugin(self, name: str) -> None:
        if self.plugins is not None and name not in self.plugins:
            message = f"no plugin {name!r} is active here{did_you_mean(name, self.plugins)}"
            raise Refused([Finding("unknown-actor", "block", message)])

    def may_read(self, actor: str, what: str) -> None:
        """Raise `Refused` where the actor may not read records, run reports or ask questions."""
        self.role(actor)

    def may_change(self, actor: str, command: str) -> None:
        """Raise `Refused` where the actor may not run a command that changes something."""
        if self.role(actor) != "admin":
            message = f"{actor} has the role viewer, which changes nothing: {command} needs the role admin"
            raise Refused([Finding("not-permitted", "block", message)])


def person_of(actor: str) -> str:
    """Who is behind an actor: ACTOR for ``plugin:NAME for ACTOR``, else the actor itself."""
    return actor.partition(" for ")[2] if actor.startswith(PLUGIN_ACTOR) else actor
