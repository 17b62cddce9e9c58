"""The texts by which a person is known, such as a name or a phone number: found wherever they stand."""

import json
import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from attrs import frozen

ERASED = "erased"
SHORTEST = 2
# Scripts without spaces between words begin here: a name may stand right beside other characters.
FIRST_WITHOUT_SPACES = 0x2E80
LIKE_ESCAPE = "/"
_HEX = re.compile(r"\\u[0-9a-f]{4}")
BESIDE = r"[^\W\u2e80-\U0010ffff]"


@frozen
class Words:
    """Texts as they were written. They count as whole words, in upper and lower case."""

    texts: tuple[str, ...]

    @property
    def searched(self) -> tuple[str, ...]:
        """Those that are long enough to be looked for."""
        return tuple(each for each in self.texts if len(each) >= SHORTEST)

    @property
    def forms(self) -> set[str]:
        """The same as they may stand in a file of the database, also in JSON."""
        return {form for each in self.searched for form in (each, json.dumps(each)[1:-1])}

    def stand_in(self, text: str | None) -> bool:
        """Whether one of them stands in a text."""
        return text is not None and any(_pattern(each).search(text) for each in self.searched)

    def taken_out(self, text: str) -> str:
        """A text without them."""
        for each in self.searched:
            text = _pattern(each).sub(ERASED, text)
        return text

    def taken_out_of(self, value: Any) -> Any:
        """A JSON value without them."""
        if isinstance(value, str):
            return self.taken_out(value)
        if isinstance(value, list):
            return [self.taken_out_of(each) for each in value]
        if isinstance(value, dict):
            return {self.taken_out(name): self.taken_out_of(each) for name, each in value.items()}
        return value

    def may_stand_in(
        self, *columns: "sa.ColumnElement[str]", escaped: bool | None = None
    ) -> "sa.ColumnElement[bool]":
        """A condition that is true for every row in which one stands. ``escaped`` says that a column holds JSON, all
        of it in ASCII (True) or not (False).
        """
        patterns = [_like(each, escaped=escaped) for each in self.searched]
        ways = (
            sa.func.lower(column).like(pattern, escape=LIKE_ESCAPE)
            for column in columns
            for pattern in patterns
        )
        return sa.or_(sa.false(), *ways)


def _like(text: str, *, escaped: bool | None) -> str:
    """A pattern in small letters for a text anywhere. Databases tell upper and lower case of letters beyond ASCII
    apart, so any character may stand in the place of one.
    """
    written = "".join(_like_one(each, escaped=escaped) for each in text)
    return f"%{written}%"


def _like_one(character: str, *, escaped: bool | None) -> str:
    has_case = not character.isascii() and character.lower() != character.upper()
    if escaped is not None:
        character = json.dumps(character, ensure_ascii=escaped)[1:-1]
    if has_case:
        return _HEX.sub(r"\\u____", character) if escaped else "_"
    return re.sub(f"([%_{LIKE_ESCAPE}])", rf"{LIKE_ESCAPE}\1", character.lower())


def words_of(texts: Iterable[str]) -> Words:
    """The words of some texts. The longest come first: a name that is part of another one leaves nothing of it."""
    told = {each.strip() for each in texts} - {"", ERASED}
    return Words(tuple(sorted(told, key=lambda text: (-len(text), text))))


def _pattern(text: str) -> "re.Pattern[str]":
    before = f"(?<!{BESIDE})" if _is_spaced(text[0]) else ""
    after = f"(?!{BESIDE})" if _is_spaced(text[-1]) else ""
    return re.compile(f"{before}{re.escape(text)}{after}", re.IGNORECASE)


def _is_spaced(character: str) -> bool:
    return character.isalnum() and ord(character) < FIRST_WITHOUT_SPACES
