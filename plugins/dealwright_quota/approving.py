"""Approving a plan, from which on its children sum, and reopening it."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from dealwright import ChangingSession, Column, Session, Table, Target
from dealwright_quota.figures import figure, gap, units
from dealwright_quota.known import Known
from dealwright_quota.records import APPROVED, DRAFT, Plan
from dealwright_quota.subjects import Places, Subject
from dealwright_quota.wording import _

Ref = Annotated[str, "ref of the target at the top"]
Node = tuple[int, Target, list[Target]]


def approve(session: ChangingSession, ref: Ref) -> list[Target]:
    """Approve the plan of a target and of all below it: from now on the children sum to their parents.

    It is refused where they do not. Returns the targets that have children.
    """
    return _set(session, ref, APPROVED)


def reopen(session: ChangingSession, ref: Ref) -> list[Target]:
    """Make the plan of a target and of all below it a draft again."""
    return _set(session, ref, DRAFT)


def show(session: Session, ref: Ref) -> Table:
    """The tree of a target: what its children sum to, what is missing, and how far each plan is."""
    known, places = Known(session), Places(session)
    nodes: list[Node] = [*_tree(known, session.get(Target, ref))]
    approved = known.approved([target.id for __, target, _below in nodes])
    kind: Literal["integer", "money"] = "integer" if nodes[0][1].amount is None else "money"
    columns = (
        Column("target", "Target"),
        Column("subject", "Subject"),
        Column("period", "Period"),
        Column("figure", "Figure", kind),
        Column("below", "Sum of children", kind),
        Column("missing", "Missing", kind),
        Column("state", "State"),
    )
    rows = []
    for depth, target, children in nodes:
        sums: tuple[Any, Any, str | None] = (None, None, None)
        if children:
            missing = gap(target, children)
            state = _("approved") if target.id in approved else _("draft")
            sums = (figure(units(target) - missing, target), figure(missing, target), state)
        label = "  " * depth + target.ref
        subject = places.label(Subject.of(target))
        rows.append((label, subject, target.period, figure(units(target), target), *sums))
    return Table(columns, tuple(rows), title=_("Plan"))


def _set(session: ChangingSession, ref: str, state: str) -> list[Target]:
    top = session.lock(Target, ref)
    parents = [target for __, target, children in _tree(Known(session), top) if children] or [top]
    plans = {each.target: each for each in session.find(Plan, target=[each.id for each in parents])}
    for each in parents:
        session.lock(Target, each.id)
        plan = plans.get(each.id) or session.add(Plan(target=each.id))
        session.change(plan, state=state)
    return parents


def _tree(known: Known, top: Target) -> Iterator[Node]:
    """A target and all below it, each with its depth and its children, parents first."""
    below: dict[int, list[Target]] = {}
    level = [top]
    while level:
        found = known.children([each.id for each in level if each.id not in below])
        below |= found
        level = [child for children in found.values() for child in children if child.id not in below]

    def walk(target: Target, *above: int) -> Iterator[Node]:
        yield len(above), target, below[target.id]
        for child in below[target.id]:
            if child.id not in above:
                yield from walk(child, *above, target.id)

    return walk(top)
