"""A payout curve in plain words, every number exact."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor

from dealwright_core.incentives.pieces import Bound, Kind, Piece
from dealwright_core.language import core as _


def number(value: Fraction) -> str:
    """A number for a person, in full: ``1,250.5``, and ``33 1/3`` where decimals have no end."""
    whole, rest = divmod(abs(value), 1)
    sign = "-" if value < 0 else ""
    if (decimals := _decimals(rest)) is not None:
        return f"{sign}{whole:,}{decimals}"
    return f"{sign}{whole:,} {rest}" if whole else f"{sign}{rest}"


def plain(value: Fraction) -> str:
    """A number for a program, in full: ``1250.5``, and ``100/3`` where decimals have no end."""
    whole, rest = divmod(abs(value), 1)
    decimals = _decimals(rest)
    return str(value) if decimals is None else f"{'-' if value < 0 else ''}{whole}{decimals}"


def percent(rate: Fraction) -> str:
    """A rate in percent: ``5 %``."""
    return f"{number(rate * 100)} %"


def attained(ratio: Fraction) -> str:
    """What is attained in percent, rounded down to two decimals, so that only what is reached reads as reached."""
    return percent(Fraction(floor(ratio * 10_000), 10_000))


def lines(pieces: Sequence[Piece], kind: Kind) -> Iterator[str]:
    """One line a piece: where it holds, and what it pays."""
    ends = [*(each.start for each in pieces[1:]), None]
    pays = _pay if kind == "pay" else _rate
    for at, (piece, end) in enumerate(zip(pieces, ends, strict=True)):
        where = _where(None if at == 0 else piece.start, end)
        yield _("{where}: {pays}", where=where, pays=pays(piece, end))


def _where(start: Bound | None, end: Bound | None) -> str:
    if start is None:
        return _("always") if end is None else _to(end)
    if end is None:
        return starting(start)
    if start.at == end.at:
        return _("at {number}", number=number(start.at))
    if end.over:
        return _("{start} up to {number}", start=starting(start), number=number(end.at))
    return _("{start} to below {number}", start=starting(start), number=number(end.at))


def starting(start: Bound) -> str:
    """From where on a piece holds."""
    if start.over:
        return _("over {number}", number=number(start.at))
    return _("from {number}", number=number(start.at))


def _to(end: Bound) -> str:
    return (
        _("up to {number}", number=number(end.at)) if end.over else _("below {number}", number=number(end.at))
    )


def _pay(piece: Piece, end: Bound | None) -> str:
    if piece.slope == 0:
        return number(piece.value) if piece.value else _("nothing")
    start, is_share = number(piece.start.at), abs(piece.slope) < 1
    rate = percent(piece.slope) if is_share else number(piece.slope)
    if piece.at(Fraction(0)) == 0:
        return _("{rate} of all", rate=rate) if is_share else _("{amount} for each one", amount=rate)
    if is_share:
        beyond = _("{rate} of what is above {start}", rate=rate, start=start)
    else:
        beyond = _("{amount} for each one above {start}", amount=rate, start=start)
    return _("{amount}, and {beyond}", amount=number(piece.value), beyond=beyond) if piece.value else beyond


def _rate(piece: Piece, end: Bound | None) -> str:
    if piece.slope == 0:
        return _flat(piece.value)
    start = _("{rate} of the measure at {number}", rate=percent(piece.value), number=number(piece.start.at))
    if end is None:
        return _("{start}, and {rate} more with each one above", start=start, rate=percent(piece.slope))
    highest = percent(piece.at(end.at))
    return _("{start}, going evenly to {rate} at {number}", start=start, rate=highest, number=number(end.at))


def _flat(rate: Fraction) -> str:
    """A part of the measure, or from 1 on, an amount for each one of it."""
    if not rate:
        return _("nothing")
    if abs(rate) < 1:
        return _("{rate} of the measure", rate=percent(rate))
    return _("{amount} for each one of the measure", amount=number(rate))


def _decimals(rest: Fraction) -> str | None:
    """A number below 1 as decimals behind a point, nothing for zero; None where they have no end."""
    denominator, twos, fives = rest.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator > 1:
        return None
    places = max(twos, fives)
    return f".{int(rest * 10**places):0{places}}" if rest else ""
