"""Exact ratios that were written in percent."""

from fractions import Fraction
from typing import Self

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values.fraction import parse_fraction


class Percent(Fraction):
    """A fraction that somebody wrote in percent: ``5 %`` is a twentieth, and not the number 0.05.

    It calculates as a fraction. Where both a number and a share of something may stand, such as an amount and an
    attainment, its type says which one is meant. ``Percent(1)`` is 100 %.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Exactly what ``5 %``, ``-0.25 %``, ``100/3 %`` or ``33 1/3 %`` says. Raises InvalidValue for all else."""
        plain = text.rstrip()
        try:
            found = parse_fraction(plain[:-1]) if plain.endswith("%") else None
        except ZeroDivisionError:
            found = None
        if found is None:
            raise InvalidValue(_("{text!r} is not in percent", text=text), _("write it as '5 %'"))
        return cls(found / 100)
