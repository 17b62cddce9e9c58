"""Questions to incentive plans: do they hold, which are there, and what does one say?"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from attrs import evolve

from dealwright_core.commands.signature import ARGUMENT
from dealwright_core.config.document import in_file_order
from dealwright_core.config.incentives import PlanFile
from dealwright_core.contributions import Command
from dealwright_core.errors import ConfigError, Problem
from dealwright_core.findings import Finding
from dealwright_core.incentives.plans.book import PlanBook
from dealwright_core.incentives.plans.checking import Checked
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.shown import ShownPlan, shown
from dealwright_core.incentives.plans.words import validity
from dealwright_core.records import Member
from dealwright_core.store.session import Session

ODD = "plan-pays-less"


def plan_commands() -> Iterator[Command]:
    """Commands that check, list and show incentive plans."""
    yield Command("plan.check", check, example="dealwright plan check plans/2026.toml", reads=True)
    yield Command("plan.list", plans, example="dealwright plan list", reads=True)
    yield Command(
        "plan.show", show, example="dealwright plan show plans/2026.toml --svg plan.svg", reads=True
    )


def check(
    session: Session,
    *,
    files: Annotated[tuple[str, ...], "files of plans; else all that the configuration names", ARGUMENT] = (),
) -> list[dict[str, Any]]:
    """Find every mistake in incentive plans, each with its line.

    Ends with exit code 3 where there is one. What pays less for more is a warning.
    """
    book = _asked(session)
    asked = [book.file(each) for each in files] if files else list(book.files)
    found = [(each, book.examined(each)) for each in asked]
    problems = [problem for __, each in found for problem in each.problems]
    if not files:
        problems += book.between
    for __, each in found:
        _warn(session, each.warnings)
    if problems:
        raise ConfigError(problems)
    return [
        {"plan": each.plan.name, "file": each.path, "holds": True} for each in asked if each.plan is not None
    ]


def plans(session: Session) -> list[dict[str, Any]]:
    """List the incentive plans of the deployment: from when to when, and for whom."""
    return [_row(each, session) for each in _asked(session).files if each.plan is not None]


def _row(file: PlanFile, session: Session) -> dict[str, Any]:
    assert file.plan is not None
    plan = file.plan
    return {
        "plan": plan.name,
        "valid": validity(plan),
        "in_force": plan.holds_on(session.today),
        "for": ", ".join(_earners(plan)),
        "mistakes": len(session.incentive_plans.examined(file).problems),
        "file": file.path,
    }


def _earners(plan: Plan) -> list[str]:
    names: list[str] = []
    for each in plan.pays:
        names += [each.earners] if isinstance(each.earners, str) else each.earners or ["*"]
    return list(dict.fromkeys(names))


def show(
    session: Session, *, ref: Annotated[str, "name of a plan of the deployment, or a file"]
) -> ShownPlan:
    """Show an incentive plan in words: who and what counts, each step of the calculation, and its curves.

    The terms of single members are shown to who may read their targets.
    """
    book = _asked(session)
    file = book.named(ref, session.today)
    found = book.examined(file)
    if found.problems:
        raise ConfigError(found.problems)
    assert file.plan is not None  # what could not be read has a problem
    _warn(session, found.warnings)
    return _shown(session, file.plan, found)


def shown_in_force(session: Session, day: date) -> list[ShownPlan]:
    """The plans without mistakes that hold on a day, as `show` tells them."""
    book = _asked(session)
    found = [(each.plan, book.examined(each)) for each in book.files]
    return [
        _shown(session, plan, examined)
        for plan, examined in found
        if plan is not None and plan.holds_on(day) and not examined.problems
    ]


def _shown(session: Session, plan: Plan, found: Checked) -> ShownPlan:
    return shown(evolve(plan, own=_open_to(session, plan)), found)


def _open_to(session: Session, plan: Plan) -> dict[str, Plan]:
    """The terms of members of their own, as far as the actor may read what these are to reach."""
    if session.unbounded("read", "target"):
        return dict(plan.own)
    return {name: own for name, own in plan.own.items() if _is_open(session, name)}


def _is_open(session: Session, name: str) -> bool:
    found = [*session.find(Member, ref=name), *session.find(Member, login=name)]
    return any(session.covers("read", "target", each.id) for each in found)


def _asked(session: Session) -> PlanBook:
    """The plans, with the members there are, where the actor may see them all."""
    if not session.unbounded("read", "member"):
        return session.incentive_plans
    names = {name for each in session.find(Member) for name in (each.ref, each.login) if name}
    return session.incentive_plans.asking(frozenset(names))


def _warn(session: Session, warnings: list[Problem]) -> None:
    session.remarks += [Finding(ODD, "warn", each.text) for each in in_file_order(warnings)]
