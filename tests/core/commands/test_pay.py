"""Pay: who sees whose, who may calculate and approve it, and which way a pay period goes."""

from decimal import Decimal

import pytest

from dealwright import Money, NotFound, Refused, UsageError
from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.office import PLAN, Office, codes, opened

MOVING = ("pay.run", "pay.approve", "pay.pay", "pay.close", "pay.discard")
# A clerk calculates everybody's pay, and sees that of the team alone.
CLERK = """
[access.roles.clerk]
title = "Clerk"
allow = [
    {action = ["run"], on = ["pay.run"], scope = "all"},
    {action = ["read"], on = ["owned"], scope = "team"},
    {action = ["read"], on = ["reference"], scope = "all"},
    {action = ["report"], on = ["*"], scope = "all"},
]
"""


def paid(office: Office) -> Office:
    """The office after January, in which ANN, BEN and ZOE sold 1,000, 2,000 and 4,000."""
    for owner, amount in (("ANN", 1_000), ("BEN", 2_000), ("ZOE", 4_000)):
        office.sold(owner, "2026-01-15", amount)
    office.run("pay.run", period="2026-01")
    return office


@pytest.fixture
def office(make_platform: MakePlatform) -> Office:
    return paid(opened(make_platform, PLAN))


def earned(office: Office, member: str, actor: str) -> Money | Decimal:
    return office.statement(member, "2026-01", actor).totals["USD"]


def refusal(office: Office, command: str, actor: str = "admin", **given: str) -> str:
    """The code with which somebody is refused."""
    with pytest.raises(Refused) as refused:
        office.run(command, actor, **given)
    (code,) = codes(refused.value)
    return code


# Who sees whose pay.


def test_a_rep_sees_own_pay(make_platform: MakePlatform, database_url: str) -> None:
    office = paid(opened(make_platform, PLAN, url=database_url))
    assert earned(office, "ANN", "ann") == Money.parse("100 USD")
    (line,) = office.lines("ANN", "2026-01")
    assert office.explain(line, "ann").amount == Money.parse("100 USD")
    assert [each["member"] for each in office.run("pay.payments", "ann", period="2026-01")] == ["ANN"]
    for other in ("BEN", "ZOE", "MIA"):
        with pytest.raises(NotFound):
            office.statement(other, "2026-01", "ann")


def test_a_manager_sees_the_pay_of_the_team(office: Office) -> None:
    assert [earned(office, each, "mia") for each in ("ANN", "BEN", "MIA")] == [
        Money.parse(each) for each in ("100 USD", "200 USD", "30 USD")
    ]
    payments = office.run("pay.payments", "mia", period="2026-01")
    assert {each["member"] for each in payments} == {"ANN", "BEN", "MIA"}
    with pytest.raises(NotFound):
        office.statement("ZOE", "2026-01", "mia")


@pytest.mark.parametrize("actor", ["lee", "guest"])
def test_who_sees_everybody_sees_everybodys_pay(office: Office, actor: str) -> None:
    assert earned(office, "ZOE", actor) == Money.parse("400 USD")
    assert len(office.run("pay.payments", actor, period="2026-01")) == 4


def test_the_pay_of_somebody_hidden_is_as_that_of_nobody(office: Office) -> None:
    """Letter for letter, but for the name that was asked for."""

    def told(member: str, period: str) -> str:
        with pytest.raises(NotFound) as absent:
            office.statement(member, period, "ann")
        return str(absent.value).replace(member, "NAME")

    assert told("ZOE", "2026-01") == told("XYZ", "2026-01")
    assert told("zoe", "2026-01") == told("xyz", "2026-01")
    # Nor does it matter whether the period was calculated.
    assert told("ZOE", "2026-07") == told("XYZ", "2026-07") == told("ZOE", "2026-01")


def test_a_hidden_line_is_as_no_line(office: Office) -> None:
    def told(line: str) -> str:
        with pytest.raises(NotFound) as absent:
            office.explain(line, "ann")
        return str(absent.value).replace(line, "LINE")

    (hidden,) = office.lines("ZOE", "2026-01")
    posting = hidden.partition("-")[0]
    assert told(hidden) == told(f"{posting}-2") == told("999999-1")


def test_a_run_shows_whom_the_actor_may_see(make_platform: MakePlatform) -> None:
    plan = f'{PLAN}\n[[pay]]\nname = "bonus"\nfor = "rep"\nquota = "won_count"\nrate = "1 %"\n'
    office = opened(make_platform, f'zero_quota = "refuse"\n{plan}', config=CLERK)
    office.run(
        "member.hire", ref="CLO", name="Clo", login="clo", team="NORTH", role="clerk", since="2025-01-01"
    )
    office.sold("ANN", "2026-01-15", 1_000)
    office.run("member.hire", ref="YAN", name="Yan", team="SOUTH", since="2025-01-01")
    office.sold("ZOE", "2026-01-15", 4_000)
    office.sold("YAN", "2026-01-15", 5_000)
    for member in ("ANN", "YAN"):
        office.run("target.add", member=member, measure="won_count", period="2026-01", quantity=1)
    found = office.run("pay.run", "clo", period="2026-01")
    # ANN has 100 and 10; BEN and ZOE have no quota, and no figure. Of ZOE and YAN, who has 550, nothing is said.
    assert {each.member: each.earned["USD"] for each in found.members} == {
        "ANN": Money.parse("110 USD"), "MIA": Money.parse("10 USD")
    }  # fmt: skip
    assert found.totals == {"USD": Money.parse("120 USD")}
    assert {each["member"] for each in found.without_figure} == {"BEN"}
    assert "ZOE" not in str(found)
    assert "YAN" not in str(found)
    everybody = office.run("pay.run", period="2026-01")
    assert {each["member"] for each in everybody.without_figure} == {"BEN", "ZOE"}


def test_a_sale_that_the_actor_may_not_see_has_no_name_in_a_statement(make_platform: MakePlatform) -> None:
    office = opened(make_platform, f'{PLAN}\n[credit]\noverlay = {{ANN = "50 %"}}\n')
    deal = office.sold("ZOE", "2026-01-15", 4_000)
    office.run("pay.run", period="2026-01")
    (line,) = office.lines("ANN", "2026-01")
    seen, hidden = office.explain(line, "lee"), office.explain(line, "ann")
    assert (seen.ref, seen.sale, seen.credited) == (deal, Money.parse("4000 USD"), "0.5")
    assert (hidden.ref, hidden.sale, hidden.credited) == (None, None, None)
    assert deal not in str(hidden)
    assert "4,000" not in str(hidden)
    assert office.statement("ANN", "2026-01", "ann").parts[0].lines[0].ref is None


def test_the_ledger_is_for_who_sees_all_pay(office: Office) -> None:
    for actor in ("ann", "mia"):
        assert refusal(office, "pay.ledger", actor) == "not-permitted"
    assert office.run("pay.ledger", "guest") == office.run("pay.ledger")


# Who may do what.


@pytest.mark.parametrize("actor", ["ann", "mia", "guest"])
@pytest.mark.parametrize("command", MOVING)
def test_who_may_not_pay_everybody_moves_nothing(office: Office, command: str, actor: str) -> None:
    assert refusal(office, command, actor, period="2026-01") == "not-permitted"
    (run,) = office.run("pay.list")
    assert run["state"] == "calculated"


def test_who_ran_a_period_does_not_approve_it(office: Office) -> None:
    assert refusal(office, "pay.approve", period="2026-01") == "separation-of-duties"
    assert office.run("pay.approve", "anna", period="2026-01") == {
        "period": "2026-01", "state": "approved", "approver": "anna"
    }  # fmt: skip


def test_another_name_of_who_ran_it_is_nobody_else(office: Office) -> None:
    office.run("pay.run", "lee", period="2026-01")
    for name in ("lee", "LEE"):
        assert refusal(office, "pay.approve", name, period="2026-01") == "separation-of-duties"
    assert office.run("pay.approve", period="2026-01")["approver"] == "admin"


def test_who_ran_it_last_is_who_ran_it(office: Office) -> None:
    office.run("pay.run", "anna", period="2026-01")
    assert refusal(office, "pay.approve", "anna", period="2026-01") == "separation-of-duties"
    assert office.run("pay.approve", "admin", period="2026-01")["state"] == "approved"


# The way of a pay period.


def test_a_period_is_approved_then_paid_then_closed(office: Office) -> None:
    for command, state in (("pay.approve", "approved"), ("pay.pay", "paid"), ("pay.close", "closed")):
        assert office.run(command, "anna", period="2026-01")["state"] == state
        assert office.run("pay.list")[0]["state"] == state
        assert office.statement("ANN", "2026-01", "ann").state == state


@pytest.mark.parametrize(
    ("done", "refused"),
    [
        ((), ("pay.pay", "pay.close")),
        (("pay.approve",), ("pay.approve", "pay.close")),
        (("pay.approve", "pay.pay"), ("pay.approve", "pay.pay")),
        (("pay.approve", "pay.pay", "pay.close"), ("pay.approve", "pay.pay", "pay.close")),
    ],
)
def test_no_state_is_left_out_or_gone_back_to(
    office: Office, done: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    for command in done:
        office.run(command, "anna", period="2026-01")
    state = office.run("pay.list")[0]["state"]
    for command in refused:
        with pytest.raises(Refused, match=f"2026-01 is {state}, so it cannot become") as told:
            office.run(command, "anna", period="2026-01")
        assert codes(told.value) == {"pay-run-illegal-move"}


@pytest.mark.parametrize("moves", [1, 2, 3])
def test_what_is_approved_is_neither_calculated_again_nor_discarded(office: Office, moves: int) -> None:
    for command in ("pay.approve", "pay.pay", "pay.close")[:moves]:
        office.run(command, "anna", period="2026-01")
    before = office.statement("ANN", "2026-01")
    office.sold("ANN", "2026-01-20", 500)
    for command in ("pay.run", "pay.discard"):
        with pytest.raises(Refused, match="what was corrected since is paid by the next period") as told:
            office.run(command, period="2026-01")
        assert codes(told.value) == {"period-closed"}
    assert office.statement("ANN", "2026-01") == before
    office.run("pay.run", period="2026-02")
    assert office.statement("ANN", "2026-02").totals == {"USD": Money.parse("50 USD")}


def test_a_period_is_not_calculated_again_below_a_later_one(office: Office) -> None:
    office.run("pay.run", period="2026-02")
    with pytest.raises(Refused, match="2026-02 was calculated on what 2026-01 has: discard it first") as told:
        office.run("pay.run", period="2026-01")
    assert codes(told.value) == {"period-has-later"}
    assert refusal(office, "pay.discard", period="2026-01") == "period-has-later"
    office.run("pay.discard", period="2026-02")
    assert office.run("pay.run", period="2026-01").state == "calculated"


def test_a_discarded_period_is_as_one_never_calculated(office: Office) -> None:
    assert office.run("pay.discard", period="2026-01") == {"period": "2026-01", "state": "discarded"}
    assert office.run("pay.list") == []
    for command, given in (("pay.statement", {"ref": "ANN"}), ("pay.approve", {}), ("pay.discard", {})):
        with pytest.raises(UsageError, match="2026-01 was not calculated"):
            office.run(command, "anna", period="2026-01", **given)
    assert office.run("pay.ledger") == []
    assert office.run("pay.run", period="2026-01").totals == {"USD": Money.parse("730 USD")}


def test_what_was_calculated_again_from_the_same_has_the_same_digest(office: Office) -> None:
    digest = office.run("pay.list")[0]["digest"]
    assert office.run("pay.run", period="2026-01").digest == digest
    assert office.run("pay.run", period="2026-01", full=True).digest == digest
