"""Expressions computed for one record in hand, saved or not, with the records it links to."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from dealwright_core.errors import NotFound
from dealwright_core.expr import (
    Accessor,
    Checked,
    Expression,
    Path,
    Step,
    Type,
    check,
    compile_many,
    explain,
    paths,
)
from dealwright_core.records.record import Record
from dealwright_core.values import Money

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue
    from dealwright_core.store.session import Session

# Minor units of the base currency for an amount of a record, as `Session.base_minor` gives them.
ToBase = Callable[[Money, Record], int]


class InHand:
    """Expressions over one kind of record, compiled to one Python function.

    `values` computes them for a record whose linked records are given; `gather` reads those through a session.
    """

    def __init__(
        self, catalogue: "Catalogue", subject: str, expressions: Sequence[Expression], as_of: date
    ) -> None:
        self._catalogue, self._subject = catalogue, subject
        self.checked = [check(each, subject, catalogue.schema, as_of=as_of) for each in expressions]
        ways = {
            path.steps[:n]
            for each in self.checked
            for path in paths(each)
            for n in range(1, len(path.steps) + 1)
        }
        self.steps: tuple[tuple[Step, ...], ...] = tuple(sorted(ways, key=lambda way: (len(way), str(way))))
        self._names: dict[tuple[Step, ...], str] = {(): "r0"} | {
            way: f"r{n}" for n, way in enumerate(self.steps, 1)
        }
        names = ["to_base", *self._names.values()]
        kept: Any = namedtuple("row", names)  # type: ignore[misc]  # made at run time
        # Past the constructor in Python, which takes as long as two rules.
        self.new_row: Callable[[tuple[Any, ...]], Any] = partial(tuple.__new__, kept)
        self._positions = {way: names.index(name) for way, name in self._names.items()}
        self.kept: dict[int, Callable[[Any], Any]] = {}  # what explaining compiled
        self.function: Callable[[Any], tuple[Any, ...]] = compile_many(self.checked, self.read)

    def row(self, to_base: ToBase, record: Record, *related: Record | None) -> Any:
        """What the expressions are computed from, with ``related`` in the order of `steps`."""
        return self.new_row((to_base, record, *related))

    def read(self, path: Path) -> Accessor | Callable[[Any], Any]:
        """How a path is read from a `row`."""
        record, name = self._names[path.steps], path.field
        kind = self._catalogue.schema.records[path.record].fields[name].type
        if kind is Type.PRICE:
            return Accessor(record, name, "e8")
        if kind is not Type.MONEY:
            return Accessor(record, name)
        at, base = self._positions[path.steps], self._catalogue.currency

        def amount(row: Any) -> int | None:
            holder = row[at]
            money = None if holder is None else getattr(holder, name)
            if money is None:
                return None
            return money.minor if money.currency == base else row[0](money, holder)  # type: ignore[no-any-return]  # a row is a tuple of anything

        return amount

    def values(
        self, record: Record, to_base: ToBase, related: Sequence[Record | None] = ()
    ) -> tuple[Any, ...]:
        """The value of each expression, None where it is unknown. ``related`` is in the order of `steps`."""
        return self.function(self.row(to_base, record, *related))

    def explained(self, checked: Checked, row: Any) -> str:
        """Why one of `checked` has its value for a row."""
        return explain(checked, self.read, row, self.kept).text

    def gather(self, session: "Session", record: Record) -> list[Record | None]:
        """The records that the expressions reach from ``record``, in the order of `steps`."""
        found: dict[tuple[Step, ...], Record | None] = {(): record}
        for way in self.steps:
            found[way] = self._follow(session, found[way[:-1]], way[-1])
        return [found[way] for way in self.steps]

    def of(self, session: "Session", record: Record) -> tuple[Any, ...]:
        """The value of each expression for a record, whose links are read through a session."""
        return self.values(record, session.base_minor, self.gather(session, record))

    @staticmethod
    def _follow(session: "Session", origin: Record | None, step: Step) -> Record | None:
        if origin is None:
            return None
        if step.back:
            here: dict[str, Any] = {step.link: origin.id}
            return next(iter(session.find(step.target, limit=1, **here)), None) if origin.id else None
        target = getattr(origin, step.link)
        try:
            return None if target is None else session.get(step.target, target)
        except NotFound:  # what the actor does not see is unknown, as in the database
            return None
