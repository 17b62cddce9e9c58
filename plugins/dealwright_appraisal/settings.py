"""What a deployment may say of appraisals: forms, each with its parts, their weights and its grades."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from attrs import field, frozen

from dealwright import PPM, InvalidValue, about
from dealwright_appraisal.wording import _

Peers = Literal["all", "team", "role"]
Ties = Literal["best", "worst", "mean"]
PARTS = ("target", "ranking", "attitude")


def _share(_instance: Any, _attribute: Any, value: int) -> None:
    if not 0 <= value <= PPM:
        raise InvalidValue(_("a weight is from 0 % to 100 %"))


def _less_than_half(_instance: Any, _attribute: Any, value: int) -> None:
    if not 0 <= value < PPM // 2:
        raise InvalidValue(_("from each end less than 50 % is trimmed, and not less than 0 %"))


def _at_least(least: int) -> Any:  # an attrs validator, which has no type of its own
    def check(_instance: Any, _attribute: Any, value: int) -> None:
        if value < least:
            raise InvalidValue(_("has to be {least} or more, not {value}", least=least, value=value))

    return check


@frozen(kw_only=True)
class Weights:
    """What each part is of the whole; together they are 100 %. A part that is left out does not count."""

    target: int = field(default=0, metadata=about(ratio=True), validator=_share)
    ranking: int = field(default=0, metadata=about(ratio=True), validator=_share)
    attitude: int = field(default=0, metadata=about(ratio=True), validator=_share)


@frozen(kw_only=True)
class Ranking:
    """Who is compared with whom, what equals get, and the size below which nobody is ranked."""

    peers: Peers = "all"
    ties: Ties = "best"
    minimum: int = field(default=5, validator=_at_least(2))


@frozen(kw_only=True)
class Attitude:
    """The rubric: criteria with their weights, how many have to rate each, what is trimmed at each end, and the roles
    that rate; without any everybody may be asked.
    """

    criteria: Mapping[str, int] = field(
        factory=lambda: dict.fromkeys(("proactivity", "responsibility", "teamwork"), 1)
    )
    minimum: int = field(default=3, validator=_at_least(1))
    trim: int = field(default=0, metadata=about(ratio=True), validator=_less_than_half)
    raters: tuple[str, ...] = ()


@frozen(kw_only=True)
class FormTable:
    """``[plugins.appraisal.forms.NAME]``. A grade is given from its points on; 100 points are 100 %."""

    scheme: str
    weights: Weights = Weights(target=PPM)
    grades: Mapping[str, Fraction] = field(factory=dict)
    ranking: Ranking = Ranking()
    attitude: Attitude = field(factory=Attitude)


@frozen(kw_only=True)
class Settings:
    """``[plugins.appraisal]``."""

    forms: Mapping[str, FormTable] = field(factory=dict)
