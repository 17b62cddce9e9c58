"""Plans that are tried out, a history of three months, and what simulations and runs say of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from dealwright import Calendar
from dealwright_core.payroll.reckoning import Reckoning
from dealwright_core.payroll.trying.simulating import simulated
from tests.core.payroll.worked.payday import Shop

FLAT = '[[pay]]\nrate = "5 %"\n'
BY_ORDERS = "[credit]\nkinds = {order = 1}\n"
OVERRIDE = """
[[pay]]
name = "own"
for = "rep"
rate = "5 %"
[[pay]]
name = "team"
for = "manager"
credit = "team"
measure = "pay.own"
rate = "10 %"
"""
OVERRIDE_BY_QUARTER = OVERRIDE.replace("[[pay]]", '[[pay]]\nwindow = "quarter"')
QUARTER = """
[[pay]]
window = "quarter"
quota = 6000
scheme = "whole"
tiers = [{from = "0 %", rate = "3 %"}, {from = "100 %", rate = "6 %"}]
"""
YEAR_TO_DATE = """
[[pay]]
by = {window = "year"}
scheme = "slab"
tiers = [{from = 0, rate = "1 %"}, {from = 4000, rate = "5 %"}]
"""
DRAW = FLAT + '[draw]\namount = 200\nperiods = 2\nrecover = "50 %"\nrecover_from = 2\n'
KEPT = FLAT.replace("[[pay]]", '[[pay]]\nfor = "rep"') + "[draw]\namount = 120\nrecover = 0\n"
CAP = "pay_cap = {amount = 100}\n" + FLAT
FORFEITS = 'pay_cap = {amount = 100, excess = "never"}\n' + FLAT
RELEASE = FLAT + '[[release]]\nshare = "60 %"\non = "booking"\n[[release]]\nshare = "40 %"\non = "+1 month"\n'
RACE = '[[pay]]\nname = "race"\nfor = "rep"\nrank = {prizes = [300, 100]}\n'
OWN = FLAT + '[member.BEN]\nrate = "7 %"\n[member.BEN.draw]\namount = 90\n'
POINTS = (
    FLAT + '[[pay]]\nname = "points"\nscheme = "flat"\neach = 1\nmeasure = "won_count"\nunit = "points"\n'
)
STEPS = 'round = {digits = 0, at = "step"}\n' + FLAT
ENDED = "valid = {to = 2026-02-28}\n" + BY_ORDERS + FLAT
COLLECTED = (
    BY_ORDERS
    + FLAT
    + ('[[release]]\nshare = "50 %"\non = "collection"\n[[release]]\nshare = "50 %"\non = "month end"\n')
)
CLAWED = BY_ORDERS + FLAT + '[clawback.refund]\nshare = "80 %"\nterm_months = 12\nlimit = "paid"\n'
CANCELLED = CLAWED.replace('limit = "paid"', "cancels = true") + (
    '[[release]]\nshare = "30 %"\non = "booking"\n[[release]]\nshare = "70 %"\non = "+2 months"\n'
)
HELD = FLAT + '[[release]]\nshare = "60 %"\non = "hold"\n[[release]]\nshare = "40 %"\non = "booking"\n'
THIRDS = 'credit.kinds = {order = 1, invoice = "1/3"}\n' + QUARTER
REVERSED = BY_ORDERS + FLAT + '[refund]\nbasis = "original"\n'
PLANS = {
    "flat": FLAT, "override": OVERRIDE, "quarter": QUARTER, "year to date": YEAR_TO_DATE, "draw": DRAW,
    "kept draw": KEPT, "cap": CAP, "forfeits": FORFEITS, "release": RELEASE, "race": RACE, "own terms": OWN,
    "points": POINTS, "steps": STEPS, "orders": BY_ORDERS + FLAT, "ended": ENDED, "reversed": REVERSED,
    "collected": COLLECTED, "clawed back": CLAWED, "cancelled": CANCELLED, "held": HELD,
    "override by quarter": OVERRIDE_BY_QUARTER, "thirds": THIRDS,
}  # fmt: skip
MONTHS = ("2026-01", "2026-02", "2026-03")
Paid = dict[str, tuple[int, int]]


@contextmanager
def reckoning(shop: Shop) -> Iterator[Reckoning]:
    with shop.platform.session("admin") as session, session.what_if.reckoning() as found:
        yield found


def simulations(shop: Shop) -> dict[str, list[Paid]]:
    """What each plan of a shop earns and pays each member in each month."""
    months = [Calendar().parse(each) for each in MONTHS]
    found: dict[str, list[Paid]] = {}
    with reckoning(shop) as asked:
        refs = {id: each.ref for id, each in asked.people.members.items()}
        for plan in asked.sound(asked.book.files):
            made = {each.period.label: each.amounts for each in simulated(asked, plan, months)}
            found[plan.name] = [
                {refs[member]: (each.earned, each.paid) for member, each in made.get(month, {}).items()}
                for month in MONTHS
            ]
    return found


def runs(shop: Shop) -> dict[str, list[Paid]]:
    """What real runs pay."""
    found: dict[str, list[Paid]] = {}
    for at, month in enumerate(MONTHS):
        shop.pay(month)
        for each in shop.platform.run("pay.payments", actor="admin", period=shop.label(month)).value:
            of_plan = found.setdefault(each["plan"], [{} for _month in MONTHS])
            of_plan[at][each["member"]] = (each["earned"].minor, each["paid"].minor)
    return found


def history(shop: Shop) -> Shop:
    """Sales of three months, and orders with what became of them."""
    deal, *_more = shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-20", "2999.99"), ("2026-02-11", 4_000))
    shop.release(deal, "2026-02-20")
    shop.sold("BEN", ("2026-01-05", 3_333), ("2026-03-03", 1_500))
    shop.sold("CAT", ("2026-02-14", 2_500), ("2026-03-31", 777))
    contract = shop.contract("ANN")
    first = shop.fact(contract, "order", "2026-01-15", 2_000)
    shop.fact(contract, "order", "2026-02-15", "1234.56")
    shop.fact(contract, "invoice", "2026-02-16", "100.01")
    shop.fact(contract, "payment", "2026-01-31", 700)
    shop.fact(contract, "payment", "2026-03-20", 1_000)
    held = shop.contract("BEN")
    shop.fact(held, "order", "2026-02-03", 800)
    shop.hold(held, "2026-02-01")
    shop.release(held, "2026-03-05")
    shop.fact(contract, "refund", "2026-03-02", -500, reverses=first)
    shop.fact(shop.contract("CAT"), "order", "2026-01-30", 900, entered="2026-02-03")
    return shop
