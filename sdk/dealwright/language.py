"""The language of the command line, of pages and of charts: which one, and how amounts and days are written in it."""

import gettext
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dealwright_core.language import ENGLISH, Speech, Texts, language_of, languages, speaking
from dealwright_core.language.catalogues import folder_of

__all__ = ["LANG", "VARIABLE", "in_language", "language_asked", "sdk", "speech_of"]

sdk = Texts("dealwright")
_ = sdk

LANG, VARIABLE = "--lang", "DEALWRIGHT_LANG"
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def language_asked(given: str | None, environ: Mapping[str, str]) -> str:
    """The language of ``--lang``, else of DEALWRIGHT_LANG, else of the locale where it is one of ours, else English.

    Raises `UsageError` for one that was asked for by name and is not spoken.
    """
    for source, name in ((LANG, given), (VARIABLE, environ.get(VARIABLE))):
        if name:
            found = language_of(name)
            if found is None:
                raise _unknown(source, name)
            return found
    locale = next((environ[each] for each in LOCALE if environ.get(each)), "")
    return language_of(locale) or ENGLISH


def _unknown(source: str, name: str) -> Exception:
    from dealwright_core.errors import UsageError
    from dealwright_core.spelling import did_you_mean

    known = languages()
    return UsageError(
        _(
            "{source}: the language {name!r} is not spoken here{near}",
            source=source,
            name=name,
            near=did_you_mean(name, known),
        ),
        _("there is {known}", known=", ".join(known)),
    )


def speech_of(language: str) -> Speech:
    """The language with its way to write amounts and days, where the extra ``i18n`` is installed."""
    if language == ENGLISH:
        return Speech()
    try:
        import babel
    except ImportError:
        return Speech(language)
    return Speech(language, _written(babel.Locale.parse(language)))


def _written(locale: Any) -> Mapping[type, Callable[[Any], str]]:
    """How values look in a locale. Amounts are exact decimals there, too."""
    from datetime import date, datetime

    from babel.dates import format_date, format_datetime
    from babel.numbers import format_currency

    from dealwright_core.values import Money

    def money(value: Money) -> str:
        return format_currency(value.major, value.currency, locale=locale, decimal_quantization=False)

    def day(value: date) -> str:
        return format_date(value, "medium", locale=locale)

    def moment(value: datetime) -> str:
        return format_datetime(value, "medium", locale=locale)

    return {Money: money, date: day, datetime: moment}


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Say everything in a language meanwhile, also what click says, which asks gettext's domain of the process."""
    with speaking(speech_of(language)):
        if language == ENGLISH:
            yield
            return
        before = gettext.textdomain(), os.environ.get("LANGUAGE")
        os.environ["LANGUAGE"] = language
        gettext.bindtextdomain("click", folder_of("dealwright"))
        gettext.textdomain("click")
        try:
            yield
        finally:
            gettext.textdomain(before[0])
            if before[1] is None:
                del os.environ["LANGUAGE"]
            else:
                os.environ["LANGUAGE"] = before[1]
