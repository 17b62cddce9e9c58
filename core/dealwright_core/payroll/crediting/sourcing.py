"""What is paid for, as the database gives it: a select for each kind of record, one row a sale.

Rows have the values of an `Entry`, then the member, and then what the plan weighs and converts by.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from attrs import field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.contributions import Measure
from dealwright_core.expr import Expression, Step, Type, literal, parse
from dealwright_core.expr.nodes import Field as NamedField
from dealwright_core.incentives.plans.facts import BOOKING, RECORDS
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.reporting.measured import owner_path
from dealwright_core.store.joining import Joined
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.values import PPM, digits

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

# Before a column, it keeps SQLite from choosing an index of that.
NO_INDEX: Any = sa.sql.operators.custom_op("+")
# A correction of a correction of a correction counts by what was corrected first.
DEEPEST = 3
DEALS = ("opportunity", "contract")


@frozen(kw_only=True)
class Counted:
    """What of a sale is measured, and which sales count. ``by`` is its own position on the curve, ``weights`` are what
    its weight depends on; ``is_short`` asks for short rows, ``members`` for their sales alone, ``ids`` for these on
    whatever day, ``own_currency`` for amounts as they were agreed.
    """

    value: Expression
    where: Expression | None = None
    by: str | None = None
    weights: tuple[str, ...] = ()
    is_short: bool = False
    members: frozenset[int] | None = None
    ids: Sequence[int] | None = None
    own_currency: bool = False


class Correction(NamedTuple):
    """A record that corrects a sale, by which part of it; ``reverses`` is what it corrects itself, which may be another
    correction.
    """

    day: str
    ref: str
    id: int
    reverses: int
    sale: int
    part: Fraction


def _correction(
    day: str, ref: str, id: int, reverses: int, sale: int, minor: int, currency: str, base: int, *of: Any
) -> Correction:
    """A correction from its own amount and that of its sale: in the currency of both, else in the base currency."""
    of_minor, of_currency, of_base = of
    own, whole = (minor, of_minor) if currency == of_currency else (base, of_base)
    return Correction(day, ref, id, reverses, sale, Fraction(own, whole) if whole else Fraction(0))


@frozen(eq=False)
class Source:
    """The sales of one kind of record whose windows are from ``first`` to ``until``, and that are known by ``last``."""

    connection: Connection
    session: "Session"
    plan: Plan
    kind: str
    first: date
    last: date
    until: date
    won: Sequence[str]
    measure: Measure | None = None
    _joined: Joined = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_joined", self.session.joined(self.kind, as_of=self.last))

    def is_money(self, value: Expression) -> bool:
        """Whether a value is an amount: minor units of the base currency."""
        return self._joined.type_of(value) is Type.MONEY

    def is_price(self, value: Expression) -> bool:
        """Whether a value is a price, in units of 1e-8."""
        return self._joined.type_of(value) is Type.PRICE

    def unit_of(self, value: Expression) -> int:
        """How many of what the database has of a value make one of it."""
        units: dict[Type, int] = {
            Type.MONEY: 10 ** digits(self.session.currency),
            Type.PRICE: 10**8,
            Type.RATIO: PPM,
        }
        return units.get(self._joined.type_of(value), 1)

    def has_currency(self, value: Expression) -> bool:
        """Whether a value is an amount that is kept in its own currency, too."""
        return f"{_name(value)}_minor" in self._joined.table.c

    def statement(self, counted: Counted) -> "sa.Select[Any]":
        """One row a sale that has a value, without any order."""
        joined = self._joined
        value = joined.column(counted.value)
        conditions = self._conditions(counted, value)
        if counted.members is not None:
            conditions.append(self._member().in_(sorted(counted.members)))
        if counted.ids is not None:
            conditions.append(joined.table.c.id.in_(counted.ids))
        measured = joined.table.c[f"{_name(counted.value)}_minor"] if counted.own_currency else value
        day, _entered = self._days()
        columns = [self._text(day), joined.table.c.ref, joined.table.c.id, measured, self._member()]
        if not counted.is_short:
            columns += self._more(counted, day)
        found = joined.select(*(each.label(f"c{at}") for at, each in enumerate(columns)))
        return joined.finish(found.where(*conditions))

    def _conditions(self, counted: Counted, value: "sa.ColumnElement[Any]") -> "list[sa.ColumnElement[bool]]":
        """Which sales count."""
        day, entered = self._days()
        found = [value.is_not(None), day <= self.last, entered <= self.last]
        if counted.ids is None:
            found += [day >= self.first, day <= self.until]
        found += self._counting(of_some=counted.members is not None)
        if counted.where is not None:
            found.append(self._joined.column(counted.where))
        return found

    def of_nobody(self, counted: Counted) -> int:
        """How many sales that count have no owner."""
        joined = self._joined
        conditions = self._conditions(counted, joined.column(counted.value))
        asked = joined.select(sa.func.count()).where(self._member().is_(None), *conditions)
        with beyond(self.connection):
            return int(self._seen(joined.finish(asked)).scalar_one())

    def _more(self, counted: Counted, day: "sa.ColumnElement[Any]") -> "Iterator[sa.ColumnElement[Any]]":
        """What a row has that is not short, in its order."""
        joined = self._joined
        yield self._deal()
        yield sa.literal_column(f"'{self.kind}'")
        yield self._text(day)
        yield joined.table.c.reverses if self.has_corrections else sa.null()
        yield sa.null() if counted.by is None else joined.column(parse(counted.by))
        yield sa.null()
        yield self._class()
        yield joined.table.c[f"{_name(counted.value)}_currency"] if counted.own_currency else sa.null()
        yield from (joined.column(parse(each)) for each in counted.weights)

    def rows(self, counted: Counted) -> list[Any]:
        """The rows, as the driver gives them."""
        with beyond(self.connection):
            result = self._seen(self.statement(counted))
            assert result.cursor is not None  # a select has one
            return result.cursor.fetchall()  # type: ignore[return-value]  # both drivers give a list

    def _seen(self, statement: "sa.Select[Any]") -> "sa.CursorResult[Any]":
        """What a statement finds, as far as the session may see it."""
        return self.connection.execute(self.session.narrowed(statement))

    def _text(self, column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any]":
        """A day as in ``2026-03-31``, which SQLite has it as."""
        if self.connection.dialect.name == "sqlite":
            return sa.type_coerce(column, sa.Text)
        return sa.cast(column, sa.Text)

    @property
    def has_corrections(self) -> bool:
        """Whether a record may correct another one."""
        return self.measure is None and "reverses" in self._joined.table.c

    def _days(self) -> "tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]":
        """Its day, and the day it was entered."""
        joined = self._joined
        if self.measure is not None:
            day = joined.column(parse(self.measure.on or ""))
            return day, day
        if self.kind == RECORDS[BOOKING]:
            return joined.table.c.closed_on, joined.table.c.closed_on
        return joined.table.c.on, sa.func.coalesce(joined.table.c.entered_on, joined.table.c.on)

    def corrections(self) -> list[Correction]:
        """The records that correct sales which count, and count as these do."""
        if not self.has_corrections:
            return []
        joined, kinds = self._joined, list(self.plan.credit.kinds)
        day, entered = self._days()
        at = day if self.plan.refund.basis == "current" else self._original("on")
        sale = [self._original(f"amount_{each}") for each in ("minor", "currency", "base")]
        own = [joined.table.c[f"amount_{each}"] for each in ("minor", "currency", "base")]
        columns = [
            self._text(day), joined.table.c.ref, joined.table.c.id, joined.table.c.reverses, self._original("id"),
            *own, *sale,
        ]  # fmt: skip
        asked = joined.select(*(each.label(f"c{number}") for number, each in enumerate(columns))).where(
            joined.table.c.reverses.is_not(None),
            self._original("kind").in_(kinds),
            joined.table.c.kind.not_in(sorted(self.plan.clawback)),
            at >= self.first,
            at <= self.until,
            day <= self.last,
            entered <= self.last,
        )
        with beyond(self.connection):
            rows = self._seen(joined.finish(asked))
            assert rows.cursor is not None  # a select has one
            return [_correction(*row) for row in rows.cursor.fetchall()]

    @property
    def deal_kind(self) -> str:
        """The kind of record that sales belong together by: the opportunity or contract they are of, or the sale."""
        if self.kind in DEALS:
            return self.kind
        return next((each for each in DEALS if each in self._joined.table.c), self.kind)

    def _original(self, name: str) -> "sa.ColumnElement[Any]":
        """A column of what a record corrects in the end; null where it corrects nothing."""
        steps = [Step(self.kind, "reverses", self.kind)] * DEEPEST
        found = (self._joined.path(*steps[:depth]).c[name] for depth in range(DEEPEST, 0, -1))
        return sa.func.coalesce(*found)

    def _deal(self) -> "sa.ColumnElement[Any]":
        table = self._joined.table
        if self.deal_kind == self.kind:
            return table.c.id
        return sa.func.coalesce(table.c[self.deal_kind], -table.c.id)

    def _member(self) -> "sa.ColumnElement[Any]":
        return self._joined.dimension(owner_path(self.session, self.kind))[0]

    def _class(self) -> "sa.ColumnElement[Any]":
        """The kind of fact that a row counts as."""
        if self.measure is not None or self.kind == RECORDS[BOOKING]:
            return sa.literal_column(f"'{BOOKING}'")
        kind: sa.ColumnElement[Any] = self._joined.table.c.kind
        return kind

    def _counting(self, *, of_some: bool) -> "Iterator[sa.ColumnElement[bool]]":
        """Which records count at all. Those ``of_some`` members are found by these, not among all that are won."""
        if self.measure is not None:
            if self.measure.where is not None:
                yield self._joined.column(self.measure.where)
        elif self.kind == RECORDS[BOOKING]:
            stage: sa.ColumnElement[Any] = self._joined.table.c.stage
            if of_some and self.connection.dialect.name == "sqlite":
                stage = sa.UnaryExpression(stage, operator=NO_INDEX)
            yield stage.in_(list(self.won))
        else:
            kinds = list(self.plan.credit.kinds)
            yield self._class().in_([each for each in kinds if each != BOOKING])
            original = self._original("kind")
            yield sa.or_(original.is_(None), original.not_in(kinds))  # else it counts as what it corrects
            if taken := sorted(self.plan.clawback):  # what takes back does not count besides
                yield self._class().not_in(taken)


def sources(
    connection: Connection,
    session: "Session",
    plan: Plan,
    first: date,
    last: date,
    until: date,
    won: Sequence[str],
    measure: Measure | None,
) -> list[Source]:
    """Where the sales of a plan are, or the facts of a measure."""
    kinds = plan.records if measure is None else (measure.facts,)
    return [Source(connection, session, plan, kind, first, last, until, won, measure) for kind in kinds]


def summed(measures: Mapping[str, Any], name: str) -> Measure | None:
    """The measure of a name where it is a sum or a count over facts, so that each fact can be paid for."""
    found = measures.get(name)
    measure: Measure | None = None if found is None else found.item
    if measure is None or measure.per is not None or measure.on is None:
        return None
    return measure if measure.aggregate in ("sum", "count") else None


def counted_value(measure: Measure) -> Expression:
    """What one fact adds to a measure."""
    return literal(1) if measure.value is None or measure.aggregate == "count" else measure.value


def _name(value: Expression) -> str:
    """The name of a field of the sale itself; nothing for any other expression."""
    names = value._names if isinstance(value, NamedField) else ()
    return names[0] if len(names) == 1 else ""
