"""Who may do what, as the configuration says it: ``[access]``."""

from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any

from dealwright_core.access.actors import PLUGIN_ACTOR, SYSTEM
from dealwright_core.access.rights import roles_of
from dealwright_core.access.shipped import SHIPPED
from dealwright_core.config.document import Document, KeyPath, meant
from dealwright_core.config.sections import Access, AccessTable
from dealwright_core.errors import Problem
from dealwright_core.language import core as _


def access_of(table: AccessTable) -> Access:
    """The roles and actors that a table describes."""
    return Access(
        default_actor=table.default_actor,
        actors={
            name: (roles,) if isinstance(roles, str) else tuple(roles) for name, roles in table.actors.items()
        },
        roles=roles_of(table.roles, SHIPPED),
        separate=table.separate,
    )


def access_problems(access: Access, table: AccessTable, document: Document) -> Iterator[Problem]:
    """Everything wrong with it."""
    for name, written in table.roles.items():
        if written.like is not None and written.like not in SHIPPED:
            at = ("access", "roles", name, "like")
            yield _unknown(document, at, _("shipped role"), written.like, SHIPPED)
    for actor, roles in access.actors.items():
        path = ("access", "actors", actor)
        if actor.startswith(PLUGIN_ACTOR) or actor == SYSTEM:
            whose = _("the platform's own") if actor == SYSTEM else _("those of plugins")
            yield document.problem(path, _("names such as this are {whose}", whose=whose))
        for role in roles:
            if role not in access.roles:
                yield _unknown(document, path, _("role"), role, access.roles)
    default = access.default_actor
    if default is not None and default not in access.actors and (hint := meant(default, access.actors)):
        yield document.problem(
            ("access", "default_actor"), _("{default!r} is not among the actors", default=default), hint
        )


def unknown_names(access: Access, document: Document, known: Collection[str]) -> Iterator[Problem]:
    """Rights on what is no kind of record, command, report or group of them."""
    written: Any = document.data.get("access", {})
    for at, each in enumerate(access.separate):
        for key, commands in (("first", each.first), ("then", each.then)):
            for command in commands:
                if not _is_known(command, known):
                    yield _unknown(document, ("access", "separate", at, key), _("command"), command, known)
    for name in written.get("roles", {}) if isinstance(written, dict) else {}:
        role = access.roles.get(str(name))
        if role is None:
            continue
        for on in dict.fromkeys(each.on for each in chain(role.rights, role.denies)):
            if not _is_known(on, known):
                what = _("kind of record, command or report")
                yield _unknown(document, ("access", "roles", str(name)), what, on, known)


def _is_known(name: str, known: Collection[str]) -> bool:
    """Whether there is something of a name; records bring commands with them, named after the record."""
    return name in known or ("." in name and name.partition(".")[0].replace("-", "_") in known)


def _unknown(document: Document, path: KeyPath, what: str, name: str, known: Collection[str]) -> Problem:
    hint = meant(name, known) or _("there is {known}", known=", ".join(sorted(known)[:20]))
    return document.problem(path, _("there is no {what} {name!r}", what=what, name=name), hint)
