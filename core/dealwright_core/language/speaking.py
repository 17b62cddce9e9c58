"""The language of whoever reads, and messages in it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, NamedTuple

from dealwright_core.language.catalogues import ENGLISH, languages, translated, translated_count
from dealwright_core.language.text import Joined, Message, Text, Titled

_PACKAGES: list[str] = ["dealwright_core", "dealwright"]
# What stands between messages in Chinese for what stands there in English.
_MARKS = {"zh": {", ": "、", "; ": "；", " and ": "和", " or ": "或"}}


class Speech(NamedTuple):
    """A language, and how values of some types are written in it: all others by `str`."""

    language: str = ENGLISH
    written: Mapping[type, Callable[[Any], str]] = MappingProxyType({})


PLAIN = Speech()
_SPEECH: ContextVar[Speech] = ContextVar("dealwright_speech", default=PLAIN)


def spoken() -> Speech:
    """How things are said here and now."""
    return _SPEECH.get()


@contextmanager
def speaking(speech: Speech | str) -> Iterator[None]:
    """Say things in this language meanwhile."""
    token = _SPEECH.set(Speech(speech) if isinstance(speech, str) else speech)
    try:
        yield
    finally:
        _SPEECH.reset(token)


def know(package: str) -> None:
    """Let `label` look into the catalogue of a package, too: that of a plugin has the titles of what it contributes."""
    if package not in _PACKAGES:
        _PACKAGES.append(package)


def said(value: Any) -> str:
    """A message in the language of whoever reads; what is no message as `str` has it."""
    speech = _SPEECH.get()
    return str(value) if speech is PLAIN else _said(value, speech)


def label(title: str) -> str:
    """A title in the language of whoever reads: of a column, a field, a kind of record, or a docstring.

    Titles are plain texts, which the catalogue of some package translates; those of none are said as they are.
    """
    speech = _SPEECH.get()
    if isinstance(title, Message):
        return said(title)
    if speech.language == ENGLISH:
        return title
    found = (translated(title, package, speech.language) for package in _PACKAGES)
    return next((each for each in found if each is not None), title)


def _said(value: Any, speech: Speech) -> str:
    if isinstance(value, Text):
        return _rendered(value, speech)
    if isinstance(value, Titled):
        return value if speech.language == ENGLISH else label(value.called)
    if isinstance(value, Joined):
        marks = _MARKS.get(speech.language.partition("_")[0], {})
        return marks.get(value.separator, value.separator).join(_said(each, speech) for each in value.parts)
    text = getattr(value, "text", None)
    if isinstance(text, Message):
        return _said(text, speech)
    write = speech.written.get(type(value))
    return str(value) if write is None else write(value)


def _rendered(text: Text, speech: Speech) -> str:
    template = (
        translated(text.template, text.package, speech.language)
        if text.number is None
        else translated_count(text.template, text.plural, text.number, text.package, speech.language)
    )
    if template is None:
        template = text.template if text.number in (None, 1) else text.plural
    if not text.values:
        return template
    values = {name: _value(each, speech) for name, each in text.values.items()}
    try:
        return template.format(**values)
    except (LookupError, ValueError):  # a wrong translation must not hide the message
        return str(text)


def _value(value: Any, speech: Speech) -> Any:
    """A value to put into a template: what it can be formatted by stays what it is."""
    known = isinstance(value, Message | BaseException) or type(value) in speech.written
    if known or isinstance(getattr(value, "text", None), Message):
        return _said(value, speech)
    return value


def language_of(name: str) -> str | None:
    """The language that a name such as ``zh-CN``, ``zh_CN.UTF-8`` or ``zh`` means; None for one not spoken."""
    plain = name.partition(".")[0].partition("@")[0].replace("-", "_")
    if plain.casefold() in ("c", "posix") or plain.casefold().partition("_")[0] == ENGLISH:
        return ENGLISH
    spelt = {each.casefold(): each for each in languages()}
    return spelt.get(_SPELT.get(plain.casefold(), plain.casefold()))


_SPELT = {"zh": "zh_cn", "zh_hans": "zh_cn", "zh_hans_cn": "zh_cn", "zh_sg": "zh_cn", "zh_hans_sg": "zh_cn"}
