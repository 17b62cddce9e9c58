"""The expression language: rules are written once and compiled to Python and to SQL.

Authors use the names from `fields` to `today`; `parse` and `condition` read what stands in a configuration;
`check` and `compile_python` prepare an expression. `compile_sql` is in `expr.sql`, so that this package does
not load SQLAlchemy.
"""

from dealwright_core.expr.build import (
    all_of,
    any_of,
    band,
    case,
    coalesce,
    days_since,
    fields,
    match,
    negate,
    today,
)
from dealwright_core.expr.check import Checked, check, paths
from dealwright_core.expr.conditions import Condition, condition
from dealwright_core.expr.explain import Explanation, explain
from dealwright_core.expr.hashing import stable_hash
from dealwright_core.expr.nodes import Expression, literal
from dealwright_core.expr.python import Accessor, compile_many, compile_python
from dealwright_core.expr.schema import FieldShape, Path, RecordShape, Schema, Step, Type
from dealwright_core.expr.text import parse
from dealwright_core.expr.words import in_words

__all__ = [
    "Accessor",
    "Checked",
    "Condition",
    "Explanation",
    "Expression",
    "FieldShape",
    "Path",
    "RecordShape",
    "Schema",
    "Step",
    "Type",
    "all_of",
    "any_of",
    "band",
    "case",
    "check",
    "coalesce",
    "compile_many",
    "compile_python",
    "condition",
    "days_since",
    "explain",
    "fields",
    "in_words",
    "literal",
    "match",
    "negate",
    "parse",
    "paths",
    "stable_hash",
    "today",
]
