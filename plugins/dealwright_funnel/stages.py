"""The stages of a deployment as the road of a deal: the open ones in order, and how it may end."""

from collections.abc import Sequence
from typing import Any, Self

import sqlalchemy as sa
from attrs import frozen

from dealwright import Stage


@frozen
class Road:
    """The open stages in their configured order, which a deal passes on its way to being won.

    The place of an open stage is its number from 0, that of every stage that means won comes after them.
    """

    stages: tuple[Stage, ...]

    @classmethod
    def of(cls, stages: Sequence[Stage]) -> Self:
        """The road through these stages."""
        return cls(tuple(stages))

    @property
    def open(self) -> tuple[Stage, ...]:
        """The open stages, in order."""
        return tuple(each for each in self.stages if each.means == "open")

    @property
    def end(self) -> int:
        """The place of won: how many open stages there are."""
        return len(self.open)

    @property
    def goal(self) -> str:
        """What to call the end of the road."""
        titles = [each.title for each in self.stages if each.means == "won"]
        return titles[0] if len(titles) == 1 else "Won"

    def stage(self, name: str) -> Stage | None:
        """The configured stage of this name."""
        return next((each for each in self.stages if each.name == name), None)

    def means(self, stage: str) -> str:
        """What a stage means. In a state that a plugin added, which is no configured stage, a deal is open."""
        found = self.stage(stage)
        return found.means if found else "open"

    def named(self, *meanings: str) -> list[str]:
        """The names of the stages that mean one of these."""
        return [each.name for each in self.stages if each.means in meanings]

    def place(self, column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[Any]":
        """The place of the stage that a column names; null for one that says nothing of how far a deal came."""
        places = {each.name: at for at, each in enumerate(self.open)}
        places |= dict.fromkeys(self.named("won"), self.end)
        return sa.case(places, value=column)

    def is_closed(self, column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[bool]":
        """Whether a column names a stage in which a deal is won, lost or disqualified."""
        return column.in_(self.named("won", "lost", "disqualified"))
