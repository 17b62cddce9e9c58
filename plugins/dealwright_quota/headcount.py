"""Headcount (定编): how many people a target takes."""

from fractions import Fraction
from math import ceil
from typing import Annotated, Any

from dealwright import ARGUMENT, PPM, InvalidValue, Money, Session, Target, UsageError, format_ppm, parse_ppm
from dealwright_quota.figures import Figure, figure, units
from dealwright_quota.wording import _


def capacity(productivity: int, ramp: int, selling: int) -> Fraction:
    """What one person reaches: productivity x ramp x selling time, both shares in parts per million."""
    return Fraction(productivity * ramp * selling, PPM * PPM)


def headcount(
    session: Session,
    ref: Annotated[str | None, "ref of a target, in place of --target", ARGUMENT] = None,
    target: Annotated[Money | None, "amount to reach"] = None,
    productivity: Annotated[
        Money | None, "amount that one person reaches in the period of the target, selling all the time"
    ] = None,
    quantity: Annotated[int | None, "the same where the target is a quantity"] = None,
    ramp: Annotated[str, "share of it that people reach on average while new ones are trained"] = "100 %",
    selling_time: Annotated[str, "share of their time in which people sell"] = "100 %",
) -> dict[str, Any]:
    """How many people a target takes: target / (productivity x ramp x selling time), rounded up."""
    goal = _goal(session, ref, target)
    each = _each(goal, productivity, quantity)
    trained, selling = _share("ramp", ramp), _share("selling-time", selling_time)
    whole, one = (value.minor if isinstance(value, Money) else value for value in (goal, each))
    if whole <= 0 or one <= 0:
        raise InvalidValue(_("{goal} by {each}: headcount is for what is above zero", goal=goal, each=each))
    quotient = whole / capacity(one, trained, selling)
    people = ceil(quotient)
    return {
        "people": people,
        "arithmetic": _(
            "{goal} / ({each} x {ramp} x {selling}) = {quotient}, rounded up {people}",
            goal=goal,
            each=each,
            ramp=format_ppm(trained),
            selling=format_ppm(selling),
            quotient=quotient,
            people=people,
        ),
    }


def _goal(session: Session, ref: str | None, target: Money | None) -> Figure:
    if (ref is None) == (target is None):
        raise UsageError(_("give the ref of a target, or --target AMOUNT, and not both"))
    if target is not None:
        return target
    found = session.get(Target, ref or "")
    return figure(units(found), found)


def _each(goal: Figure, productivity: Money | None, quantity: int | None) -> Figure:
    """What one person reaches, in the unit of the target."""
    each = productivity if isinstance(goal, Money) else quantity
    if each is None or (productivity is not None and quantity is not None):
        option = "--productivity" if isinstance(goal, Money) else "--quantity"
        raise UsageError(_("{goal} takes {option} alone", goal=goal, option=option))
    if isinstance(goal, Money) and isinstance(each, Money) and goal.currency != each.currency:
        raise UsageError(
            _("{goal} and {each} are in two currencies", goal=goal, each=each), _("give both in one")
        )
    return each


def _share(option: str, text: str) -> int:
    share = parse_ppm(text)
    if not 0 < share <= PPM:
        raise InvalidValue(
            _("--{option} is {share}", option=option, share=format_ppm(share)),
            _("give more than 0 %, at most 100 %"),
        )
    return share
