"""Plans tried out: what they would cost, and what it takes to earn or to pay so much. Nothing is stored."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from dealwright_core.contributions import Command
from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.payroll.trying.budgeting import BudgetSolved
from dealwright_core.payroll.trying.simulated import SimulationShown
from dealwright_core.payroll.trying.solved import PaySolved
from dealwright_core.store.session import Session
from dealwright_core.values import Period

MOST_SHOWN = 1_000


def what_if_commands() -> Iterator[Command]:
    """Commands that try plans out."""
    yield Command(
        "pay.simulate",
        simulate,
        example="dealwright pay simulate --plan draft.toml --period 2026",
        reads=True,
    )
    yield Command(
        "pay.solve",
        solve,
        example="dealwright pay solve --member M-1 --pay 5000 --period 2026-03",
        reads=True,
    )


def simulate(
    session: Session,
    *,
    plan: Annotated[str, "a file, or the name of a plan of the deployment"],
    period: Annotated[Period, "one or more pay periods, such as 2026, 2026-Q1 or 2026-03"],
    against: Annotated[
        tuple[str, ...], "plans to compare with; by default those in force, of its name if there are; or none"
    ] = (),
    member: Annotated[tuple[str, ...], "only these members, by ref or login"] = (),
    limit: Annotated[int, "how many members to show at the most, from both ends"] = MOST_SHOWN,
) -> SimulationShown:
    """Run a plan over history, one pay period after the other: what it costs, who would win and who would lose.

    Nothing is stored. What the plans in force pay is calculated in the same way, not read from runs. A draft takes the
    place of the plan of its name.
    """
    return session.what_if.simulate(plan, period, against, member, limit)


def solve(
    session: Session,
    *,
    period: Annotated[Period, "for --pay a window of the pay; for --budget one or more pay periods"],
    plan: Annotated[str | None, "a file, or the name of a plan of the deployment"] = None,
    member: Annotated[str | None, "who is to earn it, by ref or login"] = None,
    pay: Annotated[
        str | None, "what the member is to earn in the period: what is there to sell more?"
    ] = None,
    name: Annotated[str | None, "the pay of the plan that is to earn it, where there are several"] = None,
    budget: Annotated[str | None, "instead: what all may cost: how high may the rate be?"] = None,
    rate: Annotated[str | None, "the rate of the plan: rate, tiers, points, or pay.NAME.rate"] = None,
) -> PaySolved | BudgetSolved:
    """What to sell more to earn so much, as of today; or which rate of a plan costs a budget over history.

    With --pay and --member: the least that is missing, by the member's own curve. With --budget, --plan and --rate:
    the highest rate in steps of 0.0001 % that costs no more; of tiers and points, the factor of all their rates.
    Nothing is stored.
    """
    if (pay is None) == (budget is None):
        raise UsageError(
            _("give either what a member is to earn or what all may cost"),
            _("--member M --pay AMOUNT, or --plan PLAN --rate RATE --budget AMOUNT"),
        )
    if pay is not None:
        _check(given={"member": member}, refused={"rate": rate}, of="pay")
        assert member is not None  # as checked
        return session.what_if.earn(member, pay, period, plan, name)
    _check(given={"plan": plan, "rate": rate}, refused={"member": member, "name": name}, of="budget")
    assert plan is not None  # as checked
    assert rate is not None
    assert budget is not None
    return session.what_if.afford(plan, budget, period, rate)


def _check(given: Mapping[str, str | None], refused: Mapping[str, str | None], of: str) -> None:
    """Raise `UsageError` where something is missing, or does not belong to what is asked."""
    missing = [f"--{each}" for each, value in given.items() if value is None]
    if missing:
        raise UsageError(_("--{of} takes {missing}, too", of=of, missing=", ".join(missing)))
    strange = [f"--{each}" for each, value in refused.items() if value is not None]
    if strange:
        raise UsageError(_("{strange} does not go with --{of}", strange=", ".join(strange), of=of))
