"""How fractions are written, and read without loss."""

import re
from fractions import Fraction

# Nobody means more digits than these, and int() refuses thousands.
_PART = r"[0-9]{1,40}(?:\.[0-9]{1,40})?"
_FORM = re.compile(rf"([+-])?(?:([0-9]{{1,40}}) +)?({_PART})(?: */ *({_PART}))?")


def parse_fraction(text: str) -> Fraction | None:
    """Exactly what ``5``, ``-0.25``, ``100/3`` or ``33 1/3`` says; None for all else.

    Raises ZeroDivisionError for what divides by zero.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None or (found[2] and not found[4]):
        return None
    sign, whole, above, below = found.groups()
    size = int(whole or 0) + Fraction(above) / Fraction(below or 1)
    return -size if sign == "-" else size
