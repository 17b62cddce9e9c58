"""Who is credited with which part of a sale, in exact shares."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen
from sqlalchemy.engine import Connection

from dealwright_core.batches import batches
from dealwright_core.expr import Condition, Expression, parse
from dealwright_core.expr.nodes import Composite
from dealwright_core.expr.nodes import Field as NamedField
from dealwright_core.expr.parts import parts_of
from dealwright_core.incentives.plans.facts import AMOUNT
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.payroll.crediting.conversion import Conversion
from dealwright_core.payroll.crediting.credited import Credited, in_order
from dealwright_core.payroll.crediting.entries import (
    ABOUT,
    CLASS,
    DAY,
    DEAL,
    MEASURE,
    MEMBER,
    POSITION,
    SHARE,
    SHORT,
    SOURCE,
    WEIGHTS,
    Share,
    whole,
)  # fmt: skip
from dealwright_core.payroll.crediting.people import People
from dealwright_core.payroll.crediting.sharing import Sharing
from dealwright_core.payroll.crediting.sourcing import Counted, Source, counted_value, sources, summed
from dealwright_core.payroll.crediting.windows import DEAL as DEAL_WINDOW
from dealwright_core.values import digits as currency_digits
from dealwright_core.values import rounded

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ONE = Fraction(1)


@frozen(eq=False, slots=False)
class Crediting:
    """The credits of a plan: of sales whose windows are from ``first`` to ``until``, and that are known by ``last``."""

    connection: Connection
    session: "Session"
    plan: Plan
    people: People
    first: date
    last: date
    until: date
    won: Sequence[str]
    members: frozenset[int] | None = None
    _known: dict[Any, Credited] = field(factory=dict)

    def of_pay(self, pay: Pay, figure: str | None = None, *, by: bool = False) -> Credited | None:
        """What a pay, or another figure of it, measures; None for one that is no sum of sales. ``by`` gives each sale
        its own position.
        """
        name = figure or AMOUNT
        field_ = pay.by if by and isinstance(pay.by, str) else None
        key = (
            name, pay.where, field_, str(tuple(pay.weights.items())), pay.credit == "full", str(pay.fx), pay.currency,
            pay.window == DEAL_WINDOW,
        )  # fmt: skip
        if key not in self._known:
            found = self._of(pay, name, field_)
            if found is None:
                return None
            self._known[key] = found
        return self._known[key]

    @property
    def left(self) -> int:
        """Of how many sales a part is credited to nobody."""
        return max((each.left for each in self._known.values()), default=0)

    def _of(self, pay: Pay, figure: str, by: str | None) -> Credited | None:
        measures = self.session.contributions.measures
        measure = summed(measures, figure)
        if measure is None and figure in measures:
            return None
        value = parse(figure) if measure is None else counted_value(measure)
        places = sources(
            self.connection, self.session, self.plan, self.first, self.last, self.until, self.won, measure
        )
        is_short = len(places) == 1 and self._is_whole(pay) and by is None and pay.window != DEAL_WINDOW
        rows: list[Any] = []
        scale, left = 1, 0
        members = self.members if self._is_whole(pay) else None
        for source in places:
            self.sharing.deal_kinds[source.kind] = source.deal_kind
            where = (
                None if pay.where is None or source.kind not in self.plan.records else pay.where.expression
            )
            own_currency = (
                self.conversion.of_own(pay) and source.is_money(value) and source.has_currency(value)
            )
            is_short = is_short and not own_currency and not source.has_corrections
            counted = Counted(
                value=value,
                where=where,
                by=by,
                weights=tuple(pay.weights),
                is_short=is_short,
                members=members,
                own_currency=own_currency,
            )
            found = self._rows(source, counted, pay)
            left += 0 if members is None else source.of_nobody(counted)
            scale = self._scale(source, value)
            if source.has_corrections:
                found = self._corrected(source, counted, pay, found)
            rows = [*rows, *found] if rows else found
        parts = 1
        if any(each.has_corrections for each in places):
            parts = lcm(1, *{row[MEASURE].denominator for row in rows})
            if parts > 1:
                scale *= parts
                rows = [(*row[:MEASURE], int(row[MEASURE] * parts), *row[MEMBER:]) for row in rows]
        if self._is_whole(pay):
            short = bool(rows) and len(rows[0]) == SHORT
            of_owners = _by_owner(rows, scale, places[0].kind if short else "")
            return evolve(of_owners, left=of_owners.left + left, finer=parts)
        shared = self._shared(rows, pay, scale)
        return evolve(shared, finer=shared.finer * parts)

    @cached_property
    def sharing(self) -> Sharing:
        """Who has which part of a sale."""
        return Sharing(self.session, self.plan, self.people)

    def _scale(self, source: Source, value: Expression) -> int:
        """How many of what is measured make one of it."""
        if source.is_money(value):
            return int(10 ** currency_digits(self.plan.currency))
        return 10**8 if source.is_price(value) else 1

    def _rows(self, source: Source, counted: Counted, pay: Pay) -> list[Any]:
        """The sales of a source, in the plan's currency, at their own positions."""
        found = source.rows(counted)
        is_foreign = counted.own_currency or self.plan.currency != self.session.currency
        if is_foreign and source.is_money(counted.value):
            found = [self.conversion.converted(row, pay) for row in whole(found, source.kind)]
        if counted.by is not None:
            unit = source.unit_of(parse(counted.by))
            found = [_placed(row, unit) for row in found]
        return found

    def _corrected(self, source: Source, counted: Counted, pay: Pay, rows: list[Any]) -> list[Any]:
        """The sales with their corrections. A correction is its sale again, by the part of it that is corrected: of the
        same member, under the same condition, with the same weight, rate and position.
        """
        corrections = source.corrections()
        known = {row[SOURCE]: row for row in rows}
        missing = sorted({each.sale for each in corrections} - known.keys())
        for part in batches(missing):
            known |= {row[SOURCE]: row for row in self._rows(source, evolve(counted, ids=part), pay)}
        is_money = source.is_money(counted.value)
        found = list(rows)
        for each in corrections:
            if (sale := known.get(each.sale)) is not None:
                day = each.day if self.plan.refund.basis == "current" else sale[DAY]
                measure = sale[MEASURE] * each.part
                measured = rounded(measure) if is_money or measure.denominator == 1 else measure
                head = (
                    each.day,
                    each.ref,
                    each.id,
                    measured,
                    sale[MEMBER],
                    sale[DEAL],
                    sale[ABOUT],
                    day,
                    each.reverses,
                )
                found.append((*head, *sale[POSITION:]))
        return found

    def _is_whole(self, pay: Pay) -> bool:
        """Whether each sale is credited to its owner as a whole."""
        credit = self.plan.credit
        weighs = bool(pay.weights) or any(each != 1 for each in credit.kinds.values())
        return not (weighs or credit.shares or credit.overlay or credit.by_list or self.sharing.splits)

    @cached_property
    def conversion(self) -> Conversion:
        """How sales become amounts of the plan's currency."""
        return Conversion(self.connection, self.session, self.plan)

    def _shared(self, rows: Iterable[Sequence[Any]], pay: Pay, scale: int) -> Credited:
        """The rows by member, each with its part."""
        parts: list[tuple[int, Sequence[Any], Fraction, Share | None]] = []
        left = 0
        for row in rows:
            weight, shares = self._weight(row, pay), self.sharing.of(row)
            left += None in shares
            of_pay = tuple(shares.values())
            for at, (member, share) in enumerate(shares.items()):
                if member is None:
                    continue
                if pay.credit == "full":
                    parts.append((member, row, weight, None))
                elif self.plan.credit.split == "pay":
                    parts.append((member, row, weight, Share(of_pay, at)))
                else:
                    parts.append((member, row, weight * share, None))
        by = lcm(1, *{part.denominator for _member, _row, part, _share in parts})
        found: defaultdict[int, list[Any]] = defaultdict(list)
        for member, row, part, share_of_pay in parts:
            measure = int(row[MEASURE] * part * by)
            found[member].append((*row[:MEASURE], measure, *row[MEMBER:SHARE], share_of_pay))
        return Credited(in_order(found), scale * by, left, finer=by)

    def _weight(self, row: Sequence[Any], pay: Pay) -> Fraction:
        """The weight of a sale by its kind and by its attributes; what is not named counts in full."""
        weight = Fraction(self.plan.credit.kinds.get(row[CLASS], ONE))
        for at, table in enumerate(pay.weights.values()):
            weight *= table.get(str(row[WEIGHTS + at]), ONE)
        return weight


def _by_owner(rows: Iterable[Sequence[Any]], scale: int, about: str) -> Credited:
    """Each sale as a whole to its owner."""
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[MEMBER]].append(row)
    left = len(found.pop(None, ()))
    return Credited(in_order(found), scale, left, about)


def _placed(row: Sequence[Any], unit: int) -> Sequence[Any]:
    """A row with its position in whole units."""
    return (*row[:POSITION], Fraction(row[POSITION] or 0, unit), *row[POSITION + 1 :])


def specificity(where: Condition | None) -> int:
    """How much a condition asks for: the fields that it looks at, each as often as it does."""
    return 0 if where is None else _fields(where.expression)


def _fields(expression: Expression) -> int:
    if isinstance(expression, Composite):
        return sum(_fields(each) for each in parts_of(expression, Expression))
    return int(isinstance(expression, NamedField))
