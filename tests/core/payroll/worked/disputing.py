"""A shop after January, and what people dispute of their pay there."""

from typing import Any

import pytest
from attrs import frozen

from dealwright import Refused
from tests.core.payroll.worked.payday import Shop


@frozen
class Office:
    """A shop on payday, and what people ask there."""

    shop: Shop

    def run(self, command: str, actor: str = "admin", **given: Any) -> Any:
        """What a command gives."""
        return self.shop.platform.run(command, actor=actor, **given).value

    def lines(self, member: str) -> list[str]:
        """The names of a member's lines of January."""
        return [each.line for each in self.shop.lines(member, "2026-01")]

    def steps(self, line: str, actor: str = "ann") -> dict[str, str]:
        """How a line came about."""
        return {each.name: each.what for each in self.run("pay.explain", actor, ref=line).steps}


def january(shop: Shop) -> Office:
    """After January, in which ANN, BEN and ZOE sold 1,000, 2,000 and 4,000. MAX leads ANN and BEN, LEE directs."""
    shop.team("SOUTH")
    shop.member("ZOE", team="SOUTH")
    shop.member("LEE", role="director")
    for owner, amount in (("ANN", 1_000), ("BEN", 2_000), ("ZOE", 4_000)):
        shop.sold(owner, ("2026-01-15", amount))
    shop.pay("2026-01")
    return Office(shop)


def raised(office: Office, actor: str = "ann", **about: str) -> str:
    """Dispute ANN's only line of January, or something else; the ref."""
    given = about or {"ref": office.lines("ANN")[0]}
    ref: str = office.run("pay.dispute", actor, text="it was 1,200", **given).ref
    return ref


def disputes(office: Office, actor: str = "admin", **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.run("pay.disputes", actor, **given)
    return found


def refusal(office: Office, command: str, actor: str, **given: str) -> str:
    with pytest.raises(Refused) as refused:
        office.run(command, actor, **given)
    (finding,) = refused.value.findings
    return finding.code
