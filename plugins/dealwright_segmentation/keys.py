"""Key accounts (重点客户): who cares for them, why, and since when."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from dealwright import (
    Change,
    Changes,
    ChangingSession,
    Customer,
    Finding,
    Member,
    Refused,
    Session,
    UsageError,
)
from dealwright_segmentation.records import Key
from dealwright_segmentation.wording import _


def nominate(
    session: ChangingSession,
    ref: Annotated[str, "ref of the customer"],
    owner: Annotated[str, "ref of the member who cares for it"],
    reason: Annotated[tuple[str, ...], "why it is one; may be given more than once"],
    care_plan: Annotated[str | None, "what is to be done for it, such as visits every month"] = None,
    since: Annotated[date | None, "first day, today where it is left out"] = None,
) -> Key:
    """Make a customer a key account, with at least one reason and the member who cares for it."""
    reasons = [each.strip() for each in reason if each.strip()]
    if not reasons:
        raise UsageError(_("{ref} is a key account without a reason", ref=ref), _('say why: --reason "…"'))
    customer = session.lock(Customer, ref)
    return session.add(
        Key(
            customer=customer.id,
            owner=session.get(Member, owner).id,
            reasons="; ".join(reasons),
            since=since or session.today,
            care_plan=(care_plan or "").strip() or None,
        )
    )


def end(
    session: ChangingSession,
    ref: Annotated[str, "ref of the customer"],
    reason: Annotated[str, "why it is one no more"],
    on: Annotated[date | None, "first day on which it is none, today where it is left out"] = None,
) -> Key:
    """End that a customer is a key account, with the reason. It stays in the history."""
    if not reason.strip():
        raise UsageError(_("it ends without a reason"), _('say why: --reason "…"'))
    customer = session.lock(Customer, ref)
    held: list[Key] = session.find(Key, customer=customer.id)
    standing = [each for each in held if each.until is None]
    if not standing:
        message = _("{ref} is no key account: dealwright segmentation-key list", ref=customer.ref)
        raise Refused([Finding("segmentation-key-none", "block", message, customer.ref)])
    return session.change(standing[0], until=on or session.today, end_reason=reason.strip())


def overlapping(changes: Changes, session: Session) -> Iterator[Finding]:
    """Key accounts by which a customer would be one twice on a day.

    Of customers that are merged only what is still open must not meet: both were key accounts in the past.
    """
    found = list(changes.of(Key))
    after = {each.after.id: each.after for each in found if isinstance(each.after, Key)}
    for change in found:
        each = after.get(change.after.id)
        if each is None or each is not change.after:
            continue
        stored = {one.id: one for one in session.find(Key, customer=each.customer)}
        for id, one in (stored | after).items():
            is_same = id == each.id or one.customer != each.customer
            if not is_same and each.overlaps(one) and _counts(change, each, one):
                message = _(
                    "{ref} and {other} make one customer a key account twice from {since}: end the first one before",
                    ref=each.ref,
                    other=one.ref,
                    since=max(each.since, one.since),
                )
                yield Finding("segmentation-key-twice", "block", message, each.ref)


def _counts(change: Change, one: Key, other: Key) -> bool:
    is_merged = isinstance(change.before, Key) and change.before.customer != one.customer
    return not is_merged or (one.until is None and other.until is None)
