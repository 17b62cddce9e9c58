"""How wide a text will be, estimated on the safe side: no font is known here, and none may let texts overlap."""

import unicodedata
from collections.abc import Iterable

from dealwright.tables.texts import shown

SIZE = 13
ELLIPSIS = "…"
NARROW = 500
# Thousandths of the size of the letters, after the widest of the usual fonts.
CLASSES = ((" ijlI.,:;'|!`", 360), ('frt()[]{}/\\-"*', 480), ("mwMW@%&—…", 1000), ("0123456789", 640))
WIDTHS = {letter: width for letters, width in CLASSES for letter in letters}
NONE, LOWER, UPPER, OTHER, WIDE, PICTURE = 0, 650, 800, 820, 1020, 1450


def length(text: str, size: int = SIZE) -> int:
    """The pixels that a text takes at most, in letters of a size."""
    return -(-sum(map(_width, text)) * size // 1000)


def fitted(text: str, room: int, size: int = SIZE) -> str:
    """The text on one line, shortened by an ellipsis to the pixels there are."""
    plain = shown(text)
    if length(plain, size) <= room:
        return plain
    left, kept = room - length(ELLIPSIS, size), 0
    for letter in plain:
        left -= length(letter, size)
        if left < 0:
            break
        kept += 1
    return f"{plain[:kept].rstrip()}{ELLIPSIS}"


def names(texts: Iterable[str], width: int) -> list[str]:
    """The texts, shortened to what the names of rows may take of a chart of this width."""
    return [fitted(each, width * (38 if width < NARROW else 32) // 100) for each in texts]


def _width(letter: str) -> int:
    if letter in WIDTHS:
        return WIDTHS[letter]
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf"):
        return NONE
    if category == "So":
        return PICTURE
    if unicodedata.east_asian_width(letter) in "WF":
        return WIDE
    if letter.isascii():
        return UPPER if letter.isupper() else LOWER
    return OTHER
