"""The one door: permission, idempotency keys, guards, waivers, constraints, and who gets through first."""

import itertools
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dealwright import (
    Changes,
    ChangingSession,
    Command,
    Conflict,
    Customer,
    Finding,
    InvalidValue,
    Money,
    Platform,
    Refused,
    UsageError,
    Waiver,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform
from tests.core.processes import several


class Guard:
    """Asks for a name of at least three letters, and warns of shouting."""

    @hookimpl
    def guard_changes(self, changes: Changes) -> Iterator[Finding]:
        for change in changes.of("customer"):
            name = change.after.name  # type: ignore[attr-defined]
            if len(name) < 3:
                yield Finding(
                    "name-too-short", "block", f"{name!r} is too short", change.after.ref, waivable=True
                )
            if name.isupper():
                yield Finding("shouting", "warn", f"{name!r} is shouting", change.after.ref)


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return make_platform(database_url, plugins=[("guard", Guard())])


def test_an_auditor_reads_and_changes_nothing(platform: Platform) -> None:
    with pytest.raises(
        Refused, match=r"guest \(auditor\) may not run customer.add: no right to add customer"
    ):
        platform.run("customer.add", actor="guest", name="Acme")
    with platform.session("guest") as session:
        assert session.count("customer") == 0


def test_a_stranger_is_refused_with_the_line_to_add(platform: Platform) -> None:
    with pytest.raises(Refused, match=r"nobody here is called 'adnim', did you mean 'admin'"):
        platform.run("customer.add", actor="adnim", name="Acme")
    with pytest.raises(Refused), platform.session("adnim"):
        pass


def test_a_guard_blocks_and_nothing_is_written(platform: Platform) -> None:
    with pytest.raises(Refused) as refused:
        platform.run("customer.add", actor="admin", name="x")
    assert [each.code for each in refused.value.findings] == ["name-too-short"]
    with platform.session("admin") as session:
        assert session.count("customer") == 0


def test_a_warning_passes_and_is_told(platform: Platform) -> None:
    outcome = platform.run("customer.add", actor="admin", name="ACME")
    assert [each.code for each in outcome.findings] == ["shouting"]


def test_a_waiver_lets_a_waivable_finding_pass_and_is_journalled(platform: Platform) -> None:
    waiver = Waiver("name-too-short", "anna", "it is their name")
    added = platform.run("customer.add", actor="admin", name="X", waivers=[waiver]).value
    with platform.session("admin") as session:
        (event,) = session.history("customer", added.ref)
    assert event.waivers is not None
    assert "it is their name" in event.waivers


def test_a_waiver_for_nothing_is_refused(platform: Platform) -> None:
    with pytest.raises(Refused, match="nothing to waive"):
        platform.run(
            "customer.add", actor="admin", name="Acme", waivers=[Waiver("name-too-short", "anna", "why")]
        )


def test_the_same_key_gives_the_first_outcome_again(platform: Platform) -> None:
    first = platform.run("customer.add", actor="admin", key="k1", name="Acme")
    again = platform.run("customer.add", actor="admin", key="k1", name="Acme")
    assert (again.replayed, again.value, again.events) == (True, first.value, ())
    with platform.session("admin") as session:
        assert session.count("customer") == 1


def test_the_same_key_with_other_arguments_is_refused(platform: Platform) -> None:
    platform.run("customer.add", actor="admin", key="k1", name="Acme")
    with pytest.raises(Refused, match="other arguments"):
        platform.run("customer.add", actor="admin", key="k1", name="Acme Inc")
    assert platform.run("customer.add", actor="anna", key="k1", name="Other").replayed is False


def test_a_refusal_uses_up_no_key(platform: Platform) -> None:
    with pytest.raises(Refused):
        platform.run("customer.add", actor="admin", key="k1", name="X")
    assert platform.run("customer.add", actor="admin", key="k1", name="Xavier").replayed is False


def test_an_opportunity_is_not_won_without_a_customer(platform: Platform) -> None:
    deal = platform.run("opportunity.add", actor="admin", amount="100 USD").value
    platform.run("opportunity.advance", actor="admin", ref=deal.ref, to="engaging")
    with pytest.raises(Refused, match="needs a customer"):
        platform.run("opportunity.advance", actor="admin", ref=deal.ref, to="won")
    customer = platform.run("customer.add", actor="admin", name="Acme").value
    platform.run("opportunity.change", actor="admin", ref=deal.ref, customer=customer.ref)
    won = platform.run("opportunity.advance", actor="admin", ref=deal.ref, to="won").value
    assert (won.stage, won.closed_on is not None, won.amount) == ("won", True, Money.parse("100 USD"))
    with pytest.raises(Refused, match="needs a customer"):
        platform.run("opportunity.change", actor="admin", ref=deal.ref, clear=["customer"])


def test_an_illegal_move_names_the_legal_ones(platform: Platform) -> None:
    deal = platform.run("opportunity.add", actor="admin").value
    with pytest.raises(
        Refused, match=r"cannot move from 'prospecting' to 'won'; the legal moves are: engaging"
    ):
        platform.run("opportunity.advance", actor="admin", ref=deal.ref, to="won")
    with pytest.raises(Refused, match="did you mean 'engaging'"):
        platform.run("opportunity.advance", actor="admin", ref=deal.ref, to="engagin")


def test_the_stage_moves_by_its_lifecycle_alone(platform: Platform) -> None:
    deal = platform.run("opportunity.add", actor="admin").value
    with pytest.raises(UsageError, match="no parameter 'stage'"):
        platform.run("opportunity.change", actor="admin", ref=deal.ref, stage="won")


def test_wrong_arguments_are_told_before_anything_happens(platform: Platform) -> None:
    with pytest.raises(UsageError, match="needs name"):
        platform.run("customer.add", actor="admin")
    with pytest.raises(UsageError, match="did you mean 'industry'"):
        platform.run("customer.add", actor="admin", name="Acme", industri="x")
    with pytest.raises(InvalidValue, match="expected"):
        platform.run("opportunity.add", actor="admin", amount=1.5)
    with pytest.raises(UsageError, match="there is no command"):
        platform.run("customer.ad", actor="admin")


def test_a_version_given_must_be_the_current_one(platform: Platform) -> None:
    customer = platform.run("customer.add", actor="admin", name="Acme").value
    platform.run("customer.change", actor="admin", ref=customer.ref, version=1, employees=5)
    with pytest.raises(Conflict):
        platform.run("customer.change", actor="admin", ref=customer.ref, version=1, employees=6)


def test_contracts_that_a_rule_asks_about_wait_for_somebody_else(make_platform: MakePlatform) -> None:
    from dealwright import ApprovalRule, fields

    class Rules:
        @hookimpl
        def approval_rules(self) -> Iterator[ApprovalRule]:
            yield ApprovalRule("large", "over 10,000", when=fields("contract").amount > "10000")

    platform = make_platform(plugins=[("rules", Rules())])
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    small = platform.run("contract.add", actor="admin", customer="ACME", amount="10000 USD").value
    large = platform.run("contract.add", actor="admin", customer="ACME", amount="10000.01 USD").value
    assert platform.run("contract.advance", actor="admin", ref=small.ref, to="sign").value.status == "signed"
    with pytest.raises(Refused, match="over 10,000"):
        platform.run("contract.advance", actor="admin", ref=large.ref, to="sign")
    platform.run("contract.request-approval", actor="admin", ref=large.ref)
    with pytest.raises(Refused, match="somebody else"):
        platform.run("contract.approve", actor="admin", ref=large.ref)
    platform.run("contract.approve", actor="anna", ref=large.ref)
    assert (
        platform.run("contract.advance", actor="admin", ref=large.ref, to="signed").value.status == "signed"
    )


def test_a_state_changes_along_its_lifecycle_whoever_changes_it(make_platform: MakePlatform) -> None:
    class Shortcut:
        @hookimpl
        def commands(self) -> Iterator[Command]:
            def win(session: ChangingSession, ref: str) -> None:
                """Win at once."""
                session.change(session.get("opportunity", ref), stage="won")

            yield Command("shortcut.win", win)

    platform = make_platform(plugins=[("shortcut", Shortcut())])
    deal = platform.run("opportunity.add", actor="admin").value
    with pytest.raises(Refused, match="cannot move from 'prospecting' to 'won'"):
        platform.run("shortcut.win", actor="admin", ref=deal.ref)


def test_a_key_is_a_text_that_a_database_can_keep(platform: Platform) -> None:
    for key in ("\udcff", "a\x00b"):
        with pytest.raises(InvalidValue):
            platform.run("customer.add", actor="admin", key=key, name="Acme")


def test_a_replayed_outcome_is_the_first_one_with_its_types(
    database_url: str, make_platform: MakePlatform
) -> None:
    class Answering:
        @hookimpl
        def commands(self) -> Iterator[Command]:
            def answer(session: ChangingSession) -> dict[str, object]:
                """Answer with everything."""
                added = session.add(Customer(name="Acme"))
                return {"money": Money.parse("1.50 USD"), "day": date(2026, 1, 2), "pair": (1, [added])}

            yield Command("answering.all", answer)

    platform = make_platform(database_url, plugins=[("answering", Answering())])
    first = platform.run("answering.all", actor="admin", key="k")
    assert platform.run("answering.all", actor="admin", key="k").value == first.value


@pytest.mark.slow
def test_two_main_positions_added_at_once_are_not_both_taken(
    database_url: str, make_platform: MakePlatform
) -> None:
    platform = make_platform(database_url)
    platform.run("team.add", actor="admin", ref="T", name="team")
    for number in range(10):
        ref = platform.run("member.add", actor="admin", name=f"m{number}").value.ref
        taken: list[bool] = []

        def add(ref: str = ref, taken: list[bool] = taken) -> None:
            try:
                platform.run("position.add", actor="admin", member=ref, team="T")
                taken.append(True)
            except Refused:
                taken.append(False)

        threads = [threading.Thread(target=add) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == [False, True]


def _move(config: str, ref: str, times: int) -> None:
    moved = 0
    with Platform.open(config, environ={}) as platform:
        while moved < times:
            with platform.session("admin") as session:
                stage = session.get("opportunity", ref).stage  # type: ignore[attr-defined]
            try:
                platform.run(
                    "opportunity.advance",
                    actor="admin",
                    ref=ref,
                    to="engaging" if stage == "prospecting" else "prospecting",
                )
                moved += 1
            except Refused:
                continue  # the other process was first, and this move is illegal now


@pytest.mark.slow
def test_two_processes_move_one_opportunity_and_no_move_is_lost(
    database_url: str, make_platform: MakePlatform
) -> None:
    from dealwright import StageMove
    from dealwright_core.journal.verify import verify
    from dealwright_core.store.engine import reading

    platform = make_platform(database_url)
    ref = platform.run("opportunity.add", actor="admin").value.ref
    config = str(Path(platform.deployment.document.path))
    start = several()
    movers = [start.Process(target=_move, args=(config, ref, 200)) for _ in range(2)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
        assert mover.exitcode == 0
    with platform.session("admin") as session:
        opportunity = session.get("opportunity", ref)
        moves = session.find(StageMove, order="sequence")
    assert opportunity.version == 1 + 400 or opportunity.version == 2 + 400
    assert [move.sequence for move in moves] == list(range(1, 402))
    assert all(after.from_stage == before.to_stage for before, after in itertools.pairwise(moves))
    assert moves[-1].to_stage == opportunity.stage  # type: ignore[attr-defined]
    with reading(platform.engine) as connection:
        assert verify(connection, platform.catalogue).faults == ()
