"""Computing the value and the behaviour class of every customer, and writing down those that changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final

import sqlalchemy as sa
from attrs import frozen

from dealwright import ChangingSession, Column, Finding, Refused, Session, Table, UsageError
from dealwright_segmentation import basis
from dealwright_segmentation.history import begun, turned
from dealwright_segmentation.purchases import moved, rows, withdrawn
from dealwright_segmentation.records import COMPUTED, NONE, Aspect, Segmentation
from dealwright_segmentation.scale import Scale
from dealwright_segmentation.wording import _

AT_ONCE: Final = 500
COLUMNS: Final = (
    Column("aspect", "Aspect"),
    Column("before", "Before"),
    Column("after", "After"),
    Column("customers", "Customers", "integer"),
)
# What was computed of one customer: each aspect with its class and what that is based on.
Found = dict[Aspect, tuple[str, str | None]]


@frozen
class Classification:
    """The command, in a deployment with this scale."""

    scale: Scale

    def classify(
        self,
        session: ChangingSession,
        as_of: Annotated[date | None, "as of the end of this day, default today"] = None,
        dry_run: Annotated[bool, "only say who would move, and write nothing"] = False,
    ) -> Table:
        """Compute the value and the behaviour class of every customer who bought, and write down those that changed.

        The class before is kept in the history until the day of the classification. Shown is how many moved.
        """
        day = as_of or session.today
        _check_rights(session)
        _check_day(session, day)
        changed = rows(session, moved(session, self.scale, day))
        gone = rows(session, withdrawn(session, self.scale, day))
        if not dry_run:
            self._write(session, changed, gone, day)
        return _table(self._moves(changed, gone), day, dry_run=dry_run)

    def _write(
        self, session: ChangingSession, changed: Sequence[Any], gone: Sequence[Any], day: date
    ) -> None:
        for start in range(0, len(changed), AT_ONCE):
            part = changed[start : start + AT_ONCE]
            _give(session, {row.customer: self._found(row) for row in part}, day)
        nothing: Found = dict.fromkeys(COMPUTED, (NONE, None))
        for start in range(0, len(gone), AT_ONCE):
            _give(session, {row.customer: nothing for row in gone[start : start + AT_ONCE]}, day)
        session.write()

    def _found(self, row: Any) -> Found:
        return {
            "value": (row.value, basis.of_value(self.scale, row)),
            "behaviour": (row.behaviour, basis.of_behaviour(row)),
        }

    @staticmethod
    def _moves(changed: Sequence[Any], gone: Sequence[Any]) -> Counter[tuple[str, str, str]]:
        """How many customers move, by aspect, the class before and the one after."""
        moves: Counter[tuple[str, str, str]] = Counter()
        for row in changed:
            moves["value", row.old_value or "", row.value] += row.old_value != row.value
            moves["behaviour", row.old_behaviour or "", row.behaviour] += row.old_behaviour != row.behaviour
        for row in gone:
            for aspect, old in (("value", row.old_value), ("behaviour", row.old_behaviour)):
                moves[aspect, old or "", NONE] += old != NONE
        return +moves


def _give(session: ChangingSession, found: Mapping[int, Found], day: date) -> None:
    """Write the classes of some customers, given by their ids."""
    held = {each.customer: each for each in session.find(Segmentation, customer=list(found))}
    for customer, classes in found.items():
        fields: dict[str, Any] = {}
        for aspect, (segment, why) in classes.items():
            known = held.get(customer)
            fields |= (
                turned(session, known, aspect, segment, day, basis=why)
                if known
                else begun(aspect, segment, day, basis=why)
            )
        if customer in held:
            session.change(held[customer], **fields)
        else:
            session.add(Segmentation(customer=customer, **fields))


def _check_rights(session: Session) -> None:
    """Raise `Refused` for who does not see every purchase, or may not write of every customer."""
    sees = all(session.unbounded("read", kind) for kind in ("customer", "opportunity"))
    if not sees or not session.unbounded("change", "segmentation"):
        message = _(
            "{actor} may not classify: customers are compared with each other, so it takes all of them",
            actor=session.actor,
        )
        raise Refused([Finding("not-permitted", "block", message)])


def _check_day(session: Session, day: date) -> None:
    """Raise for a day that is still to come, and for one before the latest class."""
    if day > session.today:
        raise UsageError(
            _("{day} is still to come", day=day), _("classify as of {today} or before", today=session.today)
        )
    held = session.table(Segmentation).c
    latest = max(filter(None, session.select(sa.select(*_latest(held)))[0]), default=None)
    if latest is not None and latest > day:
        message = _(
            "classes were given on {latest}, and history is not written anew: classify as of {latest} or later",
            latest=latest,
        )
        raise Refused([Finding("segmentation-behind", "block", message)])


def _latest(held: Any) -> Iterator[Any]:
    for aspect in COMPUTED:
        yield sa.func.max(held[f"{aspect}_since"])


def _table(moves: Counter[tuple[str, str, str]], day: date, *, dry_run: bool) -> Table:
    shown = ((aspect, before or None, after, n) for (aspect, before, after), n in sorted(moves.items()))
    note = _("As of {day}; nothing was written", day=day) if dry_run else _("As of {day}", day=day)
    return Table(COLUMNS, tuple(shown), note=note, title=_("Moves between classes"))
