"""What changes after a period was approved is paid or taken back by the next open one, and the period stays."""

from decimal import Decimal
from typing import Any

import pytest

from dealwright import Money, Opportunity, Position, Refused
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


@pytest.fixture
def shop(opening: Opening) -> Shop:
    """A shop that pays 10 %, and 1 % to the manager."""
    return opening('[[pay]]\nrate = "10 %"\n[[pay]]\nfor = "manager"\ncredit = "team"\nrate = "1 %"\n')


def test_a_sale_that_is_entered_late_is_paid_by_the_next_period(opening: Opening) -> None:
    shop = opening(
        '[credit]\nkinds = {order = 1}\n[[pay]]\nscheme = "slab"\ntiers = [{from = 1000, rate = "10 %"}]\n'
    )
    deal = shop.contract("ANN")
    shop.fact(deal, "order", "2026-01-10", 1_500)
    late = shop.fact(deal, "order", "2026-01-20", 800, entered="2026-02-03")
    # What is entered in February is not known in January, however early it is run.
    assert shop.settles("2026-01") == {"ANN": 50}
    assert shop.pays("2026-02") == {"ANN": 80}
    assert shop.amounts("ANN", "2026-02") == [(late, 80)]


def test_an_amount_that_is_corrected(shop: Shop) -> None:
    (deal,) = shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 100, "MAX": 10}
    shop.change(Opportunity, deal, amount=Money.from_major(1_200, "USD"))
    assert shop.pays("2026-02") == {"ANN": 20, "MAX": 2}
    (line,) = shop.lines("ANN", "2026-02")
    assert (line.ref, line.measure) == (deal, "200")


def test_a_deal_that_belongs_to_somebody_else(shop: Shop) -> None:
    (deal,) = shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 100, "MAX": 10}
    shop.change(Opportunity, deal, owner="BEN")
    assert shop.pays("2026-02") == {"ANN": -100, "BEN": 100}


def test_a_deal_that_fell_through(shop: Shop) -> None:
    deal, _other = shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-11", 500))
    assert shop.settles("2026-01") == {"ANN": 150, "MAX": 15}
    shop.change(Opportunity, deal, stage="lost", lost_reason="no budget")
    assert shop.settles("2026-02") == {"ANN": -100, "MAX": -10}
    assert shop.amounts("ANN", "2026-02") == [(deal, -100)]
    assert shop.pays("2026-03") == {}


def test_a_deal_that_was_won_on_another_day(shop: Shop) -> None:
    (deal,) = shop.sold("ANN", ("2026-01-31", 1_000))
    assert shop.settles("2026-01") == {"ANN": 100, "MAX": 10}
    shop.change(Opportunity, deal, closed_on="2026-02-01")
    # January takes back what February pays.
    assert shop.settles("2026-02") == {}
    assert sorted(amount for _ref, amount in shop.amounts("ANN", "2026-02")) == [-100, 100]
    assert shop.pays("2026-03") == {}


def test_a_move_to_another_team_that_is_noted_late(shop: Shop) -> None:
    shop.team("SOUTH")
    shop.member("SAM", team="SOUTH", role="manager")
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-20", 3_000))
    assert shop.settles("2026-01") == {"ANN": 400, "MAX": 40}
    shop.moves("ANN", on="2026-01-15", team="SOUTH")
    assert shop.pays("2026-02") == {"MAX": -30, "SAM": 30}


def test_a_position_that_was_never_held(shop: Shop) -> None:
    shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 100, "MAX": 10}
    with shop.platform.session("admin") as session:
        (position,) = [each for each in session.find(Position) if each.role == "manager"]
    shop.change(Position, position.ref, role="rep")
    assert shop.pays("2026-02") == {"MAX": -10}


SLAB = '[[pay]]\nscheme = "slab"\ntiers = [{from = 0, rate = "5 %"}, {from = 1000, rate = "8 %"}]\n'


def test_a_plan_that_is_changed_pays_the_difference_as_a_line(opening: Opening) -> None:
    shop = opening(SLAB)
    shop.sold("ANN", ("2026-01-10", 1_500))
    assert shop.settles("2026-01") == {"ANN": 90}
    shop = opening.again(SLAB.replace("8 %", "10 %"))
    shop.sold("ANN", ("2026-02-10", 100))
    # January is due 100 now, of which 90 are paid; February 5.
    assert shop.settles("2026-02") == {"ANN": 10 + 5}
    assert shop.amounts("ANN", "2026-02")[0] == ("rated", 10)
    assert shop.pays("2026-03") == {}


def test_a_plan_that_pays_less_takes_back_the_difference(opening: Opening) -> None:
    shop = opening(SLAB)
    shop.sold("ANN", ("2026-01-10", 1_500))
    assert shop.settles("2026-01") == {"ANN": 90}
    shop = opening.again(SLAB.replace("8 %", "4 %"))
    assert shop.pays("2026-02") == {"ANN": -20}
    assert shop.amounts("ANN", "2026-02") == [("rated", -20)]


def test_a_pay_that_is_taken_out_of_the_plan_is_taken_back(opening: Opening) -> None:
    shop = opening('[[pay]]\nname = "a"\nrate = "5 %"\n[[pay]]\nname = "b"\nrate = "1 %"\n')
    shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 60}
    assert opening.again('[[pay]]\nname = "a"\nrate = "5 %"\n').pays("2026-02") == {"ANN": -10}


def test_a_second_pay_does_not_pay_the_first_again(opening: Opening) -> None:
    """A pay without a name is called otherwise beside another one; what it paid stays paid."""
    first = '[[pay]]\nrate = "5 %"\n'
    shop = opening(first)
    shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.settles("2026-01") == {"ANN": 50}
    shop = opening.again(f"{first}[[pay]]\nname = 'large'\nwhere = \"amount >= '5000'\"\nrate = '1 %'\n")
    assert shop.pays("2026-02") == {}


def test_a_condition_that_is_added_takes_back_what_does_not_meet_it(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "5 %"\n')
    deals = shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-11", 200))
    assert shop.settles("2026-01") == {"ANN": 60}
    shop = opening.again('[[pay]]\nrate = "5 %"\nwhere = "amount >= \'500\'"\n')
    assert shop.pays("2026-02") == {"ANN": -10}
    assert shop.amounts("ANN", "2026-02") == [(deals[1], -10)]


def test_a_quota_that_is_set_late_pays_a_month_that_had_no_figure(opening: Opening) -> None:
    shop = opening('zero_quota = "refuse"\n[[pay]]\nfor = ["ANN"]\nquota = "won_amount"\nrate = "5 %"\n')
    shop.sold("ANN", ("2026-01-10", 1_000))
    assert [each["member"] for each in shop.pay("2026-01").without_figure] == ["ANN"]
    shop.approve("2026-01")
    for period in ("2026-01", "2026-02"):
        shop.target("ANN", "won_amount", period, 500)
    assert shop.pays("2026-02") == {"ANN": 50}


def test_an_approved_period_keeps_what_it_said(shop: Shop) -> None:
    (deal,) = shop.sold("ANN", ("2026-01-10", 1_000))
    shop.settles("2026-01")
    before = str(shop.statement("ANN", "2026-01"))
    shop.change(Opportunity, deal, amount=Money.from_major(9_999, "USD"), owner="BEN")
    shop.settles("2026-02")
    assert str(shop.statement("ANN", "2026-01")) == before


def test_an_approved_period_is_not_run_again(shop: Shop) -> None:
    shop.sold("ANN", ("2026-01-10", 1_000))
    shop.settles("2026-01")
    with pytest.raises(Refused, match="2026-01 is approved and does not change"):
        shop.pay("2026-01")


def test_who_ran_a_period_does_not_approve_it(shop: Shop) -> None:
    shop.pay("2026-01")
    with pytest.raises(Refused, match="admin ran 2026-01: somebody else approves it"):
        shop.platform.run("pay.approve", actor="admin", period=shop.label("2026-01"))


def test_a_period_goes_from_calculated_to_closed(shop: Shop) -> None:
    shop.sold("ANN", ("2026-01-10", 1_000))
    states = [shop.pay("2026-01").state]
    period: Any = shop.label("2026-01")
    for command in ("approve", "pay", "close"):
        states.append(shop.platform.run(f"pay.{command}", actor="anna", period=period).value["state"])
    assert states == ["calculated", "approved", "paid", "closed"]


def test_a_period_that_is_run_again_comes_to_the_same(shop: Shop) -> None:
    shop.sold("ANN", *[(f"2026-01-{day}", "33.33") for day in range(10, 20)])
    first = shop.pay("2026-01")
    shop.customer("BOLT")
    assert shop.pay("2026-01").digest == first.digest
    shop.sold("ANN", ("2026-01-20", "0.05"))
    assert shop.pay("2026-01").digest != first.digest


def test_a_period_that_is_run_again_replaces_what_was_calculated(shop: Shop) -> None:
    (deal,) = shop.sold("ANN", ("2026-01-10", 1_000))
    assert shop.pays("2026-01") == {"ANN": 100, "MAX": 10}
    shop.change(Opportunity, deal, amount=Money.from_major(700, "USD"))
    assert shop.pays("2026-01") == {"ANN": 70, "MAX": 7}


def test_a_month_that_was_not_run_is_paid_by_the_next(shop: Shop) -> None:
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 2_000), ("2026-03-10", 3_000))
    assert shop.settles("2026-01") == {"ANN": 100, "MAX": 10}
    assert shop.pays("2026-03") == {"ANN": 500, "MAX": 50}


def test_lines_are_in_the_order_of_days_and_refs(opening: Opening) -> None:
    shop = opening(
        '[[pay]]\nscheme = "slab"\ntiers = [{from = 0, rate = "1 %"}, {over = 100, rate = "2 %"}]\n'
    )
    shop.sold(
        "ANN",
        ("2026-01-11", 100, {"ref": "C"}),
        ("2026-01-10", 50, {"ref": "B"}),
        ("2026-01-10", 50, {"ref": "A"}),
    )
    assert shop.pays("2026-01") == {"ANN": 3}
    half = Decimal("0.5")
    assert shop.amounts("ANN", "2026-01") == [("A", half), ("B", half), ("C", 2)]
