"""Expressions as one Python function for a record in hand."""

from dealwright_core.expr.python.compile import Accessor, Read, compile_many, compile_python

__all__ = ["Accessor", "Read", "compile_many", "compile_python"]
