"""What no record may be, tested on columns: the constraints of its kind."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from attrs import evolve, frozen

from dealwright_core.expr import Path, Schema, Type, check, compile_python, paths
from dealwright_core.records.recordtype import Constraint, RecordType

SUFFIXES = {Type.MONEY: "_base", Type.PRICE: "_e8"}


@frozen(eq=False)
class Check:
    """A constraint, and the paths of the fields that it reads."""

    constraint: Constraint
    paths: tuple[Path, ...]
    holds: Callable[[tuple[Any, ...]], Any]

    def refuses(self, columns: Sequence[Sequence[Any]], count: int) -> Iterator[int]:
        """The places of the records that are not to be; `columns` has the values of each of the `paths`."""
        values: Iterable[tuple[Any, ...]] = zip(*columns, strict=True) if columns else [()] * count
        found = list(map(self.holds, values))
        return (place for place, holds in enumerate(found) if holds is True) if True in found else iter(())


def checks_of(
    kind: RecordType, schema: Schema, today: date, waived: Collection[str] = ()
) -> tuple[Check, ...]:
    """The constraints of a kind, compiled for columns. Those that may be waived and are, only warn."""
    return tuple(
        _check(
            evolve(each, level="warn") if each.waivable and each.code in waived else each,
            kind.name,
            schema,
            today,
        )
        for each in kind.constraints
    )


def column_of(path: Path, schema: Schema) -> str:
    """The column that holds the field at the end of a path, as expressions see it."""
    shape = schema.records[path.record].fields[path.field]
    return path.field + SUFFIXES.get(shape.type, "")


def _check(constraint: Constraint, kind: str, schema: Schema, today: date) -> Check:
    checked = check(constraint.refuse_when, kind, schema, as_of=today)
    read = paths(checked)
    numbers: Mapping[Path, int] = {path: at for at, path in enumerate(read)}
    return Check(constraint, read, compile_python(checked, lambda path: itemgetter(numbers[path])))
