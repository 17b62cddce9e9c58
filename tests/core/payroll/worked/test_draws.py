"""Who has a draw, and until when: by role, by account, by employment, and as long as the plan holds."""

from datetime import date

import pytest

from tests.core.payroll.worked.adjustments import adjust
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

KEPT = """
    [[pay]]
    {for_}
    rate = "10 %"
    [draw]
    amount = 1000
    recover = 0
"""
FOR_REPS = KEPT.format(for_='for = "rep"')
FOR_SELLERS = KEPT.format(for_="")


def leaves(shop: Shop, member: str, on: str, *, keep: bool = True) -> None:
    shop.platform.run("member.leave", actor="admin", ref=member, on=date.fromisoformat(on), keep=keep)


@pytest.mark.parametrize("plan", [FOR_REPS, FOR_SELLERS], ids=["by role", "for everybody who sells"])
def test_who_has_left_has_no_draw(opening: Opening, plan: str) -> None:
    shop = opening(plan)
    for each in ("ANN", "BEN", "CAT"):
        shop.sold(each, ("2026-01-10", 20_000))
    # 10 % of 20,000 are more than the draw.
    assert shop.paid("2026-01") == {"ANN": 2_000, "BEN": 2_000, "CAT": 2_000}
    shop.approve("2026-01")
    leaves(shop, "CAT", "2026-02-01")
    leaves(shop, "BEN", "2026-02-10")
    # BEN was still there on nine days of February: the draw is paid in full.
    assert shop.paid("2026-02") == {"ANN": 1_000, "BEN": 1_000}
    shop.approve("2026-02")
    assert shop.paid("2026-03") == {"ANN": 1_000}


def test_who_has_another_role_has_no_draw_from_the_next_period_on(opening: Opening) -> None:
    shop = opening(FOR_REPS)
    shop.sold("BEN", ("2026-01-10", 20_000))
    assert shop.paid("2026-01") == {"ANN": 1_000, "BEN": 2_000, "CAT": 1_000}
    shop.approve("2026-01")
    shop.moves("BEN", on="2026-02-01", team="T", role="manager")
    shop.moves("CAT", on="2026-02-15", team="T", role="manager")
    # CAT was a rep until the middle of February.
    assert shop.paid("2026-02") == {"ANN": 1_000, "CAT": 1_000}
    shop.approve("2026-02")
    assert shop.paid("2026-03") == {"ANN": 1_000}


def test_what_was_drawn_is_recovered_from_whoever_draws_no_more(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "10 %"\n[draw]\namount = 1000\n')
    shop.sold("BEN", ("2026-01-10", 1_000), ("2026-02-10", 6_000), ("2026-03-10", 9_000))
    # 100 are earned, 900 drawn.
    assert shop.paid("2026-01") == {"BEN": 1_000}
    shop.approve("2026-01")
    leaves(shop, "BEN", "2026-02-01")
    # What is still credited goes into the 900 from its first cent on: 600 in February, and 300 of the 900 of March.
    assert shop.paid("2026-02") == {}
    assert shop.payment("BEN", "2026-02")["recovered"] == 600
    shop.approve("2026-02")
    assert shop.paid("2026-03") == {"BEN": 600}
    assert shop.payment("BEN", "2026-03")["owed"] == 0


def test_a_draw_for_whoever_sells_begins_with_the_first_sale(opening: Opening) -> None:
    shop = opening(FOR_SELLERS)
    shop.sold("ANN", ("2026-02-10", 1_000))
    assert shop.paid("2026-01") == {}
    assert shop.paid("2026-02") == {"ANN": 1_000}
    shop.approve("2026-02")
    assert shop.paid("2026-03") == {"ANN": 1_000}


@pytest.mark.parametrize(("plan", "paid"), [(FOR_REPS, 50), (FOR_SELLERS, 1_000)])
def test_an_adjustment_is_an_account_and_no_role(opening: Opening, plan: str, paid: int) -> None:
    shop = opening(f'name = "Kept"\n{plan}')
    adjust(shop, "MAX", "50 USD", "2026-01-31", "Kept")
    # By a plan for whoever has an account the manager has one now; one for reps pays him what was entered.
    assert shop.paid("2026-01")["MAX"] == paid
    shop.approve("2026-01")
    assert shop.paid("2026-02").get("MAX", 0) == (paid if paid == 1_000 else 0)


def test_a_plan_that_is_over_pays_no_draw(opening: Opening) -> None:
    shop = opening("valid = {from = 2026-01-01, to = 2026-01-31}\n" + FOR_REPS)
    shop.sold("ANN", ("2026-01-10", 20_000))
    assert shop.paid("2026-01") == {"ANN": 2_000, "BEN": 1_000, "CAT": 1_000}
    shop.approve("2026-01")
    # The plan goes on where something of it may be corrected.
    assert shop.paid("2026-02") == {}


def test_who_joins_in_the_middle_of_a_period_has_all_of_the_draw_without_any_sale(opening: Opening) -> None:
    # The example "New hires" of docs/plans.md.
    shop = opening(
        """
        [[pay]]
        for = "rep"
        rate = "5 %"
        [draw]
        amount = 2000
        periods = 6
        recover_from = 7
        """
    )
    shop.member("DAN", since="2026-01-20")
    assert shop.paid("2026-01") == dict.fromkeys(("ANN", "BEN", "CAT", "DAN"), 2_000)


def test_a_draw_leaves_a_debt_where_it_is(opening: Opening) -> None:
    shop = opening("[credit]\nkinds = {order = 1}\n" + FOR_REPS)
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 20_000)
    assert shop.paid("2026-01")["ANN"] == 2_000
    shop.approve("2026-01")
    shop.fact(deal, "refund", "2026-02-10", -15_000, reverses=order)
    # 1,500 are owed, and the draw is paid all the same.
    assert shop.paid("2026-02")["ANN"] == 1_000
    assert shop.payment("ANN", "2026-02")["debt"] == -1_500


@pytest.mark.parametrize(
    ("pays", "told"),
    [
        ("up to", "  draw: 600.00 USD, which fills the pay up to 1,000"),
        ("on top", "  draw: 1000.00 USD, of 1,000 on top of the pay"),
    ],
)
def test_a_statement_says_what_a_draw_is(opening: Opening, pays: str, told: str) -> None:
    shop = opening(f'{FOR_REPS}    pays = "{pays}"\n')
    shop.sold("ANN", ("2026-01-10", 4_000))
    shop.pay("2026-01")
    assert told in str(shop.statement("ANN", "2026-01")).splitlines()
