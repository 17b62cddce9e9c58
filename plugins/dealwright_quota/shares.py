"""Dividing a figure: evenly, by weights, by history; the parts always sum to it."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from dealwright import InvalidValue, Money
from dealwright_quota.wording import _

Weights = Mapping[str, Fraction]
# Any currency will do: what is divided are minor units.
_CARRIER = "USD"


def divided(units: int, weights: Weights) -> dict[str, int]:
    """Units in proportion to weights, by largest remainder: of equal remainders the first name in order comes first.

    Raises `InvalidValue` for a negative weight, and where none is above zero.
    """
    names = sorted(weights)
    parts = Money(units, _CARRIER).allocate([weights[each] for each in names])
    return {name: part.minor for name, part in zip(names, parts, strict=True)}


def by_history(won: Mapping[str, int], without: str) -> dict[str, Fraction]:
    """Weights from what everybody reached before. ``without`` says what who reached nothing, or less, weighs: the
    ``average`` of the others, so that all weigh the same where nobody reached anything, or ``nothing``.

    Raises `InvalidValue` for ``refuse`` where somebody has no history, and for ``nothing`` where nobody has.
    """
    known = [each for each in won.values() if each > 0]
    lacking = sorted(name for name, each in won.items() if each <= 0)
    if lacking and (without == "refuse" or (without == "nothing" and not known)):
        raise InvalidValue(
            _("no history: {names}", names=", ".join(lacking)),
            _("use --method even or weight, or set without_history under [plugins.quota]"),
        )
    usual = Fraction(sum(known), len(known)) if known else Fraction(1)
    other = usual if without == "average" else Fraction(0)
    return {name: Fraction(each) if each > 0 else other for name, each in won.items()}


def stated(texts: tuple[str, ...]) -> dict[str, Fraction]:
    """Weights written as ``M-1=2``, several in one text with commas between them. Raises `InvalidValue`."""
    found: dict[str, Fraction] = {}
    for each in (part.strip() for text in texts for part in text.split(",")):
        name, __, weight = (part.strip() for part in each.rpartition("="))
        plain = weight.replace(".", "", 1)
        if not name or not (plain.isascii() and plain.isdigit()):
            raise InvalidValue(
                _("{each!r} is no weight", each=each), _("write REF=NUMBER, such as M-1=2 or M-2=1.5")
            )
        if name in found:
            raise InvalidValue(_("{name} has two weights", name=name))
        found[name] = Fraction(Decimal(weight))
    return found
