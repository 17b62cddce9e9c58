"""Nodes that take lines of their own: branches, and numbers that are looked at before they are used."""

from typing import Final

from dealwright_core.expr.python.conditions import outcome
from dealwright_core.expr.python.source import NOTHING, Known, Statements, Writer
from dealwright_core.expr.tree import (
    RESULT_HIGH,
    RESULT_LOW,
    Absolute,
    AllOf,
    AnyOf,
    Arithmetic,
    Case,
    Coalesce,
    Negative,
    Node,
    Switch,
)


def _branch(writer: Writer, test: str, facts: Known, name: str, node: Node) -> None:
    """A branch in which `name` gets the value of `node`."""
    writer.line(f"{test}:")
    with writer.block(facts):
        writer.assign(name, node)


def _checked(writer: Writer, name: str, node: Node) -> None:
    """A number that is unknown where it left 64 bits."""
    term = writer.terms[type(node)](writer, node)
    writer.line(f"{name} = {writer.rendered(term)}")
    test = f"not {RESULT_LOW} <= {name} <= {RESULT_HIGH}"
    if not writer.known.issuperset(term.guards):
        test = f"{name} is not None and {test}"
    writer.line(f"if {test}: {name} = None")


def _logic(writer: Writer, name: str, node: AllOf | AnyOf) -> None:
    yes = outcome(writer, node, True, writer.known).code  # noqa: FBT003  # the outcome asked for
    if not node.nullable:
        writer.line(f"{name} = {yes}")
        return
    no = outcome(writer, node, False, writer.known).code  # noqa: FBT003  # the outcome asked for
    writer.line(f"{name} = True if {yes} else False if {no} else None")


def _coalesce(writer: Writer, name: str, node: Coalesce) -> None:
    first, *others = node.parts
    writer.assign(name, first)
    for part in others:
        _branch(writer, f"if {name} is None", NOTHING, name, part)


def _case(writer: Writer, name: str, node: Case) -> None:
    # All conditions come before the first branch: what they need is made outside of it.
    tests = [outcome(writer, condition, True, writer.known) for condition, _ in node.arms]  # noqa: FBT003
    for at, (test, (_, result)) in enumerate(zip(tests, node.arms, strict=True)):
        _branch(writer, f"{'elif' if at else 'if'} {test.code}", test.facts, name, result)
    _branch(writer, "else", NOTHING, name, node.otherwise)


def _switch(writer: Writer, name: str, node: Switch) -> None:
    of = writer.local(node.of)
    word = "if"
    if node.of.nullable and of not in writer.known:
        _branch(writer, f"if {of} is None", NOTHING, name, node.unknown)
        word = "elif"
    for operator, bound, result in node.arms:
        test = f"{word} {of} {operator} {writer.constant(bound.value)}"
        _branch(writer, test, frozenset({of}), name, result)
        word = "elif"
    _branch(writer, "else", frozenset({of}), name, node.otherwise)


STATEMENTS: Final[Statements] = {
    Arithmetic: _checked,
    Negative: _checked,
    Absolute: _checked,
    AllOf: _logic,
    AnyOf: _logic,
    Coalesce: _coalesce,
    Case: _case,
    Switch: _switch,
}
