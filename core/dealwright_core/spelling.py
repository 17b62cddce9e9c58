"""Suggestions for misspelt names."""

from collections.abc import Iterable
from difflib import get_close_matches

from dealwright_core.language import core as _


def closest(word: str, choices: Iterable[str]) -> str | None:
    """The one of `choices` that `word` was most likely meant to be, or None when nothing is near.

    Case does not count; of choices equally near, the first in alphabetical order is taken.
    """
    spelt = {choice.casefold(): choice for choice in sorted(choices, reverse=True)}
    near = get_close_matches(word.casefold(), sorted(spelt), n=1, cutoff=0.6)
    return spelt[near[0]] if near else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The end of a message: `, did you mean 'x'?`, or nothing when no choice is near."""
    near = closest(word, choices)
    return _(", did you mean {near!r}?", near=near) if near is not None else ""
