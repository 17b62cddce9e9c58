"""How much room a text takes where every column is as wide as a Latin letter."""

import unicodedata


def width_of(text: str) -> int:
    """Columns of a terminal that a text takes: two for a wide East Asian character, none for an accent."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
