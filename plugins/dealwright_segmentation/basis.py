"""What a computed class is based on: kept as a short text with the class, and said in words."""

from datetime import date
from typing import Any

from dealwright import Money, joined
from dealwright_segmentation.scale import Scale
from dealwright_segmentation.wording import _


def of_value(scale: Scale, row: Any) -> str:
    """The figures of a value class, each with its score: ``last=2026-03-01:5 purchases=7:4 money=12000:5 total=14``."""
    figures = {"recency": ("last", row.last), "frequency": ("purchases", int(row.purchases)),
               "money": ("money", int(row.money)), "margin": ("margin", int(row.margin))}  # fmt: skip
    parts = [
        f"{name}={value}:{getattr(row, f'{each.name}_score')}"
        for each in scale.dimensions
        for name, value in [figures[each.name]]
    ]
    return " ".join([*parts, f"total={row.total}"]) if row.purchases else f"last={row.last}"


def of_behaviour(row: Any) -> str:
    """The figures of a behaviour class: ``purchases=7 ever=12``."""
    return f"purchases={int(row.purchases)} ever={row.ever}"


def in_words(basis: str | None, currency: str) -> str:
    """A basis for people; of none, nothing."""
    known = dict(part.partition("=")[::2] for part in (basis or "").split())
    said = [_in_words(name, *value.partition(":")[::2], currency) for name, value in known.items() if value]
    return joined(", ", said)


def _in_words(name: str, value: str, score: str, currency: str) -> str:
    said: str
    match name:
        case "last":
            said = _("last purchase {day}", day=date.fromisoformat(value))
        case "purchases":
            said = _.counted(
                int(value), "{count:,} purchase in the window", "{count:,} purchases in the window"
            )
        case "ever":
            said = _("{count:,} in all", count=int(value))
        case "money":
            said = _("{amount} bought", amount=Money(int(value), currency))
        case "margin":
            said = _("{amount} earned", amount=Money(int(value), currency))
        case _other:
            return _("score {total}", total=value)
    return _("{figure} (score {score})", figure=said, score=score) if score else said
