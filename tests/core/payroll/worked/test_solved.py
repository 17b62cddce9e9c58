"""What to sell more for a pay: asked, sold, run, and compared."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dealwright import ConfigError, Money, NotFound, Opportunity, UsageError
from dealwright_core.payroll.trying.solved import PaySolved
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

FLAT = '[[pay]]\nrate = "3.7 %"\n'
SLAB = """
[[pay]]
quota = 5000
scheme = "slab"
tiers = [{from = "0 %", rate = "5 %"}, {from = "100 %", rate = "10 %"}]
"""
WHOLE = SLAB.replace('"slab"', '"whole"').replace('"5 %"', '"1/30"')
LOOKUP = """
[[pay]]
scheme = "lookup"
tiers = [{from = 1000, pays = 100}, {over = 6000, pays = 300}]
"""
YEAR_PICKS = """
[[pay]]
by = {window = "year"}
scheme = "whole"
tiers = [{from = 0, rate = "2 %"}, {from = 8000, rate = "6 %"}]
"""
YEAR_GOES_ON = YEAR_PICKS.replace('"whole"', '"slab"')
GATED = FLAT + 'gate = [{from = 4000}, {window = "year", from = 9000}]\n'
SHARED = '[credit]\nsplit = "pay"\nshares = {owner = "100 %"}\n' + FLAT
WEIGHED = FLAT + 'weight = "70 %"\nfloor = 20\n'
STEPS = 'round = {digits = 0, at = "step"}\n' + FLAT
PRORATED = 'prorate = "month"\n' + SLAB.replace("[[pay]]", '[[pay]]\nfor = "rep"\nwindow = "quarter"')
UP = 'round = {digits = 0, half = "up"}\n' + FLAT
SOLVED = {
    "flat": FLAT, "slab": SLAB, "whole": WHOLE, "lookup": LOOKUP, "the year picks the rate": YEAR_PICKS,
    "on top of the year": YEAR_GOES_ON, "gated": GATED, "shares of the pay": SHARED, "weighed": WEIGHED, "steps": STEPS,
    "rounded up": UP,
}  # fmt: skip
CENT = Decimal("0.01")


def solve(shop: Shop, member: str, pay: str, period: str, actor: str = "admin", **given: Any) -> PaySolved:
    when = shop.label(period)
    found: PaySolved = shop.platform.run(
        "pay.solve", actor=actor, member=member, pay=pay, period=when, **given
    ).value
    return found


def earned(shop: Shop, member: str) -> Decimal:
    """What a member earns in February."""
    shop.pay("2026-02")
    return shop.earned(member, "2026-02").get("USD", Decimal(0))


@pytest.mark.parametrize("plan", list(SOLVED.values()), ids=list(SOLVED))
def test_selling_the_answer_earns_it_and_a_cent_less_does_not(opening: Opening, plan: str) -> None:
    shop = opening(plan)
    shop.sold("ANN", ("2026-01-10", 3_000), ("2026-02-03", "1234.56"))
    shop.sold("BEN", ("2026-02-03", 9_000))
    found = solve(shop, "ANN", "300", "2026-02")
    assert found.missing is not None
    assert found.needed is not None
    more = Decimal(found.missing)
    assert Decimal(found.needed) == Decimal("1234.56") + more
    (deal,) = shop.sold("ANN", ("2026-02-20", str(more - CENT)))
    shop.pay("2026-01")
    assert earned(shop, "ANN") < 300
    shop.change(Opportunity, deal, amount=Money.from_major(more, "USD"))
    exactly = earned(shop, "ANN")
    assert exactly >= 300
    assert isinstance(found.earns, Money)
    assert found.earns.major == exactly


def test_the_answer_says_where_a_member_stands(opening: Opening) -> None:
    shop = opening(SLAB)
    shop.sold("ANN", ("2026-02-03", 4_000))
    found = solve(shop, "ann", "500 USD", "2026-02")
    assert (found.member, found.plan, found.pay, found.window) == ("ANN", "plan-1", "pay", "2026-02")
    assert (found.sold, found.quota, found.due, found.as_of) == (
        "4000",
        "5000",
        Money.parse("200 USD"),
        "2026-02-28",
    )
    # 250 for the quota, and 10 % of 2,500 above it: the last half cent is rounded up.
    assert (found.missing, found.needed) == ("3499.95", "7499.95")
    assert "4,000 of a quota of 5,000, 80 %" in str(found)
    assert "to earn 500.00 USD: 3,499.95 more, 7,499.95 in all" in str(found)
    reached = solve(shop, "ann", "200", "2026-02")
    assert (reached.missing, reached.earns) == ("0", Money.parse("200 USD"))
    assert "nothing is missing" in str(reached)


def test_a_quarter_has_its_part_for_who_joins_within_it(opening: Opening) -> None:
    shop = opening(f'period = "quarter"\n{PRORATED}')
    shop.member("NEW", since="2026-03-01")
    found = solve(shop, "NEW", "100", "2026-Q1")
    # A third of 5,000 is the quota: 83.33 for it, and 10 % above.
    assert (found.missing, found.quota, found.part) == ("1833.29", "5000", "1/3")
    standing = "amount so far: 0 of a quota of 1,666 2/3, 0 %; that is 1/3 of 5,000, for a part of the window"
    assert standing in str(found)
    shop.sold("NEW", ("2026-03-05", "1833.29"))
    assert shop.pays("2026-Q1")["NEW"] == 100


def test_what_a_gate_needs_comes_with_the_answer(opening: Opening) -> None:
    shop = opening(GATED)
    shop.sold("ANN", ("2026-01-03", 2_000), ("2026-02-03", 1_000))
    found = solve(shop, "ANN", "10", "2026-02")
    assert [(each.open, each.missing, each.window) for each in found.gates] == [
        (False, "3000", "2026-02"), (False, "6000", "2026"),
    ]  # fmt: skip
    assert (found.missing, found.due) == ("6000", Money.parse("0 USD"))
    assert "6,000 more opens it" in str(found)


def test_what_is_attained_is_rounded_down_to_two_decimals(opening: Opening) -> None:
    shop = opening(SLAB)
    shop.sold("ANN", ("2026-02-03", "1666.99"))
    # 33.3398 %
    assert "1,666.99 of a quota of 5,000, 33.33 %" in str(solve(shop, "ann", "500 USD", "2026-02"))


def test_a_gate_that_selling_does_not_open_is_named(opening: Opening) -> None:
    shop = opening(FLAT + 'gate = {measure = "win_rate", from = 0.5}\n')
    shop.sold(
        "ANN",
        ("2026-02-03", 100),
        ("2026-02-04", 100, {"stage": "lost"}),
        ("2026-02-05", 9, {"stage": "lost"}),
    )
    found = solve(shop, "ANN", "37", "2026-02")
    (gate,) = found.gates
    assert (gate.open, gate.missing, gate.measure, found.missing) == (False, None, "win_rate", "899.87")
    assert "what is sold more does not open it" in str(found)


def test_a_cap_cannot_be_passed(opening: Opening) -> None:
    shop = opening(FLAT + "cap = 250\n")
    found = solve(shop, "ANN", "250.01", "2026-02")
    assert (found.missing, found.needed, found.earns) == (None, None, None)
    assert found.most == Money.parse("250 USD")
    assert "250.01 USD cannot be reached: the most is 250.00 USD" in str(found)
    assert solve(shop, "ANN", "250", "2026-02").missing == "6756.63"


def test_counts_are_solved_in_whole_ones(opening: Opening) -> None:
    shop = opening('[[pay]]\nmeasure = "won_count"\nscheme = "flat"\neach = 30\n')
    shop.sold("ANN", ("2026-02-03", 100))
    found = solve(shop, "ANN", "100", "2026-02")
    assert (found.measure, found.missing, found.needed, found.earns) == (
        "won_count",
        "3",
        "4",
        Money.parse("120 USD"),
    )


def test_points_are_solved_as_pay_is(opening: Opening) -> None:
    shop = opening('[[pay]]\nscheme = "flat"\nrate = "1 %"\nunit = "points"\n')
    found = solve(shop, "ANN", "7", "2026-02")
    assert (found.paid_in, found.missing, found.earns) == ("points", "650", Decimal(7))


def test_a_manager_is_told_what_the_team_is_to_sell(opening: Opening) -> None:
    plan = FLAT.replace("[[pay]]", '[[pay]]\nname = "own"\nfor = "rep"')
    team = '[[pay]]\nname = "team"\nfor = "manager"\ncredit = "team"\nmeasure = "pay.own"\nrate = "10 %"\n'
    shop = opening(plan + team)
    shop.sold("ANN", ("2026-02-03", 1_000))
    found = solve(shop, "MAX", "5", "2026-02")
    assert (found.pay, found.measure, found.sold, found.missing) == ("team", "pay.own", "37", "12.95")


def test_members_have_terms_of_their_own(opening: Opening) -> None:
    shop = opening(FLAT + '[member.BEN]\nrate = "10 %"\n')
    assert [solve(shop, each, "37", "2026-02").missing for each in ("ANN", "BEN")] == ["999.87", "369.95"]


def test_one_deal_more_is_asked_for_where_each_is_paid_by_itself(opening: Opening) -> None:
    shop = opening(FLAT + 'window = "deal"\n')
    shop.sold("ANN", ("2026-02-03", 1_000), ("2026-02-04", 1_000))
    found = solve(shop, "ANN", "100", "2026-02")
    assert (found.due, found.missing) == (Money.parse("74 USD"), "702.57")
    assert "one deal more" in str(found)
    tiers = 'scheme = "whole"\ntiers = [{from = 0, rate = "1 %"}, {from = 5000, rate = "5 %"}]\n'
    stepped = solve(opening.again(f'[[pay]]\nwindow = "deal"\n{tiers}'), "ANN", "270", "2026-02")
    assert (stepped.due, stepped.missing) == (Money.parse("20 USD"), "5000")  # which pays 250


def test_a_quota_of_zero_counts_by_its_rule(opening: Opening) -> None:
    tiers = SLAB.replace('"slab"', '"whole"').replace("5000", '"won_amount"')
    found = solve(opening(f'zero_quota = "full"\n{tiers}'), "ANN", "50", "2026-02")
    assert found.missing == "499.95"  # at 10 %, as if it were attained
    nothing = solve(opening(f'zero_quota = "zero"\n{tiers}'), "ANN", "50", "2026-02")
    assert (nothing.missing, nothing.most) == (None, Money.parse("0 USD"))
    with pytest.raises(UsageError, match="no quota above zero"):
        solve(opening(f'zero_quota = "refuse"\n{tiers}'), "ANN", "50", "2026-02")


def test_only_what_is_sold_by_today_counts(opening: Opening) -> None:
    shop = opening(FLAT + 'window = "plan"\n')
    today = datetime.now(UTC).date()
    shop.sold("ANN", (today.isoformat(), 100), ((today + timedelta(days=1)).isoformat(), 5_000))
    found = solve(shop, "ANN", "37", today.isoformat()[:7])
    assert (found.sold, found.as_of, found.missing) == ("100", today.isoformat(), "899.87")


UNSOLVABLE = {
    "objectives": (
        '[[pay]]\nscheme = "interpolated"\npoints = [{at = 0, pays = 0}, {at = 1, pays = 100}]\n'
        'objectives = [{measure = "amount", quota = 100, weight = "50 %"}, '
        '{measure = "won_count", quota = 1, weight = "50 %"}]\n',
        "blended",
    ),
    "another measure": (
        '[[pay]]\nby = {measure = "won_count"}\nscheme = "whole"\ntiers = [{from = 0, rate = "1 %"}]\n',
        "another measure",
    ),
    "a ratio": (
        '[[pay]]\nby = {measure = "amount", per = "won_count"}\nscheme = "whole"\n'
        'tiers = [{from = "0 %", rate = "1 %"}]\n',
        "a ratio",
    ),
    "a field": (
        '[[pay]]\nby = "amount"\nscheme = "whole"\ntiers = [{from = 0, rate = "1 %"}]\n',
        "of its own",
    ),
    "prizes": ('[[pay]]\nfor = "rep"\nrank = {prizes = [300]}\n', "among members"),
    "gates of deals": (FLAT + 'window = "deal"\ngate = {from = 5}\n', "judged by itself"),
    "no sum": (
        '[[pay]]\nfor = "rep"\nmeasure = "win_rate"\nscheme = "flat"\neach = 100\n',
        "no sum of sales",
    ),
}


@pytest.mark.parametrize(("plan", "said"), list(UNSOLVABLE.values()), ids=list(UNSOLVABLE))
def test_what_is_no_one_number_is_refused(opening: Opening, plan: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        solve(opening(plan), "ANN", "50", "2026-02")


QUARTERLY = 'name = "Quarterly"\n[[pay]]\nname = "q"\nwindow = "quarter"\nrate = "1 %"\n'
MANAGERS = 'name = "Managers"\n[[pay]]\nname = "m"\nfor = "manager"\nrate = "1 %"\n'
ENDED = 'name = "Ended"\nvalid = "2025"\n[[pay]]\nname = "e"\nrate = "1 %"\n'


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ({}, "ANN earns several pays in 2026-02", "--plan 'plan-1' --name pay, --plan 'Two' --name two"),
        ({"name": "tow"}, "ANN earns no pay 'tow' in 2026-02", "did you mean 'two'?"),
        ({"plan": "Nothing"}, "there is no plan 'Nothing'", "see: dealwright plan list"),
        (
            {"plan": "Quarterly"},
            "pay q is measured by the quarter, and 2026-02 is none",
            "write --period 2026-Q1",
        ),
        ({"plan": "Managers"}, "ANN earns nothing by Managers in 2026-02", "see: dealwright plan list"),
        ({"plan": "Ended"}, "plan Ended is valid from 2025-01-01 to 2025-12-31: on no day of 2026-02", None),
        ({"name": "two", "pay": "-5"}, "-5 is below zero", "write an amount of 0 or more"),
        ({"name": "two", "pay": "5 EUR"}, "5 EUR is not in USD, which is paid", "write 5"),
        ({"name": "two", "pay": "lots"}, "lots", None),
        ({"budget": "5"}, "give either", None),
        ({"pay": None}, "give either", None),
        ({"member": None}, "--pay takes --member, too", None),
        ({"rate": "rate"}, "--rate does not go with --pay", None),
        ({"pay": None, "budget": "5", "plan": "Two"}, "--budget takes --rate, too", None),
        (
            {"pay": None, "budget": "5", "plan": "Two", "rate": "rate"},
            "--member does not go with --budget",
            None,
        ),
    ],
)
def test_errors_say_what_to_do(opening: Opening, given: dict[str, Any], said: str, hint: str | None) -> None:
    two = 'name = "Two"\n[[pay]]\nname = "two"\nrate = "1 %"\n'
    shop = opening(FLAT, two, QUARTERLY, MANAGERS, ENDED)
    asked = {"member": "ANN", "pay": "5", "period": shop.label("2026-02"), **given}
    with pytest.raises(UsageError) as error:
        shop.platform.run(
            "pay.solve", actor="admin", **{name: each for name, each in asked.items() if each is not None}
        )
    assert said in str(error.value)
    if hint is not None:
        assert hint in str(error.value)


def test_an_unknown_member_is_nobody(opening: Opening) -> None:
    with pytest.raises(NotFound):
        solve(opening(FLAT), "XYZ", "5", "2026-02")


def test_mistakes_of_a_plan_are_told(opening: Opening, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('name = "Wrong"\n[[pay]]\nscheme = "slob"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"wrong\.toml:3"):
        solve(opening(FLAT), "ANN", "5", "2026-02", plan=str(tmp_path / "wrong.toml"))


# Budgets.
