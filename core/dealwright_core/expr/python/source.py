"""Writing the body of the function, node by node.

Every node has a value for every record and nothing raises, so that what is used twice may be computed
beforehand. A test for None is left out where the branch already knows the value.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dealwright_core.expr.schema import Path
from dealwright_core.expr.tree import Absolute, Arithmetic, Constant, Negative, Node, Reference

if TYPE_CHECKING:
    from dealwright_core.expr.python.compile import Accessor

# A part that is higher gets a local of its own: Python nests parentheses only so far.
INLINE: Final = 10

Known = frozenset[str]
NOTHING: Final[Known] = frozenset()


@frozen
class Term:
    """A value in source, unknown where one of the locals `guards` is None, and used only where none is."""

    code: str
    guards: tuple[str, ...] = ()


class Writer:
    """The lines written so far. `fields` names the locals that hold what was read.

    `terms` and `statements` write the nodes of each class; a number that has to be checked for overflow is a
    statement.
    """

    def __init__(self, fields: Mapping[Path, str], terms: "Terms", statements: "Statements") -> None:
        self.fields, self.terms, self.statements = fields, terms, statements
        self.lines: list[str] = []
        self.values: dict[
            str, Any
        ] = {}  # readers and constants of any type, by the names they have in the source
        self.known: Known = NOTHING
        self._indent = 1
        self._made: list[dict[Node, str]] = [{}]
        self._count = 0

    def read(self, name: str, reader: "Accessor | Callable[[Any], Any]") -> None:
        """Write how the local `name` is read from the record."""
        if callable(reader):
            self.values[f"read_{name}"] = reader
            self.line(f"{name} = read_{name}(record)")
            return
        first, *others = reader.names
        self.line(f"{name} = record.{first}")
        for other in others:
            self.line(f"if {name} is not None: {name} = {name}.{other}")

    def line(self, text: str) -> None:
        """Write a line in the block that is open."""
        self.lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, facts: Known) -> Iterator[None]:
        """A block where `facts` are known; locals that are made in it are not used after it."""
        before, self.known = self.known, self.known | facts
        self._indent += 1
        self._made.append({})
        yield
        self._made.pop()
        self._indent -= 1
        self.known = before

    def value(self, node: Node) -> str:
        """Source of the value of `node`, None where it is unknown."""
        return self.rendered(self.term(node))

    def rendered(self, term: Term) -> str:
        """Source of the value of a term."""
        tests = [f"{name} is None" for name in term.guards if name not in self.known]
        if term.guards == (term.code,):
            return term.code
        return f"(None if {' or '.join(tests)} else {term.code})" if tests else term.code

    def constant(self, value: object) -> str:
        """Source of a value known now. Only whole numbers and truth values are written out."""
        if value is None or isinstance(value, int):
            return repr(value) if value is None or value >= 0 else f"({value})"
        name = f"k{len(self.values)}"
        self.values[name] = value
        return name

    def local(self, node: Node) -> str:
        """What holds the value of `node`: the local of a field, a constant, or a local that is made here."""
        if isinstance(node, Reference):
            return self.fields[node.path]
        if isinstance(node, Constant):
            return self.constant(node.value)
        for made in self._made:
            if node in made:
                return made[node]
        self._count += 1
        name = f"v{self._count}"
        self.assign(name, node)
        self._made[-1][node] = name
        return name

    def assign(self, name: str, node: Node) -> None:
        """Write what gives `name` the value of `node`."""
        if self.is_term(node):
            self.line(f"{name} = {self.rendered(self.terms[type(node)](self, node))}")
        else:
            self.statements[type(node)](self, name, node)

    def term(self, node: Node) -> Term:
        """`node` as a term, by way of a local where it takes more than an expression of Python."""
        if self.is_term(node) and node.height <= INLINE:
            return self.terms[type(node)](self, node)
        name = self.local(node)
        return Term(name, (name,) if node.nullable else ())

    def is_term(self, node: Node) -> bool:
        """Whether `node` is one expression of Python."""
        checked = isinstance(node, Arithmetic | Negative | Absolute) and not node.safe
        return type(node) in self.terms and not checked


Terms = Mapping[type[Node], Callable[[Writer, Any], Term]]  # each takes nodes of its key
Statements = Mapping[type[Node], Callable[[Writer, str, Any], None]]  # each takes nodes of its key
