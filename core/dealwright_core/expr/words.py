"""An expression in words, for reasons, messages and reviews."""

from datetime import date
from typing import Final

from dealwright_core.expr.literals import written_out
from dealwright_core.expr.nodes import AsOf, Case, Choice, Expression, Field, Literal, Operation

_COMPARISONS: Final = {
    "==": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}
_DATES: Final = _COMPARISONS | {
    "<": "is before",
    "<=": "is on or before",
    ">": "is after",
    ">=": "is on or after",
}
_FUNCTIONS: Final = {"abs": "abs", "coalesce": "the first known of "}
_MEASURES: Final = ("<", "<=", ">", ">=", "+", "-", "*", "is_between", "clip")
_TEMPLATES: Final = {
    "negative": "-{0}",
    "is_null": "{0} is unknown",
    "is_between": "{0} is between {1} and {2}",
    "starts_with": "{0} starts with {1}",
    "contains": "{0} contains {1}",
    "days_since": "days since {0}",
    "clip": "clip({0}, {1}, {2})",
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
                return "today"
            case Field():
                record = () if expression._record in (None, self.subject) else (str(expression._record),)
                return ".".join((*record, *expression._names))
            case Case(arms=arms, otherwise=otherwise):
                said = [f"{self.say(result)} if {self.say(condition)}" for condition, result in arms]
                return ", ".join((*said, f"otherwise {self.say(otherwise)}"))
            case Choice():
                return self.choice(expression)
            case Operation():
                return self.operation(expression)
        raise TypeError(type(expression).__name__)

    def choice(self, choice: Choice) -> str:
        joint, say = ("from", self.measure) if choice.name == "band" else ("for", self.say)
        said = [f"{self.say(result)} {joint} {say(value)}" for value, result in choice.arms]
        if choice.default is not None:
            said.append(f"otherwise {self.say(choice.default)}")
        if not isinstance(choice.unknown, Literal) or choice.unknown.value is not None:
            said.append(f"where unknown {self.say(choice.unknown)}")
        return f"{', '.join(said)}, by {self.inner(choice.of)}"

    def operation(self, whole: Operation) -> str:
        name = whole.name
        if name == "not":
            return self.negation(whole.parts[0])
        if name in ("and", "or"):
            return f" {name} ".join(map(self.part, whole.parts))
        if name in ("coalesce", "abs"):
            return f"{_FUNCTIONS[name]}({', '.join(map(self.say, whole.parts))})"
        parts = list(map(self.measure if name in _MEASURES else self.inner, whole.parts))
        if name in _COMPARISONS:
            words = _DATES if _is_day(whole.parts[1]) else _COMPARISONS
            return f"{parts[0]} {words[name]} {parts[1]}"
        if name == "is_in":
            return f"{parts[0]} is one of {', '.join(parts[1:])}"
        return _TEMPLATES[name].format(*parts) if name in _TEMPLATES else f" {name} ".join(parts)

    def negation(self, of: Expression) -> str:
        if isinstance(of, Operation) and of.name == "is_null":
            return f"{self.inner(of.parts[0])} is known"
        if isinstance(of, Operation) and of.name == "is_in":
            first, *values = map(self.inner, of.parts)
            return f"{first} is not one of {', '.join(values)}"
        return f"not {self.inner(of)}"

    def inner(self, part: Expression) -> str:
        """A part beside an operator."""
        closed = isinstance(part, Literal | AsOf | Field)
        if isinstance(part, Operation):
            closed = part.name in (*_FUNCTIONS, "clip", "days_since")
        return self.say(part) if closed else f"({self.say(part)})"

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
