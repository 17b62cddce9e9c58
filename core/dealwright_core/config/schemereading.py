"""Reading schemes from a configuration, with everything wrong that shows without records and plugins."""

from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction
from typing import Any

from dealwright_core.config.document import Document, KeyPath, keys_of, meant
from dealwright_core.config.environment import EnvironmentText, literal
from dealwright_core.config.schemes import (
    MEMBER,
    MOST_LINES,
    Gate,
    GateTable,
    MeasureTable,
    RuleTable,
    Scheme,
    SchemeMeasure,
    SchemeRule,
    SchemeTable,
)
from dealwright_core.config.settingtypes import LEAVES, Context
from dealwright_core.config.structure import structure
from dealwright_core.errors import ConfigError, InvalidValue, Problem
from dealwright_core.expr import Expression, condition, parse
from dealwright_core.language import core as _
from dealwright_core.values import PPM, Money, parse_ppm


def read_schemes(document: Document, context: Context) -> tuple[tuple[Scheme, ...], list[Problem]]:
    """The schemes of a document, and everything wrong with them that shows without records and plugins."""
    data = literal(document.data.get("schemes", {}))
    if not isinstance(data, dict):
        return (), [document.problem(("schemes",), _("is not a table"), _("write [schemes.NAME]"))]
    schemes: list[Scheme] = []
    problems: list[Problem] = []
    for name, each in data.items():
        table, wrong = structure(SchemeTable, each, at=("schemes", name), document=document, context=context)
        problems += wrong
        if table is not None:
            scheme, more = read_scheme(name, table, document, context)
            problems += more
            schemes += [] if scheme is None else [scheme]
    return tuple(schemes), problems


def role_problems(schemes: Iterable[Scheme], known: Collection[str]) -> Iterator[Problem]:
    """The roles in schemes that the deployment does not have."""
    for each in schemes:
        for at, role in enumerate(each.roles):
            if role not in known:
                hint = meant(role, known) or _("there is {known}", known=", ".join(sorted(known)))
                yield each.problem(("roles", at), _("there is no role {role!r}", role=role), hint)


def read_scheme(
    name: str, table: SchemeTable, document: Document, context: Context
) -> tuple[Scheme | None, list[Problem]]:
    """The scheme that ``table`` writes, or everything wrong with it that shows without records and plugins."""
    reader = _Reader(name, table, document, context)
    scheme = reader.scheme()
    return (None if reader.problems else scheme), reader.problems


class _Reader:
    def __init__(self, name: str, table: SchemeTable, document: Document, context: Context) -> None:
        self.name, self.table, self.document, self.context = name, table, document, context
        self.problems: list[Problem] = []

    def scheme(self) -> Scheme:
        table = self.table
        self.problems += self._wrong()
        grades = sorted(table.grades.items(), key=lambda each: -each[1])
        return Scheme(
            name=self.name,
            title=table.title or self.name.replace("-", " ").replace("_", " ").capitalize(),
            subject=table.subject.replace("-", "_"),
            where=self._condition(("where",), table.where),
            roles=table.roles,
            rules=tuple(self._rule(name, each) for name, each in table.rules.items()),
            measures=tuple(self._measure(name, each) for name, each in table.measures.items()),
            period=table.period,
            grades=tuple(grades),
            gates=tuple(self._gate(at, each) for at, each in enumerate(table.gates)),
            lowest=table.lowest,
            highest=table.highest,
            keep=table.keep,
            table=table,
            document=self.document,
        )

    def _problem(self, path: KeyPath, message: str, hint: str | None = None) -> Problem:
        return self.document.problem(("schemes", self.name, *path), message, hint)

    def _wrong(self) -> Iterator[Problem]:
        table, count = self.table, len(self.table.rules) + len(self.table.measures)
        if not count:
            yield self._problem(
                (), _("has neither rules nor measures"), _("add [schemes.{name}.rules]", name=self.name)
            )
        if count > MOST_LINES:
            yield self._problem(
                (),
                _(
                    "has {count} rules and measures, more than {most_lines}",
                    count=count,
                    most_lines=MOST_LINES,
                ),
            )
        for twice in table.rules.keys() & table.measures.keys():
            yield self._problem(("measures", twice), _("{twice!r} is a rule of the scheme, too", twice=twice))
        if table.measures and table.period is None:
            yield self._problem((), _("measures need a period"), _('set period = "quarter"'))
        if table.roles and table.subject != MEMBER:
            yield self._problem(
                ("roles",),
                _("roles are of members, and the scheme is about {subject}", subject=table.subject),
                _("leave them out"),
            )
        if table.keep < 1:
            yield self._problem(
                ("keep",), _("{keep} runs cannot be kept", keep=table.keep), _("keep 1 or more")
            )
        if table.lowest is not None and table.highest is not None and table.lowest > table.highest:
            yield self._problem(
                ("lowest",),
                _("is {lowest}, above highest, {highest}", lowest=table.lowest, highest=table.highest),
            )
        if len(set(table.grades.values())) < len(table.grades):
            yield self._problem(("grades",), _("two grades start at one bound"))

    def _rule(self, name: str, written: Any) -> SchemeRule:
        table = written if isinstance(written, RuleTable) else RuleTable(weight=written)
        at: KeyPath = ("rules", name)
        if table.lowest > table.highest:
            self.problems.append(
                self._problem(
                    (*at, "lowest"),
                    _("is {lowest}, above highest, {highest}", lowest=table.lowest, highest=table.highest),
                )
            )
        points = self._expression((*at, "points"), table.points)
        weight = self._weight(at, written, table.weight)
        return SchemeRule(name, weight, points, table.title, table.lowest, table.highest)

    def _measure(self, name: str, written: Any) -> SchemeMeasure:
        table = written if isinstance(written, MeasureTable) else MeasureTable(weight=written)
        at: KeyPath = ("measures", name)
        if table.floor is not None and table.cap is not None and table.floor > table.cap:
            self.problems.append(self._problem((*at, "floor"), _("is above the cap")))
        target = self._tried((*at, "target"), lambda: target_of(table.target, self.context))
        figure = target.minor if isinstance(target, Money) else target
        if figure is not None and figure < 0:
            self.problems.append(self._problem((*at, "target"), _("is below zero")))
        weight = self._weight(at, written, table.weight)
        return SchemeMeasure(name, weight, target, table.cap, table.floor, table.zero_target, table.by)

    def _weight(self, at: KeyPath, written: Any, weight: Any) -> Fraction:
        place = (*at, "weight") if isinstance(written, RuleTable | MeasureTable) else at
        found = self._tried(place, lambda: weight_of(weight))
        return Fraction(1) if found is None else found

    def _gate(self, at: int, table: GateTable) -> Gate:
        place: KeyPath = ("gates", at)
        if (table.when is None) == (table.measure is None):
            self.problems.append(self._problem(place, _("has to say either 'when' or 'measure'")))
        if (table.measure is None) != (table.below is None):
            self.problems.append(self._problem(place, _("a gate of a measure says 'below' which ratio")))
        if table.measure is not None and table.measure not in self.table.measures:
            hint = meant(table.measure, self.table.measures)
            self.problems.append(
                self._problem(
                    (*place, "measure"),
                    _("the scheme has no measure {measure!r}", measure=table.measure),
                    hint,
                )
            )
        when = self._condition((*place, "when"), table.when)
        return Gate(when, table.measure, table.below, table.total, table.grade, table.reason)

    def _expression(self, at: KeyPath, text: str | None) -> Expression | None:
        return None if text is None else self._tried(at, lambda: parse(text))

    def _condition(self, at: KeyPath, data: Any) -> Expression | None:
        return None if data is None else self._tried(at, lambda: condition(data, ""))

    def _tried(self, at: KeyPath, read: Callable[[], Any]) -> Any:
        """What ``read`` gives; None, with the problem noted, where it raises."""
        try:
            return read()
        except ConfigError as error:
            self.problems += [
                self._problem((*at, *keys_of(each.path)), each.message, each.hint) for each in error.problems
            ]
        except InvalidValue as error:
            self.problems.append(self._problem(at, error.message, error.hint))
        return None


def weight_of(value: Any) -> Fraction:
    """A weight, exactly: a number such as 2 or 0.5, a fraction such as '1/3', or '60 %'. Raises InvalidValue."""
    plain = value.as_text() if isinstance(value, EnvironmentText) else literal(value)
    if isinstance(plain, str) and plain.rstrip().endswith("%"):
        return Fraction(parse_ppm(plain), PPM)
    found: Fraction = LEAVES[Fraction](plain, Context())
    return found


def target_of(value: Any, context: Context) -> int | Money | Fraction | None:
    """A target, exactly: a number, an amount such as '100 USD', or a share such as '30 %'. Raises InvalidValue."""
    plain = value.as_text() if isinstance(value, EnvironmentText) else literal(value)
    if plain is None or type(plain) is int:
        return plain
    if isinstance(plain, str) and plain.rstrip().endswith("%"):
        return Fraction(parse_ppm(plain), PPM)
    amount: Money = LEAVES[Money](value, context)
    return amount
