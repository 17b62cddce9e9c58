"""Sales of several members: shares on record, and shares that the plan gives to so many."""

from decimal import Decimal

import pytest

from dealwright import UsageError
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

LISTS = """
    [credit]
    by_list = {lists}
    [[pay]]
    rate = "10 %"
"""
TWO_OR_THREE = '[["100 %"], ["60 %", "40 %"], ["50 %", "30 %", "20 %"]]'


def sold_by(shop: Shop, *members: str, amount: int = 1_000, on: str = "2026-01-10") -> None:
    """A deal of ANN in which these members have a part, in this order."""
    (deal,) = shop.sold("ANN", (on, amount))
    for number, member in enumerate(members, 1):
        shop.platform.run("sales-split.add", actor="admin", opportunity=deal, member=member, sequence=number)


def test_so_many_members_share_as_the_plan_lists(opening: Opening) -> None:
    shop = opening(LISTS.format(lists=TWO_OR_THREE))
    sold_by(shop, "ANN", "BEN")
    sold_by(shop, "CAT", "ANN", "BEN")
    sold_by(shop)
    # 60 + 40; 50 to CAT, 30 to ANN and 20 to BEN; the third is ANN's alone.
    assert shop.pays("2026-01") == {"ANN": 60 + 30 + 100, "BEN": 40 + 20, "CAT": 50}


def test_so_many_members_share_equally(opening: Opening) -> None:
    shop = opening(LISTS.format(lists='"equal"'))
    sold_by(shop, "ANN", "BEN", "CAT", amount=300)
    sold_by(shop, "BEN", "CAT", amount=100)
    assert shop.pays("2026-01") == {"ANN": 10, "BEN": 15, "CAT": 15}


def test_a_third_of_a_cent_is_paid_with_the_next_sale(opening: Opening) -> None:
    shop = opening(LISTS.format(lists='"equal"'))
    for _ in range(3):
        sold_by(shop, "ANN", "BEN", "CAT", amount=1)
    # A third of 0.10 three times: 0.03 + 0.04 + 0.03.
    assert shop.pays("2026-01") == dict.fromkeys(("ANN", "BEN", "CAT"), Decimal("0.10"))
    assert [amount for _ref, amount in shop.amounts("BEN", "2026-01")] == [
        Decimal(each) for each in ("0.03", "0.04", "0.03")
    ]


def test_a_sale_of_more_members_than_the_plan_lists_is_refused(opening: Opening) -> None:
    shop = opening(LISTS.format(lists='[["60 %", "40 %"]]'))
    sold_by(shop, "ANN", "BEN", "CAT")
    with pytest.raises(UsageError, match="has no list of 3 shares for O-1"):
        shop.pay("2026-01")


def shared(shop: Shop, **shares: int) -> None:
    (deal,) = shop.sold("ANN", ("2026-01-10", 1_000))
    for member, percent in shares.items():
        ppm = percent * 10_000
        shop.platform.run("sales-split.add", actor="admin", opportunity=deal, member=member, share=ppm)


def test_shares_on_record_count_where_the_plan_gives_none(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "10 %"\n')
    shared(shop, ANN=70, CAT=30)
    assert shop.pays("2026-01") == {"ANN": 70, "CAT": 30}


def test_what_the_shares_on_record_leave_is_credited_to_nobody(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "10 %"\n')
    shared(shop, ANN=70, CAT=20)
    assert shop.pays("2026-01") == {"ANN": 70, "CAT": 20}
    assert shop.pay("2026-01").uncredited == 1


def test_transactions_of_a_contract_go_by_its_shares(opening: Opening) -> None:
    shop = opening(f'[credit]\nkinds = {{order = 1}}\nby_list = {TWO_OR_THREE}\n[[pay]]\nrate = "10 %"\n')
    deal = shop.contract("ANN")
    for number, member in enumerate(("BEN", "ANN"), 1):
        shop.platform.run("sales-split.add", actor="admin", contract=deal, member=member, sequence=number)
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    assert shop.settles("2026-01") == {"BEN": 60, "ANN": 40}
    shop.fact(deal, "refund", "2026-02-10", -500, reverses=order)
    assert shop.pays("2026-02") == {"BEN": -30, "ANN": -20}
