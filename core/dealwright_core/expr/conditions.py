"""Conditions in a configuration: `{field = "amount", op = ">=", value = "50000"}`, alone or joined.

A list means all of its members; `{all = [...]}`, `{any = [...]}` and `{not = ...}` join; a text is an
expression (`text.parse`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from attrs import field, frozen

from dealwright_core.errors import ConfigError, Problem, UsageError
from dealwright_core.expr import build
from dealwright_core.expr.hashing import stable_hash
from dealwright_core.expr.nodes import COMPARE, DEEPEST, Expression, Field
from dealwright_core.expr.text import parse
from dealwright_core.expr.words import in_words
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean

Build = Callable[[Expression, Any], Expression]  # of a field and the value as TOML gives it

# Digits that a float of 64 bits keeps whatever they are.
_FLOAT_DIGITS: Final = 15


@frozen
class Condition:
    """A condition of a configuration, and its ``text``: as it was written, or a table in words."""

    expression: Expression = field(eq=stable_hash, repr=False)
    text: str = field(eq=False)

    @classmethod
    def read(cls, data: object) -> "Condition":
        """The condition that ``data`` states. Raises ConfigError as `condition` does, with paths from there."""
        found = condition(data, "")
        return cls(found, data if isinstance(data, str) else in_words(found))


def condition(data: object, where: str = "condition") -> Expression:
    """The condition that `data` states, as TOML gives it at the key `where`.

    Raises ConfigError with every problem found; the first of a list is ``[1]``.
    """
    reader = _Reader()
    found = reader.read(data, where, 0)
    if reader.problems or found is None:
        raise ConfigError(reader.problems)
    return found


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, where: str, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(where, message, hint=hint))

    def read(self, data: object, where: str, depth: int) -> Expression | None:
        """The condition, or None where a problem was noted."""
        try:
            if depth > DEEPEST:
                raise UsageError(_("conditions are at most {deepest} levels deep", deepest=DEEPEST))
            if isinstance(data, str):
                return parse(data, where)
            if isinstance(data, list | tuple):
                return self.joined("all", data, where, depth)
            if isinstance(data, Mapping):
                return self.table(data, where, depth)
            raise UsageError(
                _("{type} is no condition", type=type(data).__name__),
                _("write {field = 'amount', op = '>=', value = 5}"),
            )
        except ConfigError as error:
            self.problems += error.problems
        except UsageError as error:
            self.refuse(where, error.message, error.hint)
        return None

    def table(self, data: Mapping[str, object], where: str, depth: int) -> Expression | None:
        joints = [key for key in ("all", "any", "not") if key in data]
        if not joints:
            return self.test(data, where)
        if len(data) > 1:
            raise UsageError(
                _(
                    "{joints!r} stands alone, without {data}",
                    joints=joints[0],
                    data=", ".join(k for k in data if k != joints[0]),
                )
            )
        (key, inner), *__ = data.items()
        if key != "not":
            return self.joined(key, inner, f"{where}.{key}", depth)
        found = self.read(inner, f"{where}.not", depth + 1)
        return None if found is None else ~found

    def joined(self, key: str, members: object, where: str, depth: int) -> Expression | None:
        if not isinstance(members, list | tuple) or not members:
            raise UsageError(_("{key!r} needs a list of conditions", key=key))
        found = [self.read(each, f"{where}[{at}]", depth + 1) for at, each in enumerate(members, 1)]
        whole = [each for each in found if each is not None]
        if len(whole) < len(found):
            return None
        return (build.all_of if key == "all" else build.any_of)(*whole)

    def test(self, data: Mapping[str, object], where: str) -> Expression:
        for key in data:
            if key not in _KEYS:
                raise UsageError(
                    _(
                        "unknown key {key!r}{near}",
                        key=key,
                        near=did_you_mean(key, (*_KEYS, "all", "any", "not")),
                    )
                )
        field, name = data.get("field"), data.get("op")
        if not isinstance(field, str) or not isinstance(name, str):
            raise UsageError(
                _("a condition has 'field' and 'op'"), _("write {field = 'amount', op = '>=', value = 5}")
            )
        if name in _ALONE:
            if "value" in data:
                raise UsageError(_("{name!r} takes no value", name=name))
            return _ALONE[name](_field(field))
        if name not in _OPERATORS:
            raise UsageError(
                _("unknown op {name!r}{near}", name=name, near=did_you_mean(name, (*_OPERATORS, *_ALONE)))
            )
        if "value" not in data:
            raise UsageError(_("{name!r} needs a value", name=name))
        return _OPERATORS[name](_field(field), _value(data["value"]))


def _field(text: str) -> Field:
    names = text.split(".")
    if not all(name.isidentifier() and not name.startswith("_") for name in names) or len(names) >= DEEPEST:
        raise UsageError(
            _("{text!r:.60} is no field", text=text),
            _("write a condition on more than a field as text: 'amount - cost > 5'"),
        )
    return Field(None, tuple(names))


def _value(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    if isinstance(value, float):
        exact = Decimal(repr(value))
        if not exact.is_finite() or len(exact.as_tuple().digits) > _FLOAT_DIGITS:
            raise UsageError(_("{value!r} is not exact", value=value), _("write it as text, such as '0.25'"))
        return exact
    return value


def _is_in(of: Expression, values: object) -> Expression:
    if not isinstance(values, list):
        raise UsageError(_("'in' and 'not-in' need a list of values"))
    return of.is_in(values)


def _between(of: Expression, values: object) -> Expression:
    if not isinstance(values, list) or len(values) != 2:
        raise UsageError(_("'between' needs a list of two values, the lowest and the highest"))
    return of.is_between(*values)


_KEYS: Final = ("field", "op", "value")
_ALONE: Final[dict[str, Callable[[Expression], Expression]]] = {
    "is-null": Expression.is_null,
    "is-known": Expression.is_known,
}
_OPERATORS: Final[dict[str, Build]] = {
    **COMPARE,
    "in": _is_in,
    "not-in": lambda of, values: ~_is_in(of, values),
    "between": _between,
    "starts-with": Expression.starts_with,
    "contains": Expression.contains,
    "days-since-at-least": lambda of, days: build.days_since(of) >= days,
    "days-since-at-most": lambda of, days: build.days_since(of) <= days,
}
