"""Well-typed expressions of every operator, for Hypothesis."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from dealwright_core.expr import (
    Expression,
    Type,
    all_of,
    any_of,
    band,
    case,
    coalesce,
    days_since,
    fields,
    literal,
    match,
    today,
)
from dealwright_core.values import Money, Price
from tests.core.expr.deals import DATES, MAX, MIN, MOMENTS, NAMES, NUMBERS, STAGES

deal, customer, qualified = fields("opportunity"), fields("customer"), fields("qualification")

FIELDS: dict[Type, tuple[Expression, ...]] = {
    Type.INTEGER: (deal.seats, deal.grade, deal.id, customer.employees, qualified.score),
    Type.MONEY: (deal.amount, deal.cost, deal.owner.quota, deal.customer.owner.quota),
    Type.PRICE: (deal.unit_price,),
    Type.RATIO: (deal.probability,),
    Type.TEXT: (deal.name, customer.name, deal.owner.name, deal.customer.owner.name),
    Type.BOOLEAN: (deal.urgent, deal.partner),
    Type.DATE: (deal.opened_on, deal.closed_on, customer.since),
    Type.INSTANT: (deal.updated_at,),
}
NUMERIC = (Type.INTEGER, Type.MONEY, Type.PRICE, Type.RATIO)
ORDERED = (*NUMERIC, Type.DATE, Type.INSTANT)

whole = st.one_of(st.sampled_from(NUMBERS), st.integers(-200, 200), st.integers(MIN, MAX))
texts = st.one_of(
    st.sampled_from(NAMES),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=3),
    st.sampled_from(NAMES).flatmap(lambda name: st.integers(0, len(name)).map(lambda end: name[:end])),
)
LITERALS: dict[Type, st.SearchStrategy[Any]] = {
    Type.INTEGER: whole,
    Type.MONEY: whole.filter(lambda minor: minor > MIN).map(lambda minor: Money(minor, "EUR")),
    Type.PRICE: whole.filter(lambda e8: e8 > MIN).map(lambda e8: Price.from_e8(e8, "EUR")),
    Type.RATIO: st.integers(-3_000_000, 3_000_000).map(lambda ppm: Decimal(ppm).scaleb(-6)),
    Type.TEXT: texts,
    Type.BOOLEAN: st.booleans(),
    Type.DATE: st.one_of(st.sampled_from((*DATES, today)), st.dates(date(2020, 1, 1), date(2027, 1, 1))),
    Type.INSTANT: st.one_of(
        st.sampled_from(MOMENTS),
        st.sampled_from(MOMENTS).map(lambda moment: moment + timedelta(microseconds=1)),
    ),
}
days = st.one_of(st.integers(-60, 500), st.sampled_from((MAX, MIN, 740_000, -3_000_000)))

Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def expressions(draw: Draw, type_: Type | None = None, depth: int = 4) -> Expression:
    """An expression of a type, up to `depth` operators deep."""
    return _Maker(draw).make(type_ or draw(st.sampled_from(list(FIELDS))), depth)


class _Maker:
    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def one(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def make(self, type_: Type, depth: int) -> Expression:
        """Any expression of the type; one whose type is certain by itself."""
        if depth == 0:
            return self.leaf(type_)
        makers: list[Callable[[Type, int], Expression]] = [self.chosen, self.coalesced, self.cased]
        if type_ in NUMERIC:
            makers += [self.summed, self.summed, self.multiplied, self.signed, self.clipped]
        if type_ is Type.BOOLEAN:
            makers = [self.compared, self.compared, self.between, self.among, self.unknown, self.found]
            makers += [self.joined, self.joined, self.negated, self.aged, self.chosen, self.cased]
        return expression_of(self.one(*makers)(type_, depth - 1))

    def leaf(self, type_: Type) -> Expression:
        field: Expression = self.one(*FIELDS[type_])
        certain = type_ not in (Type.RATIO, Type.INSTANT)
        return literal_or(self.draw(LITERALS[type_])) if certain and self.one(1, 1, 2) == 2 else field

    def written(self, type_: Type) -> Any:
        """A literal beside something of a certain type."""
        value = self.draw(LITERALS[type_])
        return self.one(value, *([str(value.major)] if isinstance(value, Money) else []))

    def operand(self, type_: Type, depth: int) -> Any:
        return self.written(type_) if self.one(1, 2) == 1 else self.make(type_, depth)

    def summed(self, type_: Type, depth: int) -> Expression:
        parts = [self.make(type_, depth), *(self.operand(type_, depth) for _ in range(self.one(1, 1, 2)))]
        result = parts[0]
        for part in map(literal_or, parts[1:]):
            result = self.one(lambda a, b: a + b, lambda a, b: a - b, lambda a, b: b + a, lambda a, b: b - a)(
                result, part
            )
        return expression_of(result)

    def multiplied(self, type_: Type, depth: int) -> Expression:
        product = self.make(type_, depth) * self.operand(Type.INTEGER, depth)
        return expression_of(product)

    def signed(self, type_: Type, depth: int) -> Expression:
        of = self.make(type_, depth)
        return -of if self.one(1, 2) == 1 else abs(of)

    def clipped(self, type_: Type, depth: int) -> Expression:
        ends = [self.draw(LITERALS[type_]), self.draw(LITERALS[type_])]
        low, high = sorted(ends, key=lambda end: end.amount if isinstance(end, Price) else end)
        return self.make(type_, depth).clip(*self.one((low, high), (low, None), (None, high)))

    def coalesced(self, type_: Type, depth: int) -> Expression:
        return coalesce(self.make(type_, depth), *(self.operand(type_, depth) for _ in range(self.one(1, 2))))

    def result(self, type_: Type, depth: int) -> Any:
        return None if self.one(1, 2, 3, 4) == 1 else self.operand(type_, depth)

    def cased(self, type_: Type, depth: int) -> Expression:
        arms: list[Any] = []
        for _ in range(self.one(1, 2)):
            arms += [self.make(Type.BOOLEAN, depth), self.result(type_, depth)]
        arms[1] = self.make(type_, depth)
        return case(*arms, otherwise=self.result(type_, depth))

    def chosen(self, type_: Type, depth: int) -> Expression:
        stated: dict[str, Any] = {"unknown": self.result(type_, depth)} if self.one(1, 2) == 1 else {}
        if self.one(1, 2) == 1:
            stated["default"] = self.result(type_, depth)
        results = [self.make(type_, depth), *(self.result(type_, depth) for _ in range(self.one(0, 1, 2)))]
        kind = self.one("match", "band", "days", "stage")
        if kind == "stage":
            return match(deal.stage, dict(zip(STAGES, results, strict=False)), **stated)
        if kind == "days":
            bounds = self.draw(st.lists(days, min_size=len(results), max_size=len(results), unique=True))
            return band(days_since(self.make(Type.DATE, depth)), *zip(bounds, results, strict=True), **stated)
        of = self.one(*ORDERED) if kind == "band" else self.one(*FIELDS)
        values = LITERALS[of].filter(lambda value: value is not today)
        bounds = self.draw(st.lists(values, min_size=len(results), max_size=len(results), unique=True))
        if len(bounds) < len(results):
            return self.leaf(type_)
        pairs = list(zip(bounds, results, strict=True))
        if kind == "band":
            return band(self.make(of, depth), *pairs, **stated)
        return match(self.make(of, depth), dict(pairs), **stated)

    def compared(self, type_: Type, depth: int) -> Expression:
        of = self.one(*FIELDS)
        sign = self.one("==", "!=", *(["<", "<=", ">", ">="] * 2 if of in ORDERED else []))
        left, right = self.make(of, depth), literal_or(self.operand(of, depth))
        compare = {
            "==": lambda: left == right,
            "!=": lambda: left != right,
            "<": lambda: left < right,
            "<=": lambda: left <= right,
            ">": lambda: left > right,
            ">=": lambda: left >= right,
        }
        return compare[sign]()

    def between(self, type_: Type, depth: int) -> Expression:
        of = self.one(*ORDERED)
        return self.make(of, depth).is_between(self.written(of), self.written(of))

    def among(self, type_: Type, depth: int) -> Expression:
        of = self.one(*FIELDS)
        values = LITERALS[of].filter(lambda value: value is not today)
        listed = self.draw(st.lists(values, min_size=1, max_size=4)) + self.one([], [], [None])
        return self.make(of, depth).is_in(listed)

    def unknown(self, type_: Type, depth: int) -> Expression:
        of = self.make(self.one(*FIELDS), depth)
        links = deal.customer.is_null(), deal.owner == customer.owner
        return expression_of(self.one(of.is_null(), of.is_known(), *links))

    def found(self, type_: Type, depth: int) -> Expression:
        of, part = self.make(Type.TEXT, depth), self.operand(Type.TEXT, depth)
        return of.starts_with(part) if self.one(1, 2) == 1 else of.contains(part)

    def joined(self, type_: Type, depth: int) -> Expression:
        parts = [self.make(Type.BOOLEAN, depth) for _ in range(self.one(2, 2, 3))]
        return expression_of(self.one(all_of, any_of)(*parts))

    def negated(self, type_: Type, depth: int) -> Expression:
        return ~self.make(Type.BOOLEAN, depth)

    def aged(self, type_: Type, depth: int) -> Expression:
        age, number = days_since(self.make(Type.DATE, depth)), self.draw(days)
        other = self.draw(days)
        tests = (
            age >= number,
            age < number,
            age == number,
            age != number,
            literal(number) < age,
            age.is_between(min(number, other), max(number, other)),
            age.is_between(number, other),
            age.is_in(number, other),
            age.is_null(),
        )
        return expression_of(self.one(*tests))


def literal_or(value: Any) -> Expression:
    """A drawn literal as an expression; `today` is one already."""
    return value if isinstance(value, Expression) else literal(value)


def expression_of(value: Any) -> Expression:
    assert isinstance(value, Expression)
    return value
