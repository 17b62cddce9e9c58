"""Values as texts for people, and how much room a text takes on a terminal."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dealwright.language import sdk as _
from dealwright_core.language import said, spoken
from dealwright_core.language.width import width_of
from dealwright_core.values import PPM, PPM_OF_A_POINT, Money, rounded

__all__ = [
    "RIGHT", "cell_text", "money_text", "percent_text", "points_text", "ratio_text", "shown", "value_text", "width_of",
]  # fmt: skip

RIGHT = ("integer", "money", "ratio", "points", "duration")


def shown(text: str) -> str:
    """A text that cannot break a line or steer the terminal: control characters are spelt out."""
    if text.isprintable():
        return text
    return "".join(_spelt(each) for each in text)


def _spelt(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return character.encode("unicode_escape").decode() if hidden and character != "\u200d" else character


def cell_text(value: Any, type: str = "text") -> str:
    """One value of a report for a person. Nothing known prints as nothing."""
    if value is None:
        return ""
    if type == "ratio":
        return percent_text(value)
    if type == "points":
        return f"{_points(value):,f}"
    if type == "integer":
        return f"{value:,}"
    if isinstance(value, Money):
        return money_text(value)
    if type == "duration":
        return said(_.counted(value, "{count} day", "{count} days"))
    return value_text(value)


def money_text(value: Money) -> str:
    """An amount with its currency, as the language that is spoken writes it."""
    write = spoken().written.get(Money)
    return f"{value.major:,f} {value.currency}" if write is None else write(value)


def percent_text(ppm: int) -> str:
    """Parts per million as percent with two decimals, half away from zero; JSON has all of it."""
    return f"{Decimal(rounded(Fraction(ppm, 100))).scaleb(-2):,f} %"


def value_text(value: Any) -> str:
    """A value that has no column to say its type."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return said(_("yes") if value else _("no"))
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={value_text(each)}" for name, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(value_text(each) for each in value)
    return said(value)


def points_text(value: int) -> str:
    """Ten-thousandths of a point as an exact decimal: 125000 is ``12.5``."""
    return f"{_points(value):f}"


def _points(value: int) -> Decimal:
    whole, part = divmod(value, PPM_OF_A_POINT)
    return Decimal(whole) if not part else (Decimal(value) / PPM_OF_A_POINT).normalize()


def ratio_text(ppm: int) -> str:
    """Parts per million as an exact decimal: 631500 is ``0.6315``."""
    exact = Decimal(ppm) / PPM
    return f"{exact.normalize():f}"
