"""Disputes: raised about a line or about what is missing, answered, and resolved, with what is paid for it."""

from collections.abc import Callable

import pytest

from dealwright import Member, Money, Opportunity, PayDispute, UsageError
from tests.core.payroll.office import PLAN
from tests.core.payroll.worked.disputing import Office, disputes, january, raised, refusal
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop


@pytest.fixture
def office(opening: Opening) -> Office:
    return january(opening(PLAN))


# From raised to resolved.


def test_a_dispute_is_raised_answered_and_resolved(opening_anywhere: Callable[..., Shop]) -> None:
    office = january(opening_anywhere(PLAN))
    (line,) = office.lines("ANN")
    ref = raised(office)
    (found,) = disputes(office)
    assert (found["member"], found["period"], found["line"]) == ("ANN", "2026-01", line)
    assert (found["status"], found["question"], found["raised_by"]) == ("raised", "it was 1,200", "ANN")
    answered = office.run("pay.answer", "lee", ref=ref, text="we look into it")
    assert (answered.status, answered.answer) == ("answered", "we look into it")
    resolved = office.run("pay.resolve", "lee", ref=ref, outcome="declined", text="it was 1,000")
    assert (resolved.status, resolved.outcome, resolved.answer) == ("resolved", "declined", "it was 1,000")
    assert resolved.resolved_on is not None
    assert disputes(office, open=True) == []
    done = [(each["command"], each["actor"]) for each in office.run("pay-dispute.history", ref=ref)]
    assert done == [("pay.dispute", "ANN"), ("pay.answer", "LEE"), ("pay.resolve", "LEE")]


def test_what_is_accepted_is_paid_with_the_command_that_says_so(office: Office) -> None:
    deal = office.run("pay.explain", ref=office.lines("ANN")[0]).ref
    ref = raised(office)
    resolved = office.run("pay.resolve", "lee", ref=ref, outcome="accepted", adjust="20 USD")
    office.run("pay.run", period="2026-01")
    assert office.shop.statement("ANN", "2026-01").totals == {"USD": Money.parse("120 USD")}
    _sale, adjusted = office.lines("ANN")
    explained = office.steps(adjusted)
    assert explained["reason"] == "it was 1,200"
    assert (explained["about"], explained["dispute"], explained["entered"]) == (deal, ref, "by LEE")
    (listed,) = office.run("pay.adjustments", "ann")
    assert (listed["ref"], listed["dispute"]) == (disputes(office)[0]["adjustment"], ref)
    assert resolved.adjustment is not None


def test_an_adjustment_for_a_dispute_counts_for_the_disputed_period(office: Office) -> None:
    """Also where that is final; unless another day is given."""
    office.run("pay.approve", "anna", period="2026-01")
    first, second = raised(office), raised(office)
    office.run("pay.resolve", "lee", ref=first, outcome="accepted", adjust="20 USD")
    office.run("pay.resolve", "lee", ref=second, outcome="accepted", adjust="30 USD", on="2026-02-10")
    office.run("pay.run", period="2026-02")
    parts = office.shop.statement("ANN", "2026-02").parts
    assert [(each.window, each.amount) for each in parts] == [
        ("2026-01", Money.parse("20 USD")), ("2026-02", Money.parse("30 USD"))
    ]  # fmt: skip


def test_a_sale_that_is_missing_has_no_line(office: Office) -> None:
    ref = raised(office, period="2026-01")
    (found,) = disputes(office)
    assert (found["member"], found["line"], found["about"]) == ("ANN", None, None)
    with pytest.raises(UsageError, match="about no plan"):
        office.run("pay.resolve", "lee", ref=ref, outcome="accepted", adjust="20 USD")
    office.run("pay.resolve", "lee", ref=ref, outcome="accepted", adjust="20 USD", plan="Reps")
    (adjusted,) = office.run("pay.adjustments")
    assert (adjusted["plan"], adjusted["reason"], adjusted["about"]) == ("Reps", "it was 1,200", None)


def test_what_is_declined_pays_nothing(office: Office) -> None:
    ref = raised(office)
    with pytest.raises(UsageError, match="declined pays nothing"):
        office.run("pay.resolve", "lee", ref=ref, outcome="declined", adjust="20 USD")
    assert office.run("pay.adjustments") == []


def test_an_adjustment_that_no_plan_pays_resolves_nothing(office: Office) -> None:
    ref = raised(office)
    given = {"ref": ref, "outcome": "accepted", "adjust": "20 EUR"}
    assert refusal(office, "pay.resolve", "lee", **given) == "adjustment-without-plan"
    assert disputes(office)[0]["status"] == "raised"


def test_who_raised_a_dispute_may_withdraw_it(office: Office) -> None:
    ref = raised(office)
    assert refusal(office, "pay.withdraw", "lee", ref=ref) == "raised-by-another"
    assert office.run("pay.withdraw", "ann", ref=ref).status == "withdrawn"
    assert disputes(office, open=True) == []


@pytest.mark.parametrize(
    ("command", "actor", "given"),
    [
        ("pay.answer", "lee", {"text": "again"}), ("pay.resolve", "lee", {"outcome": "declined"}),
        ("pay.withdraw", "ann", {}),
    ],
)  # fmt: skip
def test_what_is_resolved_stays(office: Office, command: str, actor: str, given: dict[str, str]) -> None:
    ref = raised(office)
    office.run("pay.resolve", "lee", ref=ref, outcome="accepted")
    assert refusal(office, command, actor, ref=ref, **given) == "pay_dispute-illegal-move"


# What a dispute is about.


def test_a_dispute_finds_its_line_after_another_run(office: Office) -> None:
    ref = raised(office)
    (before,) = disputes(office)
    with office.shop.platform.session("admin") as session:
        deal = session.find(Opportunity, owner=session.find(Member, ref="ANN")[0].id)[0].ref
    office.run("opportunity.change", ref=deal, amount="1200 USD")
    office.shop.sold("ANN", ("2026-01-05", 300))
    office.run("pay.run", period="2026-01")
    (now,) = disputes(office)
    assert now["line"] == office.lines("ANN")[1] != before["line"]
    assert (before["amount"], now["amount"]) == (Money.parse("100 USD"), Money.parse("120 USD"))
    with office.shop.platform.session("ann") as session:
        assert session.get(PayDispute, ref).line == before["line"]
    office.run("pay.discard", period="2026-01")
    assert [(each["ref"], each["line"], each["about"]) for each in disputes(office)] == [(ref, None, deal)]


def test_a_line_says_whose_and_when(office: Office) -> None:
    with pytest.raises(UsageError, match="says whose it is"):
        raised(office, ref=office.lines("ANN")[0], period="2026-01")
    with pytest.raises(UsageError, match="what is disputed"):
        raised(office, member="ANN")
    with pytest.raises(UsageError, match="was not calculated"):
        raised(office, period="2026-05")
    with pytest.raises(UsageError, match="is no member"):
        raised(office, "admin", period="2026-01")


def test_a_dispute_asks_something(office: Office) -> None:
    given = {"ref": office.lines("ANN")[0], "text": " "}
    assert refusal(office, "pay.dispute", "ann", **given) == "dispute-without-question"
