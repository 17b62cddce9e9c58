"""Why an expression has its value for one record, with the values it saw."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import frozen

from dealwright_core.expr.check import Checked
from dealwright_core.expr.condition_rules import days_since_of
from dealwright_core.expr.literals import Value, shown
from dealwright_core.expr.nodes import Case, Choice, Expression
from dealwright_core.expr.python.compile import Accessor, Read, compile_trees
from dealwright_core.expr.schema import Path, Type
from dealwright_core.expr.tree import AnyOf, Node, Reference, Switch, references
from dealwright_core.expr.tree import Case as CaseNode
from dealwright_core.expr.words import in_words
from dealwright_core.language import core as _
from dealwright_core.language import joined


@frozen
class Explanation:
    """The value, the fields that were read with theirs, and the reason: `authority is 'yes' -> 20`."""

    value: Value
    saw: tuple[tuple[Path, Value], ...]
    text: str

    def __str__(self) -> str:
        return self.text


def explain(
    checked: Checked,
    read: Callable[[Path], "Read | Accessor"],
    record: Any,
    kept: "dict[int, Callable[[Any], Any]] | None" = None,
) -> Explanation:  # a record of the host
    """Explain the value of `checked` for `record`, which `read` reads as it does for `compile_python`.

    Who explains the same again keeps what was compiled in ``kept``, as long as `checked` itself.
    """
    tree = checked.ready()
    explainer = _Explainer(checked, read, record, {} if kept is None else kept)
    value = explainer.value(tree)
    return Explanation(
        value, explainer.saw([tree]), joined(" -> ", (explainer.reason(), explainer.shown(value, tree)))
    )


class _Explainer:
    def __init__(
        self,
        checked: Checked,
        read: Callable[[Path], "Read | Accessor"],
        record: Any,
        kept: dict[int, Callable[[Any], Any]],
    ) -> None:
        self.checked, self.read, self.record, self.kept = checked, read, record, kept

    def value(self, node: Node) -> Any:  # of the node's type
        if node is not self.checked.tree and not isinstance(node, Reference):
            return compile_trees([node], self.read, single=True)(self.record)
        # Fields and whole trees are asked for again and again; other nodes may be made for the asking.
        function = self.kept.get(id(node))
        if function is None:
            function = self.kept[id(node)] = compile_trees([node], self.read, single=True)
        return function(self.record)

    def shown(self, value: Any, node: Node) -> str:
        return shown(value, node.type, self.checked.schema.base_currency)

    def said(self, expression: Expression) -> str:
        return in_words(expression, self.checked.subject)

    def saw(self, nodes: Iterable[Node]) -> tuple[tuple[Path, Value], ...]:
        """Every field that `nodes` read, with its value."""
        return tuple((node.path, self.value(node)) for node in references(nodes))

    def seen(self, node: Node) -> str:
        """The same in words, in parentheses; nothing where no field is read."""
        said = [
            _("{path} is {shown}", path=found.path, shown=self.shown(self.value(found), found))
            for found in references([node])
        ]
        return joined("", (" (", joined(", ", said), ")")) if said else ""

    def reason(self) -> str:
        expression, tree = self.checked.expression, self.checked.ready()
        if isinstance(expression, Choice) and isinstance(tree, Switch):
            return self.choice(expression, tree)
        if isinstance(expression, Case) and isinstance(tree, CaseNode):
            return self.case(expression, tree)
        return joined("", (self.said(expression), self.seen(tree)))

    def case(self, expression: Case, tree: CaseNode) -> str:
        for (condition, _result), (node, _value) in zip(expression.arms, tree.arms, strict=True):
            if self.value(node):
                return joined("", (self.said(condition), self.seen(node)))
        tests = AnyOf(tuple(node for node, _value in tree.arms), type=Type.BOOLEAN)
        return _("no condition holds{seen}", seen=self.seen(tests))

    def choice(self, expression: Choice, tree: Switch) -> str:
        value, as_of = self.value(tree.of), self.checked.as_of
        of = self.said(expression.of)
        if value is None:
            return _("{of} is unknown", of=of)
        if expression.name == "match":
            return _("{of} is {shown}", of=of, shown=self.shown(value, tree.of))
        if days_since_of(expression.of) is not None and as_of is not None:
            value = (as_of - value).days
            days = (bound.value for bound, _value in expression.arms)
            falling = sorted((each for each in days if isinstance(each, int)), reverse=True)
            return _("{of} is {placed}", of=of, placed=_placed(value, falling, str))
        bounds = [bound.value for _value, bound, _rank in tree.arms]
        return _(
            "{of} is {placed}", of=of, placed=_placed(value, bounds, lambda each: self.shown(each, tree.of))
        )


def _placed(value: Any, bounds: Sequence[Any], say: Callable[[Any], str]) -> str:  # all of one ordered type
    """A value and the highest of `bounds`, which fall, that it reaches."""
    reached = next((bound for bound in bounds if value >= bound), None)
    if reached is None:
        return _("{value}, below {bound}", value=say(value), bound=say(bounds[-1]))
    return _("{value}, at least {bound}", value=say(value), bound=say(reached))
