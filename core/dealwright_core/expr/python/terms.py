"""Nodes that are one expression of Python, written where they are used."""

from typing import Final

from dealwright_core.expr.python.source import Term, Terms, Writer
from dealwright_core.expr.tree import (
    Absolute,
    Arithmetic,
    Between,
    Clip,
    Compare,
    Constant,
    Find,
    In,
    IsNull,
    Negative,
    Node,
    Not,
    Reference,
)


def _codes(writer: Writer, *nodes: Node) -> tuple[list[str], tuple[str, ...]]:
    """The sources of parts, and all their guards."""
    found = [writer.term(node) for node in nodes]
    return [term.code for term in found], tuple(dict.fromkeys(name for term in found for name in term.guards))


def _atom(writer: Writer, node: Reference | Constant) -> Term:
    name = writer.local(node)
    return Term(name, (name,) if node.nullable else ())


def _infix(writer: Writer, node: Arithmetic | Compare) -> Term:
    (left, right), guards = _codes(writer, node.left, node.right)
    return Term(f"({left} {node.operator} {right})", guards)


def _negative(writer: Writer, node: Negative) -> Term:
    (of,), guards = _codes(writer, node.of)
    return Term(f"(-{of})", guards)


def _absolute(writer: Writer, node: Absolute) -> Term:
    of = writer.local(node.of)
    return Term(f"({of} if {of} >= 0 else -{of})", (of,) if node.of.nullable else ())


def _clip(writer: Writer, node: Clip) -> Term:
    of, code = writer.local(node.of), ""
    for end, sign in ((node.lowest, "<"), (node.highest, ">")):
        if end is not None:
            limit = writer.constant(end)
            code += f"{limit} if {of} {sign} {limit} else "
    return Term(f"({code}{of})", (of,) if node.of.nullable else ())


def _between(writer: Writer, node: Between) -> Term:
    (low, of, high), guards = _codes(writer, node.lowest, node.of, node.highest)
    return Term(f"({low} <= {of} <= {high})", guards)


def _in(writer: Writer, node: In) -> Term:
    (of,), guards = _codes(writer, node.of)
    values = writer.constant(frozenset(each.value for each in node.values))
    return Term(f"({of} in {values})", guards)


def _find(writer: Writer, node: Find) -> Term:
    (of, part), guards = _codes(writer, node.of, node.part)
    return Term(f"{of}.startswith({part})" if node.at_start else f"({part} in {of})", guards)


def _is_null(writer: Writer, node: IsNull) -> Term:
    return Term(f"({writer.local(node.of)} is None)" if node.of.nullable else "False")


def _not(writer: Writer, node: Not) -> Term:
    (of,), guards = _codes(writer, node.of)
    return Term(f"(not {of})", guards)


TERMS: Final[Terms] = {
    Reference: _atom,
    Constant: _atom,
    Arithmetic: _infix,
    Compare: _infix,
    Negative: _negative,
    Absolute: _absolute,
    Clip: _clip,
    Between: _between,
    In: _in,
    Find: _find,
    IsNull: _is_null,
    Not: _not,
}
