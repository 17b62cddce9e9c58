"""What a deployment may say of qualification: its gate, and the points of every answer."""

from typing import Any, Literal

from attrs import field, frozen

from dealwright import InvalidValue
from dealwright_qualification.wording import _

Level = Literal["block", "warn"]


def _at_least_zero(_instance: Any, _attribute: Any, value: int) -> None:
    if value < 0:
        raise InvalidValue(
            _("what speaks for a customer has points of 0 or more, not {points}", points=value)
        )


def _at_most_zero(_instance: Any, _attribute: Any, value: int) -> None:
    if value > 0:
        raise InvalidValue(
            _("what speaks against a customer has points of 0 or less, not {points}", points=value)
        )


@frozen(kw_only=True)
class Points:
    """What the two answers to a condition are worth; unknown says nothing."""

    yes: int = field(validator=_at_least_zero)
    no: int = field(validator=_at_most_zero)


@frozen(kw_only=True)
class Conditions:
    """The points of the three conditions."""

    need: Points = Points(yes=20, no=-20)
    purchasing_power: Points = Points(yes=20, no=-15)
    authority: Points = Points(yes=20, no=-10)


@frozen(kw_only=True)
class Bad:
    """The points of the seven bad traits (七类不良客户), where a customer has them."""

    only_inquires: int = field(default=-15, validator=_at_most_zero)
    haggles: int = field(default=-5, validator=_at_most_zero)
    pays_late: int = field(default=-10, validator=_at_most_zero)
    changes_requirements: int = field(default=-5, validator=_at_most_zero)
    breaks_commitments: int = field(default=-10, validator=_at_most_zero)
    plays_suppliers_off: int = field(default=-5, validator=_at_most_zero)
    wants_free_work: int = field(default=-5, validator=_at_most_zero)


@frozen(kw_only=True)
class Golden:
    """The points of the seven golden traits (七类黄金客户), where a customer has them."""

    urgent_need: int = field(default=10, validator=_at_least_zero)
    has_budget: int = field(default=10, validator=_at_least_zero)
    decision_maker_accessible: int = field(default=10, validator=_at_least_zero)
    trusts_expertise: int = field(default=5, validator=_at_least_zero)
    pays_on_time: int = field(default=10, validator=_at_least_zero)
    refers_others: int = field(default=5, validator=_at_least_zero)
    plans_long_term: int = field(default=5, validator=_at_least_zero)


@frozen(kw_only=True)
class Stages:
    """The stage from which on each condition has to be met; one that is left out need not be."""

    need: str | None = None
    purchasing_power: str | None = None
    authority: str | None = None


@frozen(kw_only=True)
class Settings:
    """``[plugins.qualification]``.

    ``gate`` is the stage from which on all three conditions have to be met, or a table with a stage for each; without
    it nothing is blocked. ``unknown`` says whether a condition of which nothing is known blocks, or warns only.
    """

    gate: str | Stages | None = None
    unknown: Level = "block"
    conditions: Conditions = Conditions()
    bad: Bad = Bad()
    golden: Golden = Golden()
