"""The forecast by category, and what forecasts were worth, checked by examples and against plain Python."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Money, rounded
from tests.plugins.stories import FIRST, HISTORIES, Story, Told, a_deal, by_label, stands

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PPM = 1_000_000
# What the stages that every deployment has say.
STAGES = {
    "prospecting": ("pipeline", 100_000), "engaging": ("pipeline", 250_000),
    "demonstration": ("best case", 500_000), "negotiation": ("commit", 750_000),
    "won": ("closed", PPM), "lost": ("omitted", 0), "disqualified": ("omitted", 0),
}  # fmt: skip
CATEGORIES = ("pipeline", "best case", "commit", "closed", "omitted")
QUARTERS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_a_deal_has_its_own_category_and_probability_or_those_of_its_stage(told: Told) -> None:
    own = a_deal("engaging", minor=100, category="commit", probability=900_000)
    table = told.of(own, a_deal("engaging", minor=100), a_deal("engaging", "won", minor=70))("forecast")
    assert by_label(table) == {
        "pipeline": (1, usd(100), usd(25), 0),
        "best case": (0, usd(0), usd(0), 0),
        "commit": (1, usd(100), usd(90), 0),
        "closed": (1, usd(70), usd(70), 0),
        "omitted": (0, usd(0), usd(0), 0),
    }
    assert table.totals == ("Total", 3, usd(270), usd(185), 0)


def test_the_weighted_amount_is_rounded_once(told: Told) -> None:
    table = told.of(*[a_deal("prospecting", minor=4) for _ in range(5)])("forecast")
    assert by_label(table)["pipeline"] == (5, usd(20), usd(2), 0)


def test_expected_and_real_close_place_deals_and_what_has_none_is_told(told: Told) -> None:
    report = told.of(
        a_deal("engaging", expected=date(2022, 5, 1)),
        a_deal("engaging", "won", every=100, expected=date(2023, 1, 1)),
        a_deal("engaging"),
    )
    table = report("forecast", period="2022-Q2")
    assert table.totals == ("Total", 2, usd(2_000), usd(1_250), 0)
    assert table.note == "1 open deals say not when they are expected to close"


def test_a_past_forecast_goes_by_the_stage_of_then(told: Told) -> None:
    report = told.of(a_deal("engaging", "negotiation", "lost", every=10, category="commit", probability=10))
    table = report("forecast", as_of=FIRST + timedelta(days=5))
    assert by_label(table)["pipeline"] == (1, usd(1_000), usd(250), 0)


def test_a_seller_sees_own_forecast_only(told: Told) -> None:
    report = told.of(a_deal("engaging"), a_deal("engaging", owner="Ben", minor=None))
    assert by_label(report("forecast", actor="ben"))["pipeline"] == (1, usd(0), usd(0), 1)


@FEW
@given(HISTORIES, st.one_of(st.none(), st.sampled_from(QUARTERS)))
def test_every_category_equals_plain_python(told: Told, deals: list[Story], period: str | None) -> None:
    table = told.of(*deals)("forecast", **({} if period is None else {"period": period}))
    counts: Counter[tuple[str, str]] = Counter()
    for each in deals:
        is_open = each.means == "open"
        day = each.expected if is_open else each.closed
        if period is not None and (day is None or quarter(day) != period):
            continue
        category, probability = STAGES[each.now]
        if is_open:
            category = each.category or category
            probability = probability if each.probability is None else each.probability
        counts[category, "deals"] += 1
        counts[category, "minor"] += each.minor or 0
        counts[category, "weighed"] += (each.minor or 0) * probability
        counts[category, "without"] += each.minor is None
    for category in CATEGORIES:
        n, minor, weighed, without = (
            counts[category, name] for name in ("deals", "minor", "weighed", "without")
        )
        assert by_label(table)[category] == (n, usd(minor), usd(rounded(Fraction(weighed, PPM))), without)


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def test_a_forecast_is_held_against_what_was_won(told: Told) -> None:
    due = date(2022, 5, 20)
    report = told.of(
        a_deal("engaging", "won", every=120, expected=due, minor=1_000),
        a_deal("negotiation", "lost", every=130, expected=due, minor=400),
        Story((("won", date(2022, 4, 5)),), opened=date(2022, 4, 5), minor=100),
    )
    rows = by_label(report("forecast-accuracy", period="2022"))
    # On the first of April 1,000 at 25 % and 400 at 75 % were expected; 1,000 and 100 were won.
    assert rows["2022-Q2"] == (2, usd(550), 1, 2, usd(1_100), -500_000, 0)


def test_open_deals_without_expected_close_are_counted(told: Told) -> None:
    report = told.of(a_deal("engaging", "won", every=100))
    assert by_label(report("forecast-accuracy", period="2022"))["2022-Q2"] == (
        0,
        usd(0),
        0,
        1,
        usd(1_000),
        -PPM,
        1,
    )


def test_nothing_won_has_no_deviation_and_nothing_at_all_no_periods(told: Told) -> None:
    assert told.of()("forecast-accuracy").rows == ()
    rows = by_label(
        told.of(a_deal("engaging", expected=date(2022, 5, 1)))("forecast-accuracy", period="2022")
    )
    assert rows["2022-Q2"] == (1, usd(250), 0, 0, usd(0), None, 0)


@FEW
@given(HISTORIES)
def test_what_was_said_and_what_came_true_equal_plain_python(told: Told, deals: list[Story]) -> None:
    table = by_label(told.of(*deals)("forecast-accuracy", period="2023"))
    for number, label in enumerate(QUARTERS[4:]):
        eve = date(2023, 3 * number + 1, 1) - timedelta(days=1)
        said = [
            (each, then)
            for each, then in ((each, stands(each, eve)) for each in deals)
            if then is not None and then.means == "open"
        ]
        due = [(each, then) for each, then in said if each.expected and quarter(each.expected) == label]
        weighed = Fraction(sum((each.minor or 0) * STAGES[then.now][1] for each, then in due), PPM)
        won = [each for each in deals if each.now == "won" and each.closed and quarter(each.closed) == label]
        true = sum(each.minor or 0 for each in won)
        assert table[label] == (
            len(due),
            usd(rounded(weighed)),
            sum(each in won for each, _ in due),
            len(won),
            usd(true),
            rounded((weighed - true) * PPM / true) if true else None,
            sum(each.expected is None for each, _ in said),
        )


def test_what_closes_on_the_first_day_was_still_forecast_that_morning(told: Told) -> None:
    deal = Story((("engaging", FIRST), ("won", date(2022, 4, 1))), expected=date(2022, 6, 30))
    assert by_label(told.of(deal)("forecast-accuracy", period="2022"))["2022-Q2"][:4] == (1, usd(250), 1, 1)


def test_what_is_won_later_than_forecast_did_not_come_true(told: Told) -> None:
    deal = Story((("engaging", FIRST), ("won", date(2022, 7, 1))), expected=date(2022, 6, 30))
    rows = by_label(told.of(deal)("forecast-accuracy", period="2022"))
    assert rows["2022-Q2"][:4] == (1, usd(250), 0, 0)
    assert rows["2022-Q3"][:4] == (0, usd(0), 0, 1)
