"""What each operator gives, and that the unknown stays unknown. Other tests show that SQL agrees."""

from datetime import date, timedelta
from typing import Any

import pytest

from dealwright_core.expr import all_of, any_of, band, case, days_since, fields, literal, match, negate
from tests.core.expr.asking import ask
from tests.core.expr.deals import MAX, MIN, TODAY

deal = fields("opportunity")

TRUTH = (True, False, None)


def test_money_adds_up_with_money_and_is_multiplied_by_whole_numbers() -> None:
    assert ask("amount - cost", amount=500_00, cost=300_00) == 200_00
    assert ask("amount + 5", amount=500_00) == 505_00
    assert ask("amount + '0.05'", amount=500_00) == 500_05
    assert ask("5 - amount", amount=300) == 200
    assert ask("amount * 3", amount=7) == 21
    assert ask(sum([deal.cost], start=deal.amount), amount=7, cost=8) == 15


def test_a_literal_may_stand_first() -> None:
    assert ask(5 - deal.seats, seats=3) == 2
    assert ask(5 + deal.seats, seats=3) == 8
    assert ask(5 * deal.seats, seats=3) == 15
    assert ask(True & deal.urgent, urgent=True) is True
    assert ask(False | deal.urgent, urgent=False) is False


def test_signs_and_limits() -> None:
    assert ask("-seats", seats=5) == -5
    assert ask("abs(seats)", seats=-5) == 5
    assert ask("clip(seats, 0, 10)", seats=-5) == 0
    assert ask(deal.seats.clip(high=10), seats=50) == 10
    assert ask(deal.amount.clip("1", "2"), amount=500) == 200
    assert ask(deal.seats.clip(0), seats=None) is None


@pytest.mark.parametrize(
    "text", ["seats + 1", "-seats", "abs(seats)", "clip(seats, 0, 1)", "seats > 1", "seats == 1"]
)
@pytest.mark.parametrize("wrap", ["{0}", "({0}) is None", "seats in (1, 2) or ({0}) is None"])
def test_the_unknown_makes_unknown_what_is_computed_from_it(text: str, wrap: str) -> None:
    assert ask(wrap.format(text)) is (None if wrap == "{0}" else True)


@pytest.mark.parametrize("left", TRUTH)
@pytest.mark.parametrize("right", TRUTH)
def test_and_or_not_follow_kleene(left: bool | None, right: bool | None) -> None:
    one, other = deal.urgent, deal.seats == 1
    given = {"urgent": left, "seats": None if right is None else int(right)}
    values = {left, right}
    both = False if False in values else None if None in values else True
    either = True if True in values else None if None in values else False
    assert ask(one & other, **given) is both
    assert ask(one | other, **given) is either
    assert ask(all_of(other, one), **given) is both
    assert ask(any_of(other, one), **given) is either
    assert ask(~(one & other), **given) is (None if both is None else not both)
    assert ask(negate(one), **given) is (None if left is None else not left)
    assert ask(one == other, **given) is (None if None in values else left is right)


def test_an_unknown_condition_is_not_taken() -> None:
    graded = case(deal.seats > 5, "large", deal.seats <= 5, "small", otherwise="not known")
    assert [ask(graded, seats=seats) for seats in (6, 5, None)] == ["large", "small", "not known"]
    assert ask(case(deal.seats > 5, 1), seats=1) is None
    assert ask(case(deal.seats > 5, 1, 2), seats=1) == 2


def test_lists() -> None:
    assert ask("stage in ('won', 'lost')", stage="won") is True
    assert ask("stage in ('won', 'lost')", stage="lead") is False
    assert ask("stage not in ('won', 'lost')", stage="lead") is True
    assert ask("stage in ('won', 'lost')") is None
    assert ask(deal.seats.is_in([1, 2]), seats=2) is True
    assert ask(deal.amount.is_in("1.50", 2), amount=150) is True


def test_a_list_with_the_unknown_is_never_false() -> None:
    assert ask(deal.seats.is_in(1, None), seats=1) is True
    assert ask(deal.seats.is_in(1, None), seats=2) is None
    assert ask(deal.seats.not_in(1, None), seats=2) is None
    assert ask(deal.seats.not_in(1, None), seats=1) is False


def test_between_includes_both_ends() -> None:
    assert [ask("is_between(seats, 5, 10)", seats=seats) for seats in (4, 5, 10, 11, None)] == [
        False,
        True,
        True,
        False,
        None,
    ]
    assert ask("5 <= seats <= 10", seats=10) is True


def test_a_band_is_reached_at_its_bound() -> None:
    size = band(deal.amount, ("50000", 25), ("5000", 15))
    assert [ask(size, amount=amount) for amount in (50_000_00, 49_999_99, 5_000_00, 4_999_99, -1)] == [
        25,
        15,
        15,
        0,
        0,
    ]


def test_bands_may_stand_in_any_order() -> None:
    size = band(deal.seats, (5, 1), (50, 3), (10, 2))
    assert [ask(size, seats=seats) for seats in (4, 5, 10, 49, 50)] == [0, 1, 2, 2, 3]


def test_a_choice_of_an_unknown_value_is_unknown_unless_stated() -> None:
    assert ask(band(deal.seats, (5, 1))) is None
    assert ask(band(deal.seats, (5, 1), default=7)) is None
    assert ask(band(deal.seats, (5, 1), unknown=-1)) == -1
    assert ask(match(deal.stage, {"won": 1})) is None
    assert ask(match(deal.stage, {"won": 1}, unknown=0)) == 0


def test_what_no_arm_takes_is_nothing_for_numbers_and_unknown_for_the_rest() -> None:
    assert ask(match(deal.stage, {"won": 1}), stage="lead") == 0
    assert ask(match(deal.stage, {"won": "yes"}), stage="lead") is None
    assert ask(match(deal.stage, {"won": "yes"}, "no"), stage="lead") == "no"
    assert ask(match(deal.stage, {"won": 1}, None), stage="lead") is None
    assert ask(match(deal.stage, {"won": deal.amount}), stage="lead") == 0


@pytest.mark.parametrize(
    ("name", "part", "starts", "contains"),
    [
        ("Acme Ltd", "Acme", True, True),
        ("Acme Ltd", "acme", False, False),
        ("Acme Ltd", "Ltd", False, True),
        ("50%_off", "50%", True, True),
        ("50_off", "50%", False, False),
        ("华东医疗", "华东", True, True),
        ("A\u0308rzte", "Ä", False, False),
        ("", "", True, True),
        ("x", "", True, True),
        (None, "x", None, None),
    ],
)
def test_text_is_compared_by_code_points(name: str | None, part: str, starts: Any, contains: Any) -> None:
    assert ask(deal.name.starts_with(part), name=name) is starts
    assert ask(deal.name.contains(part), name=name) is contains


def test_the_first_known_value() -> None:
    assert ask("coalesce(seats, grade, 9)", seats=1, grade=2) == 1
    assert ask("coalesce(seats, grade, 9)", grade=2) == 2
    assert ask("coalesce(seats, grade, 9)") == 9
    assert ask("coalesce(seats, grade)") is None


@pytest.mark.parametrize("age", [-1, 0, 29, 30, 31, 400])
def test_days_since_a_date_are_compared(age: int) -> None:
    opened = TODAY - timedelta(days=age)
    days = days_since(deal.opened_on)
    tests = [days == 30, days != 30, days < 30, days <= 30, days > 30, days >= 30, literal(30) < days]
    found = [ask(test, opened_on=opened) for test in tests]
    assert found == [age == 30, age != 30, age < 30, age <= 30, age > 30, age >= 30, age > 30]
    assert ask(days.is_between(0, 30), opened_on=opened) is (0 <= age <= 30)
    assert ask(days.is_in(0, 400), opened_on=opened) is (age in (0, 400))
    assert ask(band(days, (0, 1), (30, 2)), opened_on=opened) == (0 if age < 0 else 1 if age < 30 else 2)
    assert ask(days >= 30) is None
    assert ask(days.is_null()) is True


@pytest.mark.parametrize("number", [MAX, MIN, 3_000_000, -3_000_000])
def test_days_beyond_the_calendar_are_counted_too(number: int) -> None:
    for day in (date.min, TODAY, date.max):
        age = (TODAY - day).days
        days = days_since(deal.opened_on)
        for test, expected in (
            (days >= number, age >= number),
            (days < number, age < number),
            (days == number, False),
        ):
            assert ask(test, opened_on=day) is expected
        assert ask(days.is_between(min(number, 0), max(number, 0)), opened_on=day) is (
            min(number, 0) <= age <= max(number, 0)
        )


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("seats + 1", MAX - 1),
        ("seats + 1", MAX),
        ("seats - 1", MIN + 1),
        ("seats - 1", MIN),
        ("seats * 2", 2**62),
        ("seats * seats", -(2**32)),
        ("-seats", MIN),
        ("-seats", MIN + 1),
        ("abs(seats)", MIN),
        ("abs(seats)", MAX),
        ("seats + seats - seats", MAX),
        ("coalesce(seats + 1, seats - 1) + 2", MAX),
    ],
)
def test_a_number_at_the_end_of_64_bits_is_unknown(text: str, seats: int) -> None:
    assert ask(text, seats=seats) is None


def test_numbers_just_inside_64_bits_are_kept() -> None:
    assert ask("seats + 1", seats=MAX - 2) == MAX - 1
    assert ask("seats - 1", seats=MIN + 2) == MIN + 1
    assert ask("-seats", seats=MAX) == MIN + 1
    assert ask("seats", seats=MAX) == MAX


def test_links_are_known_or_not_and_lead_to_the_same_record_or_not() -> None:
    assert ask("customer is not None", customer_id=5) is True
    assert ask("customer is None") is True
    assert ask(deal.owner == deal.owner, owner_id=3) is True
