"""What every bundled scheme keeps, whatever is sold: stated for the lines of one window, as a plan posts them.

For what a scheme cannot keep there is a counterexample beside the property.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dealwright import Curve, IncentiveScheme, Percent
from dealwright_bonus import curves as bonus
from dealwright_bonus.settings import Corner, Guarantee, Step, TargetBonus
from dealwright_commission import curves as commission
from dealwright_commission.settings import Fixed, Flat, Interpolated, Lookup, Overage, Slab, Whole
from dealwright_commission.tiers import Point, Tier
from dealwright_core.payroll.crediting.entries import Entry
from dealwright_core.payroll.earning.dues import Basis, Due, Rounds, describe, described
from dealwright_core.payroll.earning.posting import AMOUNT, MEASURE, Earlier, by_reversal, by_step, of_window
from dealwright_core.payroll.earning.selling import of_deals
from dealwright_core.values import Rounding

QUOTA = Fraction(1_000)
HALF, ALL, MORE = (Percent(Fraction(each, 100)) for each in (50, 100, 150))
RATES = (
    Tier(start=Percent(0), rate=Percent(Fraction(3, 100))),
    Tier(start=ALL, rate=Percent(Fraction(7, 100))),
)
AMOUNTS = (Tier(start=HALF, pays=Fraction(100, 3)), Tier(start=ALL, pays=Fraction(70)))
GROWING: dict[str, Curve] = {
    "flat": commission.flat(QUOTA, Flat(rate=Percent(Fraction(35, 1000)))),
    "each": commission.flat(QUOTA, Flat(each=Fraction(1, 3))),
    "slab": commission.slab(QUOTA, Slab(tiers=RATES)),
    "slab with amounts": commission.slab(QUOTA, Slab(tiers=AMOUNTS)),
    "whole": commission.whole(QUOTA, Whole(tiers=RATES)),
    "overage": commission.overage(
        QUOTA, Overage(tiers=(*RATES, Tier(start=MORE, rate=Percent(Fraction(1, 10)))))
    ),
    "lookup": commission.lookup(QUOTA, Lookup(tiers=AMOUNTS)),
    "interpolated": commission.interpolated(
        QUOTA, Interpolated(points=(Point(at=HALF, pays=Fraction(0)), Point(at=MORE, pays=Fraction(200))))
    ),
    "fixed": commission.fixed(QUOTA, Fixed(pays=Fraction(50))),
    "target-bonus": bonus.target_bonus(
        QUOTA,
        TargetBonus(target=Fraction(500), tiers=(Step(start=HALF, times=HALF), Step(start=ALL, times=ALL))),
    ),
    "target-bonus with points": bonus.target_bonus(
        QUOTA,
        TargetBonus(target=Fraction(500), points=(Corner(at=HALF, times=HALF), Corner(at=MORE, times=MORE))),
    ),
    "guarantee": bonus.guarantee(QUOTA, Guarantee(pays=Fraction(20), rate=Percent(Fraction(5, 100)))),
}
# One whose highest tier pays less than the one below: not all that is bundled grows.
SINKING = commission.whole(QUOTA, Whole(tiers=(RATES[0], Tier(start=ALL, rate=Percent(Fraction(1, 100))))))

curves = st.sampled_from([*GROWING.values(), SINKING])
roundings = st.sampled_from(Rounding)
measures = st.lists(st.integers(-80_000, 200_000), max_size=12)
parts = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(2, 3)])
bounds = st.sampled_from(
    [(None, None), (Fraction(60), None), (None, Fraction(10)), (Fraction(60), Fraction(10))]
)


@st.composite
def dues(draw: st.DrawFn) -> Due:
    cap, floor = draw(bounds)
    weight = draw(st.sampled_from([Fraction(1), Fraction(3, 7)]))
    basis = Basis(curve=draw(curves), part=draw(parts), weight=weight, cap=cap, floor=floor)
    return Due(
        basis, draw(st.sampled_from([100, 300])), Rounds(2, draw(st.sampled_from([1, 100])), draw(roundings))
    )


def entries(
    amounts: Sequence[int], *, deal: int = 0, first: int = 1, reverses: int | None = None
) -> list[Entry]:
    """Sales one a day."""
    return [
        Entry(
            f"2026-01-{at % 28 + 1:02}", f"O-{at}", at, each, 1, deal, "opportunity", "2026-01-01", reverses
        )
        for at, each in enumerate(amounts, first)
    ]


def paid(lines: Sequence[Sequence[object]]) -> int:
    return sum(int(str(each[AMOUNT])) for each in lines)


def earlier(lines: Sequence[Sequence[object]], *, kept: int = 0) -> Earlier:
    """What lines leave to the next run."""
    found_measures: dict[tuple[str, int], int] = {}
    found_amounts: dict[tuple[str, int], int] = {}
    deals: dict[tuple[str, int], int] = {}
    for line in lines:
        key = (str(line[0]), int(str(line[1])))
        found_measures[key] = found_measures.get(key, 0) + int(str(line[MEASURE]))
        found_amounts[key] = found_amounts.get(key, 0) + int(str(line[AMOUNT]))
        deals[key] = int(str(line[2]))
    return Earlier(
        {key: each for key, each in found_measures.items() if each}, found_amounts, deals, kept=kept
    )


def test_a_scheme_is_here_of_every_kind_that_is_bundled() -> None:
    schemes: list[IncentiveScheme] = []
    for plugin in ("dealwright_commission", "dealwright_bonus"):
        module = __import__(plugin)
        schemes += module.incentive_schemes()
    missing = {each.name for each in schemes} - {name.partition(" ")[0] for name in GROWING}
    assert not missing


@given(dues(), measures)
def test_lines_sum_to_what_is_due_rounded_once(due: Due, amounts: list[int]) -> None:
    lines = of_window(entries(amounts), due, Earlier(), "2026-01-31")
    total = Fraction(sum(amounts), due.scale)
    assert paid(lines) == due.rounds(due.basis.due(total)) == due(sum(amounts))


@given(dues(), measures, st.integers(0, 12))
def test_two_runs_pay_what_one_does(due: Due, amounts: list[int], cut: int) -> None:
    sales = entries(amounts)
    before = of_window(sales[:cut], due, Earlier(), "2026-01-31")
    after = of_window(sales, due, earlier(before), "2026-01-31")
    assert paid(before) + paid(after) == due(sum(amounts))
    assert {each[1] for each in after if each[MEASURE]}.isdisjoint(
        each[1] for each in before if each[MEASURE]
    )


@given(dues(), dues(), measures, measures)
def test_another_plan_is_paid_by_lines_that_come_next(
    old: Due, new: Due, amounts: list[int], more: list[int]
) -> None:
    new = Due(new.basis, old.scale, old.rounds)
    before = of_window(entries(amounts), old, Earlier(), "2026-01-31")
    after = of_window(entries([*amounts, *more]), new, earlier(before), "2026-02-28")
    assert paid(before) + paid(after) == new(sum(amounts) + sum(more))


@given(dues(), measures)
def test_what_is_gone_is_taken_back_to_what_nothing_pays(due: Due, amounts: list[int]) -> None:
    before = of_window(entries(amounts), due, Earlier(), "2026-01-31")
    after = of_window([], due, earlier(before), "2026-02-28")
    assert paid(before) + paid(after) == due(0)


@given(dues(), measures)
def test_a_refund_of_everything_in_the_window_returns_to_what_nothing_pays(
    due: Due, amounts: list[int]
) -> None:
    sales = entries(amounts)
    refunds = entries([-each for each in amounts], first=100)
    before = of_window(sales, due, Earlier(), "2026-01-31")
    after = of_window([*sales, *refunds], due, earlier(before), "2026-02-28")
    assert paid(before) + paid(after) == due(0)


@given(dues(), st.lists(st.integers(1, 200_000), max_size=8), st.integers(1, 5))
def test_reversing_every_sale_in_parts_returns_to_what_nothing_pays(
    due: Due, amounts: list[int], times: int
) -> None:
    """On basis ``original``: each part takes back its part of what the sale paid."""
    sales = entries(amounts)
    lines, kept = by_reversal(sales, due, Earlier(), "2026-01-31")
    total, known = paid(lines), earlier(lines, kept=kept)
    refunds: list[Entry] = []
    for turn in range(times):
        for sale in sales:
            part = sale.measure * (turn + 1) // times - sale.measure * turn // times
            number = 1_000 * (turn + 1) + sale.source
            refunds.append(
                sale._replace(source=number, ref=f"R-{number}", measure=-part, reverses=sale.source)
            )
    more, _kept = by_reversal([*sales, *refunds], due, known, "2026-02-28")
    assert total + paid(more) == due(0)


@given(dues(), measures, measures)
def test_splitting_inside_one_deal_changes_no_total(due: Due, amounts: list[int], others: list[int]) -> None:
    whole = [*entries([sum(amounts)], deal=1), *entries(others, deal=2, first=50)]
    split = [*entries(amounts, deal=1), *entries(others, deal=2, first=50)]

    def posted(rows: list[Entry]) -> int:
        return paid(of_deals(rows, lambda _rows: due, Earlier(), "2026-01-31"))

    if amounts:
        assert posted(whole) == posted(split)


def test_separate_deals_round_apart() -> None:
    """The counterexample: what holds inside one deal does not hold between two."""
    due = Due(Basis(curve=GROWING["flat"]), 100, Rounds(2))
    apart = of_deals(
        [*entries([10], deal=1), *entries([10], deal=2, first=9)], lambda _rows: due, Earlier(), "2026-01-31"
    )
    together = of_deals(entries([20], deal=1), lambda _rows: due, Earlier(), "2026-01-31")
    assert (paid(apart), paid(together)) == (0, 1)  # 0.35 cents twice, and 0.70 cents


@given(dues(), measures, st.randoms(use_true_random=False))
def test_the_order_of_sales_changes_no_total(
    due: Due, amounts: list[int], random: Callable[..., None]
) -> None:
    shuffled = list(amounts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # of random.Random
    first = of_window(entries(amounts), due, Earlier(), "2026-01-31")
    second = of_window(entries(shuffled), due, Earlier(), "2026-01-31")
    assert paid(first) == paid(second)


def test_the_order_of_sales_changes_what_each_line_pays() -> None:
    """The counterexample: a slab pays the later sale at the higher rate, which is why the order is stated."""
    due = Due(Basis(curve=GROWING["slab"]), 100, Rounds(2))
    amounts = [
        [each[AMOUNT] for each in of_window(entries(of), due, Earlier(), "2026-01-31")]
        for of in ([90_000, 20_000], [20_000, 90_000])
    ]
    assert amounts == [[2_700, 1_000], [600, 3_100]]


@given(
    st.sampled_from(sorted(GROWING)), parts, bounds, st.integers(-50_000, 300_000), st.integers(0, 100_000)
)
def test_growing_curves_never_pay_less_for_more(
    name: str, part: Fraction, held: tuple[Fraction | None, Fraction | None], sold: int, more: int
) -> None:
    due = Due(Basis(curve=GROWING[name], part=part, cap=held[0], floor=held[1]), 100, Rounds(2))
    if not GROWING[name].falls() and sold >= 0:
        assert due(sold) <= due(sold + more)


def test_a_lower_tier_further_up_pays_less_for_more() -> None:
    """The counterexample: `plan check` warns of it."""
    due = Due(Basis(curve=SINKING), 100, Rounds(2))
    assert due(99_999) > due(100_000)
    assert SINKING.falls()


@given(dues(), measures)
def test_steps_that_round_by_themselves_sum_to_their_own_roundings(due: Due, amounts: list[int]) -> None:
    lines = by_step(entries(amounts), due, Earlier(), "2026-01-31")
    drift = abs(paid(lines) - due(sum(amounts)))
    assert drift <= due.rounds.step * (len(amounts) + 2)


@given(dues(), st.integers(-500_000, 500_000))
def test_what_is_stored_of_a_basis_is_all_there_is_to_know(due: Due, sold: int) -> None:
    again = Due(described(describe(due.basis)), due.scale, due.rounds)
    assert again(sold) == due(sold)
    assert again.exact(sold) == due.exact(sold)


@given(dues(), st.integers(0, 300_000), st.integers(-200_000, 300_000))
def test_what_goes_on_where_a_longer_window_stood_pays_what_comes_on_top(
    due: Due, before: int, sold: int
) -> None:
    """The year to date as a start: what the months pay, before cap and floor, is what the year pays."""
    plain = Basis(curve=due.basis.curve, weight=due.basis.weight)
    if plain.curve.kind == "pay":
        year = Due(plain, 100, due.rounds)
        month = Due(
            Basis(curve=plain.curve, weight=plain.weight, start=Fraction(before, 100)), 100, due.rounds
        )
        assert month.exact(sold) == year.exact(before + sold) - year.exact(before)
