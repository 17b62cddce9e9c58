"""A payout curve in plain English, every number exact."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from dealwright_core.incentives.pieces import Bound, Kind, Piece


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


def lines(pieces: Sequence[Piece], kind: Kind) -> Iterator[str]:
    """One line a piece: where it holds, and what it pays."""
    ends = [*(each.start for each in pieces[1:]), None]
    pays = _pay if kind == "pay" else _rate
    for at, (piece, end) in enumerate(zip(pieces, ends, strict=True)):
        yield f"{_where(None if at == 0 else piece.start, end)}: {pays(piece, end)}"


def _where(start: Bound | None, end: Bound | None) -> str:
    if start is None and end is None:
        return "always"
    if start is None:
        assert end is not None
        return f"{'up to' if end.over else 'below'} {number(end.at)}"
    said = f"{'over' if start.over else 'from'} {number(start.at)}"
    if end is None:
        return said
    if start.at == end.at:
        return f"at {number(start.at)}"
    return f"{said} {'up to' if end.over else 'to below'} {number(end.at)}"


def _pay(piece: Piece, _: Bound | None) -> str:
    if piece.slope == 0:
        return number(piece.value) if piece.value else "nothing"
    if piece.at(Fraction(0)) == 0:
        return _share(piece.slope, "all", "")
    start = number(piece.start.at)
    beyond = _share(piece.slope, f"what is above {start}", f" above {start}")
    return f"{number(piece.value)}, and {beyond}" if piece.value else beyond


def _rate(piece: Piece, end: Bound | None) -> str:
    if piece.slope == 0:
        return _share(piece.value, "the measure", " of the measure") if piece.value else "nothing"
    said = f"{percent(piece.value)} of the measure at {number(piece.start.at)}"
    if end is None:
        return f"{said}, and {percent(piece.slope)} more with each one above"
    return f"{said}, going evenly to {percent(piece.at(end.at))} at {number(end.at)}"


def _share(rate: Fraction, of: str, above: str) -> str:
    """A part of something, or from 1 on, an amount for each of a number of things."""
    return f"{percent(rate)} of {of}" if abs(rate) < 1 else f"{number(rate)} for each one{above}"


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
