"""Conditions of which only one outcome counts: an `if` asks whether it is true, and not why it is not."""

from typing import Final

from attrs import frozen

from dealwright_core.expr.python.source import INLINE, NOTHING, Known, Term, Writer
from dealwright_core.expr.tree import AllOf, AnyOf, Compare, Constant, In, IsNull, Node, Not

_OPPOSITES: Final = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@frozen
class Outcome:
    """Source that is true where a condition has the outcome asked for, and the locals that are known then."""

    code: str
    facts: Known = NOTHING


def outcome(writer: Writer, node: Node, wanted: bool, known: Known) -> Outcome:
    """Whether `node` is true (or false, as `wanted`), where the locals `known` are not None."""
    match node:
        case Not(of=of):
            return outcome(writer, of, not wanted, known)
        case AllOf() | AnyOf():
            return _joined(writer, node, wanted, known)
        case Compare():
            return _comparison(writer, node, wanted, known)
        case In():
            return _membership(writer, node, wanted, known)
        case IsNull():
            return _unknown(writer, node, wanted, known)
        case Constant(value=value):
            return Outcome(repr(value is wanted))
    return _of_term(writer.term(node), wanted, known)


def _of_term(term: Term, wanted: bool, known: Known) -> Outcome:
    tests = _tests(term.guards, known)
    if tests and term.guards == (term.code,):
        return Outcome(term.code if wanted else f"{term.code} is False", frozenset(term.guards))
    code = term.code if wanted else f"not {term.code}"
    return Outcome(" and ".join((*tests, code)), frozenset(term.guards))


def _tests(guards: tuple[str, ...], known: Known) -> list[str]:
    return [f"{name} is not None" for name in guards if name not in known]


def _joined(writer: Writer, node: AllOf | AnyOf, wanted: bool, known: Known) -> Outcome:
    every = isinstance(node, AllOf) is wanted
    codes, facts = [], []
    for part in node.parts:
        if part.height > INLINE:
            name = writer.local(part)
            found = _of_term(Term(name, (name,) if part.nullable else ()), wanted, known)
        else:
            found = outcome(writer, part, wanted, known)
        codes.append(found.code)
        facts.append(found.facts)
        if every:
            known |= found.facts
    if every:
        return Outcome(" and ".join(codes), NOTHING.union(*facts))
    return Outcome(f"({' or '.join(codes)})", facts[0].intersection(*facts))


def _comparison(writer: Writer, node: Compare, wanted: bool, known: Known) -> Outcome:
    operator = node.operator if wanted else _OPPOSITES[node.operator]
    left, right = writer.term(node.left), writer.term(node.right)
    guards = tuple(dict.fromkeys((*left.guards, *right.guards)))
    tests = _tests(guards, known)
    if operator == "==" and all(term.guards in ((), (term.code,)) for term in (left, right)):
        # What equals a known value is known.
        both = _tests(left.guards, known) and _tests(right.guards, known)
        tests = tests[:1] if both else []
    return Outcome(" and ".join((*tests, f"{left.code} {operator} {right.code}")), frozenset(guards))


def _membership(writer: Writer, node: In, wanted: bool, known: Known) -> Outcome:
    term = writer.term(node.of)
    tests = _tests(term.guards, known)
    if wanted and term.guards == (term.code,):
        tests = []  # None is in no list
    values = writer.constant(frozenset(each.value for each in node.values))
    word = "in" if wanted else "not in"
    return Outcome(" and ".join((*tests, f"{term.code} {word} {values}")), frozenset(term.guards))


def _unknown(writer: Writer, node: IsNull, wanted: bool, known: Known) -> Outcome:
    name = writer.local(node.of)
    if not node.of.nullable or name in known:
        return Outcome(repr(not wanted))
    return Outcome(f"{name} is None") if wanted else Outcome(f"{name} is not None", frozenset({name}))
