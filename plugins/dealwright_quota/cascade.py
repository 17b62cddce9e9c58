"""Cascading a target (目标分解): its children in one go, which sum to it exactly."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

from dealwright import ChangingSession, Finding, Money, Period, Refused, Target, UsageError, joined
from dealwright_quota.actuals import Actuals, measured
from dealwright_quota.figures import figure, units, values
from dealwright_quota.parts import By, Division, Part, only, periods_of
from dealwright_quota.settings import Settings
from dealwright_quota.shares import by_history, divided, stated
from dealwright_quota.subjects import Places, Subject
from dealwright_quota.wording import _

Method = Literal["even", "history", "weight"]


def cascading(settings: Settings) -> Callable[..., list[dict[str, Any]]]:
    """The command, as a deployment has it set."""

    def cascade(
        session: ChangingSession,
        ref: Annotated[str, "ref of the target to divide"],
        by: Annotated[By, "what to divide it by"],
        method: Annotated[Method, "evenly, by what each reached before, or by weights"] = "even",
        weights: Annotated[
            tuple[str, ...], "weights such as M-1=2,M-2=1; who is not named gets nothing"
        ] = (),
        history: Annotated[
            Period | None, "period to weigh by, default one as long as the target's, a year before"
        ] = None,
        measure: Annotated[str | None, "measure to weigh by, default the target's"] = None,
        role: Annotated[tuple[str, ...], "by member: only those who hold a position with this role"] = (),
        unit: Annotated[
            Literal["quarter", "month"] | None, "by period: default quarters of a year, months of a quarter"
        ] = None,
        replace: Annotated[bool, "divide it anew where it is divided already"] = False,
        dry_run: Annotated[bool, "show the children, and write nothing"] = False,
    ) -> list[dict[str, Any]]:
        """Divide a target into children that sum to it exactly, all written at once.

        Members are those whose main position is in the team or below it on the first day of the period, or today where
        that lies in it; teams are those directly below. What the division leaves over goes, a minor unit each, to the
        largest remainders.
        """
        if bool(weights) != (method == "weight"):
            raise UsageError(_("weights go with --method weight, and that with weights"))
        parent, places = session.lock(Target, ref), Places(session)
        parts = Division(by, role, unit, history).parts(session, parent, places)
        reached: Mapping[str, int] = {}
        if method == "weight":
            shares = stated(weights)
            parts = only(parts, shares)
        elif method == "history":
            known = Actuals(session, measured(session, measure or parent.measure), places)
            reached = _reached(known, parts)
            shares = by_history(reached, settings.without_history)
        else:
            shares = {each.name: Fraction(1) for each in parts}
        figures = divided(units(parent), shares)
        written = {} if dry_run else _write(session, parent, parts, figures, replace=replace)
        return [
            _row(parent, each, figures[each.name], shares[each.name], places)
            | ({"before": f"{each.before}: {reached[each.name]}"} if reached else {})
            | ({"target": written[each.name]} if written else {})
            for each in parts
        ]

    return cascade


def _reached(known: Actuals, parts: Sequence[Part]) -> dict[str, int]:
    """What each part reached in its period before."""
    found: dict[str, int] = {}
    for period, some in periods_of(parts).items():
        figures = known.of({each.subject for each in some}, period)
        found |= {each.name: figures[each.subject] for each in some}
    return found


def _row(parent: Target, part: Part, units: int, weight: Fraction, places: Places) -> dict[str, Any]:
    """One child, for whoever asked."""
    return {
        "subject": places.label(part.subject),
        "period": part.period.label,
        "weight": str(weight),
        "figure": figure(units, parent),
    }


def _write(
    session: ChangingSession,
    parent: Target,
    parts: Sequence[Part],
    figures: Mapping[str, int],
    *,
    replace: bool,
) -> dict[str, str]:
    """Add the children, or change those there are: the refs by name. What is a part no more becomes zero."""
    children = session.find(Target, parent=parent.id)
    counted = [each.ref for each in children if units(each)]
    if counted and not replace:
        said = _(
            "{ref} is divided already, into {refs}: divide it anew with --replace",
            ref=parent.ref,
            refs=joined(", ", counted[:5]),
        )
        raise Refused([Finding("quota-divided", "block", said, parent.ref)])
    known = {(Subject.of(each), each.period): each for each in children}
    refs: dict[str, str] = {}
    for part in parts:
        now = values(figures[part.name], parent)
        child = known.pop((part.subject, part.period.label), None)
        new = _child(parent, part, figures[part.name])
        refs[part.name] = (session.add(new) if child is None else session.change(child, **now)).ref
    for rest in known.values():
        session.change(rest, **values(0, parent))
    return refs


def _child(parent: Target, part: Part, units: int) -> Target:
    subject = part.subject
    return Target(
        member=subject.member,
        team=subject.team,
        product=subject.product,
        family=subject.family,
        measure=parent.measure,
        period=part.period.label,
        parent=parent.id,
        amount=None if parent.amount is None else Money(units, parent.amount.currency),
        quantity=units if parent.amount is None else None,
    )
