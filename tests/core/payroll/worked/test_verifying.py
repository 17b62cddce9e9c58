"""What incentive runs left is whole, and whatever is changed in it is found."""

import pytest
import sqlalchemy as sa

from dealwright_core.payroll.verifying import unsound
from dealwright_core.store.engine import reading, writing
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

PLAN = """
    [[pay]]
    rate = "10 %"
    [[release]]
    share = "50 %"
    on = "booking"
    [[release]]
    share = "50 %"
    on = "collection"
    [clawback.refund]
"""


def paid(shop: Shop) -> Shop:
    """Two months, of which the first one is approved; one sale was given back in part."""
    (won, _other) = shop.sold("ANN", ("2026-01-10", 4_000), ("2026-01-11", 1_001))
    contract = shop.contract("ANN", 4_000, opportunity=won)
    shop.settles("2026-01")
    shop.fact(contract, "refund", "2026-02-10", -1_000)
    shop.pay("2026-02")
    return shop


def found(shop: Shop) -> list[str]:
    with reading(shop.platform.engine) as connection:
        return [*unsound(connection)]


def test_nothing_is_wrong_with_what_was_paid(opening_anywhere: Opening) -> None:
    assert found(paid(opening_anywhere(PLAN))) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE dw_pay_line SET amount = amount + 1 WHERE source = 1", "the lines"),
        ("UPDATE dw_pay_line SET day = '2026-01-12' WHERE source = 1", "the lines"),
        ("DELETE FROM dw_pay_line WHERE source = 2", "the lines"),
        ("UPDATE dw_pay_posting SET measured = '7'", "the lines"),
        ("UPDATE dw_pay_posting SET digest = 'f00'", "2026-01 has the digest"),
        ("UPDATE dw_pay_payment SET paid = paid + 1", "pays member number"),
        ("UPDATE dw_pay_payment SET digest = 'f00'", "2026-01 has the digest"),
        ("UPDATE dw_pay_waiting SET amount = amount + 1", "2026-01 has the digest"),
        ("UPDATE dw_pay_clawback SET back = 0", "2026-02 has the digest"),
        ("UPDATE dw_pay_run SET digest = 'f00'", "2026-01 has the digest"),
        ("UPDATE dw_pay_entry SET amount = amount + 1 WHERE account = 'expense'", "do not balance"),
    ],
)
def test_what_was_changed_is_found(opening: Opening, change: str, said: str) -> None:
    shop = paid(opening(PLAN))
    with writing(shop.platform.engine) as connection:
        connection.execute(sa.text(change))
    assert any(said in each for each in found(shop)), found(shop)
