"""The roles that every deployment has unless its configuration defines them otherwise (岗位职责与权限)."""

from collections.abc import Collection, Mapping
from typing import Final

from dealwright_core.access.rights import Action, Right, Role, Scope
from dealwright_core.records.record import FieldClass

PLAIN: Final[tuple[FieldClass, ...]] = ("plain",)
PERSONAL: Final[tuple[FieldClass, ...]] = ("plain", "personal")
CONFIDENTIAL: Final[tuple[FieldClass, ...]] = ("plain", "confidential")
EVERY_CLASS: Final[tuple[FieldClass, ...]] = ("plain", "personal", "confidential")

SOLD: Final = ("customer", "contact", "opportunity", "activity", "contract", "declared")
PERSONS: Final = ("contact", "member", "customer")
ORGANISATION: Final = ("team", "member", "position", "deputation")


def _rights(
    action: Action, on: Collection[str], scope: Scope = "all", classes: Collection[FieldClass] = PLAIN
) -> tuple[Right, ...]:
    return tuple(Right(action, each, scope, frozenset(classes)) for each in on)


def _written(
    on: Collection[str], scope: Scope = "all", classes: Collection[FieldClass] = PLAIN
) -> tuple[Right, ...]:
    return (*_rights("add", on, scope, classes), *_rights("change", on, scope, classes))


def _seller(name: str, title: str, scope: Scope, reads: Collection[FieldClass], *more: Right) -> Role:
    """A role that sells, or leads those who do."""
    return Role(
        name,
        title,
        (
            *_rights("read", ("owned",), scope, reads),
            *_written(SOLD, scope, reads),
            *_rights("read", ("reference",)),
            *_rights("report", ("*",)),
            *_rights("run", ("*",), scope),
            *more,
        ),
    )


ROLES: Final[tuple[Role, ...]] = (
    _seller("rep", "Sales representative", "own", PERSONAL),
    _seller("supervisor", "Supervisor", "team", PERSONAL, Right("approve", "contract", "team")),
    _seller(
        "manager",
        "Manager",
        "subtree",
        EVERY_CLASS,
        Right("approve", "contract", "subtree"),
    ),
    _seller(
        "director",
        "Director",
        "all",
        EVERY_CLASS,
        *_rights("approve", ("owned",)),
        *_rights("grant", ("owned", "access_grant")),
        *_rights("export", ("owned",), "all", EVERY_CLASS),
        *_rights("erase", PERSONS),
        *_rights("read", ("*",), "all", EVERY_CLASS),
        *_written(("target", "sales_split", "pay_adjustment", "pay_dispute", "pay_hold")),
    ),
    Role(
        "finance",
        "Finance",
        (
            *_rights("read", ("customer", "contract", "transaction"), "all", CONFIDENTIAL),
            *_rights("export", ("customer", "contract", "transaction"), "all", CONFIDENTIAL),
            *_rights("read", ("opportunity", "target", "pay_adjustment", "pay_dispute", "reference")),
            *_written(("transaction", "exchange_rate"), "all", CONFIDENTIAL),
            *_rights("report", ("*",)),
        ),
    ),
    Role(
        "archive-keeper",
        "Archive keeper",
        (
            *_rights("read", ("customer", "contract", "access_grant", "reference")),
            *_rights("grant", ("contract", "access_grant")),
            *_rights("report", ("access.explain",)),
        ),
    ),
    Role(
        "auditor",
        "Auditor",
        (
            *_rights("read", ("*",), "all", EVERY_CLASS),
            *_rights("report", ("*",)),
        ),
    ),
    Role(
        "admin",
        "Administrator",
        (
            *_rights("read", ORGANISATION, "all", PERSONAL),
            *_written(ORGANISATION, "all", PERSONAL),
            *_rights("report", ("access.explain",)),
            *_rights("export", ORGANISATION, "all", PERSONAL),
            *_rights("erase", PERSONS),
            *_rights("read", ("reference",)),
            *_rights("operate", ("*",)),
        ),
    ),
    Role(
        "integrator",
        "Integrator",
        (
            *_rights("read", ("*",), "all", EVERY_CLASS),
            *_written(("*",), "all", EVERY_CLASS),
            *_rights("import", ("*",), "all", EVERY_CLASS),
            *_rights("export", ("*",), "all", EVERY_CLASS),
            *_rights("report", ("*",)),
            *_rights("run", ("*",)),
            *_rights("operate", ("*",)),
        ),
    ),
)

SHIPPED: Final[Mapping[str, Role]] = {each.name: each for each in ROLES}
