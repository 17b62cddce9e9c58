"""Saying what kind of buyer a customer is, with the evidence."""

from datetime import date
from typing import Annotated, Any

from dealwright import ChangingSession, Customer, Finding, Refused, UsageError
from dealwright_segmentation.history import begun, turned
from dealwright_segmentation.records import Need, Segmentation
from dealwright_segmentation.wording import _


def assess(
    session: ChangingSession,
    ref: Annotated[str, "ref of the customer"],
    need: Annotated[Need, "what the customer looks for: to lead, the new, or the price"],
    evidence: Annotated[str | None, "what was said or seen; every class but unknown takes it"] = None,
    on: Annotated[date | None, "first day of the class, today where it is left out"] = None,
) -> Segmentation:
    """Say what a customer looks for, and how that is known. The class before goes into the history.

    For the class that the customer has already, evidence is replaced, and the first day stays.
    """
    customer, day = session.lock(Customer, ref), on or session.today
    known = (evidence or "").strip() or None
    if need != "unknown" and known is None:
        raise UsageError(
            _("{need} without evidence", need=need), _('say what was said or seen: --evidence "…"')
        )
    if day > session.today:
        raise UsageError(_("{day} is still to come", day=day), _("leave --on out for today"))
    why = {"evidence": known, "by": session.actor}
    held: list[Segmentation] = session.find(Segmentation, customer=customer.id)
    if not held:
        first: dict[str, Any] = dict(begun("need", need, day, **why))
        return session.add(Segmentation(customer=customer.id, **first))
    since = held[0].need_since
    if since is not None and day < since:
        message = _(
            "{ref} has had the class {need} since {since}, and history is not written anew: give {since} or later",
            ref=customer.ref,
            need=held[0].need,
            since=since,
        )
        raise Refused([Finding("segmentation-behind", "block", message, customer.ref)])
    fields = dict(turned(session, held[0], "need", need, day, **why))
    return session.change(held[0], **(fields or {f"need_{name}": value for name, value in why.items()}))
