"""Schemes that fail: who is concerned has no figure, everybody else is paid, and the run says so."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from attrs import define, field, frozen

from dealwright import Curve, IncentiveScheme, Piece, Target
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

UNLUCKY = Fraction(13)


@frozen
class Terms:
    """Settings that can be altered by who is careless enough."""

    rates: dict[str, int] = field(factory=dict)


def raises(quota: Fraction | None, terms: Terms) -> Any:
    raise ZeroDivisionError("by nothing")


def gives_no_number(quota: Fraction | None, terms: Terms) -> Any:
    return Curve([Piece(0, float("nan"))])  # type: ignore[arg-type]  # what a careless plugin does


def gives_a_float(quota: Fraction | None, terms: Terms) -> Any:
    return 0.05


def pays_in_floats(quota: Fraction | None, terms: Terms) -> Any:
    return Curve.flat(0.05)  # type: ignore[arg-type]  # what a careless plugin does


def alters_its_settings(quota: Fraction | None, terms: Terms) -> Any:
    terms.rates["more"] = 1
    return Curve.flat(Fraction(1, 10))


def exits(quota: Fraction | None, terms: Terms) -> Any:
    raise SystemExit("enough")


HOSTILE = (raises, gives_no_number, gives_a_float, pays_in_floats, alters_its_settings, exits)
Hostile = Callable[[Fraction | None, Terms], Any]


def for_one(hostile: Hostile) -> IncentiveScheme:
    """A scheme that pays a tenth, and goes wrong for a quota of thirteen."""

    def curve(quota: Fraction | None, terms: Terms) -> Curve:
        found: Curve = hostile(quota, terms) if quota == UNLUCKY else Curve.flat(Fraction(1, 10))
        return found

    return IncentiveScheme("odd", "Odd", curve=curve, settings=Terms)


PLAN = """
    zero_quota = "refuse"
    [[pay]]
    name = "odd"
    for = ["ANN", "BEN", "MAX"]
    quota = "won_count"
    scheme = "odd"
    rates = {base = 1}
    [[pay]]
    name = "sound"
    rate = "1 %"
"""


def paid(opening: Opening, hostile: Hostile) -> Shop:
    """A shop where ANN has a quota of thirteen."""
    shop = opening.anew(PLAN, schemes=[for_one(hostile)])
    for member, quota in (("ANN", 13), ("BEN", 12), ("MAX", 12)):
        shop.target(member, "won_count", "2026-01", quota)
    for member in ("ANN", "BEN", "CAT"):
        shop.sold(member, ("2026-01-10", 1_000))
    return shop


@pytest.mark.parametrize("hostile", HOSTILE)
def test_only_who_is_concerned_has_no_figure(opening: Opening, hostile: Hostile) -> None:
    shop = paid(opening, hostile)
    run = shop.pay("2026-01")
    assert [each["member"] for each in run.without_figure] == ["ANN"]
    assert "curve of incentive scheme odd" in run.without_figure[0]["why"]
    # BEN has 10 % and 1 %; CAT, whom the odd pay is not for, 1 %.
    assert {each.member: str(each.earned["USD"]) for each in run.members} == {
        "BEN": "110.00 USD",
        "CAT": "10.00 USD",
    }


def test_who_has_no_figure_has_none_in_any_pay_of_the_plan(opening: Opening) -> None:
    shop = paid(opening, raises)
    run = shop.pay("2026-01")
    statement = shop.statement("ANN", "2026-01")
    assert (statement.parts, statement.totals) == ((), {})
    assert "ZeroDivisionError" in statement.missing[0]
    assert "no figure: ANN in plan-1: " in str(run)


def test_a_figure_that_was_missing_is_paid_once_the_fault_is_gone(opening: Opening) -> None:
    shop = paid(opening, raises)
    shop.pay("2026-01")
    shop.approve("2026-01")
    with shop.platform.session("admin") as session:
        (target,) = [each.ref for each in session.find(Target) if each.quantity == 13]
    shop.change(Target, target, quantity=14)
    for member in ("ANN", "BEN", "MAX"):
        shop.target(member, "won_count", "2026-02", 12)
    # All of January: 10 % and 1 %.
    assert shop.pays("2026-02") == {"ANN": 110}


@define
class Plugin:
    """It works when the deployment opens, and breaks later."""

    is_broken: bool = False

    def curve(self, quota: Fraction | None, terms: Terms) -> Curve:
        if self.is_broken:
            raise ZeroDivisionError("by nothing")
        return Curve.flat(Fraction(1, 10))


def test_a_scheme_that_fails_for_all_keeps_nobody_from_being_paid_by_another_plan(opening: Opening) -> None:
    plugin = Plugin()
    odd = IncentiveScheme("odd", "Odd", curve=plugin.curve, settings=Terms)
    one, other = '[[pay]]\nfor = ["ANN"]\nscheme = "odd"\n', 'name = "sound"\n[[pay]]\nrate = "1 %"\n'
    shop = opening.anew(one, other, schemes=[odd])
    plugin.is_broken = True
    shop.sold("ANN", ("2026-01-10", 1_000))
    shop.sold("BEN", ("2026-01-10", 1_000))
    run = shop.pay("2026-01")
    assert [(each["member"], each["plan"]) for each in run.without_figure] == [("ANN", "plan-1")]
    assert {each.member: str(each.earned["USD"]) for each in run.members} == {
        "ANN": "10.00 USD",
        "BEN": "10.00 USD",
    }
