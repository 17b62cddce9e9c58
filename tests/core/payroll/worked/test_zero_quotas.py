"""What a quota of nothing pays where it counts as attained in full: as if what is measured were the quota."""

import pytest

from tests.core.payroll.worked.opening import Opening

PERCENT = 'scheme = "{scheme}"\ntiers = [{{from = "0 %", rate = "5 %"}}, {{from = "100 %", rate = "8 %"}}]'
TIMES = (
    'target = 500\nscheme = "{scheme}"\ntiers = [{{from = "0 %", times = 1}}, {{from = "150 %", times = 2}}]'
)
AMOUNTS = 'scheme = "{scheme}"\ntiers = [{{from = 0, rate = "5 %"}}, {{from = 500, rate = "8 %"}}]'
# What a sale of 1,000 pays without a target of its own.
CURVES = [
    (PERCENT.format(scheme="slab"), 50),  # up to 100 % there is 5 %
    (PERCENT.format(scheme="whole"), 80),  # from 100 % on 8 % of everything
    (AMOUNTS.format(scheme="slab"), 25 + 40),  # amounts are what they are
    (AMOUNTS.format(scheme="whole"), 80),
    ('scheme = "overage"\nrate = "5 %"\ntiers = [{from = "100 %", times = 2}]', 0),  # nothing lies above
    ('scheme = "flat"\ntarget = 500', 500),
    (TIMES.format(scheme="slab"), 500),
    (TIMES.format(scheme="whole"), 500),
    ('scheme = "lookup"\ntiers = [{from = "100 %", pays = 100}, {from = "101 %", pays = 300}]', 100),
    ('scheme = "interpolated"\npoints = [{at = "50 %", pays = 0}, {at = "150 %", pays = 200}]', 100),
    ('scheme = "interpolated"\npoints = [{at = "0 %", rate = "1 %"}, {at = "200 %", rate = "3 %"}]', 20),
]
PLAN = """
zero_quota = "full"
[[pay]]
for = "rep"
quota = "won_amount"
"""


@pytest.mark.parametrize(("curve", "paid"), CURVES)
def test_a_sale_without_a_target_attains_it(opening: Opening, curve: str, paid: int) -> None:
    shop = opening(PLAN + curve)
    shop.sold("ANN", ("2026-01-10", 600), ("2026-01-11", 400))
    assert shop.pays("2026-01").get("ANN", 0) == paid


@pytest.mark.parametrize("curve", [each for each, _paid in CURVES])
def test_one_deal_pays_what_two_pay(opening: Opening, curve: str) -> None:
    shop = opening(PLAN + curve)
    shop.sold("ANN", ("2026-01-10", 600), ("2026-01-11", 400))
    shop.sold("BEN", ("2026-01-10", 1_000))
    paid = shop.pays("2026-01")
    assert paid.get("ANN") == paid.get("BEN")


def test_a_target_is_paid_without_a_sale_a_rate_is_not(opening: Opening) -> None:
    targeted = opening(PLAN + TIMES.format(scheme="slab"))
    assert targeted.pays("2026-01") == dict.fromkeys(("ANN", "BEN", "CAT"), 500)
    assert opening.again(PLAN + PERCENT.format(scheme="slab")).pays("2026-01") == {}


def test_the_year_goes_on_at_its_quota(opening: Opening) -> None:
    shop = opening(PLAN + 'by = {window = "year"}\n' + PERCENT.format(scheme="slab"))
    shop.sold("ANN", ("2026-01-10", 600), ("2026-02-11", 400))
    assert [shop.settles(each)["ANN"] for each in ("2026-01", "2026-02")] == [30, 20]


def test_each_deal_attains_its_own(opening: Opening) -> None:
    shop = opening(PLAN + 'window = "deal"\n' + PERCENT.format(scheme="slab"))
    shop.sold("ANN", ("2026-01-10", 600), ("2026-01-11", 400))
    assert shop.pays("2026-01") == {"ANN": 50}
    assert shop.amounts("ANN", "2026-01") == [("O-1", 30), ("O-2", 20)]


def test_a_member_may_have_none_of_their_own(opening: Opening) -> None:
    plan = PLAN.replace('"won_amount"', "500") + PERCENT.format(scheme="slab")
    shop = opening(plan + "\n[member.ANN]\nquota = 0\n")
    for each in ("ANN", "BEN"):
        shop.sold(each, ("2026-01-10", 1_000))
    # BEN has 5 % of 500 and 8 % of 500.
    assert shop.pays("2026-01") == {"ANN": 50, "BEN": 65}
