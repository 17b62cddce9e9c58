"""The figures of targets: amounts in one currency, or quantities."""

from collections.abc import Iterable

from dealwright import Money, Session, Target
from dealwright_quota.settings import Settings
from dealwright_quota.wording import _

QUANTITY = ""
Figure = Money | int


def unit(target: Target) -> str:
    """The currency of a target's amount, `QUANTITY` for a quantity."""
    return QUANTITY if target.amount is None else target.amount.currency


def units(target: Target) -> int:
    """The figure in minor units, or as a quantity; 0 where there is none."""
    return target.amount.minor if target.amount is not None else target.quantity or 0


def figure(count: int, of: Target) -> Figure:
    """So many units as the kind of figure that a target has."""
    return count if of.amount is None else Money(count, of.amount.currency)


def values(count: int, of: Target) -> dict[str, Figure]:
    """The field of a target that holds so many units."""
    return {"quantity" if of.amount is None else "amount": figure(count, of)}


def gap(parent: Target, children: Iterable[Target]) -> int:
    """By how many units the children fall short of their parent; below zero where they are too much."""
    return units(parent) - sum(units(each) for each in children)


def is_within(session: Session, settings: Settings, parent: Target, missing: int) -> bool:
    """Whether a gap is within the tolerance."""
    if abs(missing) <= settings.tolerance_share * abs(units(parent)):
        return True
    if parent.amount is None:
        return abs(missing) <= settings.tolerance_quantity
    if settings.tolerance is None or not missing:
        return not missing
    apart = Money(abs(missing), parent.amount.currency)
    return session.base_minor(apart) <= session.base_minor(settings.tolerance)


def said_gap(parent: Target, missing: int) -> str:
    """A gap in words."""
    apart = figure(abs(missing), parent)
    return _("{apart} too little", apart=apart) if missing > 0 else _("{apart} too much", apart=apart)
