"""What holds of every commission scheme, whatever its tiers, and where it cannot hold."""

from fractions import Fraction

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dealwright import Bound, Curve, Fall, Percent
from dealwright_commission import curves
from dealwright_commission.settings import Fixed, Flat, Interpolated, Lookup, Overage, Slab, Whole
from dealwright_commission.tiers import Point, Tier
from tests.plugins.commissions import curve
from tests.plugins.payouts import check_exact, check_inverse

NEAR = Fraction(1, 10**6)
few = settings(max_examples=60)
rates = st.fractions(min_value=0, max_value=2, max_denominator=20)
any_rates = st.fractions(min_value=-2, max_value=2, max_denominator=20)
amounts = st.fractions(min_value=-500, max_value=500, max_denominator=4)
quotas = st.fractions(min_value=1, max_value=300, max_denominator=6)
positions = st.integers(-300, 900).map(lambda each: Fraction(each, 2))
# Attainments and amounts that fall on one another are refused, so they come from numbers that cannot.
numbers = st.integers(0, 200).map(Fraction)
attainments = st.integers(0, 150).map(lambda each: Percent(each, 100))
bounds = st.lists(numbers, min_size=1, max_size=5, unique=True) | st.lists(
    attainments, min_size=1, max_size=5, unique=True
)


@st.composite
def tiers(
    draw: st.DrawFn, rate: st.SearchStrategy[Fraction] = rates, *, lows: bool = False
) -> tuple[Tier, ...]:
    """Tiers of rates, starting at or over their bounds, in any order; with lows, some reprice."""
    found = []
    for bound in draw(bounds):
        low = draw(st.none() | st.sampled_from([type(bound)(0), bound / 2])) if lows else None
        low = None if low is None else type(bound)(low)
        if draw(st.booleans()):
            found.append(Tier(start=bound, rate=draw(rate), back_to=low))
        else:
            found.append(Tier(over=bound, rate=draw(rate), back_to=low))
    return tuple(found)


def at(bound: Fraction, quota: Fraction) -> Fraction:
    return bound * quota if isinstance(bound, Percent) else bound


def reached(found: tuple[Tier, ...], quota: Fraction, position: Fraction) -> Tier | None:
    """The tier that a position has reached; below zero, the lowest where it starts from zero."""
    in_order = sorted(found, key=lambda each: (at(each.bound, quota), each.over is not None))
    inside = [
        each
        for each in in_order
        if position > at(each.bound, quota) or (each.over is None and position == at(each.bound, quota))
    ]
    if inside:
        return inside[-1]
    first = in_order[0]
    return first if first.over is None and first.bound == 0 else None


schemes = st.one_of(
    st.builds(lambda rate: ("flat", Flat(rate=rate)), any_rates),
    st.builds(lambda each: ("flat", Flat(target=each)), amounts),
    st.builds(lambda found: ("slab", Slab(tiers=found)), tiers(any_rates, lows=True)),
    st.builds(lambda found: ("whole", Whole(tiers=found)), tiers(any_rates)),
    st.builds(lambda found: ("overage", Overage(tiers=found)), tiers(any_rates)),
    st.builds(
        lambda places, pays: ("lookup", Lookup(tiers=tuple(Tier(start=each, pays=pays) for each in places))),
        bounds,
        amounts,
    ),
    st.builds(
        lambda places, rate: (
            "interpolated",
            Interpolated(points=tuple(Point(at=p, rate=rate) for p in places)),
        ),
        bounds,
        any_rates,
    ),
    st.builds(lambda pays: ("fixed", Fixed(pays=pays)), amounts),
)
all_curves = st.builds(lambda scheme, quota: getattr(curves, scheme[0])(quota, scheme[1]), schemes, quotas)


@few
@given(tiers(), quotas)
def test_a_slab_never_jumps_and_never_pays_less_for_more(found: tuple[Tier, ...], quota: Fraction) -> None:
    slab = curves.slab(quota, Slab(tiers=found))
    for one, other in zip(slab.pieces, slab.pieces[1:], strict=False):
        assert one.at(other.start.at) == other.value
    assert slab.falls() == ()
    assert slab.due(0) == 0


@few
@given(tiers(any_rates), quotas, positions)
def test_a_slab_sums_what_each_tier_pays(
    found: tuple[Tier, ...], quota: Fraction, position: Fraction
) -> None:
    assume(position >= 0)
    starts = sorted((at(each.bound, quota), each.rate) for each in found)
    ends = [*(start for start, _rate in starts[1:]), position]
    pay = sum(
        (rate or 0) * max(Fraction(0), min(end, position) - start)
        for (start, rate), end in zip(starts, ends, strict=True)
    )
    assert curves.slab(quota, Slab(tiers=found)).due(position) == pay


@few
@given(
    st.dictionaries(st.integers(-200, 200).map(Fraction), any_rates, min_size=1, max_size=5),
    positions,
    quotas,
)
def test_tiers_may_start_below_zero(
    table: dict[Fraction, Fraction], position: Fraction, quota: Fraction
) -> None:
    terms = Slab(tiers=tuple(Tier(over=start, rate=rate) for start, rate in table.items()))
    assert curves.slab(quota, terms).due(position) == Curve.slab(*table.items()).due(position)


@few
@given(tiers(any_rates, lows=True), quotas, positions)
def test_a_slab_that_reprices_pays_each_part_its_last_price(
    found: tuple[Tier, ...], quota: Fraction, position: Fraction
) -> None:
    assume(position >= 0)
    prices: list[tuple[Fraction, Fraction]] = []
    for each in sorted(found, key=lambda each: at(each.bound, quota)):
        start = at(each.bound, quota)
        if start < position or (start == position and each.over is None):
            low = start if each.back_to is None else at(each.back_to, quota)
            prices = [*(price for price in prices if price[0] < low), (low, each.rate or Fraction(0))]
    ends = [start for start, _rate in prices[1:]] + [position] * bool(prices)
    pay = sum(rate * (end - start) for (start, rate), end in zip(prices, ends, strict=True))
    assert curves.slab(quota, Slab(tiers=found)).due(position) == pay


@few
@given(tiers(any_rates), quotas, positions)
def test_a_whole_scheme_pays_rate_times_measure(
    found: tuple[Tier, ...], quota: Fraction, position: Fraction
) -> None:
    tier = reached(found, quota, position)
    rate = Fraction(0) if tier is None else tier.rate or Fraction(0)
    whole = curves.whole(quota, Whole(tiers=found))
    assert whole.due(position) == rate * position
    assert whole.due(position, 1_000) == rate * 1_000


@few
@given(tiers(), quotas, positions)
def test_overage_pays_one_rate_for_all_above_quota(
    found: tuple[Tier, ...], quota: Fraction, position: Fraction
) -> None:
    overage, slab = curves.overage(quota, Overage(tiers=found)), curves.slab(quota, Slab(tiers=found))
    if position <= quota:
        assert overage.due(position) == slab.due(position)
    else:
        tier = reached(found, quota, position)
        rate = Fraction(0) if tier is None else tier.rate or Fraction(0)
        assert overage.due(position) == slab.due(quota) + rate * (position - quota)


@few
@given(st.dictionaries(numbers, amounts, min_size=1, max_size=5), positions)
def test_a_lookup_steps_from_amount_to_amount(table: dict[Fraction, Fraction], position: Fraction) -> None:
    lookup = curves.lookup(None, Lookup(tiers=tuple(Tier(start=each, pays=table[each]) for each in table)))
    below = [each for each in table if each <= position]
    if below:
        assert lookup.due(position) == table[max(below)]
    else:
        assert lookup.due(position) == table.get(Fraction(0), 0)
    assert all(each.slope == 0 for each in lookup.pieces)


@few
@given(
    st.dictionaries(bounds.map(lambda each: each[0]), amounts, min_size=1, max_size=5), quotas, st.booleans()
)
def test_an_interpolated_curve_goes_through_its_points(
    table: dict[Fraction, Fraction], quota: Fraction, are_rates: bool
) -> None:
    assume(len({at(each, quota) for each in table}) == len(table))
    points = tuple(
        Point(at=each, rate=value) if are_rates else Point(at=each, pays=value)
        for each, value in table.items()
    )
    found = curves.interpolated(quota, Interpolated(points=points))
    for each, value in table.items():
        assert found.at(at(each, quota)) == value
    last = max(at(each, quota) for each in table)
    assert found.at(last + 100) == found.at(last)


@few
@given(
    st.lists(
        st.tuples(numbers, st.fractions(0, 50, max_denominator=100)),
        min_size=2,
        max_size=5,
        unique_by=lambda each: each[0],
    )
)
def test_interpolation_between_growing_amounts_never_pays_less_for_more(
    found: list[tuple[Fraction, Fraction]],
) -> None:
    places, pays = sorted(each for each, _ in found), sorted(pay for _, pay in found)
    points = tuple(Point(at=place, pays=pay) for place, pay in zip(places, pays, strict=True))
    assert curves.interpolated(None, Interpolated(points=points)).falls() == ()


@st.composite
def growing(draw: st.DrawFn) -> tuple[Tier, ...]:
    """Tiers whose rates grow from the lowest on."""
    places = sorted(draw(bounds))
    some = sorted(draw(st.lists(rates, min_size=len(places), max_size=len(places))))
    return tuple(Tier(start=place, rate=rate) for place, rate in zip(places, some, strict=True))


@few
@given(growing(), quotas)
def test_rates_that_grow_never_pay_less_for_more(found: tuple[Tier, ...], quota: Fraction) -> None:
    reprice = tuple(evolve(each, back_to=type(each.bound)(0)) for each in found)
    assert curves.whole(quota, Whole(tiers=found)).falls() == ()
    assert curves.overage(quota, Overage(tiers=found)).falls() == ()
    assert curves.slab(quota, Slab(tiers=reprice)).falls() == ()
    amounts = tuple(evolve(each, rate=None, pays=each.rate) for each in found)
    assert curves.lookup(quota, Lookup(tiers=amounts)).falls() == ()


@few
@given(all_curves, positions)
def test_a_refund_of_everything_returns_to_what_zero_pays(found: Curve, position: Fraction) -> None:
    sold, refunded = found.due(position), found.due(position - position)
    lines = [found.due(0), sold - found.due(0), refunded - sold]
    assert sum(lines) == found.due(0)


@few
@given(all_curves)
def test_zero_pays_nothing_but_for_fixed_amounts(found: Curve) -> None:
    assume(found.kind == "rate")
    assert found.due(0) == 0


@few
@given(all_curves, amounts)
def test_the_inverse_is_the_least_position(found: Curve, amount: Fraction) -> None:
    check_inverse(found, amount)


@few
@given(all_curves, st.lists(positions, min_size=2, max_size=8))
def test_what_pays_less_for_more_is_found(found: Curve, some: list[Fraction]) -> None:
    edges = [each.start.at + by for each in found.pieces for by in (-NEAR, 0, NEAR)]
    dues = [found.due(each) for each in sorted([*some, *edges])]
    if dues != sorted(dues):
        assert found.falls() != ()


@few
@given(all_curves, positions)
def test_every_payment_is_exact(found: Curve, position: Fraction) -> None:
    check_exact(found, position)


@few
@given(tiers(any_rates, lows=True), quotas, st.randoms())
def test_the_order_of_tiers_does_not_matter(found: tuple[Tier, ...], quota: Fraction, random: object) -> None:
    shuffled = sorted(found, key=lambda each: hash((each, repr(random))))
    assert curves.slab(quota, Slab(tiers=tuple(shuffled))) == curves.slab(quota, Slab(tiers=found))


def test_a_whole_scheme_with_a_lower_rate_pays_less_for_more() -> None:
    whole = curve("whole", "tiers = [{from = 0, rate = 2}, {from = 100, rate = 1}]")
    assert whole.falls() == (Fall(Fraction(100), Fraction(100), Fraction(100)),)


def test_a_lookup_pays_less_for_more_where_its_amounts_sink() -> None:
    lookup = curve("lookup", "tiers = [{from = 0, pays = 20}, {over = 10, pays = 5}]")
    assert lookup.falls() == (Fall(Fraction(10), Fraction(10), Fraction(15)),)
    assert lookup.pieces[1].start == Bound(10, over=True)


def test_an_interpolated_rate_that_sinks_may_pay_less_for_more() -> None:
    sinking = curve("interpolated", "points = [{at = 0, rate = 1}, {at = 100, rate = 0}]")
    assert sinking.falls() == (Fall(Fraction(50), Fraction(100), Fraction(25)),)


def test_overage_with_a_lower_rate_further_up_pays_less_for_more() -> None:
    text = 'tiers = [{from = "0 %", rate = 1}, {from = "100 %", rate = 3}, {from = "150 %", rate = 2}]'
    assert curve("overage", text, quota=100).falls() == (Fall(Fraction(150), Fraction(150), Fraction(50)),)


def test_a_slab_that_starts_over_zero_takes_back_below_zero_as_one_from_zero() -> None:
    assert curve("slab", "tiers = [{over = 0, rate = 2}]").due(-5) == -10


def test_a_fixed_amount_is_due_after_a_refund_of_everything() -> None:
    assert curve("fixed", "pays = 100").due(0) == 100
