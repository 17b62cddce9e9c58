"""Ratios in whole parts per million: 25 % is 250,000."""

from decimal import Decimal
from fractions import Fraction

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values.money import LARGEST
from dealwright_core.values.notation import read_scaled, written
from dealwright_core.values.rounding import Exact, as_fraction

PPM = 1_000_000
# An attainment of 100 % is 100 points: one part per million is a ten-thousandth of a point.
PPM_OF_A_POINT = PPM // 100
_HOLDER = _("a ratio (kept in millionths)")


def parse_ppm(value: str | Exact) -> int:
    """Parts per million of `25 %`, `0.25`, `1/4`, or an exact number; `1` is the whole, 1,000,000.

    Raises InvalidValue for floats, and for what is finer than one millionth: nothing is rounded.
    """
    ppm = _read(value.strip()) if isinstance(value, str) else _whole(as_fraction(value), value)
    if not -LARGEST <= ppm <= LARGEST:
        raise InvalidValue(_("the ratio {value} is out of range", value=value))
    return ppm


def format_ppm(ppm: int) -> str:
    """`ppm` parts per million in percent, in full: 250,000 is `25 %`, 333,333 is `33.3333 %`."""
    text = written(ppm, 4).rstrip("0").rstrip(".")
    return f"{text} %"


def _read(text: str) -> int:
    if text.endswith("%"):
        return read_scaled(text[:-1].rstrip(), 4, _("{holder} in percent", holder=_HOLDER))
    if "/" in text:
        above, below = (read_scaled(part.strip(), 0, _("each part of a fraction")) for part in _halves(text))
        if below == 0:
            raise InvalidValue(_("{text!r} divides by zero", text=text))
        return _whole(Fraction(above, below), text)
    return read_scaled(text, 6, _HOLDER)


def _halves(text: str) -> tuple[str, str]:
    above, _, below = text.partition("/")
    return above, below


def _whole(exact: Fraction, shown: str | int | Fraction | Decimal) -> int:
    ppm = exact * PPM
    if ppm.denominator != 1:
        raise InvalidValue(
            _("{shown} is finer than one millionth", shown=shown),
            _("write it as a decimal with at most 6 digits"),
        )
    return ppm.numerator
