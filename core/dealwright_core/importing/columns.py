"""Readers: each turns the texts of a column into values, a whole column at a time.

A reader is a dict that fills itself: a text that came up before costs one look-up in C. It stays small by
forgetting all when it is full. A text that cannot be read becomes a `Wrong`, and the reader remembers that
there was one.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from attrs import frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.spelling import did_you_mean

REMEMBERED = 1 << 15
Key = Any  # a text, or a tuple of texts where a field reads several columns


@frozen
class Wrong:
    """Stands in a column for a value that cannot be read or may not be."""

    reason: str


class Reader(dict[Key, Any]):
    """Reads texts with `read` and remembers what they gave."""

    def __init__(self, read: Callable[[Key], Any]) -> None:
        super().__init__()
        self._read = read
        self.is_wrong = False

    def __missing__(self, text: Key) -> Any:
        try:
            value = self._read(text)
        except InvalidValue as error:
            self.is_wrong = True
            return Wrong(error.text)
        if len(self) >= REMEMBERED:
            self.clear()
        self[text] = value
        return value

    def column(self, texts: Iterable[Key]) -> list[Any]:
        """The values of a column. Where `is_wrong` is true afterwards, some of them are `Wrong`."""
        self.is_wrong = False
        return list(map(self.__getitem__, texts))


class PlainTexts(Reader):
    """Reads texts that stand for themselves, as refs and names do: nothing is looked up."""

    def __init__(self, blank: Any, *, strip: bool) -> None:
        super().__init__(lambda text: text or blank)
        self._blank, self._strip = blank, strip

    def column(self, texts: Iterable[Key]) -> list[Any]:
        """The texts, with `blank` for those that are empty."""
        found = list(map(str.strip, texts)) if self._strip else list(texts)
        self.is_wrong = False
        if "" not in found:
            return found
        self.is_wrong = type(self._blank) is Wrong
        return [text or self._blank for text in found]


class Amounts(Reader):
    """Reads amounts of one currency as whole minor units; an amount of another one stays `Money`.

    Columns in which all amounts are written with plain digits, and all to the same place, are read at once.
    What is neither that nor plain digits is left to `read`, which knows every form.
    """

    def __init__(self, read: Callable[[Key], Any], digits: int) -> None:
        super().__init__(read)
        self._digits = digits
        fraction = rf"\.[0-9]{{{digits}}}" if digits else ""
        self._alike = re.compile(rf"(?:[0-9]{{1,15}}+{fraction}\n)*+")

    def column(self, texts: Iterable[Key]) -> list[Any]:
        """The values of a column, as `Reader.column` gives them."""
        found = list(texts)
        joined = "\n".join(found) + "\n"
        # A cell that holds a line feed would count as two.
        if found and self._alike.fullmatch(joined) and joined.count("\n") == len(found):
            self.is_wrong = False
            return list(map(int, joined.replace(".", "").split("\n")[:-1]))
        return super().column(found)

    def __missing__(self, text: Key) -> Any:
        whole, _, fraction = text.partition(".")
        plain = (
            whole.isdigit() and len(whole) < 15 and text.isascii() and (fraction.isdigit() or not fraction)
        )
        if not plain or len(fraction) > self._digits:
            return super().__missing__(text)
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[text] = int(whole + fraction.ljust(self._digits, "0"))
        return value


@frozen
class Words:
    """The texts that a field may have, as people write them: by name or by title, in any case."""

    names: dict[str, str]
    shown: tuple[str, ...]
    what: ClassVar[str] = _("is not one of")

    @classmethod
    def of(cls, names: Sequence[str], titles: Iterable[tuple[str, str]] = ()) -> "Words":
        """Words for these names, each with its title where it has one."""
        spelt = {title.casefold(): name for name, title in titles if name in names}
        spelt |= {name.casefold(): name for name in names}
        return cls(spelt, tuple(names))

    def read(self, text: str) -> str:
        """The name that a text means. Raises InvalidValue with the nearest."""
        name = self.names.get(text.strip().casefold())
        if name is None:
            hint = did_you_mean(text, self.shown)
            raise InvalidValue(joined("", (repr(text), " ", self.what, " ", joined(", ", self.shown), hint)))
        return name


def wrong_in(column: Iterable[Any]) -> dict[int, str]:
    """The positions of what is `Wrong`, with the reasons."""
    return {at: value.reason for at, value in enumerate(column) if type(value) is Wrong}
