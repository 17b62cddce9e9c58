"""Attitude (工作态度): scores of several raters, of which the outermost may be trimmed."""

from collections.abc import Collection
from fractions import Fraction

from dealwright import PPM
from dealwright_appraisal.records import HIGHEST, LOWEST


def trimmed(count: int, trim: int) -> int:
    """How many of ``count`` scores are left out at each end: ``floor(count x trim)``, trim in parts per million."""
    return count * trim // PPM


def trimmed_mean(scores: Collection[int], trim: int) -> Fraction:
    """The exact mean of scores without the highest and the lowest ones. Takes one score or more."""
    cut = trimmed(len(scores), trim)
    kept = sorted(scores)[cut : len(scores) - cut]
    return Fraction(sum(kept), len(kept))


def of_full_marks(mean: Fraction) -> Fraction:
    """A mean on the scale of scores as a share of full marks: ``(mean - 1) / (5 - 1)``."""
    return (mean - LOWEST) / (HIGHEST - LOWEST)
