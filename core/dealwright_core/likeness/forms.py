"""Normal forms: what is left of a name or a number without everything in which people spell the same differently."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from dealwright_core.likeness.legal import (
    BEGINNINGS,
    ENDINGS,
    HEADS,
    JOINERS,
    LONGEST_BEGINNING,
    LONGEST_ENDING,
    NO_NAME,
    NO_NUMBER,
    TAILS,
)

# Raise it with every change of what these functions return: the next upgrade then makes the stored forms anew.
EDITION: Final = 2

# Letters that Unicode does not take apart into a plain one and its accent.
PLAIN: Final = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
ACCENTS: Final = range(0x300, 0x370)
# Unicode categories of what words consist of: letters, numbers, and the marks of scripts that need them.
IN_WORDS: Final = "LNM"
ASCII_WORD: Final = re.compile("[a-z0-9]+")
# Where a Latin word follows signs of Chinese, Japanese or Korean, whether or not there is a space.
LATIN_BEGINS: Final = re.compile("(?<=[\u3040-\u9fff\uac00-\ud7af])(?=[a-z])")


def name_form(name: str) -> str:
    """A name in small letters and digits alone, without accents and legal form, so that its spellings have one form.

    A name of nothing but signs keeps them. The form of a form is itself.
    """
    return _settled(_bare_name, name)


def number_form(number: str) -> str | None:
    """The letters, as capitals, and the digits of a number; None for one that says that there is none."""
    form = _settled(_bare_number, number)
    return None if form in NO_NUMBER or len(set(form)) < 2 else form


def forms_of(fields: Collection[str], label: str, values: Sequence[Any]) -> Mapping[str, str]:
    """The normal forms of some fields by their names: that of a name for the field ``label``, else that of a number.

    A field without a value, or without anything to compare, has none.
    """
    found = {
        field: forms_of_column([value], is_name=field == label)[0]
        for field, value in zip(fields, values, strict=True)
    }
    return {field: form for field, form in found.items() if form}


def forms_of_column(values: Sequence[str | None], *, is_name: bool) -> list[str | None]:
    """The normal forms of many values of one field, None for those that are not compared."""
    if not is_name:
        return [None if value is None else number_form(value) for value in values]
    forms = [None if value is None else name_form(value) for value in values]
    return [None if form in NO_NAME or not form else form for form in forms]


def reasons(label: str, one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """The fields in which two records with these forms are alike; none where they are two different ones.

    A number in common is enough. A name in common is, where no number says otherwise that both have.
    """
    numbers = [field for field in one if field != label and field in other]
    same = [field for field in numbers if one[field] == other[field]]
    if label in one and one[label] == other.get(label) and (same or not numbers):
        same.append(label)
    return tuple(same)


def digest(field: str, form: str) -> int:
    """A normal form of a field as a signed number of 64 bits, by which it is stored, found and locked."""
    hashed = blake2b(f"{field}\0{form}".encode(errors="surrogatepass"), digest_size=8)
    return int.from_bytes(hashed.digest(), "big", signed=True)


def _settled(step: Callable[[str], str], text: str) -> str:
    """What a step makes of a text once it changes nothing any more: each one only takes away or makes plainer."""
    form = step(text)
    while not form.isascii() and (again := step(form)) != form:  # one word of plain letters stays as it is
        form = again
    return form


def _bare_name(name: str) -> str:
    words = _words(name)
    if not words:
        return "".join(unicodedata.normalize("NFKC", name).casefold().split())
    words = [each for each in words if each not in JOINERS] or words
    while (shorter := _without_legal_form(words)) != words:
        words = shorter
    return "".join(words)


def _bare_number(number: str) -> str:
    return "".join(_words(number)).upper()


def _words(text: str) -> list[str]:
    if text.isascii():
        return ASCII_WORD.findall(text.lower())
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    taken_apart = taken_apart.replace("\u0438\u0306", "\u0439")  # another letter, and no accent
    folded = unicodedata.normalize("NFKC", taken_apart.translate(_SIGNS))
    return LATIN_BEGINS.sub(" ", folded).split()


def _without_legal_form(words: list[str]) -> list[str]:
    """The same words without one legal form at their end or beginning. Something is always left."""
    most = len(words) - 1
    for count in range(min(LONGEST_ENDING, most), 0, -1):
        if "".join(words[-count:]) in ENDINGS:
            return words[:-count]
    for count in range(min(LONGEST_BEGINNING, most), 0, -1):
        if "".join(words[:count]) in BEGINNINGS:
            return words[count:]
    first, last = words[0], words[-1]
    if not most and (first in TAILS or first in HEADS):
        return words
    if not last.isascii() and (tail := next(filter(last.endswith, TAILS), "")):
        return [*words[:-1], *filter(None, [last.removesuffix(tail)])]
    if not first.isascii() and (head := next(filter(first.startswith, HEADS), "")):
        return [*filter(None, [first.removeprefix(head)]), *words[1:]]
    return words


class _Signs(dict[int, str]):
    """What becomes of each character of a text that was taken apart."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if code in ACCENTS:
            found = ""
        elif unicodedata.category(sign)[0] in IN_WORDS:
            found = PLAIN.get(sign, sign)
        else:
            found = " "
        self[code] = found
        return found


_SIGNS: Final = _Signs()
