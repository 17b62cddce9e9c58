"""Lifecycles: declared tables of (state, event, state). An illegal move is refused with the moves that are allowed."""

from collections.abc import Iterable

from attrs import evolve, frozen

from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean


@frozen
class Move:
    """From ``state`` the ``event`` leads to ``to``."""

    state: str
    event: str
    to: str


@frozen
class Lifecycle:
    """The states that ``field`` of a record kind can have, and the moves between them."""

    name: str
    record: str
    field: str
    initial: str
    moves: tuple[Move, ...]
    titles: tuple[tuple[str, str], ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, in the order in which the moves name them."""
        named = [self.initial]
        named += [name for name, _ in self.titles]
        named += [state for move in self.moves for state in (move.state, move.to)]
        return tuple(dict.fromkeys(named))

    def allowed(self, state: str) -> tuple[Move, ...]:
        """The moves that lead out of ``state``."""
        return tuple(move for move in self.moves if move.state == state)

    def move(self, state: str, to: str, ref: str) -> Move:
        """The move from ``state`` to the state or by the event ``to``. Raises `Refused` naming the legal moves."""
        known = {name.casefold(): name for name in self.states}
        known |= {title.casefold(): name for name, title in self.titles}
        target = known.get(to.casefold(), to)
        allowed = self.allowed(state)
        for each in allowed:
            if target in (each.to, each.event):
                return each
        legal = ", ".join(dict.fromkeys(each.to for each in allowed)) or _("none, this state is final")
        if target not in self.states and target not in {each.event for each in self.moves}:
            message = _(
                "there is no {field} {to!r}{near}; from {state!r} the legal moves are: {legal}",
                field=self.field,
                to=to,
                near=did_you_mean(to, self.states),
                state=state,
                legal=legal,
            )
            raise Refused([Finding(f"{self.name}-unknown-state", "block", message, ref)])
        message = _(
            "{ref} cannot move from {state!r} to {target!r}; the legal moves are: {legal}",
            ref=ref,
            state=state,
            target=target,
            legal=legal,
        )
        raise Refused([Finding(f"{self.name}-illegal-move", "block", message, ref)])

    def with_moves(self, moves: Iterable[Move]) -> "Lifecycle":
        """The same lifecycle with more moves; none can be taken away."""
        return evolve(self, moves=tuple(dict.fromkeys((*self.moves, *moves))))


@frozen
class MoreMoves:
    """States and edges that a plugin adds to a lifecycle that exists."""

    lifecycle: str
    moves: tuple[Move, ...]
