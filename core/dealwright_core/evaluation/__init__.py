"""Expressions and scoring rules over one record in hand."""

from .inhand import InHand
from .scoring import Line, Score, Scorer

__all__ = ["InHand", "Line", "Score", "Scorer"]
