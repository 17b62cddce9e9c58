"""Schemes of the plugin commission as a plan names them: settings in TOML, and the curve that they make."""

from fractions import Fraction
from typing import Any

import dealwright_commission
from dealwright import Curve
from dealwright_core.config.document import Document
from dealwright_core.config.structure import structure

SCHEMES = {each.name: each for each in dealwright_commission.incentive_schemes()}


def read(scheme: str, text: str) -> tuple[Any, list[str]]:
    """The settings, and every mistake in them."""
    document, settings = Document.parse(text, "plan.toml"), SCHEMES[scheme].settings
    assert settings is not None
    terms, problems = structure(settings, document.data, document=document)
    return terms, sorted(map(str, problems))


def curve(scheme: str, text: str, quota: int | Fraction | None = None) -> Curve:
    """The curve of good settings for a quota."""
    terms, problems = read(scheme, text)
    assert problems == []
    return SCHEMES[scheme].curve(None if quota is None else Fraction(quota), terms)
