"""Every method of a session, for every shipped role, on rows of their own, their team's and others'."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from operator import methodcaller
from typing import Any, Final

import attrs
import sqlalchemy as sa

from dealwright import ChangingSession, NotFound, Record, RecordType, Session
from dealwright_core.door import changing
from tests.core.access import specification as spec
from tests.core.access.matrix import COVERED, OWNED, Asked, covered, everywhere, login_of, permitted, scope
from tests.core.access.world import Place


def reading(kind: RecordType, record: Record) -> dict[str, Callable[[Session], Any]]:
    """The reading methods of a session, each true where it shows a record."""
    ref, id, label = record.ref, record.id, str(getattr(record, kind.label))

    def selected(session: Session) -> Any:
        table = session.table(kind.name)
        return session.select(sa.select(table.c.id).where(table.c.ref == ref))

    def called(session: Session) -> bool:
        return ref in {each.ref for each in session.by_label(kind.name, label)}

    return {
        "get": methodcaller("get", kind.name, ref),
        "get by id": methodcaller("get", kind.name, id),
        "find": methodcaller("find", kind.name, ref=ref),
        "count": methodcaller("count", kind.name, ref=ref),
        "history": methodcaller("history", kind.name, ref),
        "ref_of": methodcaller("ref_of", kind.name, id),
        "refs_of": methodcaller("refs_of", kind.name, [id]),
        "select": selected,
        "by_label": called,
        "explain": lambda session: session.explain("read", ref, kind.name)["allowed"],
    }


@everywhere
def test_reads_of_a_session(asked: Asked, role: str) -> None:
    wrong = []
    with asked.place.platform.session(login_of(role)) as session:
        for kind, row, record in asked.records(role):
            covers = covered("read", spec.GROUPS[kind], role)
            wanted = row in COVERED[covers] if kind in OWNED else covers == "all"
            methods = reading(session.kind(kind), record)
            if kind == "contact" and scope(spec.CLASSES, "personal", role) == "no":
                del methods["by_label"]  # the name is personal
            for name, method in methods.items():
                if answered(method, session) != wanted:
                    wrong.append(
                        f"{name} {kind} {record.ref} ({row}): {'should' if wanted else 'should not'}"
                    )
    assert not wrong, "\n".join(wrong)


def answered(method: Callable[[Session], Any], session: Session) -> bool:
    try:
        return bool(method(session))
    except NotFound:
        return False


class _GivenUp(Exception):
    """The changes were made well enough: now they are taken back."""


@contextmanager
def trying(place: Place, actor: str) -> Iterator[ChangingSession]:
    """A session whose changes are never kept."""
    with suppress(_GivenUp), changing(place.platform, actor, "try") as work:
        yield work.session
        raise _GivenUp


@everywhere
def test_writes_of_a_session(asked: Asked, role: str) -> None:
    """Adding and changing need the right to write, locking that to read."""
    wrong = []
    for kind, row, record in asked.records(role):
        plain: dict[str, Any] = {"budget": None} if kind == "survey" else {}  # which who sells does not write
        new = attrs.evolve(record, id=0, ref="", version=0, **plain)
        change = another(asked.place.platform.catalogue.kinds[kind])
        for asks, attempt in (
            ("write", methodcaller("add", new)),
            ("write", methodcaller("change", record, **change)),
            ("read", methodcaller("lock", kind, record.ref)),
        ):
            covers = covered(asks, spec.GROUPS[kind], role)
            wanted = row in COVERED[covers] if kind in OWNED else covers == "all"
            with trying(asked.place, login_of(role)) as session:
                if permitted(partial(written, session, attempt)) != wanted:
                    wrong.append(f"{attempt} ({row}): {'should' if wanted else 'should not'}")
    assert not wrong, "\n".join(wrong)


def written(session: ChangingSession, attempt: Callable[[ChangingSession], Any]) -> None:
    attempt(session)
    session.write()


VALUES: Final[dict[str, Any]] = {
    "text": "another",
    "integer": 77,
    "date": date(2024, 2, 29),
    "boolean": False,
}


def another(kind: RecordType) -> dict[str, Any]:
    """The same for a session."""
    plain = [each for each in kind.fields if not each.link and each.field_class == "plain"]
    free = [each for each in plain if not each.choices and each.type.name in VALUES]
    links: list[dict[str, Any]] = [{each: 2} for each in ("territory", "target") if each in kind.by_name]
    chosen = [{each.name: each.choices[0]} for each in plain if each.choices]
    return next(iter([*({each.name: VALUES[each.type.name]} for each in free), *links, *chosen]))


@everywhere
def test_classes_of_fields(asked: Asked, role: str) -> None:
    """Of what a role sees it sees the fields of the classes it may read."""
    with asked.place.platform.session(login_of(role)) as session:
        for kind, field, field_class in (
            ("contact", "phone", "personal"), ("survey", "told_by", "personal"), ("survey", "budget", "confidential")
        ):  # fmt: skip
            shown = [getattr(each, field) is not None for each in session.find(kind)]
            assert shown == [scope(spec.CLASSES, field_class, role) == "yes"] * len(shown), (kind, field)


@everywhere
def test_operating(asked: Asked, role: str) -> None:
    platform = asked.place.platform
    may = covered("operate", "operate", role) != "-"
    for on in ("database", "events", "plugins"):
        assert permitted(partial(platform.check_operator, login_of(role), on)) == may
    reads = may or covered("read", "journal", role) == "all"
    assert permitted(partial(platform.check_operator, login_of(role), "database", reads=True)) == reads
