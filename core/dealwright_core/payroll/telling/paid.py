"""A payment as it is shown: to programs by its amounts, to people in a line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealwright_core.incentives import wording
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.payroll.settling.payments import Paid
from dealwright_core.values import Money

# What a payment is made of, and the balances that it leaves, in the order in which it comes about.
AMOUNTS: Mapping[str, str] = {
    "earned": _("earned"),
    "released": _("released"),
    "debt_before": _("debt of before"),
    "draw": _("draw"),
    "recovered": _("recovered"),
    "capped": _("above the cap"),
    "from_excess": _("left above the cap before"),
    "forfeited": _("forfeited"),
    "paid": _("paid"),
    "debt": _("debt"),
    "owed": _("owed of draws"),
    "excess": _("left above the cap"),
}
PLAIN = ("earned", "released", "paid")


def payment_row(paid: Paid, member: str) -> dict[str, Any]:
    """A payment by its amounts, in the currency of the plan, and what is paid out."""
    told = {name: Money(getattr(paid, name), paid.currency) for name in AMOUNTS}
    return {"member": member, "plan": paid.plan, **told, "paid_out": Money(paid.paid_out, paid.paid_in)}


def draw_terms(plan: Plan | None) -> str | None:
    """Which draw a plan has, as it is told beside what was drawn; None where the plan is not known any more."""
    if plan is None or plan.draw is None:
        return None
    amount = wording.number(plan.draw.amount)
    if plan.draw.pays == "up to":
        return _("which fills the pay up to {amount}", amount=amount)
    return _("of {amount} on top of the pay", amount=amount)


def payment_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What is paid by each plan, and what makes it another amount than what was earned."""
    for each in rows:
        out, paid = each["paid_out"], each["paid"]
        amount = out if out.currency == paid.currency else joined("", (out, " (", paid, ")"))
        yield _("paid by {plan}: {amount}", plan=each["plan"], amount=amount)
        for name, word in AMOUNTS.items():
            is_plain = name in PLAIN and (name != "released" or each["released"] == each["earned"])
            if not is_plain and each[name].minor:
                terms = each.get("draw_terms") if name == "draw" else None
                yield joined("", ("  ", word, ": ", each[name], *((", ", terms) if terms else ())))
