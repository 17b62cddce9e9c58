"""Who may dispute, answer and resolve, who sees which disputes, and what an approver is told of them."""

from typing import Any

import pytest

from dealwright import NotFound, PayDispute, Refused
from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.office import PLAN, opened
from tests.core.payroll.worked.disputing import Office, disputes, january, raised, refusal
from tests.core.payroll.worked.opening import Opening


@pytest.fixture
def office(opening: Opening) -> Office:
    return january(opening(PLAN))


# Who may do what.


def test_a_rep_disputes_own_pay_and_sees_own_disputes(office: Office) -> None:
    own, others = office.lines("ANN")[0], office.lines("BEN")[0]
    ref = raised(office, ref=own)
    raised(office, "ben", ref=others)
    assert [each["ref"] for each in disputes(office, "ann")] == [ref]
    with pytest.raises(NotFound):
        raised(office, ref=others)
    with pytest.raises(NotFound):
        raised(office, member="BEN", period="2026-01")
    with pytest.raises(NotFound):
        disputes(office, "ann", member="BEN")


def test_a_manager_disputes_and_sees_the_pay_of_the_team(office: Office) -> None:
    ref = raised(office, "max", ref=office.lines("ANN")[0])
    assert raised(office, "zoe", period="2026-01") not in {each["ref"] for each in disputes(office, "max")}
    assert [each["ref"] for each in disputes(office, "ann")] == [ref]
    # MAX raised it: ANN does not withdraw it.
    assert refusal(office, "pay.withdraw", "ann", ref=ref) == "raised-by-another"


@pytest.mark.parametrize("actor", ["ann", "max"])
def test_who_may_not_calculate_pay_answers_and_adjusts_nothing(office: Office, actor: str) -> None:
    ref = raised(office)
    assert refusal(office, "pay.answer", actor, ref=ref, text="no") == "not-permitted"
    assert refusal(office, "pay.resolve", actor, ref=ref, outcome="accepted") == "not-permitted"
    given = {"plan": "Reps", "amount": "5 USD", "on": "2026-01-20", "reason": "asked for"}
    assert refusal(office, "pay.adjust", actor, ref="ANN", **given) == "not-permitted"
    entered = {**given, "member": "ANN"}
    assert refusal(office, "pay-adjustment.add", actor, **entered) == "not-permitted"


LEADER = """
[access.roles.leader]
title = "Leader"
like = "manager"
allow = [{action = ["add", "change"], on = ["pay_adjustment", "pay_dispute"], scope = "subtree"}]
"""


def test_who_calculates_the_pay_of_some_decides_on_nobodys(make_platform: MakePlatform) -> None:
    """Even who may write adjustments and disputes: pay is calculated for everybody."""
    place = opened(make_platform, PLAN, config=LEADER)
    place.run(
        "member.hire", ref="LIN", name="Lin", login="lin", team="NORTH", role="leader", since="2025-01-01"
    )
    place.sold("ANN", "2026-01-15", 1_000)
    place.run("pay.run", period="2026-01")
    ref = place.run("pay.dispute", "ann", period="2026-01", text="why").ref
    given = {"plan": "Reps", "amount": "5 USD", "on": "2026-01-20", "reason": "asked for"}
    for command, asked in (
        ("pay.adjust", {"ref": "ANN", **given}), ("pay.answer", {"ref": ref, "text": "so"}),
        ("pay.resolve", {"ref": ref, "outcome": "declined"}), ("pay-adjustment.add", {"member": "ANN", **given}),
        ("pay-adjustment.change", {"ref": "ADJ-1", "amount": "7 USD"}),
    ):  # fmt: skip
        with pytest.raises(Refused, match="may not calculate pay"):
            place.run(command, "lin", **asked)


def test_nobody_decides_on_own_pay(office: Office) -> None:
    """By whichever of their names, and whichever way; LEE is director, LOU another one."""
    for ref, role in (("LOU", "director"), ("REX", "rep")):
        office.run(
            "member.hire",
            ref=ref,
            name=ref.title(),
            login=ref.lower(),
            team="T",
            role=role,
            since="2025-01-01",
        )
    about_lee = raised(office, "lee", period="2026-01")
    given = {"plan": "Reps", "amount": "5 USD", "on": "2026-01-20", "reason": "asked for"}
    for lee in ("lee", "LEE"):
        assert refusal(office, "pay.adjust", lee, ref="LEE", **given) == "separation-of-duties"
        assert refusal(office, "pay.answer", lee, ref=about_lee, text="yes") == "separation-of-duties"
        assert (
            refusal(office, "pay.resolve", lee, ref=about_lee, outcome="accepted") == "separation-of-duties"
        )
    adjusted = office.run("pay.adjust", "lou", ref="LEE", **given).ref
    assert (
        refusal(office, "pay-adjustment.change", "lee", ref=adjusted, amount="500 USD")
        == "separation-of-duties"
    )
    assert (
        refusal(office, "pay-adjustment.change", "lee", ref=adjusted, member="REX") == "separation-of-duties"
    )
    assert office.run("pay.resolve", "lou", ref=about_lee, outcome="accepted").outcome == "accepted"


def test_a_dispute_is_not_written_as_other_records_are(office: Office) -> None:
    """A rep could write an answer and an outcome into it."""
    assert {name for name in office.shop.platform.commands if name.startswith("pay-dispute.")} == {
        "pay-dispute.list", "pay-dispute.show", "pay-dispute.history"
    }  # fmt: skip

    def forge(session: Any) -> None:
        session.change(session.find(PayDispute)[0], outcome="accepted", status="resolved")

    raised(office)
    office.shop.desk.entry = forge
    assert refusal(office, "desk.enter", "ann") == "not-permitted"


def test_who_leaves_hands_over_neither_pay_nor_disputes(office: Office) -> None:
    raised(office)
    given = {"plan": "Reps", "amount": "5 USD", "on": "2026-01-20", "reason": "agreed"}
    office.run("pay.adjust", "lee", ref="ANN", **given)
    office.run("member.hand-over", ref="ANN", to="BEN")
    assert {each["member"] for each in (*disputes(office), *office.run("pay.adjustments"))} == {"ANN"}


# What an approver is told.


def test_an_approver_is_told_what_is_disputed(office: Office) -> None:
    raised(office)
    raised(office, "ben", period="2026-01")
    assert office.run("pay.run", period="2026-01").open_disputes == 2
    assert [each["open_disputes"] for each in office.run("pay.list")] == [2]
    assert [each["open_disputes"] for each in office.run("pay.list", "ann")] == [1]
    outcome = office.shop.platform.run("pay.approve", actor="anna", period="2026-01")
    (finding,) = outcome.findings
    assert (finding.code, finding.level) == ("open-disputes", "warn")
    assert "2 disputes of 2026-01 are open" in str(finding)
    assert outcome.value["state"] == "approved"


def test_a_run_says_what_is_disputed(office: Office) -> None:
    ref = raised(office)
    assert "1 dispute of 2026-01 is open" in str(office.run("pay.run", period="2026-01"))
    office.run("pay.resolve", "lee", ref=ref, outcome="declined")
    assert "dispute" not in str(office.run("pay.run", period="2026-01"))
