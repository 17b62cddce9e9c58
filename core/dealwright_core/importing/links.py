"""Finding the records that texts name, in the database and among those that the same batch adds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from attrs import define, field, frozen

from dealwright_core.importing.columns import Wrong
from dealwright_core.language import core as _
from dealwright_core.records.record import Record
from dealwright_core.spelling import did_you_mean
from dealwright_core.values import Money

REMEMBERED = 200_000
MOST_HINTS = 200


@frozen
class Stored:
    """What is known of a record that exists: its id, the digest of the texts it was imported from, and the id of the
    record into which it was merged.
    """

    id: int
    digest: int | None
    into: int | None = None

    @property
    def standing(self) -> int:
        """The id of the record to which a link leads that names this one."""
        return self.id if self.into is None else self.into


class Database(Protocol):
    """What an import asks of the database, inside its transaction."""

    @property
    def now(self) -> datetime:
        """The moment that the records written now bear."""

    @property
    def today(self) -> date:
        """The day in the deployment's time zone."""

    def stored(self, kind: str, refs: Collection[str]) -> Mapping[str, Stored]:
        """The records with these refs."""

    def labelled(self, kind: str, labels: Collection[str]) -> Mapping[str, Sequence[int]]:
        """The ids of the records with these labels."""

    def read(self, kind: str, ids: Collection[int]) -> Mapping[int, Record]:
        """Whole records by id."""

    def taken(
        self, kind: str, fields: Sequence[str], values: Collection[tuple[Any, ...]]
    ) -> Mapping[tuple[Any, ...], str]:
        """Of these values of fields that no two records may share, those that a record has, with its ref."""

    def pointing(self, kind: str, link: str, ids: Collection[int]) -> Mapping[int, int]:
        """The ids of the records of a kind whose link leads to these, by what it leads to."""

    def new_ids(self, kind: str, count: int) -> Sequence[int]:
        """Ids for records to be added."""

    def base_minor(self, money: Money, on: date) -> int:
        """The amount in minor units of the base currency. Raises Refused where no rate is known."""

    def names(self, kind: str) -> Sequence[str]:
        """Some refs and labels, for suggestions."""


@define(eq=False)
class Pending:
    """The records of one kind that a batch adds: their ids by ref and by label."""

    ids: dict[str, int] = field(factory=dict)
    labels: dict[str, list[int]] = field(factory=lambda: defaultdict(list))


@frozen
class Unknown(Wrong):
    """A link to a record that may yet come."""


class Links:
    """Looks up links by ref, by name, or by ref and then by name. What the database holds is remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], dict[str | None, int]] = defaultdict(dict)
        self._hints: dict[tuple[str, str], str] = {}
        self._merges: str | None = None

    def ids(
        self, database: Database, kind: str, by: str | None, texts: Sequence[str | None], pending: Pending
    ) -> list[int | Wrong | None]:
        """The id for each text, None for None, `Wrong` where no record or more than one has that name."""
        known = self._known[kind, by]
        if len(known) > REMEMBERED:
            known.clear()
        found: list[int | Wrong | None] = list(map(known.get, texts))
        if None not in found:
            return found
        wanted = {text for text, id in zip(texts, found, strict=True) if id is None and text is not None}
        if not wanted:
            return found
        new = self._find(database, kind, by, wanted, pending, known)
        return [found[at] if text is None else known.get(text) or new[text] for at, text in enumerate(texts)]

    def _find(
        self,
        database: Database,
        kind: str,
        by: str | None,
        wanted: set[str],
        pending: Pending,
        known: dict[str | None, int],
    ) -> dict[str | None, int | Wrong]:
        """Look texts up; what only this batch holds, or nobody, is returned and not remembered."""
        new: dict[str | None, int | Wrong] = {}
        if by != "name":
            new.update((text, pending.ids[text]) for text in wanted.intersection(pending.ids))
            stored = database.stored(kind, wanted.difference(new))
            known.update((text, each.standing) for text, each in stored.items())
            wanted = wanted.difference(new, stored)
        if by != "ref" and wanted:
            labelled = database.labelled(kind, wanted)
            for text in wanted:
                ids = [*labelled.get(text, ()), *pending.labels.get(text, ())]
                if len(ids) > 1:
                    new[text] = Wrong(
                        _(
                            "{text!r} names {count} records of kind {kind}: give the ref",
                            text=text,
                            count=len(ids),
                            kind=kind,
                        )
                    )
                elif ids and text in labelled:
                    known[text] = ids[0]
                elif ids:
                    new[text] = ids[0]
        for text in [each for each in wanted if each not in new and each not in known]:
            new[text] = Unknown(self._reason(database, kind, text, pending))
        return new

    def _reason(self, database: Database, kind: str, text: str, pending: Pending) -> str:
        if (kind, text) in self._hints:
            return self._hints[kind, text]
        reason = _("there is no {kind} {text!r}", kind=kind, text=text)
        if len(self._hints) < MOST_HINTS:
            reason += did_you_mean(text, [*database.names(kind), *pending.ids, *pending.labels])
            self._hints[kind, text] = reason
        return reason

    def keep_to(self, merges: str | None) -> None:
        """Look everything up again where records were merged since; ``merges`` is the mark that says so."""
        if merges != self._merges:
            self.forget_all()
            self._merges = merges

    def forget_all(self) -> None:
        """Look everything up again: what was found may have been rolled back."""
        self._known.clear()

    def forget(self, kind: str, labels: Iterable[Any]) -> None:
        """Look these labels up again: records with them were added."""
        for by in (None, "name"):
            known = self._known.get((kind, by))
            if known:
                for label in labels:
                    known.pop(label, None)
