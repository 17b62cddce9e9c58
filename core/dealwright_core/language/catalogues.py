"""Catalogues of translations: gettext's, one for each package and language, in its folder ``locale``."""

import gettext
import os
import sys
from functools import lru_cache

ENGLISH = "en"
FOLDER = "locale"


def folder_of(package: str) -> str | None:
    """The folder of a package's catalogues; None where it is not imported or is no folder."""
    file = getattr(sys.modules.get(package), "__file__", None)
    return os.path.join(os.path.dirname(file), FOLDER) if file else None  # noqa: PTH118, PTH120  # help does without pathlib


@lru_cache(maxsize=256)
def catalogue(package: str, language: str) -> gettext.NullTranslations | None:
    """The catalogue of a package, None where it has none for the language."""
    folder = None if language == ENGLISH else folder_of(package)
    if folder is None:
        return None
    try:
        return gettext.translation(package, folder, [language])
    except OSError:
        return None


def translated(template: str, package: str, language: str) -> str | None:
    """The translation of a template, None where there is none."""
    found = catalogue(package, language)
    if found is None or not template:
        return None
    text = found.gettext(template)
    return None if text == template else text


def translated_count(template: str, plural: str, count: int, package: str, language: str) -> str | None:
    """The same of a template with a plural."""
    found = catalogue(package, language)
    if found is None:
        return None
    text = found.ngettext(template, plural, count)
    return None if text in (template, plural) else text


def languages() -> tuple[str, ...]:
    """The languages that the platform speaks: English, and those that it has a catalogue for."""
    folder = folder_of(__name__.partition(".")[0]) or ""
    try:
        found = sorted(each for each in os.listdir(folder) if not each.startswith("_"))  # noqa: PTH208  # see above
    except OSError:
        found = []
    return (ENGLISH, *found)
