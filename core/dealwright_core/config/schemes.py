"""Schemes as the configuration writes them: ``[schemes.NAME]``."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from attrs import field, frozen

from dealwright_core.config.document import Document, KeyPath
from dealwright_core.errors import Problem
from dealwright_core.expr import Expression
from dealwright_core.records.record import about
from dealwright_core.values import Money, Unit

ZeroTarget = Literal["refuse", "zero", "full", "leave out"]
WEIGHTED_SUM = "weighted sum"
# The subject that has roles.
MEMBER = "member"
MOST_LINES = 60
KEPT = 12


@frozen(kw_only=True)
class RuleTable:
    """A rule of a scheme as it is written: a plugin's by its name, or with ``points`` one of the scheme itself."""

    points: str | None = None
    title: str = ""
    weight: Any = 1
    lowest: int = -1_000_000
    highest: int = 1_000_000


@frozen(kw_only=True)
class MeasureTable:
    """A measure of a scheme as it is written. Without ``target`` the records of targets count."""

    weight: Any = 1
    target: Any = None
    cap: int | None = field(default=None, metadata=about(ratio=True))
    floor: int | None = field(default=None, metadata=about(ratio=True))
    zero_target: ZeroTarget = "refuse"
    by: str = ""


@frozen(kw_only=True)
class GateTable:
    """What blocks: a condition, or a measure attained ``below`` a ratio. Then the total is zero, or there is none."""

    when: Any = None
    measure: str | None = None
    below: int | None = field(default=None, metadata=about(ratio=True))
    total: Literal["zero", "none"] = "zero"
    grade: str | None = None
    reason: str = ""


@frozen(kw_only=True)
class SchemeTable:
    """A table ``[schemes.NAME]`` as it is written."""

    subject: str
    title: str = ""
    where: Any = None
    roles: tuple[str, ...] = ()
    rules: Mapping[str, RuleTable | int | str | Decimal] = field(factory=dict)
    measures: Mapping[str, MeasureTable | int | str | Decimal] = field(factory=dict)
    period: Unit | None = None
    combine: str = WEIGHTED_SUM
    grades: Mapping[str, Fraction] = field(factory=dict)
    gates: tuple[GateTable, ...] = ()
    lowest: Fraction | None = None
    highest: Fraction | None = None
    keep: int = KEPT


@frozen(eq=False)
class SchemeRule:
    """A rule and its weight; ``points`` is None where a plugin has it."""

    name: str
    weight: Fraction
    points: Expression | None
    title: str
    lowest: int
    highest: int


@frozen(eq=False)
class SchemeMeasure:
    """A measure and how it counts. ``cap`` and ``floor`` of the attainment are in parts per million.

    ``target`` is a fraction where the measure is a share.
    """

    name: str
    weight: Fraction
    target: int | Money | Fraction | None
    cap: int | None
    floor: int | None
    zero_target: ZeroTarget
    by: str


@frozen(eq=False)
class Gate:
    """What blocks, and what the total and the grade are then. ``below`` is in parts per million."""

    when: Expression | None
    measure: str | None
    below: int | None
    total: Literal["zero", "none"]
    grade: str | None
    reason: str


@frozen(eq=False)
class Scheme:
    """A scheme: whom it is about, what counts and how much. ``grades`` fall from the highest bound to the lowest.

    With ``roles`` it is about the members who hold a position of one of these.
    """

    name: str
    title: str
    subject: str
    where: Expression | None
    roles: tuple[str, ...]
    rules: tuple[SchemeRule, ...]
    measures: tuple[SchemeMeasure, ...]
    period: Unit | None
    grades: tuple[tuple[str, Fraction], ...]
    gates: tuple[Gate, ...]
    lowest: Fraction | None
    highest: Fraction | None
    keep: int
    table: SchemeTable = field(repr=False)
    document: Document = field(repr=False)

    def problem(self, path: KeyPath, message: str, hint: str | None = None) -> Problem:
        """A mistake at a path within the scheme."""
        return self.document.problem(("schemes", self.name, *path), message, hint)
