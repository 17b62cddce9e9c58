"""Expressions and scoring rules over one record in hand."""

from dealwright_core.evaluation.inhand import InHand
from dealwright_core.evaluation.scoring import Line, Score, Scorer

__all__ = ["InHand", "Line", "Score", "Scorer"]
