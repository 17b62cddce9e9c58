"""Moving opportunities: the chain of moves is unbroken, and a plugin's states and lifecycles count."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dealwright import Lifecycle, MoreMoves, Move, Platform, Refused, UsageError, hookimpl
from dealwright_core.records import Opportunity
from dealwright_testing.deployments import MakePlatform


class Pausing:
    @hookimpl
    def lifecycles(self) -> Iterator[MoreMoves]:
        moves = (Move("prospecting", "pause", "on hold"), Move("on hold", "resume", "prospecting"))
        yield MoreMoves("opportunity", moves)


class Tracking:
    """A second track of opportunities and a third one of contracts."""

    @hookimpl
    def lifecycles(self) -> Iterator[Lifecycle]:
        yield Lifecycle("tracking-source", "opportunity", "source", "new", (Move("new", "check", "checked"),))
        yield Lifecycle("tracking-channel", "contract", "channel", "open", (Move("open", "fix", "fixed"),))


class TakingOver:
    @hookimpl
    def lifecycles(self) -> Iterator[Lifecycle]:
        yield Lifecycle("taking-over", "opportunity", "stage", "alpha", (Move("alpha", "go", "won"),))


def opened(platform: Platform) -> Opportunity:
    found = platform.run("opportunity.add", actor="admin", ref="O", probability="30 %").value
    assert isinstance(found, Opportunity)
    return found


def test_nobody_rewrites_the_chain_of_moves(make_platform: MakePlatform) -> None:
    commands = make_platform().commands
    assert {each for each in commands if each.startswith("stage-move.")} == {
        "stage-move.list",
        "stage-move.show",
        "stage-move.history",
    }


def test_a_state_without_configured_stage_is_open_and_keeps_the_probability(
    make_platform: MakePlatform,
) -> None:
    platform = make_platform(plugins=[("pausing", Pausing())])
    opened(platform)
    held = platform.run("opportunity.advance", actor="admin", ref="O", to="pause").value
    assert (held.stage, held.probability, held.closed_on) == ("on hold", 300_000, None)
    assert (
        platform.run("opportunity.advance", actor="admin", ref="O", to="resume").value.stage == "prospecting"
    )


def test_a_move_on_a_day_to_come_is_refused(make_platform: MakePlatform) -> None:
    platform = make_platform()
    opened(platform)
    with platform.session("admin") as session:
        today = session.today
    with pytest.raises(Refused, match="still to come"):
        platform.run("opportunity.advance", actor="admin", ref="O", to="engaging", on=today + timedelta(1))
    moved = platform.run("opportunity.advance", actor="admin", ref="O", to="engaging", on=today).value
    assert moved.stage == "engaging"


def test_a_second_lifecycle_starts_moves_and_is_not_changed_by_hand(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("tracking", Tracking())])
    assert (opened(platform).source, opened_stage(platform)) == ("new", "prospecting")
    with pytest.raises(UsageError, match="no parameter 'source'"):
        platform.run("opportunity.change", actor="admin", ref="O", source="checked")
    moved = platform.run("opportunity.move", actor="admin", ref="O", track="tracking-source", to="checked")
    assert moved.value.source == "checked"
    with pytest.raises(UsageError, match="no track 'opportunity'"):
        platform.run("opportunity.move", actor="admin", ref="O", track="opportunity", to="won")
    platform.run("customer.add", actor="admin", ref="C", name="C")
    contract = platform.run("contract.add", actor="admin", ref="K", customer="C", amount="1 USD").value
    assert (contract.channel, contract.status) == ("open", "draft")
    assert platform.run("contract.move", actor="admin", ref="K", to="fix").value.channel == "fixed"
    assert platform.run("contract.advance", actor="admin", ref="K", to="sign").value.status == "signed"


def opened_stage(platform: Platform) -> str:
    with platform.session("admin") as session:
        return session.get(Opportunity, "O").stage


def test_without_further_lifecycles_there_is_no_move(make_platform: MakePlatform) -> None:
    assert not {"opportunity.move", "contract.move"} & set(make_platform().commands)


def test_a_field_has_one_lifecycle(make_platform: MakePlatform) -> None:
    platform = make_platform(
        plugins=[("taking-over", TakingOver())], config="[plugins]\norder = ['taking-over']\n"
    )
    status = platform.host.status("taking-over")
    assert status is not None
    assert (status.state, "follows lifecycle 'opportunity' of core" in status.reason) == ("failed", True)
    assert opened(platform).stage == "prospecting"
