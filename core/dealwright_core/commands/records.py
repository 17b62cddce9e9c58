"""The commands every kind of record has: add, change, list, show, history."""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from typing import Annotated, Any

from dealwright_core.contributions import Command
from dealwright_core.errors import Conflict, NotFound, UsageError
from dealwright_core.language import Titled, joined
from dealwright_core.language import core as _
from dealwright_core.records.lifecycle import Lifecycle
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import MERGED_INTO, Field, RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.joining import typed
from dealwright_core.store.session import Session

Ref = Annotated[str, "ref of the record"]


def _a(kind: RecordType) -> str:
    """The kind in running text, with its article."""
    name = Titled(kind.title.lower(), kind.title)
    return _("an {name}", name=name) if name[0] in "aeiou" else _("a {name}", name=name)


def group_of(kind: str) -> str:
    """The command group of a kind: ``stage-move`` for ``stage_move``."""
    return kind.replace("_", "-")


def record_commands(
    kind: RecordType, lifecycles: Iterable[Lifecycle], own: Collection[str] = ()
) -> Iterator[Command]:
    """The commands of one kind of record.

    Lifecycles called as in ``own`` move by commands that the kind has beside these; then others move by ``move``
    instead of ``advance``.
    """
    tracks = [each for each in lifecycles if each.record == kind.name]
    group = group_of(kind.name)
    guided = {each.field for each in tracks}
    example = f"dealwright {group} list --limit 5"
    yield Command(f"{group}.list", _list(kind), example=example, reads=True)
    yield Command(f"{group}.show", _show(kind), example=f"dealwright {group} show {kind.prefix}1", reads=True)
    yield Command(
        f"{group}.history", _history(kind), example=f"dealwright {group} history {kind.prefix}1", reads=True
    )
    yield Command(
        f"{group}.add",
        add(kind, guided),
        example=_add_example(kind, group, guided),
        requires=f"add {kind.name}",
    )
    yield Command(f"{group}.change", change(kind, guided), example=_change_example(kind, group, guided))
    moving = [each for each in tracks if each.name not in own]
    if moving:
        verb = "move" if own else "advance"
        yield Command(
            f"{group}.{verb}",
            _advance(kind, moving),
            example=f"dealwright {group} {verb} {kind.prefix}1 --to {moving[0].states[-1]}",
        )


def add(kind: RecordType, guided: set[str]) -> Callable[..., Record]:
    """The function that adds a record of a kind; a field with a lifecycle starts in its first state."""
    fields = [each for each in kind.fields if each.name not in guided]

    def function(session: ChangingSession, ref: str = "", **values: Any) -> Record:
        for name in guided:
            values[name] = next(
                each.initial for each in session.lifecycles_of(kind.name) if each.field == name
            )
        return session.add(kind.cls(ref=ref, **resolve(session, kind, values)))

    parameters = [_parameter("ref", Annotated[str, "ref, numbered where it is left out"], "")]
    parameters += [_field_parameter(each, required=each.required) for each in fields]
    return _signed(function, parameters, _("Add {record}.", record=_a(kind)))


def change(kind: RecordType, guided: set[str]) -> Callable[..., Record]:
    """The function that changes fields of a record; those with a lifecycle move by it alone."""
    fields = [each for each in kind.fields if each.name not in guided]

    def function(
        session: ChangingSession,
        ref: str,
        clear: tuple[str, ...] = (),
        version: int | None = None,
        **values: Any,
    ) -> Record:
        record = session.get(kind.name, ref)
        if version is not None and version != record.version:
            raise Conflict(
                _(
                    "{kind} {ref} has version {found}, not {version}: somebody else changed it",
                    kind=kind.name,
                    ref=ref,
                    found=record.version,
                    version=version,
                ),
                ref,
            )
        for name in clear:
            if name not in {each.name for each in fields}:
                raise UsageError(
                    _(
                        "{kind} has no field {name!r}{near}",
                        kind=kind.name,
                        name=name,
                        near=did_you_mean(name, kind.by_name),
                    )
                )
            values[name] = None
        return session.change(record, **resolve(session, kind, values))

    parameters = [
        _parameter("ref", Ref),
        *(_field_parameter(each, required=False) for each in fields),
        _parameter("clear", Annotated[tuple[str, ...], "field to empty"], ()),
        _parameter("version", Annotated[int | None, "refuse unless the record has this version"], None),
    ]
    return _signed(function, parameters, _("Change fields of {record}.", record=_a(kind)))


def resolve(session: Session, kind: RecordType, values: dict[str, Any]) -> dict[str, Any]:
    """The same values with the refs of linked records turned into their ids."""
    return {
        name: _linked(session, kind.by_name[name], value) if kind.by_name[name].link else value
        for name, value in values.items()
    }


def _linked(session: Session, field: Field, value: Any) -> int | None:
    assert field.link is not None
    if value is None:
        return None
    try:
        return _standing(session.get(field.link, value))
    except NotFound as error:
        named = {_standing(each): each for each in session.by_label(field.link, str(value))}
        if len(named) == 1:
            return next(iter(named))
        if named:
            refs = ", ".join(each.ref for each in list(named.values())[:5])
            raise UsageError(
                _(
                    "{field}: {count} {link}s are called {value!r}: give a ref, {refs}",
                    field=field.name,
                    count=len(named),
                    link=field.link,
                    value=value,
                    refs=refs,
                )
            ) from None
        raise UsageError(
            joined(": ", (field.name, error)),
            _("look for it: dealwright {group} list", group=group_of(field.link)),
        ) from None


def _standing(record: Record) -> int:
    """The id of a record, or of the one into which it was merged."""
    into: int | None = getattr(record, MERGED_INTO, None)
    return record.id if into is None else into


def _list(kind: RecordType) -> Callable[..., list[Record]]:
    def function(
        session: Session,
        where: Annotated[str | None, "condition, such as \"amount >= '50000'\""] = None,
        order: Annotated[str, "field to sort by, with - before it for descending"] = "id",
        limit: Annotated[int, "how many at the most"] = 50,
    ) -> list[Record]:
        if limit < 0:
            raise UsageError(_("limit is {limit}: give how many records to list, 0 or more", limit=limit))
        condition = None if where is None else typed(where)
        return session.find(kind.name, condition, order=order, limit=limit)

    function.__doc__ = _("List {kind} records.", kind=Titled(kind.title.lower(), kind.title))
    return function


def _show(kind: RecordType) -> Callable[..., Record]:
    def function(session: Session, ref: Ref) -> Record:
        return session.get(kind.name, ref)

    function.__doc__ = _("Show {record}.", record=_a(kind))
    return function


def _history(kind: RecordType) -> Callable[..., list[dict[str, Any]]]:
    def function(session: Session, ref: Ref) -> list[dict[str, Any]]:
        return [
            {
                "seq": each.seq, "at": each.at.isoformat(), "actor": each.actor, "command": each.command,
                "version": each.version, "change": each.change if each.action != "batch" else {"imported": each.ref},
            }
            for each in session.history(kind.name, ref)
        ]  # fmt: skip

    function.__doc__ = _("Show every change of {record}, oldest first.", record=_a(kind))
    return function


def _advance(kind: RecordType, tracks: list[Lifecycle]) -> Callable[..., Record]:
    names = ", ".join(each.name for each in tracks)

    def function(session: ChangingSession, ref: str, to: str, track: str = "") -> Record:
        chosen = next((each for each in tracks if each.name == track), None)
        if chosen is None:
            raise UsageError(
                _(
                    "{kind} has no track {track!r}{near}",
                    kind=kind.name,
                    track=track,
                    near=did_you_mean(track, [t.name for t in tracks]),
                ),
                _("it has {names}", names=names),
            )
        lifecycle = session.lifecycle(chosen.name)
        record = session.lock(kind.name, ref)
        move = lifecycle.move(getattr(record, lifecycle.field), to, ref)
        return session.change(record, **{lifecycle.field: move.to})

    parameters = [
        _parameter("ref", Ref),
        _parameter("to", Annotated[str, "state or event to move by"]),
        _parameter("track", Annotated[str, _("which lifecycle: {names}", names=names)], tracks[0].name),
    ]
    return _signed(
        function,
        parameters,
        _("Move {record} to another state.", record=_a(kind)),
        fill={"track": tracks[0].name},
    )


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


@lru_cache(maxsize=4096)
def _field_parameter(field: Field, *, required: bool) -> inspect.Parameter:
    python = str if field.link else field.type.python
    hint: Any = python | None if field.optional or not required else python
    annotation: Any = Annotated[hint, field]
    return _parameter(field.name, annotation, inspect.Parameter.empty if required else field.default)


def _signed(
    function: Callable[..., Any],
    parameters: list[inspect.Parameter],
    doc: str,
    fill: dict[str, Any] | None = None,
) -> Callable[..., Any]:
    """A function with the signature that the fields of a kind ask for."""

    def called(session: ChangingSession, **values: Any) -> Any:
        return function(session, **{**(fill or {}), **values})

    required_first = sorted(parameters, key=lambda each: each.default is not inspect.Parameter.empty)
    session = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    called.__signature__ = inspect.Signature([session, *required_first])  # type: ignore[attr-defined]  # inspect reads it
    called.__doc__ = doc
    called.__qualname__ = function.__qualname__
    return called


def _add_example(kind: RecordType, group: str, guided: set[str]) -> str:
    needed = [each for each in kind.fields if each.required and each.name not in guided]
    options = " ".join(f"--{each.name.replace('_', '-')} {_sample(each)}" for each in needed)
    return f"dealwright {group} add {options}".rstrip()


def _change_example(kind: RecordType, group: str, guided: set[str]) -> str:
    first = next((each for each in kind.fields if each.name not in guided), None)
    option = f" --{first.name.replace('_', '-')} {_sample(first)}" if first else ""
    return f"dealwright {group} change {kind.prefix}1{option}"


def _sample(field: Field) -> str:
    if field.choices:
        return field.choices[0]
    if field.link:
        return "REF"
    return {
        "text": '"…"', "integer": "1", "ratio": '"25 %"', "boolean": "true", "date": "2026-01-31",
        "instant": "2026-01-31T12:00:00Z", "money": '"100.00 USD"', "price": '"1.25 USD"',
    }.get(field.type.name, "…")  # fmt: skip
