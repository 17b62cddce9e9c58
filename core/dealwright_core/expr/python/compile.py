"""From checked expressions to a function.

The source is generated from the tree, once. Every name in it is ours, attribute names are checked
identifiers, texts and dates are handed in as values: nothing that somebody wrote becomes part of the source.
"""

import keyword
from collections.abc import Callable, Sequence
from typing import Any

from attrs import field, frozen

from dealwright_core.errors import UsageError
from dealwright_core.expr.check import Checked
from dealwright_core.expr.python.source import Writer
from dealwright_core.expr.python.statements import STATEMENTS
from dealwright_core.expr.python.terms import TERMS
from dealwright_core.expr.schema import Path
from dealwright_core.expr.tree import Node, paths_of
from dealwright_core.language import core as _

Read = Callable[[Any], Any]  # from a record of the host's own class


def _check_names(_instance: object, _attribute: object, names: tuple[str, ...]) -> None:
    if not names:
        raise UsageError(_("a field is read by at least one attribute"))
    for name in names:
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise UsageError(_("{name!r} cannot be read as an attribute of a record", name=name))


@frozen(init=False)
class Accessor:
    """A field read as attributes, one after the other until one is None: faster than a function.

    `Accessor("amount", "minor")` reads `record.amount.minor`.
    """

    names: tuple[str, ...] = field(validator=_check_names)

    def __init__(self, *names: str) -> None:
        self.__attrs_init__(names)


def compile_python(checked: Checked, read: Callable[[Path], "Read | Accessor"]) -> Callable[[Any], Any]:
    """A function that takes a record and returns the value of the expression, None where it is unknown.

    `read(path)` is asked once for each path how a record gives that field: by an `Accessor` or by a function.
    What is read is None or of the field's type, numbers as int in the form that `FieldShape` states.
    """
    return compile_trees([checked.ready()], read, single=True)


def compile_many(
    checked: Sequence[Checked], read: Callable[[Path], "Read | Accessor"]
) -> Callable[[Any], Any]:
    """One function that returns the tuple of the values of several expressions; each field is read once."""
    if any(each.subject != checked[0].subject for each in checked):
        raise UsageError(_("expressions that are compiled together have one subject"))
    return compile_trees([each.ready() for each in checked], read)


def compile_trees(
    trees: Sequence[Node], read: Callable[[Path], "Read | Accessor"], *, single: bool = False
) -> Callable[[Any], Any]:
    """The function for checked trees: it returns a tuple, or where there is a `single` one its value."""
    names = {path: f"f{at}" for at, path in enumerate(paths_of(trees))}
    writer = Writer(names, TERMS, STATEMENTS)
    for path, name in names.items():
        writer.read(name, read(path))
    values = [writer.value(tree) for tree in trees]
    result = values[0] if single else "".join(f"{value}, " for value in values)
    source = "\n".join(
        ["def evaluate(record):", *writer.lines, f"    return {result if single else f'({result})'}"]
    )
    namespace: dict[str, Any] = {"__builtins__": {}, **writer.values}  # functions and constants
    exec(compile(source, "<expression>", "exec"), namespace)  # noqa: S102  # source of ours alone, see above
    evaluate: Callable[[Any], Any] = namespace["evaluate"]
    return evaluate
