"""The plugin through which worked cases enter what happened."""

from collections.abc import Callable, Sequence
from typing import Any

from attrs import define

from dealwright import ChangingSession, Command, IncentiveScheme, MoreMoves, Move, hookimpl


@define
class Desk:
    """It does whatever ``entry`` does, and contributes ``schemes``."""

    entry: Callable[[ChangingSession], Any] = lambda _session: None
    schemes: Sequence[IncentiveScheme] = ()

    @hookimpl
    def commands(self) -> list[Command]:
        def enter(session: ChangingSession) -> Any:
            """Do what the test wants."""
            return self.entry(session)

        return [Command("desk.enter", enter)]

    @hookimpl
    def lifecycles(self) -> list[MoreMoves]:
        """A deal that was won may fall through."""
        return [MoreMoves("opportunity", (Move("won", "fall through", "lost"),))]

    @hookimpl
    def incentive_schemes(self) -> Sequence[IncentiveScheme]:
        return self.schemes
