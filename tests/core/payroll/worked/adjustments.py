"""Adjustments for worked cases."""

from typing import Any

from tests.core.payroll.worked.payday import Shop

PLAN = 'name = "Reps"\nvalid = "2026"\n[[pay]]\nname = "commission"\nrate = "10 %"\n'


def adjust(shop: Shop, member: str, amount: str, on: str, plan: str = "Reps", **more: Any) -> str:
    """Enter an adjustment; its ref."""
    given = {"reason": "agreed in the interview", "plan": plan, "amount": amount, "on": on, **more}
    ref: str = shop.platform.run("pay.adjust", actor="admin", ref=member, **given).value.ref
    return ref


def change(shop: Shop, ref: str, **fields: Any) -> None:
    shop.platform.run("pay-adjustment.change", actor="admin", ref=ref, **fields)
