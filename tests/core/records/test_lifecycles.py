"""Lifecycles: plugins add states and moves and take none away; every other record moves by the same rules."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import Lifecycle, MoreMoves, Move, Refused, hookimpl
from dealwright_testing.deployments import MakePlatform

STATES = st.sampled_from(["a", "b", "c", "d"])
MOVES = st.builds(Move, STATES, st.sampled_from(["go", "come"]), STATES)


class Suspending:
    @hookimpl
    def lifecycles(self) -> Iterator[MoreMoves]:
        yield MoreMoves(
            "contract", (Move("in force", "suspend", "suspended"), Move("suspended", "resume", "in force"))
        )


def test_a_plugin_adds_a_state(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("suspending", Suspending())])
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    contract = platform.run("contract.add", actor="admin", customer="ACME", amount="1 USD").value
    for to in ("sign", "start", "suspend"):
        contract = platform.run("contract.advance", actor="admin", ref=contract.ref, to=to).value
    assert contract.status == "suspended"
    with pytest.raises(Refused, match="the legal moves are: in force"):
        platform.run("contract.advance", actor="admin", ref=contract.ref, to="completed")


@given(moves=st.lists(MOVES, min_size=1, max_size=8), state=STATES, to=STATES)
def test_a_move_is_legal_exactly_when_the_table_has_it(moves: list[Move], state: str, to: str) -> None:
    lifecycle = Lifecycle("life", "thing", "state", "a", tuple(moves))
    legal = {move.to for move in moves if move.state == state}
    if to in legal:
        assert lifecycle.move(state, to, "T-1").to == to
    else:
        with pytest.raises(Refused) as refused:
            lifecycle.move(state, to, "T-1")
        assert all(name in str(refused.value) for name in legal)


@given(moves=st.lists(MOVES, min_size=1, max_size=5), more=st.lists(MOVES, max_size=5))
def test_more_moves_take_none_away(moves: list[Move], more: list[Move]) -> None:
    lifecycle = Lifecycle("life", "thing", "state", "a", tuple(moves))
    grown = lifecycle.with_moves(more)
    assert set(grown.moves) == {*moves, *more}
    assert set(lifecycle.states) <= set(grown.states)
