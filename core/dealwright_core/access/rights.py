"""What a role may do: rights, each an action on kinds of record, commands or reports within a scope."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from attrs import frozen

from dealwright_core.records.record import FieldClass

Scope = Literal["own", "team", "subtree", "all"]
Action = Literal[
    "read", "add", "change", "approve", "export", "import", "grant", "run", "report", "operate", "erase", "*"
]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
CLASSES: Final[tuple[FieldClass, ...]] = get_args(FieldClass)

# What a right may name beside single kinds, commands and reports.
EVERYTHING: Final = "*"
OWNED: Final = "owned"
REFERENCE: Final = "reference"
DECLARED: Final = "declared"
GROUPS: Final = (EVERYTHING, OWNED, REFERENCE, DECLARED)
# What the platform has beside records, commands and reports.
OPERATED: Final = ("database", "events", "plugins", "journal")


@frozen
class Right:
    """One action on one thing.

    ``on`` is a kind of record, a command, a report, ``*`` for everything, ``owned`` for kinds whose records belong
    to members or teams, ``declared`` for those of them that plugins and the configuration add, or ``reference`` for
    kinds that all share. ``scope`` says whose records: the member's own, those of the position's team and its members,
    of the team and all below it, or all. ``classes`` are the classes of fields that may be read, or written.
    """

    action: Action
    on: str
    scope: Scope = "all"
    classes: frozenset[FieldClass] = frozenset({"plain"})

    def __str__(self) -> str:
        return f"{self.action} {self.on} ({self.scope})"


@frozen
class Role:
    """A named set of rights. What ``denies`` names is not allowed, whatever other roles say."""

    name: str
    title: str
    rights: tuple[Right, ...] = ()
    denies: tuple[Right, ...] = ()


@frozen(kw_only=True)
class RightTable:
    """A right as the configuration writes it: each action on each thing."""

    action: tuple[Action, ...]
    on: tuple[str, ...]
    scope: Scope = "all"
    fields: tuple[FieldClass, ...] = ("plain",)

    def rights(self) -> tuple[Right, ...]:
        """The single rights."""
        classes: frozenset[FieldClass] = frozenset(("plain", *self.fields))
        return tuple(Right(action, on, self.scope, classes) for action in self.action for on in self.on)


@frozen(kw_only=True)
class RoleTable:
    """``[access.roles.NAME]`` as it is written. ``like`` names a shipped role to start from."""

    title: str = ""
    like: str | None = None
    allow: tuple[RightTable, ...] = ()
    deny: tuple[RightTable, ...] = ()


def roles_of(tables: Mapping[str, RoleTable], shipped: Mapping[str, Role]) -> Mapping[str, Role]:
    """The roles of a deployment: those shipped, and those that its configuration defines instead or besides."""
    roles = dict(shipped)
    for name, table in tables.items():
        start = shipped.get(table.like or "", Role(name, ""))
        roles[name] = Role(
            name,
            table.title or start.title or name.replace("-", " ").capitalize(),
            (*start.rights, *(right for each in table.allow for right in each.rights())),
            (*start.denies, *(right for each in table.deny for right in each.rights())),
        )
    return roles


@frozen(kw_only=True)
class Separation:
    """Duties that one person does not do on one record: who ran one of ``first`` on it does not run one of ``then``."""

    first: tuple[str, ...]
    then: tuple[str, ...]
