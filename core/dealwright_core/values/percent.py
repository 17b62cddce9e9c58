"""Exact ratios that were written in percent."""

import re
from fractions import Fraction
from typing import Self

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _

# Nobody means more digits than these, and int() refuses thousands.
_FORM = re.compile(r"([+-]?[0-9]{1,40})(?:\.([0-9]{1,40})|\s*/\s*([0-9]{1,40}))?\s*%")


class Percent(Fraction):
    """A fraction that somebody wrote in percent: ``5 %`` is a twentieth, and not the number 0.05.

    It calculates as a fraction. Where both a number and a share of something may stand, such as an amount and an
    attainment, its type says which one is meant. ``Percent(1)`` is 100 %.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Exactly what ``5 %``, ``-0.25 %`` or ``100/3 %`` says. Raises InvalidValue for all else."""
        found = _FORM.fullmatch(text.strip())
        if found is None or not int(found[3] or 1):
            raise InvalidValue(_("{text!r} is not in percent", text=text), _("write it as '5 %'"))
        whole, decimals, below = found.groups()
        number = Fraction(int(whole), int(below)) if below else Fraction(f"{whole}.{decimals or 0}")
        return cls(number / 100)
