"""Exact values: money, prices, ratios, rates and periods. No float enters any of them.

An amount is `Money`, whole minor units of a currency. What may be finer is a `Price` (eight decimal places),
a ratio (parts per million) or a `Fraction`; each becomes `Money` in one place that names its `Rounding`.
"""

from .currency import check_currency, digits
from .money import LARGEST, Money
from .period import Calendar, Period, Unit
from .price import Price
from .rate import parse_rate, rate_fraction
from .ratio import PPM, format_ppm, parse_ppm
from .rounding import Exact, Rounding, as_fraction, rounded

__all__ = [
    "LARGEST",
    "PPM",
    "Calendar",
    "Exact",
    "Money",
    "Period",
    "Price",
    "Rounding",
    "Unit",
    "as_fraction",
    "check_currency",
    "digits",
    "format_ppm",
    "parse_ppm",
    "parse_rate",
    "rate_fraction",
    "rounded",
]
