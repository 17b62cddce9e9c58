"""What is said of a person's data: where it stands, and what of it was erased."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dealwright_core.language import core as _
from dealwright_core.persons.erasing import Erased
from dealwright_core.persons.person import Holding, Person, linking
from dealwright_core.persons.places import Mention, Places
from dealwright_core.persons.refused_files import RefusedFile
from dealwright_core.store.session import Session

NOT_SEARCHED = _("backups, exported files, files that were imported, logs, and what plugins keep elsewhere")


def person_form(
    session: Session,
    truth: Session,
    person: Person,
    places: Places,
    files: Sequence[RefusedFile],
    folder: Path,
) -> dict[str, Any]:
    """Every place that holds a person's data. Records that the actor does not see are counted only."""
    return {
        "person": str(person.own),
        "data": [_data(each, name, value) for each in person.holdings for name, value in each.values.items()],
        "linked records": list(_linked(session, truth, person)),
        "events": [
            {"event": event.seq, "at": event.at.isoformat(), "record": str(holding), "field": name, "value": value}
            for holding, event in places.events
            for name, value in holding.personal_in(event.change or {}).items()
        ],
        "other places": [*(each.shown for each in places.texts), *_files(files, folder)],
        "mentions": list(_mentions(session, places.mentions)),
        "cannot be erased": list(places.unerasable),
        "not searched": NOT_SEARCHED,
    }  # fmt: skip


def erased_form(seen: Session, erased: Erased, folder: Path) -> dict[str, Any]:
    """What was erased of a person, and what was not."""
    person, places = erased.person, erased.places
    return {
        "erased": str(person.own),
        "records": ", ".join(str(each) for each in person.holdings),
        "events": erased.events,
        "other places": [*(each.shown for each in places.texts), *_files(erased.files, folder)],
        "taken out of texts": list(_mentions(seen, erased.also)),
        "still mentioned": list(_mentions(seen, erased.left)),
        "not erased": [*places.unerasable, *_unreadable(erased.files, folder)],
        "not searched": NOT_SEARCHED,
    }


def _data(holding: Holding, name: str, value: Any) -> dict[str, Any]:
    return {"record": str(holding), "field": name, "value": value}


def _linked(session: Session, truth: Session, person: Person) -> Iterator[dict[str, Any]]:
    for kind, link, records in linking(truth, person):
        seen = session.refs_of(kind.name, [each.id for each in records])
        yield {
            "kind": kind.name, "by": link.name, "records": len(records),
            "refs": [seen[each.id] for each in records if each.id in seen],
        }  # fmt: skip


def _files(files: Iterable[RefusedFile], folder: Path) -> Iterator[dict[str, Any]]:
    for each in files:
        lines = ", ".join(map(str, each.lines)) or _("unknown lines")
        yield {"where": "file of refused rows", "of": f"{each.path.relative_to(folder)}, {lines}"}


def _unreadable(files: Iterable[RefusedFile], folder: Path) -> Iterator[str]:
    for each in files:
        if each.left is None:
            yield _(
                "{relative_to}, which is no UTF-8 file of rows: delete it",
                relative_to=each.path.relative_to(folder),
            )


def _mentions(session: Session, mentions: Sequence[Mention]) -> Iterator[dict[str, Any]]:
    hidden = 0
    for each in mentions:
        if each.kind in session.kinds and session.ref_of(each.kind, each.id) is None:
            hidden += 1
            continue
        yield {
            "record": f"{each.kind} {each.ref}", "fields": list(each.fields), "events": list(each.events),
            "note": "a person like this one: erase them by themselves" if each.is_personal else "",
        }  # fmt: skip
    if hidden:
        yield {"record": f"{hidden} that you do not see", "fields": [], "events": [], "note": ""}
