"""What the extra `quality` adds: names that are nearly the same, and tax ids that cannot be right.

Its libraries are imported when they are asked for, and nothing here is asked for where they are missing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Final, cast

from attrs import frozen

from dealwright_core.language import core as _

# A name is compared with so many that follow it in the order of the alphabet, and of the alphabet read backwards.
WINDOW: Final = 10
CHINESE_LENGTH: Final = 18
EUROPEAN: Final = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()
)


@frozen
class Near:
    """Two records with nearly the same name: ``score`` is from 0, nothing in common, to 100, the same."""

    one: int
    other: int
    score: float


def is_installed() -> bool:
    """Whether the libraries of the extra are there."""
    return find_spec("rapidfuzz") is not None and find_spec("stdnum") is not None


def near_names(names: Mapping[int, str], lowest: int) -> list[Near]:
    """The pairs of records, given as the normal forms of their names by id, whose score is ``lowest`` or more.

    The score is the normalised similarity by insertions and deletions, 100 (1 - distance / both lengths) (rapidfuzz's
    ``ratio``). A pair whose names differ both at their beginning and at their end may be missed: not all pairs are
    looked at.
    """
    ratio = cast(
        Callable[..., float], import_module("rapidfuzz.fuzz").ratio
    )  # imported by name: its type is unknown
    found: dict[tuple[int, int], float] = {}
    for step in (1, -1):
        by_name = sorted((form[::step], id) for id, form in names.items())
        for one, other in _neighbours([id for __, id in by_name]):
            pair = (min(one, other), max(one, other))
            if pair not in found and names[one] != names[other]:
                found[pair] = ratio(names[one], names[other], score_cutoff=lowest)
    return [Near(*pair, score) for pair, score in sorted(found.items()) if score >= lowest]


def _neighbours(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    for at, one in enumerate(ids):
        for other in ids[at + 1 : at + 1 + WINDOW]:
            yield one, other


def wrong_tax_id(form: str) -> str | None:
    """Which kind of number a tax id, in its normal form, looks like without being a valid one; None for one that is
    valid or of a kind not known here.

    Known are VAT numbers of the European Union with their country, and unified social credit codes of China.
    """
    if form[:2] in EUROPEAN and form[2:3].isdigit():
        return None if _is_valid("stdnum.eu.vat", form) else _("no valid VAT number")
    if len(form) == CHINESE_LENGTH and form[:1].isalnum() and form[2:8].isdigit():
        return None if _is_valid("stdnum.cn.uscc", form) else _("no valid unified social credit code")
    return None


def _is_valid(module: str, number: str) -> bool:
    return bool(import_module(module).is_valid(number))
