"""Messages in the language of whoever reads them. ``core`` makes those of the core."""

from dealwright_core.language.catalogues import ENGLISH, languages
from dealwright_core.language.speaking import (
    Speech,
    know,
    label,
    language_of,
    said,
    speaking,
    spoken,
)
from dealwright_core.language.text import Joined, Message, Text, Texts, Titled, Told, joined

__all__ = [
    "ENGLISH", "Joined", "Message", "Speech", "Text", "Texts", "Titled", "Told", "core", "joined", "know", "label",
    "language_of", "languages", "said", "speaking", "spoken",
]  # fmt: skip

core = Texts("dealwright_core")
