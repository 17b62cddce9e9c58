"""What classes a customer is in, since when, and why."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

from attrs import frozen

from dealwright import Column, Customer, Session, Table, joined
from dealwright_segmentation.basis import in_words
from dealwright_segmentation.records import ASPECTS, Past, Segmentation
from dealwright_segmentation.wording import _

COLUMNS: Final = (
    Column("aspect", "Aspect"),
    Column("segment", "Class"),
    Column("since", "Since", "date"),
    Column("until", "Until", "date"),
    Column("why", "Why"),
)


@frozen
class Entry:
    """A class of a customer from ``since`` until before ``until``, open where that is empty."""

    aspect: str
    segment: str
    since: date
    until: date | None
    basis: str | None = None
    evidence: str | None = None
    by: str | None = None

    def why(self, currency: str) -> str:
        """Its figures, or its evidence and who said so, in words."""
        if self.by is None:
            return in_words(self.basis, currency)
        return joined(", ", filter(None, (self.evidence, _("assessed by {by}", by=self.by))))


def explain(
    session: Session,
    ref: Annotated[str, "ref of the customer"],
    on: Annotated[date | None, "only the classes of this day"] = None,
) -> Table:
    """Show the classes of a customer, since when, and why: the figures of the day they were given, with their scores.

    Without a day, all there ever were, the latest first.
    """
    customer = session.get(Customer, ref)
    found = sorted(entries(session, customer.id), key=lambda each: each.since, reverse=True)
    if on is not None:
        found = [each for each in found if each.since <= on and (each.until is None or on < each.until)]
        found = [next(each for each in found if each.aspect == aspect) for aspect in _aspects(found)]
    found.sort(key=lambda each: ASPECTS.index(each.aspect))
    shown = (
        (each.aspect, each.segment, each.since, each.until, each.why(session.currency)) for each in found
    )
    title = _("Classes of {customer}", customer=customer.name)
    return Table(COLUMNS, tuple(shown), title=title, note="" if found else _("No class was given yet"))


def entries(session: Session, customer: int) -> Iterator[Entry]:
    """The classes that a customer has and had, those of now first."""
    held: list[Segmentation] = session.find(Segmentation, customer=customer)
    for each in held:
        for aspect in ASPECTS:
            known: dict[str, Any] = {
                name: getattr(each, f"{aspect}_{name}", None) for name in ("since", "basis", "evidence", "by")
            }
            if getattr(each, aspect) is not None and known["since"] is not None:
                yield Entry(aspect, getattr(each, aspect), until=None, **known)
    past: list[Past] = session.find(Past, customer=customer)
    for one in past:
        yield Entry(one.aspect, one.segment, one.since, one.until, one.basis, one.evidence, one.by)


def _aspects(found: list[Entry]) -> list[str]:
    return list(dict.fromkeys(each.aspect for each in found))
