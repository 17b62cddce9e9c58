"""Mistakes are found when an expression is checked, all at once, with what was probably meant."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce

import pytest

from dealwright_core.errors import ConfigError, UsageError
from dealwright_core.expr import (
    Expression,
    FieldShape,
    RecordShape,
    Schema,
    Type,
    all_of,
    band,
    case,
    check,
    coalesce,
    compile_python,
    days_since,
    fields,
    match,
    parse,
    paths,
    today,
)
from dealwright_core.values import Money, Price
from tests.core.expr.asking import ask, checked, problem_of, problems_of
from tests.core.expr.deals import SCHEMA, TODAY, by_attribute

deal = fields("opportunity")


def test_every_mistake_is_reported_at_once() -> None:
    found = problems_of("amout > 5 and stage == 'wonn' and seats == 'x' or name < 'a'")
    assert [str(problem) for problem in found] == [
        "amout: 'amout' is neither a field of opportunity nor a record, did you mean 'amount'?",
        "stage is 'wonn': stage is one of lead, won, lost, did you mean 'won'?",
        "seats is 'x': 'x' is not a whole number, write it without quotes",
        "name: is text, which has no order here, and databases sort text differently, use == or is_in",
    ]


def test_a_problem_names_its_rule() -> None:
    with pytest.raises(ConfigError, match=re.escape("deal-size.points: amout: ")):
        check(fields().amout, "opportunity", SCHEMA, where="deal-size.points")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("amount * probability", "money times a ratio is left out, because it needs a rounding"),
        ("amount + seats", "seats: is a whole number where money belongs"),
        ("amount >= '0.001'", "EUR has at most 2 digits after the point, got 3: 0.001"),
        ("amount >= '5 USD'", "5.00 USD is not in EUR, the currency in which amounts are compared"),
        ("amount == 'much'", "'much' is not a number"),
        ("amount > 99999999999999999", "minor units do not fit into 64 bits"),
        ("amount == opened_on", "opened_on: is a date where money belongs"),
        ("seats == 0.5", "0.5 is not a whole number"),
        ("probability >= 0.0000001", "finer than one millionth"),
        ("urgent > true", "is true or false, which has no order here"),
        ("opened_on > '2026-02-30'", "'2026-02-30' is not a date, write it as '2026-01-31'"),
        ("opened_on > '31.01.2026'", "is not a date"),
        ("updated_at > '2026-01-31T00:00:00'", "is not a moment with a time zone"),
        ("updated_at > today", "is a date where a moment belongs"),
        ("opened_on - closed_on", "opened_on: is a date, which - does not take, compare days_since(...)"),
        ("name + 'x'", "name: is text, which + does not take"),
        ("starts_with(seats, 'x')", "seats: is a whole number, and starts_with looks into text"),
        ("urgent and seats", "seats: is a whole number, not a condition"),
        ("not name", "name: is text, not a condition"),
        ("case(seats, 1)", "seats: is a whole number, not a condition"),
        ("stage == 5", "5 is not text, write it in quotes"),
        ("urgent == 1", "1 is neither true nor false"),
        ("opened_on == 5", "5 is not a date"),
        ("updated_at == 'soon'", "'soon' is not a moment with a time zone"),
        ("updated_at == '0001-01-01T00:00:00+14:00'", "is out of range"),
        ("amount == true", "is true or false where money belongs"),
        ("amount == match(stage, {'won': true})", "where money belongs"),
        ("unit_price == '1 USD'", "1.00 USD is not in EUR, the currency in which prices are compared"),
        ("unit_price == '0.000000001'", "at most 8 digits"),
        ("clip(amount, true, 5)", "is true or false where money belongs"),
        ("probability == 0.5 * 3", "0.5 * 3: has no type where it stands"),
        ("match(customer, {1: 2})", "a link compares with another link"),
        ("case(urgent, 1, 'x')", "'x' is not a whole number"),
        ("coalesce(seats, name)", "name: is text where a whole number belongs"),
        ("match(stage, {'won': 1, 'oppen': 2})", "stage is one of lead, won, lost"),
        ("match(seats, {1: 1, 1: 2})", "2 arms are for the same value"),
        ("band(amount, ('5', 1), ('5.00', 2))", "2 arms are for the same value"),
        ("band(name, ('a', 1))", "is text, which has no order here"),
        ("match(seats, {None: 1})", "None is no arm, give the result for the unknown value as unknown="),
        ("match(days_since(opened_on), {1: 2})", "days are matched by band"),
        ("days_since(opened_on) + 1 > 2", "a number of days is only compared"),
        ("days_since(opened_on) > seats", "days_since compares only with a literal whole number"),
        ("days_since(updated_at) > 3", "updated_at: is a moment, and days_since needs a date"),
        ("clip(seats, 5, 1)", "the lowest value is above the highest"),
        ("is_between(seats, grade, 5)", "the ends are not literals, write (x >= a) & (x <= b)"),
        ("seats in (None,)", "needs at least one known value"),
        ("customer", "customer: is a link, name a field of the record it leads to"),
        ("customer == 5", "a link compares with another link"),
        ("customer in (1,)", "a link compares with another link"),
        ("customer == owner", "only links to one kind of record compare"),
        ("coalesce(customer, owner) is None", "gives a link"),
        ("opportunity", "'opportunity' is a record"),
    ],
)
def test_types_have_to_fit(text: str, message: str) -> None:
    expected = message if text != "opportunity" else "opportunity is a record"
    assert expected in problem_of(text)


def test_the_result_has_the_type_that_is_expected() -> None:
    assert problem_of("amount > 5", expect=Type.INTEGER).endswith(
        "gives true or false where a whole number belongs"
    )
    assert checked("5", expect=Type.MONEY).tree.low == 500
    assert checked("match(stage, {'won': 1.5})", expect=Type.MONEY).type is Type.MONEY


def test_literals_take_the_type_of_what_they_stand_beside() -> None:
    assert ask("amount == case(urgent, 100, 200)", amount=200_00, urgent=False) is True
    assert ask("1000 < amount", amount=1000_01) is True
    assert ask("probability >= 0.25", probability=250_000) is True
    assert ask("probability >= '25 %'", probability=249_999) is False
    assert ask("unit_price == 0.0425", unit_price=4_250_000) is True
    assert ask(deal.amount == Money(500, "EUR"), amount=500) is True
    assert ask(deal.amount == Decimal("5.0"), amount=500) is True
    assert ask("coalesce(amount, 5) == 5") is True
    assert (
        ask("updated_at >= '2026-01-01T01:00:00+01:00'", updated_at=datetime(2026, 1, 1, tzinfo=UTC)) is True
    )
    assert ask("unit_price >= '0.0425 EUR'", unit_price=4_250_000) is True
    assert ask(deal.unit_price == Price(Decimal("0.0425"), "EUR"), unit_price=4_250_000) is True


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (fields("oportunity").amount, "there is no record 'oportunity', did you mean 'opportunity'?"),
        (fields("opportunity").customer.nmae, "customer has no field 'nmae', did you mean 'name'?"),
        (fields("opportunity").stage.name, "opportunity.stage is text, which leads to no other record"),
        (fields("opportunity").customer, "is a link, name a field of the record it leads to"),
        (fields("opportunity"), "opportunity is a record, name a field of it, such as opportunity.id"),
        (fields("opportunity").qualification, "opportunity has no field 'qualification'"),
        (
            fields("member").name,
            "2 ways lead from opportunity to member, name one of opportunity.customer.owner, opportunity.owner",
        ),
        (
            fields("activity").kind,
            "one opportunity may have many records of kind activity, by activity.opportunity, "
            "count or sum them with a Measure",
        ),
        (fields("opportunity").activity.kind, "count or sum them with a Measure"),
    ],
)
def test_a_path_leads_to_one_place(field: Expression, message: str) -> None:
    assert message in problem_of(field)


def test_the_only_way_to_a_record_is_found() -> None:
    asked = [
        fields("customer").name,
        fields("qualification").authority,
        deal.customer.owner.name,
        deal.qualification.authority,
    ]
    found = [str(path) for each in asked for path in paths(checked(each))]
    assert found == [
        "customer.name",
        "qualification.authority",
        "customer.owner.name",
        "qualification.authority",
    ]


def test_paths_tell_what_to_join() -> None:
    (path,) = paths(checked(deal.customer.owner.name == "Anna"))
    assert [(step.origin, step.link, step.target, step.back) for step in path.steps] == [
        ("opportunity", "customer", "customer", False),
        ("customer", "owner", "member", False),
    ]
    (back,) = paths(checked(fields("qualification").score))
    assert back.steps[0].back
    assert back.record == "qualification"


def shape(name: str, **links: FieldShape) -> RecordShape:
    return RecordShape(name, {"n": FieldShape(Type.INTEGER)} | links)


def link(record: str, *, unique: bool = False) -> FieldShape:
    return FieldShape(Type.LINK, link=record, unique=unique)


@pytest.mark.parametrize(
    ("records", "asked", "message"),
    [
        ([shape("a", to=link("gone"))], fields("a").to.n, "a.to links to 'gone', which is no record here"),
        ([shape("a"), shape("b")], fields("b").n, "no to-one way of at most 4 links leads from a to b"),
        ([shape("a")], fields("a").b.n, "a has no field 'b'"),
        (
            [shape("a"), shape("b", one=link("a", unique=True), two=link("a", unique=True))],
            fields("a").b.n,
            "b hangs on a by one, two, which is not one way",
        ),
        (
            [
                *(shape(str(at), to=link(str(at + 1))) for at in range(6)),
                shape("6"),
                shape("a", to=link("0")),
            ],
            fields("6").n,
            "no to-one way of at most 4 links leads from a to 6",
        ),
    ],
)
def test_a_way_that_is_none_is_refused(records: list[RecordShape], asked: Expression, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        check(asked, "a", Schema({each.name: each for each in records}, "EUR"))


def test_a_plugins_record_opens_no_second_way() -> None:
    core = [shape("a", to=link("b")), shape("b")]
    plugin = shape("c", a=link("a", unique=True), also=link("b"))
    schema = Schema({each.name: each for each in [*core, plugin]}, "EUR")
    assert [str(path) for path in paths(check(fields("b").n, "a", schema))] == ["to.n"]


def test_a_field_may_bear_the_name_of_a_method() -> None:
    assert str(problem_of(deal["contains"])) == "opportunity.contains: opportunity has no field 'contains'"


def test_the_day_is_asked_for_when_it_is_needed() -> None:
    late = check(deal.closed_on < today, "opportunity", SCHEMA)
    with pytest.raises(UsageError, match="asks for the day"):
        compile_python(late, by_attribute)
    assert late.needs_day
    assert late.on(TODAY).as_of == TODAY
    owed = check(case(deal.closed_on < today, 5, otherwise=0), "opportunity", SCHEMA, expect=Type.MONEY)
    assert owed.on(TODAY).tree.high == 500
    assert not checked("seats > 5").needs_day


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda: 1 if deal.seats > 5 else 2, "no truth value"),
        (lambda: 1 < deal.seats < 5, "no truth value"),
        (lambda: deal.stage in ("won", "lost"), "no truth value"),
        (lambda: deal.urgent and deal.partner, "no truth value"),
        (lambda: not deal.urgent, "no truth value"),
        (lambda: "x" in deal.name, "does not search"),
        (lambda: round(deal.seats), "left out"),
        (lambda: float(deal.seats), "left out"),
    ],
)
def test_what_python_would_compute_at_once_is_refused(compute: Callable[[], object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        compute()


def test_an_expression_is_no_list() -> None:
    with pytest.raises(TypeError):
        list(deal)  # type: ignore[call-overload]  # what is refused


@pytest.mark.parametrize(
    "compute", ["deal.seats / 2", "deal.seats // 2", "deal.seats % 2", "deal.seats ** 2", "2 / deal.seats"]
)
def test_division_is_left_out(compute: str) -> None:
    with pytest.raises(UsageError, match="left out"):
        eval(compute)


NO_ZONE = datetime(2026, 1, 1)  # noqa: DTZ001
REFUSED = [0.5, b"x", 2**63, "a\x00", "\ud800", NO_ZONE, {1}, object(), "x" * 5000, Decimal("NaN")]


@pytest.mark.parametrize("value", REFUSED, ids=range(len(REFUSED)))
def test_values_that_no_database_holds_are_refused(value: object) -> None:
    with pytest.raises(UsageError):
        deal.name == value  # noqa: B015


def test_mistakes_in_building_are_refused_where_they_are_made() -> None:
    for build in (
        lambda: deal.seats == None,  # noqa: E711
        lambda: deal.seats + None,
        lambda: (deal.urgent == True) & 1,  # type: ignore[operator]  # noqa: E712  # what is refused
        lambda: deal.seats.is_in(),
        lambda: deal.seats.clip(),
        lambda: all_of(),
        lambda: deal[0],  # type: ignore[index]  # what is refused
        lambda: reduce(lambda field, _: field.owner, range(50), deal),
        lambda: coalesce(deal.seats),
        lambda: case(deal.urgent),
        lambda: case(deal.urgent, 1, 2, otherwise=3),
        lambda: band(deal.seats),
        lambda: band(deal.seats, 5),  # type: ignore[arg-type]  # what is refused
        lambda: band(deal.seats, (deal.grade, 5)),  # type: ignore[arg-type]  # what is refused
        lambda: match(deal.stage, {}),
        lambda: match(deal.stage, [1]),  # type: ignore[arg-type]  # what is refused
        lambda: days_since(None),  # type: ignore[arg-type]  # what is refused
    ):
        with pytest.raises(UsageError):
            build()


def test_size_and_depth_are_bounded() -> None:
    def deeper(times: int) -> Expression:
        return deal.seats if times == 0 else -deeper(times - 1)

    def wider(times: int) -> Expression:
        inner = deal.seats if times == 0 else wider(times - 1)
        return case(deal.urgent, inner, otherwise=inner)

    assert deeper(39) is not wider(9)
    with pytest.raises(UsageError, match="at most 40 levels"):
        deeper(40)
    with pytest.raises(UsageError, match="at most 4000 parts"):
        wider(20)


def test_an_expression_too_deep_for_sqlite_is_refused() -> None:
    deep: Expression = deal.seats
    for _ in range(20):
        deep = case(deal.urgent, deep, otherwise=0)
    assert "nested too deeply for SQLite" in problem_of(deep)


def test_a_long_sum_is_not_deep() -> None:
    total: Expression = deal.grade
    for _ in range(300):
        total = total + deal.grade
    assert ask(total, grade=2) == 602
    assert ask(parse(" + ".join(["seats"] * 60)), seats=1) == 60


def test_an_unknown_subject_is_refused() -> None:
    with pytest.raises(ConfigError, match="there is no record 'deal'"):
        check(deal.amount, "deal", SCHEMA)


def test_one_day_of_the_calendar() -> None:
    assert ask(deal.opened_on == date(2026, 1, 31), opened_on=date(2026, 1, 31)) is True


def test_what_was_checked_compares_by_content() -> None:
    assert checked("seats > 5") == checked("seats > 5")
    assert checked("seats > 5") != checked("seats > 6")
    assert len({checked("seats > 5"), checked("seats > 5")}) == 1
