"""An expression in words, for reasons, messages and reviews."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from dealwright_core.expr.literals import written_out
from dealwright_core.expr.nodes import AsOf, Case, Choice, Expression, Field, Literal, Operation
from dealwright_core.language import core as _
from dealwright_core.language import joined

Said = Callable[..., str]


_COMPARISONS: Final[Mapping[str, Said]] = {
    "==": lambda a, b: _("{a} is {b}", a=a, b=b),
    "!=": lambda a, b: _("{a} is not {b}", a=a, b=b),
    "<": lambda a, b: _("{a} is below {b}", a=a, b=b),
    "<=": lambda a, b: _("{a} is at most {b}", a=a, b=b),
    ">": lambda a, b: _("{a} is above {b}", a=a, b=b),
    ">=": lambda a, b: _("{a} is at least {b}", a=a, b=b),
}
_DATES: Final[Mapping[str, Said]] = {
    **_COMPARISONS,
    "<": lambda a, b: _("{a} is before {b}", a=a, b=b),
    "<=": lambda a, b: _("{a} is on or before {b}", a=a, b=b),
    ">": lambda a, b: _("{a} is after {b}", a=a, b=b),
    ">=": lambda a, b: _("{a} is on or after {b}", a=a, b=b),
}
_FUNCTIONS: Final = ("abs", "coalesce")
_MEASURES: Final = ("<", "<=", ">", ">=", "+", "-", "*", "is_between", "clip")
_OTHERS: Final[Mapping[str, Said]] = {
    "negative": lambda a: f"-{a}",
    "is_null": lambda a: _("{a} is unknown", a=a),
    "is_between": lambda a, b, c: _("{a} is between {b} and {c}", a=a, b=b, c=c),
    "starts_with": lambda a, b: _("{a} starts with {b}", a=a, b=b),
    "contains": lambda a, b: _("{a} contains {b}", a=a, b=b),
    "days_since": lambda a: _("days since {a}", a=a),
    "clip": lambda a, b, c: _("clip({a}, {b}, {c})", a=a, b=b, c=c),
}


def in_words(expression: Expression, subject: str | None = None) -> str:
    """What `expression` says, such as `amount is at least 50000 and stage is 'won'`.

    Fields of `subject` stand without the name of their record. Literals stand as they were written.
    """
    return _Words(subject).say(expression)


class _Words:
    def __init__(self, subject: str | None) -> None:
        self.subject = subject

    def say(self, expression: Expression) -> str:
        match expression:
            case Literal(value=value):
                return written_out(value)
            case AsOf():
                return _("today")
            case Field():
                record = () if expression._record in (None, self.subject) else (str(expression._record),)
                return ".".join((*record, *expression._names))
            case Case(arms=arms, otherwise=otherwise):
                said = [
                    _("{result} if {condition}", result=self.say(result), condition=self.say(condition))
                    for condition, result in arms
                ]
                return joined(", ", (*said, _("otherwise {result}", result=self.say(otherwise))))
            case Choice():
                return self.choice(expression)
            case Operation():
                return self.operation(expression)
        raise TypeError(type(expression).__name__)

    def choice(self, choice: Choice) -> str:
        said = [self.arm(choice.name, result, value) for value, result in choice.arms]
        if choice.default is not None:
            said.append(_("otherwise {result}", result=self.say(choice.default)))
        if not isinstance(choice.unknown, Literal) or choice.unknown.value is not None:
            said.append(_("where unknown {result}", result=self.say(choice.unknown)))
        return _("{arms}, by {of}", arms=joined(", ", said), of=self.inner(choice.of))

    def arm(self, name: str, result: Expression, value: Expression) -> str:
        """One result and what it is for: from a bound on, or for a value."""
        if name == "band":
            return _("{result} from {bound}", result=self.say(result), bound=self.measure(value))
        return _("{result} for {value}", result=self.say(result), value=self.say(value))

    def operation(self, whole: Operation) -> str:
        name = whole.name
        if name == "not":
            return self.negation(whole.parts[0])
        if name in ("and", "or"):
            return joined(f" {name} ", map(self.part, whole.parts))
        if name == "coalesce":
            return _("the first known of ({parts})", parts=joined(", ", map(self.say, whole.parts)))
        if name == "abs":
            return joined("", ("abs(", self.say(whole.parts[0]), ")"))
        parts = list(map(self.measure if name in _MEASURES else self.inner, whole.parts))
        if name in _COMPARISONS:
            return (_DATES if _is_day(whole.parts[1]) else _COMPARISONS)[name](*parts)
        if name == "is_in":
            return _("{a} is one of {values}", a=parts[0], values=joined(", ", parts[1:]))
        return _OTHERS[name](*parts) if name in _OTHERS else joined(f" {name} ", parts)

    def negation(self, of: Expression) -> str:
        if isinstance(of, Operation) and of.name == "is_null":
            return _("{a} is known", a=self.inner(of.parts[0]))
        if isinstance(of, Operation) and of.name == "is_in":
            first, *values = map(self.inner, of.parts)
            return _("{a} is not one of {values}", a=first, values=joined(", ", values))
        return _("not {a}", a=self.inner(of))

    def inner(self, part: Expression) -> str:
        """A part beside an operator."""
        closed = isinstance(part, Literal | AsOf | Field)
        if isinstance(part, Operation):
            closed = part.name in (*_FUNCTIONS, "clip", "days_since")
        return self.say(part) if closed else joined("", ("(", self.say(part), ")"))

    def measure(self, part: Expression) -> str:
        """The same beside what only numbers and dates have; a text there is one of these."""
        return part.value if isinstance(part, Literal) and isinstance(part.value, str) else self.inner(part)

    def part(self, part: Expression) -> str:
        """A condition beside `and` or `or`; only the other of the two, and results, are kept apart."""
        opened = isinstance(part, Operation) and part.name not in ("and", "or")
        return self.say(part) if opened else self.inner(part)


def _is_day(expression: Expression) -> bool:
    return isinstance(expression, AsOf) or (
        isinstance(expression, Literal) and isinstance(expression.value, date)
    )
