"""Schemes of a plugin as a plan names them, and the sums that a page about them shows."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Self

from attrs import frozen

from dealwright import Curve, IncentiveScheme
from dealwright_core.config.document import Document
from dealwright_core.config.structure import structure

# The sums that a reader checks: numbers, percent, + - × / and parentheses.
SUM = re.compile(r"[-0-9.,% +×/()]+")


@frozen
class Schemes:
    """The schemes of a plugin by name: settings in TOML, and the curve that they make."""

    by_name: Mapping[str, IncentiveScheme]

    @classmethod
    def of(cls, schemes: Iterable[IncentiveScheme]) -> Self:
        """Those that a plugin contributes."""
        return cls({each.name: each for each in schemes})

    def read(self, scheme: str, text: str) -> tuple[Any, list[str]]:
        """The settings, and every mistake in them."""
        document, settings = Document.parse(text, "plan.toml"), self.by_name[scheme].settings
        assert settings is not None
        terms, problems = structure(settings, document.data, document=document)
        return terms, sorted(map(str, problems))

    def curve(self, scheme: str, text: str, quota: int | Fraction | None = None) -> Curve:
        """The curve of good settings for a quota."""
        terms, problems = self.read(scheme, text)
        assert problems == []
        return self.by_name[scheme].curve(None if quota is None else Fraction(quota), terms)


def check_inverse(curve: Curve, amount: Fraction) -> None:
    """What is due is reached at the inverse and not before, in whole steps."""
    least = curve.invert(amount, step=1)
    if least is not None:
        assert curve.due(least) >= amount
    assert all(curve.due(each) < amount for each in range(400 if least is None else min(int(least), 400)))


def check_exact(curve: Curve, position: Fraction) -> None:
    """Every number is a fraction."""
    assert type(curve.due(position)) is Fraction
    for each in curve.pieces:
        assert {type(each.value), type(each.slope), type(each.start.at)} == {Fraction}


def careless(value: float) -> Any:
    """A float where none may be, hidden from whoever checks types."""
    return value


def number(text: str) -> Fraction:
    """A number as a page has it: ``1,250.5``, and ``80 %`` as 0.8."""
    digits = text.strip().replace(",", "")
    return Fraction(digits.removesuffix(" %")) / (100 if digits.endswith("%") else 1)


def is_sum(text: str) -> bool:
    """Whether a reader can calculate it; a ratio alone is none."""
    return bool(SUM.fullmatch(text.strip())) and not text.strip().endswith("%")


def calculated(text: str) -> Fraction:
    """A sum as it is written, with percent in place."""
    exact = re.sub(r"([0-9.]+) %", r"(\1 / 100)", text.replace(",", "").replace("×", "*"))
    exact = re.sub(r"[0-9.]+", lambda found: f"Fraction('{found[0]}')", exact)
    value: Fraction = eval(exact, {"Fraction": Fraction})
    return value
