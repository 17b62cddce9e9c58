"""Scoring rules, measures and schemes: over one record in hand, and over all subjects at once."""

from dealwright_core.evaluation.found import Evaluation, EvaluationLine
from dealwright_core.evaluation.inhand import InHand
from dealwright_core.evaluation.runs import Run
from dealwright_core.evaluation.scoring import Line, Score, Scorer

__all__ = ["Evaluation", "EvaluationLine", "InHand", "Line", "Run", "Score", "Scorer"]
