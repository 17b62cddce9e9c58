"""Every key of a plan is read, exactly."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import InvalidValue
from dealwright_core.config.document import Document
from dealwright_core.config.settingtypes import Context
from dealwright_core.expr import Condition
from dealwright_core.incentives.plans.figures import MOST_DIGITS, Level, Threshold, level, number, ratio
from dealwright_core.incentives.plans.plan import Gate, Plan, Pool
from dealwright_core.incentives.plans.reading import read_plan
from dealwright_core.incentives.plans.tables import (
    By,
    Clawback,
    Credit,
    Draw,
    Objective,
    PayCap,
    PayIn,
    Rank,
    Refund,
    Release,
    RoundTo,
)
from dealwright_core.incentives.wording import percent, plain

Read = Callable[[str], Plan]

WHOLE = """
name = "Account executives"
currency = "EUR"
period = "quarter"
valid = {from = 2026-01-01, to = 2026-12-31}
prorate = "day"
quarter_weights = ["20 %", "20 %", "30 %", "30 %"]
zero_quota = "full"
pay_in = {currency = "CHF", fx = 0.95}
pay_cap = {amount = 50000, excess = "never"}
round = {digits = 0, half = "even", at = "payment"}
[credit]
shares = {owner = "60 %", rep = "1/3", anna = "20/3 %"}
total = "100 %"
overlay = {manager = "50 %"}
kinds = {refund = 1, invoice = "50 %"}
split = "pay"
first_match = true
[[pay]]
name = "base"
for = ["rep", "M-1"]
credit = "team"
levels = "all"
where = "product.family == 'GTX'"
measure = "amount"
weights = {"product.family" = {GTX = "120 %"}}
window = "quarter"
currency = "USD"
fx = {USD = "0.9"}
quota = 250000
scheme = "test-whole"
rate = "5 %"
tiers = [{from = "0 %", times = 1}, {over = "100 %", times = 1.5}]
by = {measure = "pay.second", per = "amount", window = "year"}
gate = {window = "year", from = "80 %"}
weight = "90 %"
cap = 10000
floor = 100.5
[[pay]]
name = "second"
window = "plan"
scheme = "test-flat"
rate = "1/30"
unit = "points"
[[pay]]
name = "third"
for = "manager"
credit = "full"
objectives = [
    {measure = "won_amount", quota = "won_amount", weight = "75 %"},
    {measure = "amount", quota = 500, weight = "25 %"},
]
scheme = "test-interpolated"
points = [{at = "50 %", pays = 0}, {at = "100 %", pays = 8000}]
gate = [{over = 10, measure = "pay.base"}, {from = "90 %"}]
pool = {by = "amount", qualify = {from = 1000}}
[[pay]]
name = "fourth"
rank = {prizes = [300, "200", 99.5], ties = "best", over = 1000}
by = "amount"
scheme = "test-flat"
rate = "1 %"
[refund]
basis = "current"
[clawback.refund]
share = "80 %"
term_months = 12
limit = "paid"
cancels = true
[clawback.terminate]
[[release]]
share = 0.6
on = "booking"
[[release]]
share = "2/5"
on = "+2 months"
[draw]
amount = 2000
pays = "on top"
recover = "50 %"
recover_from = 4
periods = 3
[member.M-1]
quota = 100
draw = {amount = 500}
[member.M-1.pay.second]
rate = "10 %"
cap = 5
[member.anna]
pay_cap = {amount = 1}
"""


def of(*values: object) -> tuple[object, ...]:
    """Values to compare with plain numbers."""
    return values


@pytest.fixture
def whole(plan: Read) -> Plan:
    return plan(WHOLE)


def test_the_keys_of_the_plan_are_read(whole: Plan) -> None:
    assert (whole.name, whole.currency, whole.period, whole.prorate) == (
        "Account executives", "EUR", "quarter", "day",
    )  # fmt: skip
    assert (whole.since, whole.until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert whole.quarter_weights == (Fraction(1, 5), Fraction(1, 5), Fraction(3, 10), Fraction(3, 10))
    assert whole.zero_quota == "full"
    assert whole.pay_in == PayIn(currency="CHF", fx=number(Decimal("0.95")))
    assert whole.pay_cap == PayCap(amount=number(50000), excess="never")
    assert whole.round == RoundTo(digits=0, half="even", at="payment")


def test_the_keys_of_credit_are_read(whole: Plan) -> None:
    assert whole.credit == Credit(
        shares={"owner": ratio("60 %"), "rep": ratio("1/3"), "anna": ratio("1/15")},
        overlay={"manager": ratio("1/2")},
        kinds={"refund": ratio(1), "invoice": ratio("1/2")},
        split="pay",
        first_match=True,
    )


def test_a_list_of_shares_for_each_number_of_members(plan: Read) -> None:
    found = plan(
        """
        name = "Lists"
        [credit]
        by_list = [["100 %"], ["60 %", "40 %"]]
        [[pay]]
        scheme = "test-bare"
        """
    )
    assert of(found.credit.by_list) == (((1,), (Fraction(3, 5), Fraction(2, 5))),)


def test_the_keys_of_a_pay_are_read(whole: Plan) -> None:
    pay = whole.pays[0]
    assert (pay.name, pay.earners, pay.credit, pay.levels) == ("base", ("rep", "M-1"), "team", "all")
    assert pay.where == Condition.read("product.family == 'GTX'")
    assert (pay.measure, pay.window) == ("amount", "quarter")
    assert pay.weights == {"product.family": {"GTX": Fraction(6, 5)}}
    assert of(pay.currency, pay.fx, pay.quota, pay.scheme) == (
        "USD",
        {"USD": Fraction(9, 10)},
        250000,
        "test-whole",
    )
    assert pay.by == By(measure="pay.second", per="amount", window="year")
    assert pay.gates == (Gate(start=Level(Fraction(4, 5), is_ratio=True), window="year"),)
    assert of(pay.weight, pay.cap, pay.floor, pay.unit) == (Fraction(9, 10), 10000, Fraction(201, 2), None)
    assert pay.earned_by(("M-1",), ())
    assert pay.earned_by(("M-9",), ["rep"])
    assert not pay.earned_by(("M-9",), ["manager"])


def test_every_other_key_is_a_setting_of_the_scheme(whole: Plan) -> None:
    assert set(whole.pays[0].settings) == {"rate", "tiers"}
    assert whole.pays[1].settings == {"rate": "1/30"}
    assert whole.pays[1].unit == "points"


def test_objectives_gates_and_a_pool_are_read(whole: Plan) -> None:
    pay = whole.pays[2]
    assert (pay.earners, pay.credit) == ("manager", "full")
    assert pay.objectives == (
        Objective(measure="won_amount", quota="won_amount", weight=ratio("75 %")),
        Objective(measure="amount", quota=number(500), weight=ratio("25 %")),
    )
    assert pay.gates == (
        Gate(start=Level(Fraction(10)), over=True, measure="pay.base", window="quarter"),
        Gate(start=Level(Fraction(9, 10), is_ratio=True), window="quarter"),
    )
    assert pay.pool == Pool(by="amount", qualify=Gate(start=Level(Fraction(1000)), window="quarter"))


def test_prizes_are_read(whole: Plan) -> None:
    assert whole.pays[3].rank == Rank(
        prizes=(number(300), number(200), number("99.5")), ties="best", over=Threshold(level(1000))
    )
    assert whole.pays[3].by == "amount"


def test_what_comes_afterwards_is_read(whole: Plan) -> None:
    assert whole.refund == Refund(basis="current")
    assert whole.clawback == {
        "refund": Clawback(share=ratio("80 %"), term_months=12, limit="paid", cancels=True),
        "terminate": Clawback(),
    }
    assert whole.release == (
        Release(share=ratio("60 %"), on="booking"),
        Release(share=ratio("40 %"), on="+2 months"),
    )
    assert whole.draw == Draw(
        amount=number(2000), pays="on top", recover=ratio("1/2"), recover_from=4, periods=3
    )


def test_terms_of_a_member_take_the_place_of_the_plan(whole: Plan) -> None:
    own = whole.of("M-1")
    assert [each.quota for each in own.pays] == [100, None, None, None]
    assert of(own.pays[1].settings, own.pays[1].cap) == ({"rate": "10 %"}, 5)
    assert own.draw == Draw(
        amount=number(500), pays="on top", recover=ratio("1/2"), recover_from=4, periods=3
    )
    assert whole.of("anna").pay_cap == PayCap(amount=number(1), excess="never")
    assert whole.of("M-2") is whole


def test_what_a_plan_need_not_say(plan: Read) -> None:
    found = plan('name = "Short"\n[[pay]]\nscheme = "test-flat"\nrate = "5 %"\n')
    pay = found.pays[0]
    assert (found.currency, found.period, found.since, found.until) == ("USD", "month", None, None)
    assert of(pay.name, pay.window, pay.earners, pay.credit, pay.weight) == ("pay", "month", None, "own", 1)
    assert found.credit == Credit()
    assert found.refund.basis == "window"
    assert found.round == RoundTo(digits=None, half="away", at="window")


@pytest.mark.parametrize(
    ("keys", "scheme"),
    [
        ('rate = "5 %"', "flat"),
        ("pays = 100", "fixed"),
        ('scheme = "own"\nrate = 1', "own"),
        ("tiers = []", ""),
    ],
)
def test_a_scheme_that_is_not_named_shows_by_its_key(keys: str, scheme: str) -> None:
    found, __ = read_plan(Document.parse(f'name = "Short"\n[[pay]]\n{keys}\n', "plan.toml"), Context("USD"))
    assert found.pays[0].scheme == scheme


@pytest.mark.parametrize(
    ("written", "since", "until"),
    [
        ('"2026-Q1"', date(2026, 1, 1), date(2026, 3, 31)),
        ("{from = 2026-02-01}", date(2026, 2, 1), None),
        ('{to = "2026-02-01"}', None, date(2026, 2, 1)),
    ],
)
def test_ways_to_say_when_a_plan_is_valid(
    plan: Read, written: str, since: date | None, until: date | None
) -> None:
    found = plan(f'name = "Short"\nvalid = {written}\n[[pay]]\nscheme = "test-bare"\n')
    assert (found.since, found.until) == (since, until)


def test_a_plan_holds_on_its_first_and_on_its_last_day(whole: Plan) -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [whole.holds_on(each) for each in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("written", "over", "under"),
    [
        (5, 5, 1), ("5 %", 1, 20), ("1/3", 1, 3), ("33 1/3 %", 1, 3), (Decimal("0.1"), 1, 10), ("-2.5%", -1, 40),
        ("12.5", 25, 2), (" 7/8 ", 7, 8),
    ],
)  # fmt: skip
def test_a_ratio_is_exact(written: object, over: int, under: int) -> None:
    assert ratio(written) == Fraction(over, under)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("5 %", "expected a number such as 5, 12.5 or '1/3', got text '5 %'"),
        (True, "expected a number such as 5, 12.5 or '1/3', got True"),
        ("5 USD", "got text '5 USD'"),
        ("1/0", "'1/0' divides by zero"),
        ("1e3", "got text '1e3'"),
        ("3 1", "got text '3 1'"),
        (Decimal("NaN"), "NaN is not a number"),
        (99_999_999_999_999_999_999, "99999999999999999999 has 20 digits, as no one means them"),
        (Decimal("0.30000000000000004"), "0.30000000000000004 has 17 digits, as no one means them"),
    ],
)
def test_what_is_no_number(written: object, reason: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        number(written)
    assert reason in str(refused.value)


@given(st.fractions(), st.booleans())
def test_a_level_is_read_from_what_it_is_shown_as(size: Fraction, is_ratio: bool) -> None:
    shown = percent(size) if is_ratio else plain(size)
    digits = len(str(shown).replace(".", "").rstrip(" %"))
    if digits <= MOST_DIGITS:
        assert level(str(shown).replace(",", "")) == Level(size, is_ratio=is_ratio)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_a_decimal_is_the_fraction_it_shows(written: Decimal) -> None:
    assert number(written) == Fraction(str(written))
