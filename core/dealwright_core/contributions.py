"""What a hook may return. `hookspecs` says which hook returns which."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from dealwright_core.access.rights import Action, Right, Scope
from dealwright_core.expr import Expression
from dealwright_core.findings import Finding, Waiver
from dealwright_core.incentives.curve import Curve
from dealwright_core.records.lifecycle import Lifecycle, MoreMoves, Move
from dealwright_core.records.record import FieldClass, Record
from dealwright_core.records.recordtype import Constraint, RecordType

__all__ = [
    "ApprovalRule", "Channel", "Chart", "Check", "Column", "Combiner", "Command", "Constraint", "Finding", "Importer",
    "IncentiveScheme", "Lifecycle", "Measure", "MoreMoves", "Move", "Permission", "Record", "RecordType", "Report",
    "ScoringRule", "Suitability", "Table", "Waiver", "WeightedLine",
]  # fmt: skip

ColumnType = Literal["text", "integer", "money", "ratio", "points", "date", "duration"]
ChartKind = Literal["bars", "lines", "funnel", "heat"]
Aggregate = Literal["sum", "count", "distinct", "new"]


@frozen(eq=False)
class ScoringRule:
    """Points for one subject, as an expression over it and what it links to.

    ``name`` is unique among all rules. ``points`` is an integer expression; unknown means that the rule has nothing to
    say. What the language cannot say, such as a trained model, is a function in its place: ``batch(columns)`` gets
    equally long lists by name, the values of the expressions ``columns`` for many subjects at once, and returns as many
    integers or None. It has no side effects. Results outside ``lowest`` to ``highest`` are refused.
    """

    name: str
    title: str
    points: Expression | None = field(default=None, kw_only=True)
    batch: Callable[[Mapping[str, Sequence[Any]]], Iterable[int | None]] | None = field(
        default=None, kw_only=True
    )
    columns: Mapping[str, Expression] = field(factory=dict, kw_only=True)
    subject: str = field(default="opportunity", kw_only=True)
    lowest: int = field(default=-1_000_000, kw_only=True)
    highest: int = field(default=1_000_000, kw_only=True)


@frozen(eq=False)
class WeightedLine:
    """A line of a scheme as a combiner gets it.

    ``points`` is what the line adds to a weighted sum, in units of the total; unknown where the line is empty.
    """

    name: str
    weight: Fraction
    points: Expression


@frozen(eq=False)
class Combiner:
    """A way from the lines of a scheme to its total, in place of their sum.

    ``combine(lines, unit)`` gets a `WeightedLine` for each rule and each measure, in the order of the scheme, and
    returns an integer expression over their points. All of it is in units of the total, ``unit`` of which are one
    point. Where the expression is unknown there is no total. It has no side effects and gives equal expressions for
    equal arguments.
    """

    name: str
    title: str
    combine: Callable[[Sequence[WeightedLine], int], Expression] = field(kw_only=True)


@frozen(eq=False)
class Measure:
    """A figure over facts: ``aggregate`` of ``value`` over the records of kind ``facts`` for which ``where``
    is true.

    ``on`` is the path to the date that places a fact in a period, such as ``closed_on``. A count needs no
    ``value``; ``distinct`` counts different values, ``new`` those that no earlier fact has, such as customers by the
    first deal won. With ``per``, the name of another measure, it is this figure divided by that one: a share where both
    count or both are of money, such as deals won per deals closed, else an average amount.
    """

    name: str
    title: str
    facts: str = field(kw_only=True)
    on: str | None = field(default=None, kw_only=True)
    value: Expression | None = field(default=None, kw_only=True)
    where: Expression | None = field(default=None, kw_only=True)
    aggregate: Aggregate = field(default="sum", kw_only=True)
    per: str | None = field(default=None, kw_only=True)


@frozen(eq=False)
class IncentiveScheme:
    """A way to pay for what was sold: a payout curve, with settings that a plan gives.

    ``curve(quota, settings)`` returns it. ``quota`` is exact and in the unit of the measure (of money in whole units
    of the currency), None where a plan has none; ``settings`` is an instance of the class ``settings``, a frozen attrs
    class such as that of a plugin, or None. It has no side effects and gives equal curves for equal arguments. Where
    settings do not fit the quota it raises ConfigError with problems whose paths begin at the settings.
    """

    name: str
    title: str
    curve: Callable[[Fraction | None, Any], Curve] = field(kw_only=True)
    settings: type[object] | None = field(default=None, kw_only=True)


@frozen
class Suitability:
    """Points for or against a channel, and why."""

    points: int
    reason: str


@frozen(eq=False)
class Channel:
    """A way to the customer. ``suitability`` scores a deal for it: rules over an opportunity, as for scoring.

    ``kind`` is direct, agent, ecommerce or a new one. ``judge(session, opportunity)`` yields `Suitability`
    for what an expression cannot say, such as the products of a deal.
    """

    name: str
    title: str
    kind: str = field(kw_only=True)
    suitability: tuple[ScoringRule, ...] = field(default=(), kw_only=True)
    judge: Callable[[Any, Any], Iterable[Suitability]] | None = field(default=None, kw_only=True)


@frozen
class Command:
    """A change or a question with a name such as ``opportunity.advance``.

    ``function(session, *, ...)`` has typed keyword parameters; its signature gives the Python call and the
    options of the command line, its docstring the help. Parameters without default are required; one called
    ``ref`` is the argument, which may be left out where it may be None. ``reads`` marks a command that changes nothing.
    ``requires`` is the right to run it, an action and what it is on, such as ``approve contract``; by default to read
    or to change records of the kind it is named after, else to run it by its name. ``apart_from`` names commands whose
    runner does not run this one on the same record. Whatever it says, the records it reads and changes are those that
    the actor may read and change.
    """

    name: str
    function: Callable[..., Any]
    example: str = field(default="", kw_only=True)
    reads: bool = field(default=False, kw_only=True)
    requires: str = field(default="", kw_only=True)
    apart_from: tuple[str, ...] = field(default=(), kw_only=True)


@frozen
class Column:
    """A column of a report: ``type`` decides how it is printed; a ratio is in parts per million, points are in
    ten-thousandths of one (so that 100 % are 100 points), a duration in days.
    """

    name: str
    title: str
    type: ColumnType = "text"


@frozen
class Chart:
    """How a table is drawn: ``label`` names the column of categories, ``values`` those of figures.

    ``bars`` and ``lines`` draw one or several columns of one type, ``lines`` in the order of the rows. ``funnel`` draws
    one column, the rows being steps. ``heat`` draws the cells of several columns, or of one by a second column of
    categories, ``by``; with ``by``, ``lines`` draws a line for each of its values. The table need not be sorted by it.
    ``title`` says what is drawn, where the title of the table does not.
    """

    kind: ChartKind
    label: str
    values: tuple[str, ...]
    by: str = ""
    title: str = ""


@frozen
class Table:
    """What a report returns: every row has one value a column, of the column's type or None. ``totals`` is a
    last row.

    ``title`` is its heading on a page, ``chart`` says how it is drawn there.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: tuple[Any, ...] | None = None
    note: str = ""
    title: str = field(default="", kw_only=True)
    chart: Chart | None = field(default=None, kw_only=True)


@frozen
class Report:
    """A function that reads and returns a `Table`.

    ``function(session, *, ...)`` has typed keyword parameters, as a `Command` has. One of type `Selection` takes what
    the host offers with every report: a dimension, a period, a condition and a day.
    """

    name: str
    function: Callable[..., Table]
    example: str = field(default="", kw_only=True)


@frozen
class Importer:
    """A file format that an import can read.

    ``read(path)`` yields (line, cells) with texts as cells, the header first. ``suffixes`` such as ``.xlsx`` choose it.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path], Iterator[tuple[int, list[str]]]]


@frozen(eq=False)
class ApprovalRule:
    """Contracts for which ``when`` is true are signed only after somebody other than their author approved them."""

    name: str
    title: str
    when: Expression = field(kw_only=True)
    record: str = field(default="contract", kw_only=True)


@frozen
class Permission:
    """A right that a plugin gives to a role, for something it adds; or without ``role``, that it needs itself.

    ``action`` is read, add, change, ..., ``on`` a kind of record, a command, a report, or ``*``; ``scope`` says whose
    records, and ``fields`` which classes of fields. A plugin that says what it needs may do that and no more, on behalf
    of whoever acts and with no more rights than they have; one that says nothing may do what they may.
    """

    action: Action
    on: str
    role: str | None = field(default=None, kw_only=True)
    scope: Scope = field(default="all", kw_only=True)
    fields: tuple[FieldClass, ...] = field(default=("plain",), kw_only=True)
    name: str = field(default="", kw_only=True)

    @property
    def right(self) -> Right:
        """The right."""
        return Right(self.action, self.on, self.scope, frozenset({"plain", *self.fields}))


@frozen
class Check:
    """A health check for ``doctor``: ``function(platform)`` yields findings, none where all is well."""

    name: str
    title: str
    function: Callable[[Any], Iterable[Finding]]
