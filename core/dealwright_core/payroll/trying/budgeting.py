"""Which rate of a plan costs a budget over history: found by simulating it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from dealwright_core.config.document import meant
from dealwright_core.config.incentives import PlanFile
from dealwright_core.errors import ConfigError, InvalidValue, UsageError
from dealwright_core.evaluation.progress import tell
from dealwright_core.incentives import wording
from dealwright_core.incentives.plans.figures import ratio
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.incentives.plans.reading import read_plan
from dealwright_core.language import Told
from dealwright_core.language import core as _
from dealwright_core.payroll.reckoning import Reckoning
from dealwright_core.payroll.trying.comparing import compared
from dealwright_core.payroll.trying.searching import TooCheap, TooDear, highest
from dealwright_core.values import Money, Period

# Whole steps of 0.0001 %, and the highest number of them that is tried: a thousand times everything.
STEPS = 1_000_000
MOST = 1_000 * STEPS
RATE, LISTS = "rate", ("tiers", "points")
KEYS = (RATE, *LISTS)
SOLVING = _("solving")


@frozen
class Lever:
    """What of a plan is moved: the ``rate`` of a pay, or all rates of its tiers or points by one factor."""

    plan: Plan
    pay: Pay
    key: str

    @property
    def path(self) -> str:
        """Where it stands in the plan."""
        return f"pay.{self.pay.name}.{self.key}"

    @property
    def start(self) -> int:
        """What it is in the plan, in steps."""
        return int(ratio(self._table[RATE]) * STEPS) if self.key == RATE else STEPS

    @property
    def _table(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.plan.document.data["pay"][self.pay.at]
        return found

    def moved(self, number: int, reckoning: Reckoning) -> Plan:
        """The plan with a rate, or a factor, of so many steps. Raises `ConfigError` where it has mistakes then."""
        to = Fraction(number, STEPS)
        if self.key == RATE:
            changed: Any = _like(self._table[RATE], to)
        else:
            changed = [
                {**each, RATE: _like(each[RATE], ratio(each[RATE]) * to)} if RATE in each else each
                for each in self._table[self.key]
            ]
        data = self.plan.document.data
        pays = [
            {**table, self.key: changed} if at == self.pay.at else table
            for at, table in enumerate(data["pay"])
        ]
        document = evolve(self.plan.document, data={**data, "pay": pays})
        plan, problems = read_plan(document, reckoning.book.around.context)
        return reckoning.sound([PlanFile(document.path, plan, tuple(problems))])[0]


def _like(written: Any, value: Fraction) -> Any:
    """A ratio in the way another one is written."""
    if not isinstance(written, str):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if written.rstrip().endswith("%"):
        return f"{value.numerator * 100}/{value.denominator} %"
    return f"{value.numerator}/{value.denominator}"


def lever_of(plan: Plan, path: str) -> Lever:
    """What a path such as ``rate``, ``tiers`` or ``pay.NAME.rate`` names. Raises `UsageError`."""
    head, _dot, key = path.rpartition(".")
    if key not in KEYS:
        message = _("{path!r} is no rate of a plan", path=path)
        raise UsageError(message, meant(key, KEYS) or _("write rate, tiers, points, or pay.NAME.rate"))
    of_name = [each for each in plan.pays if head in ("", f"pay.{each.name}")]
    found = [each for each in of_name if _has(plan, each, key)]
    if len(found) != 1:
        paths = (f"pay.{pay.name}.{each}" for pay in plan.pays for each in KEYS if _has(plan, pay, each))
        known = ", ".join(paths)
        hint = _("there is {known}", known=known) if known else _("no pay of the plan has a rate")
        if found:
            raise UsageError(_("plan {plan} has several pays with {key}", plan=plan.name, key=key), hint)
        raise UsageError(_("plan {plan} has no {path} with a rate", plan=plan.name, path=path), hint)
    pay = found[0]
    if pay.unit is not None:
        raise UsageError(
            _("pay {pay} is not paid in money, so that it costs nothing", pay=pay.name), _("name another pay")
        )
    return Lever(plan, pay, key)


def _has(plan: Plan, pay: Pay, key: str) -> bool:
    table = plan.document.data["pay"][pay.at]
    if key == RATE:
        return _is_ratio(table.get(RATE))
    return any(_is_ratio(each.get(RATE)) for each in table.get(key, ()) if isinstance(each, dict))


def _is_ratio(written: Any) -> bool:
    try:
        ratio(written)
    except InvalidValue:
        return False
    return True


@frozen(kw_only=True)
class BudgetSolved(Told):
    """The highest rate, or factor of all rates, whose ``cost`` is within the budget, and what the next step costs; None
    where the plan takes no more. Rates are exact texts in percent.
    """

    plan: str
    path: str
    period: str
    budget: Money
    rate: str
    cost: Money
    next_rate: str
    next_cost: Money | None
    simulations: int
    without_figure: int

    def _told(self) -> Iterator[str]:
        return _said(self)


def afforded(reckoning: Reckoning, plan: Plan, lever: Lever, period: Period, budget: Money) -> BudgetSolved:
    """The highest rate that costs no more than a budget over a period. Raises `UsageError` where there is none."""
    costs: dict[int, int | None] = {}
    failed: dict[int, int] = {}

    def cost(number: int) -> int | None:
        if number not in costs:
            tell(SOLVING, lever.path, len(costs))
            costs[number], failed[number] = _cost(reckoning, lever, number, period)
        return costs[number]

    try:
        found = highest(cost, budget.minor, lever.start, MOST)
    except TooDear:
        message = _(
            "{plan} costs {cost} even with a rate of 0 in {path}",
            plan=plan.name,
            path=lever.path,
            cost=_money(costs[0], budget),
        )
        raise UsageError(message, _("give a budget of that or more")) from None
    except TooCheap:
        most = _money(costs[MOST], budget)
        message = _(
            "no rate in {path} costs {budget}: the most is {most}", path=lever.path, budget=budget, most=most
        )
        raise UsageError(message, _("look for a cap, or for sales in the period")) from None
    return BudgetSolved(
        plan=plan.name,
        path=lever.path,
        period=period.label,
        budget=budget,
        rate=wording.percent(Fraction(found.number, STEPS)),
        cost=Money(found.cost, budget.currency),
        next_rate=wording.percent(Fraction(found.number + 1, STEPS)),
        next_cost=None if found.above is None else Money(found.above, budget.currency),
        simulations=len(costs),
        without_figure=failed[found.number],
    )


def _cost(reckoning: Reckoning, lever: Lever, number: int, period: Period) -> tuple[int | None, int]:
    """What a rate costs, and how many members have no figure; nothing where the plan does not take it."""
    try:
        plan = lever.moved(number, reckoning)
    except ConfigError:
        if number <= lever.start:
            raise
        return None, 0
    tried = compared(reckoning, [plan], None, period, lambda _member: True).tried
    return tried.total.cost, len({each.member for each in tried.failed})


def _money(minor: int | None, like: Money) -> Money:
    assert minor is not None  # it was found
    return Money(minor, like.currency)


def _rate_text(found: BudgetSolved, rate: str) -> str:
    """A rate, or the factor of all rates."""
    return rate if found.path.endswith(RATE) else _("all rates times {rate}", rate=rate)


def _said(found: BudgetSolved) -> Iterator[str]:
    yield _(
        "{plan}, {path}, {period}: {rate} costs {cost}",
        plan=found.plan, path=found.path, period=found.period, rate=_rate_text(found, found.rate), cost=found.cost,
    )  # fmt: skip
    if found.next_cost is None:
        yield _("{rate} is more than the plan takes", rate=_rate_text(found, found.next_rate))
    else:
        yield _(
            "{rate} costs {cost}, which is more than {budget}",
            rate=_rate_text(found, found.next_rate), cost=found.next_cost, budget=found.budget,
        )  # fmt: skip
    if found.without_figure:
        yield _.counted(
            found.without_figure,
            "{count} member has no figure, and costs nothing here",
            "{count} members have no figure, and cost nothing here",
        )
