"""Commands of kinds whose records are found alike: they list those, merge them, and go on with the one that stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any

import attrs

from dealwright_core.commands.approval import withdrawing
from dealwright_core.commands.records import Ref, group_of
from dealwright_core.commands.signature import called_like
from dealwright_core.contributions import Column, Command, Table
from dealwright_core.errors import Refused, UsageError
from dealwright_core.expr import fields
from dealwright_core.findings import Finding
from dealwright_core.language import Titled
from dealwright_core.language import core as _
from dealwright_core.likeness import quality
from dealwright_core.likeness.forms import number_form, reasons
from dealwright_core.likeness.groups import groups
from dealwright_core.likeness.keeping import forms
from dealwright_core.likeness.merging import merge
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import MERGED_INTO, RecordType
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.joining import typed
from dealwright_core.store.session import Session

NEAR = 90
PPM_OF_PERCENT = 10_000
WITHOUT_QUALITY = "near names and wrong tax ids are looked for with: pip install 'dealwright[quality]'"


def with_duplicates(kind: RecordType, commands: Iterable[Command]) -> Iterator[Command]:
    """The commands of a kind, and those for records of it that are there twice."""
    group = group_of(kind.name)
    for each in commands:
        wrap = WRAPPED.get(each.name.removeprefix(f"{group}.")) if kind.is_mergeable else None
        yield each if wrap is None else attrs.evolve(each, function=wrap(kind, each.function))
    if kind.alike_by:
        example = f"dealwright {group} duplicates --limit 5"
        yield Command(f"{group}.duplicates", _duplicates(kind), example=example, reads=True)
    if kind.is_mergeable:
        yield Command(
            f"{group}.merge",
            withdrawing(_merge(kind)),
            example=f"dealwright {group} merge {kind.prefix}2 --into {kind.prefix}1",
            requires=f"change {kind.name}",
        )


def _duplicates(kind: RecordType) -> Callable[..., Table]:
    def function(
        session: Session,
        limit: Annotated[int, "how many groups at the most"] = 20,
        near: Annotated[int, "score from which names are nearly the same, 1 to 100, or 0 for none"] = NEAR,
    ) -> Table:
        if limit < 0 or not 0 <= near <= 100:
            raise UsageError(_("limit is 0 or more, and near is from 0 to 100"))
        alike = [
            (each.records, ", ".join(_titles(kind, each.fields)), None) for each in groups(session, kind)
        ]
        rows: list[tuple[Any, ...]] = []
        for number, (records, why, score) in enumerate(alike[:limit], 1):
            rows += [(number, *cells, why, score) for cells in _cells(session, kind, records)]
        if quality.is_installed():
            rows += _nearly(session, kind, near, len(alike[:limit]), limit) if near else []
            rows += _wrong_numbers(session, kind, limit)
        note = _("{count} more groups: give --limit", count=len(alike) - limit) if len(alike) > limit else ""
        without = "" if quality.is_installed() else WITHOUT_QUALITY
        return Table(_columns(kind), tuple(rows), note="\n".join(filter(None, (note, without))))

    function.__doc__ = _(
        "List {kind} records that are alike, those you may see, in groups with the reason.",
        kind=Titled(kind.title.lower(), kind.title),
    )
    return function


def _merge(kind: RecordType) -> Callable[..., Record]:
    title = kind.title.lower()

    def function(
        session: ChangingSession,
        ref: Ref,
        into: Annotated[str, _("ref of the {title} that stands for both", title=Titled(title, kind.title))],
        prefer_fields: Annotated[tuple[str, ...], "field in which the merged one is right"] = (),
        keep: Annotated[tuple[str, ...], "of two records that a customer has once: the one that counts"] = (),
    ) -> Record:
        return merge(session, kind, ref, into, prefer_fields, keep)

    said = _("All that leads to it leads to the other, whose empty fields are filled")
    function.__doc__ = _("Merge a {title} into another. {said}.", title=Titled(title, kind.title), said=said)
    return function


def _columns(kind: RecordType) -> tuple[Column, ...]:
    named = [Column(name, kind.by_name[name].title) for name in _shown(kind)]
    return (
        Column("group", "Group", "integer"),
        Column("ref", "Ref"),
        *named,
        Column("why", "Why"),
        Column("score", "Score", "ratio"),
    )


def _shown(kind: RecordType) -> list[str]:
    """The fields that tell records apart: what they are called, what they are compared by, and whose they are."""
    owner = ["owner"] if "owner" in kind.by_name else []
    return list(
        dict.fromkeys([*([kind.label] if kind.label in kind.by_name else []), *kind.alike_by, *owner])
    )


def _titles(kind: RecordType, names: Iterable[str]) -> list[str]:
    return [
        _("same {field}", field=Titled(kind.by_name[each].title.lower(), kind.by_name[each].title))
        for each in names
    ]


def _cells(session: Session, kind: RecordType, records: Iterable[Record]) -> list[tuple[Any, ...]]:
    listed, names = list(records), _shown(kind)
    refs: dict[str, Mapping[int, str]] = {
        name: session.refs_of(link, [id for each in listed if (id := getattr(each, name)) is not None])
        for name in names
        if (link := kind.by_name[name].link) is not None
    }
    return [
        (
            each.ref,
            *(refs[name].get(getattr(each, name)) if name in refs else getattr(each, name) for name in names),
        )
        for each in listed
    ]


def _standing(session: Session, kind: RecordType) -> list[Record]:
    """All records of a kind that the actor may see and that stand for themselves."""
    condition = getattr(fields(kind.name), MERGED_INTO).is_null() if kind.is_mergeable else None
    return session.find(kind.name, condition)


def _nearly(
    session: Session, kind: RecordType, lowest: int, before: int, limit: int
) -> list[tuple[Any, ...]]:
    """Pairs whose names are nearly the same and whose numbers do not contradict, the nearest first."""
    records = {each.id: each for each in _standing(session, kind)}
    known = {id: forms(kind, each) for id, each in records.items()}
    names = {id: found[kind.label] for id, found in known.items() if kind.label in found}
    rows: list[tuple[Any, ...]] = []
    number = before
    for each in sorted(quality.near_names(names, lowest), key=lambda near: -near.score):
        one, other = known[each.one], known[each.other]
        if reasons(kind.label, one, {**other, kind.label: one[kind.label]}) != (kind.label,):
            continue
        number += 1
        if number > before + limit:
            break
        score = round(each.score * PPM_OF_PERCENT)
        pair = _cells(session, kind, [records[each.one], records[each.other]])
        rows += [(number, *cells, _("nearly the same name"), score) for cells in pair]
    return rows


def _wrong_numbers(session: Session, kind: RecordType, limit: int) -> list[tuple[Any, ...]]:
    if "tax_id" not in kind.alike_by:
        return []
    found: list[tuple[Record, str]] = []
    for each in _standing(session, kind):
        form = number_form(getattr(each, "tax_id", None) or "")
        why = quality.wrong_tax_id(form) if form else None
        if why is not None and len(found) < limit:
            found.append((each, why))
    cells = _cells(session, kind, [each for each, _ in found])
    return [(None, *row, why, None) for row, (_, why) in zip(cells, found, strict=True)]


def _listing(kind: RecordType, function: Callable[..., Any]) -> Callable[..., Any]:
    """``list`` without the records that were merged, unless asked for."""

    def listed(
        session: Session,
        where: Annotated[str | None, "condition, such as \"name == 'Acme'\""] = None,
        order: Annotated[str, "field to sort by, with - before it for descending"] = "id",
        limit: Annotated[int, "how many at the most"] = 50,
        merged: Annotated[bool, "also those that were merged into others"] = False,
    ) -> list[Record]:
        if merged:
            found: list[Record] = function(session, where=where, order=order, limit=limit)
            return found
        if limit < 0:
            raise UsageError(_("limit is {limit}: give how many records to list, 0 or more", limit=limit))
        standing = getattr(fields(kind.name), MERGED_INTO).is_null()
        condition = standing if where is None else typed(where) & standing
        return session.find(kind.name, condition, order=order, limit=limit)

    listed.__doc__ = _("{doc} Those that were merged into others are left out.", doc=function.__doc__)
    return listed


def _showing(kind: RecordType, function: Callable[..., Any]) -> Callable[..., Any]:
    """``show``, which goes from a record that was merged to the one that stands for it, and says so."""

    def shown(session: Session, ref: Ref) -> Record:
        found: Record = function(session, ref=ref)
        into = getattr(found, MERGED_INTO)
        standing = session.find(kind.name, id=into, limit=1) if into is not None else []
        if not standing:
            return found
        message = _(
            "{ref} was merged into {standing}, which is shown", ref=found.ref, standing=standing[0].ref
        )
        session.remarks.append(Finding(f"merged-{group_of(kind.name)}", "warn", message, found.ref))
        return standing[0]

    shown.__doc__ = _("{doc} Of one that was merged, the one that stands for it.", doc=function.__doc__)
    return shown


def _remembering(kind: RecordType, function: Callable[..., Any]) -> Callable[..., Any]:
    """``history``, in which what was merged into a record has a line."""

    def remembered(session: Session, ref: Ref) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = function(session, ref=ref)
        into: dict[str, Any] = {MERGED_INTO: session.get(kind.name, ref).id}
        for merged in session.find(kind.name, **into):
            for line in function(session, ref=merged.ref):
                if line["change"] and line["change"].get(MERGED_INTO) == into[MERGED_INTO]:
                    lines.append({**line, "change": {"merged": merged.ref}})
        return sorted(lines, key=lambda line: int(line["seq"]))

    remembered.__doc__ = _("{doc} What was merged into it is among them.", doc=function.__doc__)
    return remembered


def _adding(kind: RecordType, function: Callable[..., Any]) -> Callable[..., Any]:
    """``add``, which merges nothing: merging does more than to say so."""

    def added(session: ChangingSession, **values: Any) -> Record:
        after: Record = function(session, **values)
        return after

    return called_like(added, function, but=[MERGED_INTO])


def _changing(kind: RecordType, function: Callable[..., Any]) -> Callable[..., Any]:
    """``change``, which neither merges nor changes what was merged."""

    def changed(session: ChangingSession, **values: Any) -> Record:
        if MERGED_INTO in values.get("clear", ()):
            raise UsageError(
                _("{merged_into} cannot be emptied: what was merged stays merged", merged_into=MERGED_INTO)
            )
        found = session.get(kind.name, values["ref"])
        into = getattr(found, MERGED_INTO)
        if into is not None:
            other = session.ref_of(kind.name, into) or _("another one")
            message = _("{ref} was merged into {other}: change that one", ref=found.ref, other=other)
            raise Refused([Finding(f"merged-{group_of(kind.name)}", "block", message, found.ref)])
        after: Record = function(session, **values)
        return after

    return called_like(changed, function, but=[MERGED_INTO])


WRAPPED: Mapping[str, Callable[[RecordType, Callable[..., Any]], Callable[..., Any]]] = {
    "list": _listing,
    "show": _showing,
    "history": _remembering,
    "add": _adding,
    "change": _changing,
}
