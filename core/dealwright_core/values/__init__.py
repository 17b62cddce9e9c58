"""Exact values: money, prices, ratios, rates and periods. No float enters any of them.

An amount is `Money`, whole minor units of a currency. What may be finer is a `Price` (eight decimal places),
a ratio (parts per million) or a `Fraction`; each becomes `Money` in one place that names its `Rounding`.
"""

from dealwright_core.values.currency import check_currency, digits
from dealwright_core.values.division import divided
from dealwright_core.values.fraction import parse_fraction
from dealwright_core.values.money import LARGEST, Money
from dealwright_core.values.percent import Percent
from dealwright_core.values.period import Calendar, Period, Unit
from dealwright_core.values.price import Price
from dealwright_core.values.rate import parse_rate, rate_fraction
from dealwright_core.values.ratio import PPM, PPM_OF_A_POINT, format_ppm, parse_ppm
from dealwright_core.values.rounding import Exact, Rounding, as_fraction, rounded

__all__ = [
    "LARGEST",
    "PPM",
    "PPM_OF_A_POINT",
    "Calendar",
    "Exact",
    "Money",
    "Percent",
    "Period",
    "Price",
    "Rounding",
    "Unit",
    "as_fraction",
    "check_currency",
    "digits",
    "divided",
    "format_ppm",
    "parse_fraction",
    "parse_ppm",
    "parse_rate",
    "rate_fraction",
    "rounded",
]
