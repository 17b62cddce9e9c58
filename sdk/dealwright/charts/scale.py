"""Places for numbers and short forms of them, without a float."""

from decimal import Decimal
from fractions import Fraction

from dealwright.charts.figures import Figures
from dealwright.language import sdk as _
from dealwright_core.contributions import ColumnType
from dealwright_core.language import said, spoken
from dealwright_core.values import PPM, PPM_OF_A_POINT, digits, rounded

SIZES = ((10**12, "tn"), (10**9, "bn"), (10**6, "M"), (10**3, "k"))
CHINESE_SIZES = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))
STEPS = (1, 2, 5)
WHOLE_INTEGERS = 100_000


def pixels(value: int, whole: int, room: int) -> int:
    """The share of ``room`` that ``value`` has of ``whole``, in whole pixels."""
    return rounded(Fraction(value * room, whole)) if whole else 0


def ticks(low: int, high: int, most: int = 5) -> list[int]:
    """Round numbers from at or below ``low`` to at or above ``high``, zero among them, in at most ``most`` steps."""
    low, high = min(low, 0), max(high, 0, low + 1)
    size = 1
    while True:
        for step in (size * each for each in STEPS):
            first, last = low // step, -(-high // step)
            if last - first <= most:
                return [step * each for each in range(first, last + 1)]
        size *= 10


def brief(value: int, type: ColumnType, currency: str = "") -> str:
    """A figure in three digits or so, as it stands in a chart, without its unit but for percent."""
    if type == "money":
        return _short(Fraction(value, 10 ** digits(currency)))
    if type == "points":
        return _short(Fraction(value, PPM_OF_A_POINT))
    if type == "ratio":
        return f"{Decimal(rounded(Fraction(value * 1000, PPM))).scaleb(-1):,f} %"
    return f"{value:,}" if abs(value) < WHOLE_INTEGERS else _short(Fraction(value))


def briefly(figures: Figures, value: int) -> str:
    """The same for one of these figures."""
    return brief(value, figures.type, figures.currency)


def marked(figures: Figures, value: int) -> str:
    """A round figure of these, as it stands on an axis."""
    if figures.type == "ratio":
        return f"{_plain(Fraction(value * 100, PPM), 4)} %"
    if figures.type == "points":
        return _plain(Fraction(value, PPM_OF_A_POINT), 4)
    return briefly(figures, value)


def unit(figures: Figures) -> str:
    """What the figures are counted in, where the numbers do not say it."""
    return {"money": figures.currency, "duration": said(_("days"))}.get(figures.type, "")


def _short(value: Fraction) -> str:
    # From 999.5 on three digits are the next size.
    sizes = CHINESE_SIZES if spoken().language.startswith("zh") else SIZES
    size, suffix = next(((size, word) for size, word in sizes if abs(value) * 2000 >= size * 1999), (1, ""))
    part = abs(value / size)
    places = 2 if part * 1000 < 9_995 else 1 if part * 100 < 9_995 else 0
    return f"{_plain(value / size, places)}{suffix}"


def _plain(value: Fraction, places: int) -> str:
    """A number with at most so many decimals, half away from zero."""
    number = Decimal(rounded(value * 10**places)).scaleb(-places)
    return f"{number.normalize():,f}" if number else "0"
