"""Plans that are valid for a time, and terms of single members."""

import pytest

from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

OLD = 'name = "Reps"\nvalid = "2026-Q1"\nperiod = "month"\n[[pay]]\n{keys}rate = "5 %"\n'
NEW = 'name = "Reps"\nvalid = {{from = 2026-04-01}}\nperiod = "month"\n[[pay]]\n{keys}rate = "8 %"\n'


def two_plans(opening: Opening, keys: str = "") -> Shop:
    return opening(OLD.format(keys=keys), NEW.format(keys=keys))


def test_a_plan_is_followed_by_another_of_its_name(opening: Opening) -> None:
    shop = two_plans(opening)
    shop.sold("ANN", ("2026-03-31", 1_000), ("2026-04-01", 1_000))
    assert shop.settles("2026-03") == {"ANN": 50}
    assert shop.pays("2026-04") == {"ANN": 80}


@pytest.mark.parametrize("window", ["deal", "week", "year", "plan"])
def test_each_of_two_plans_pays_for_its_own_days(opening: Opening, window: str) -> None:
    shop = two_plans(opening, f'window = "{window}"\n')
    shop.sold("ANN", ("2026-03-31", 1_000), ("2026-04-01", 1_000))
    assert shop.settles("2026-03") == {"ANN": 50}
    assert shop.settles("2026-04") == {"ANN": 80}
    assert shop.pays("2026-05") == {}


def test_a_late_refund_goes_by_the_plan_of_its_sale(opening: Opening) -> None:
    """The plan of the first quarter paid 5 % of the sale, so that it takes back 5 %."""
    orders = "[credit]\nkinds = {order = 1}\n[[pay]]"
    shop = opening(*(text.format(keys="").replace("[[pay]]", orders) for text in (OLD, NEW)))
    deal = shop.contract("ANN")
    order = shop.fact(deal, "order", "2026-03-10", 1_000)
    assert shop.settles("2026-03") == {"ANN": 50}
    shop.fact(deal, "refund", "2026-04-10", -1_000, reverses=order)
    assert shop.pays("2026-04") == {"ANN": -50}


def test_a_plan_that_ends_within_a_month_and_one_that_begins(opening: Opening) -> None:
    shop = opening(
        'name = "Reps"\nvalid = {to = 2026-01-15}\n[[pay]]\nrate = "5 %"',
        'name = "Reps"\nvalid = {from = 2026-01-16}\n[[pay]]\nrate = "8 %"',
    )
    shop.sold("ANN", ("2026-01-15", 1_000), ("2026-01-16", 1_000))
    assert shop.settles("2026-01") == {"ANN": 50 + 80}
    assert shop.pays("2026-02") == {}


def test_a_plan_that_is_not_valid_yet_pays_nothing(opening: Opening) -> None:
    shop = opening('[[pay]]\nrate = "1 %"', 'name = "Next"\nvalid = "2026-Q2"\n[[pay]]\nrate = "50 %"')
    shop.sold("ANN", ("2026-03-31", 1_000))
    assert shop.pays("2026-03") == {"ANN": 10}


OWN = """
    [[pay]]
    name = "commission"
    rate = "5 %"
    cap = 1000
    [[pay]]
    name = "bonus"
    window = "quarter"
    pays = 300
    gate = {from = 20000}
"""


def test_a_member_has_a_rate_of_their_own(opening: Opening) -> None:
    shop = opening(f'{OWN}[member.ANN]\nrate = "6 %"\n')
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("BEN", ("2026-01-10", 10_000))
    assert shop.pays("2026-01") == {"ANN": 600, "BEN": 500}


def test_a_member_named_by_login_has_a_cap_of_one_pay(opening: Opening) -> None:
    shop = opening(f"{OWN}[member.ann.pay.commission]\ncap = 1500\n")
    shop.sold("ANN", ("2026-01-10", 40_000))
    shop.sold("BEN", ("2026-01-10", 40_000))
    # 5 % of 40,000 are held at 1,500 and 1,000; both have the bonus of 300.
    assert shop.pays("2026-01") == {"ANN": 1_800, "BEN": 1_300}


def test_a_member_has_a_gate_of_their_own(opening: Opening) -> None:
    shop = opening(f"{OWN}[member.ANN.pay.bonus]\ngate = {{from = 50000}}\n")
    shop.sold("ANN", ("2026-01-10", 20_000))
    shop.sold("BEN", ("2026-01-10", 20_000))
    assert shop.pays("2026-01") == {"ANN": 1_000, "BEN": 1_300}


def test_a_new_hire_on_other_terms_for_the_first_months(opening: Opening) -> None:
    """A ramp: a file of the same name for each stretch."""
    shop = opening(
        'name = "Reps"\nvalid = {to = 2026-02-28}\n[[pay]]\nrate = "5 %"\n[member.CAT]\nrate = "10 %"\n',
        'name = "Reps"\nvalid = {from = 2026-03-01}\n[[pay]]\nrate = "5 %"\n',
    )
    shop.sold("CAT", ("2026-02-28", 1_000), ("2026-03-01", 1_000))
    assert shop.settles("2026-02") == {"CAT": 100}
    assert shop.pays("2026-03") == {"CAT": 50}


def test_a_plan_pays_a_role_while_it_is_held(opening: Opening) -> None:
    shop = opening('[[pay]]\nfor = "rep"\nrate = "5 %"\n[[pay]]\nfor = "manager"\nrate = "1 %"\n')
    shop.moves("ANN", on="2026-01-16", team="T", role="manager")
    shop.sold("ANN", ("2026-01-15", 1_000), ("2026-01-16", 1_000))
    # 5 % of what she sold as a rep, and 1 % of what she sold as a manager.
    assert shop.pays("2026-01") == {"ANN": 50 + 10}
