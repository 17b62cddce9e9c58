"""What `pay explain` says became of the pay for a sale: as the latest run leaves it, whenever the line was made."""

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

PLAN = """
    [credit]
    kinds = {order = 1}
    [[pay]]
    rate = "10 %"
    [[release]]
    share = "60 %"
    on = "booking"
    [[release]]
    share = "40 %"
    on = "collection"
    [clawback.refund]
"""


def told(shop: Shop, line: str) -> list[str]:
    found = shop.platform.run("pay.explain", actor="admin", ref=line).value
    return [f"{each.name}: {each.what}" for each in found.steps if each.name in ("release", "clawback")]


def test_a_line_says_what_later_runs_released_and_took_back(opening: Opening) -> None:
    shop = opening(PLAN)
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-01-10", 1_000)
    shop.pay("2026-01")
    shop.approve("2026-01")
    (line,) = shop.lines("ANN", "2026-01")
    waits = "release: 40.00 USD to be paid when the customer has paid, as of 2026-01"
    assert told(shop, line.line) == [waits]
    shop.fact(deal, "payment", "2026-02-10", 500)
    shop.pay("2026-02")
    # Half is collected: 20 of the 40 wait on.
    assert told(shop, line.line) == [waits.replace("40.00", "20.00").replace("01", "02")]
    shop.approve("2026-02")
    shop.fact(deal, "payment", "2026-03-10", 500)
    shop.fact(deal, "refund", "2026-03-15", -250, reverses=order)
    shop.pay("2026-03")
    # 25 % of 100; nothing waits any more.
    assert told(shop, line.line) == ["clawback: refund of 2026-03-15 took back 25.00 USD"]
    shop.approve("2026-03")
    shop.fact(deal, "refund", "2026-04-15", -250, reverses=order)
    shop.pay("2026-04")
    assert told(shop, line.line) == ["clawback: refund of 2026-03-15 took back 50.00 USD"]
