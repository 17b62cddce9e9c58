"""Idempotency keys: the first outcome of a command, kept for ever, and given back with its types."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs
import sqlalchemy as sa
from attrs import frozen
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from dealwright_core.errors import InvalidValue, Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records.fieldtypes import BY_PYTHON, TYPES, Notation
from dealwright_core.records.record import Record
from dealwright_core.store import tables
from dealwright_core.store.session import Session
from dealwright_core.values import Period

INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@frozen
class Key:
    """An idempotency key of an actor for a command."""

    actor: str
    command: str
    key: str

    @property
    def digest(self) -> str:
        """By which it is kept: what it says may be anything, such as somebody's name."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    def claim(self, connection: Connection, arguments: Mapping[str, Any], at: datetime) -> str | None:
        """Take the key, or return the result it has. Other arguments under the same key are refused."""
        body = hashlib.sha256(json.dumps(plain(arguments), sort_keys=True).encode()).hexdigest()
        table = tables.key
        values = {"actor": self.actor, "command": self.command, "key": self.digest, "body": body, "at": at}
        insert: Any = INSERT[connection.dialect.name]
        statement = insert(table).values(values).on_conflict_do_nothing().returning(table.c.key)
        if connection.execute(statement).first() is not None:
            return None
        row = connection.execute(sa.select(table.c.body, table.c.result).where(*self._here())).one()
        if row.body != body:
            said = _(
                "key {key!r} was used by {actor} for {command} with other arguments",
                key=self.key,
                actor=self.actor,
                command=self.command,
            )
            message = _("{said}: use a new key", said=said)
            raise Refused([Finding("key-reused", "block", message)])
        return str(row.result)

    def keep(self, connection: Connection, session: Session, value: Any) -> None:
        """Keep the outcome of the command for whoever uses the key again."""
        result = json.dumps(plain(value, refer=session))
        connection.execute(sa.update(tables.key).where(*self._here()).values(result=result))

    def _here(self) -> "tuple[sa.ColumnElement[bool], ...]":
        c = tables.key.c
        return c.actor == self.actor, c.command == self.command, c.key == self.digest


def plain(value: Any, refer: Session | None = None) -> Any:
    """A value as JSON can say it.

    With ``refer`` nothing is lost on the way: records become references, values keep their types, and `revive` gives
    them back.
    """
    if isinstance(value, Record):
        if refer is None:
            return {"ref": value.ref, "id": value.id, "version": value.version}
        return {"$record": refer.kind(type(value)).name, "id": value.id}
    if isinstance(value, Mapping):
        return {str(name): plain(each, refer) for name, each in value.items()}
    if isinstance(value, tuple) and refer is not None:
        return {"$tuple": [plain(each, refer) for each in value]}
    if isinstance(value, list | tuple):
        return [plain(each, refer) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        raise InvalidValue(
            _("returned the float {value}", value=value), _("return an integer, Decimal or Money")
        )
    kind = BY_PYTHON.get(type(value))
    if kind is None and attrs.has(type(value)) and not isinstance(value, Period):
        return {each.name: plain(getattr(value, each.name), refer) for each in attrs.fields(type(value))}
    if kind is None:
        return str(value)
    return kind.to_json(value) if refer is None else {f"${kind.name}": kind.to_json(value)}


def revive(session: Session, result: str) -> Any:
    """The value that `plain` made a text of."""
    notation = Notation(session.currency)

    def again(value: Any) -> Any:
        if isinstance(value, list):
            return [again(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$record" in value:
            return session.get(value["$record"], value["id"])
        if "$tuple" in value:
            return tuple(again(each) for each in value["$tuple"])
        name, inner = next(iter(value.items()), ("", None))
        if name.startswith("$") and name[1:] in TYPES:
            return TYPES[name[1:]].from_json(inner, notation)
        return {name: again(each) for name, each in value.items()}

    return again(json.loads(result))
