"""A plan in words, and its curves drawn with letters and as SVG."""

from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright import Curve, speaking
from dealwright.charts.payout import drawn_curves
from dealwright_core.incentives.plans.checking import Surroundings, checked
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.plotting import HEIGHT, WIDTH, drawing_of, plotted
from dealwright_core.incentives.plans.shown import ShownPlan, shown
from dealwright_core.language.width import width_of

Read = Callable[[str], Plan]
Show = Callable[[str], ShownPlan]

QUARTERS = """
    name = "Reps"
    valid = "2026"
    period = "quarter"
    zero_quota = "zero"
    pay_cap = {amount = 5000}
    [[pay]]
    for = "rep"
    quota = 80000
    scheme = "test-slab"
    tiers = [{from = 0, rate = "5 %"}, {from = "100 %", rate = "8 %"}]
    gate = {window = "year", from = 400000}
    cap = 9000
    [clawback.terminate]
    term_months = 12
    [[release]]
    share = "60 %"
    on = "booking"
    [[release]]
    share = "40 %"
    on = "collection"
    [draw]
    amount = 2000
    [member.M-1]
    quota = 50000
"""
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def show(plan: Read, around: Surroundings) -> Show:
    def show(text: str) -> ShownPlan:
        found = plan(text)
        return shown(found, checked(found, around))

    return show


def test_a_plan_is_told_in_the_order_of_the_calculation(show: Show) -> None:
    sections = {str(each.title): [str(line) for line in each.lines] for each in show(QUARTERS).sections}
    assert sections["Plan"] == [
        "Reps, valid from 2026-01-01 to 2026-12-31",
        "pays each quarter, amounts are in USD",
        "with a quota of zero nothing is paid",
    ]
    assert sections["Pay pay"] == [
        "for members with the role rep",
        "measures the amount of the quarter",
        "the quota is 80,000",
        "pays nothing unless the amount of the year is 400,000 or more",
        "pays by the scheme test-slab:",
        "  below 80,000: 5 % of all",
        "  from 80,000: 4,000, and 8 % of what is above 80,000",
        "at most 9,000 USD each quarter",
    ]
    assert sections["Afterwards"] == [
        "the total of each window is rounded half away from zero, to the digits of the currency",
        "a refund changes the window of its sale, which is calculated anew",
        "terminate takes back 100 % of the pay, of the part of 12 months that was not served",
        "60 % is paid out with the sale",
        "40 % is paid out when the customer has paid",
        "a draw fills the pay up to 2,000, and 100 % of later pay pays it back",
        "at most 5,000 is paid in a pay period, the rest later",
    ]
    assert sections["Members with terms of their own"] == ["M-1: pay: the quota is 50,000"]


def test_a_plan_is_told_in_chinese(show: Show) -> None:
    found = show(QUARTERS)
    with speaking("zh_CN"):
        text = str(found)
    assert "每季度最多 9,000 USD" in text
    assert "quarter" not in text


def test_a_curve_is_drawn_with_letters() -> None:
    drawing = drawing_of(Curve.slab((0, 1), (4, 0)), of_itself=True, quota=None)
    assert plotted(drawing, width=14, height=7) == (
        "4 |       ****",
        "  |     **",
        "  |   **",
        "  | **",
        "0 |*",
        "  +-----------",
        "   0         5",
    )


def test_a_jump_is_drawn_as_a_line_up() -> None:
    drawing = drawing_of(Curve.lookup((0, 0), (5, 8)), of_itself=True, quota=Fraction(8))
    assert plotted(drawing, width=14, height=7)[:5] == (
        "8 |     ******",
        "  |     |",
        "  |     |",
        "  |     |",
        "0 |*****",
    )


bounds = st.fractions(min_value=0, max_value=10**9)
amounts = st.fractions(min_value=-(10**6), max_value=10**30)


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(bounds, amounts, min_size=1, max_size=5), st.booleans(), st.booleans())
def test_a_plot_is_never_larger_than_it_may_be(
    tiers: dict[Fraction, Fraction], is_whole: bool, of_itself: bool
) -> None:
    curve = Curve.whole(*tiers.items()) if is_whole else Curve.lookup(*tiers.items())
    lines = plotted(drawing_of(curve, of_itself=of_itself, quota=None))
    assert len(lines) <= HEIGHT
    assert max(map(width_of, lines)) <= WIDTH


def test_the_drawing_passes_through_what_is_due() -> None:
    curve = Curve.slab((0, Fraction(1, 20)), (100, Fraction(1, 10)))
    drawing = drawing_of(curve, of_itself=True, quota=Fraction(100))
    assert all(curve.due(x) == y for run in drawing.runs for x, y in run)
    assert [drawing.right, drawing.top, drawing.bottom] == [125, Fraction(15, 2), 0]


def test_a_quota_that_members_have_of_their_own_is_told_by_an_example(show: Show) -> None:
    plan = show(QUARTERS.replace("quota = 80000", 'quota = "won_amount"'))
    assert "pays by the scheme test-slab, with a quota of 100,000 as an example:" in str(plan)
    assert "from 100,000: 5,000, and 8 % of what is above 100,000" in str(plan)
    assert plan.curves[0].across == "measure, with a quota of 100,000 as an example"


def test_an_example_goes_with_the_amounts_of_a_plan(show: Show) -> None:
    tiers = QUARTERS.replace("quota = 80000", 'quota = "won_amount"').replace("{from = 0,", "{from = 100000,")
    assert "with a quota of 1,000,000 as an example:" in str(show(tiers))


def test_the_curves_are_drawn_as_svg(show: Show) -> None:
    root = ElementTree.fromstring(drawn_curves(show(QUARTERS)))
    assert root.find(f"{SVG}title").text == "Reps"  # type: ignore[union-attr]  # what is tested
    lines = root.findall(f"{SVG}polyline")
    assert len(lines) == 1
    words = [each.text for each in root.findall(f"{SVG}text")]
    assert "pay: pay in USD by measure" in words
    assert "100,000" in words


def test_a_plan_without_a_curve_is_drawn_all_the_same(show: Show) -> None:
    text = drawn_curves(show('name = "Prizes"\n[[pay]]\nrank = {prizes = [5]}\n'))
    assert "nothing to draw" in text


def test_every_way_to_pay_has_its_words(show: Show) -> None:
    text = str(
        show(
            """
            name = "Prizes"
            round = {digits = 1, half = "down", at = "step"}
            pay_in = {currency = "EUR", fx = "period start"}
            [credit]
            by_list = [["100 %"], ["60 %", "40 %"]]
            [[pay]]
            name = "prizes"
            for = ["rep"]
            rank = {prizes = [500, 200], over = 10}
            [[pay]]
            name = "club"
            quota = 1000
            rank = {prizes = [500], over = "100 %"}
            [[pay]]
            name = "override"
            credit = "team"
            measure = "pay.prizes"
            scheme = "test-flat"
            rate = "10 %"
            unit = "training"
            """
        )
    )
    for line in (
        "of a sale of 1 member: 100 %",
        "of a sale of 2 members, in their order: 60 %, 40 %",
        "prizes by rank: 500, 200",
        "who has 10 or less has no rank",
        "members are ranked by attainment",
        "who has 100 % or less has no rank",
        "credit: that of the team, 1 level below, by the positions on the day of the sale",
        "measures the pay prizes of the month",
        "what is earned is training, not money",
        "what each sale adds is rounded towards zero, to 1 decimal places",
        "paid in EUR at the rate of the first day of the pay period",
    ):
        assert line in text


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            'currency = "EUR"\nfx = "period end"',
            "converted from EUR, at the rate of the last day of the pay period",
        ),
        (
            'fx = "period end"',
            "from other currencies than USD, at the rate of the last day of the pay period",
        ),
        ('fx = {EUR = "1.1", CHF = 1}', "from other currencies than USD, one EUR for 1.1, one CHF for 1"),
    ],
)
def test_how_sales_are_converted(show: Show, written: str, told: str) -> None:
    plan = 'name = "Reps"\ncurrency = "USD"\n[[pay]]\nscheme = "test-flat"\nrate = "5 %"\n'
    assert told in str(show(plan + written))
