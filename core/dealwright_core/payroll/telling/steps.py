"""The steps of a trace that follow from its posting: how a member stood, and the way on the curve."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from dealwright_core.incentives import wording
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.pieces import Stretch
from dealwright_core.language import core as _
from dealwright_core.payroll.earning.dues import Basis, Due, Rounds, described
from dealwright_core.payroll.earning.posting import Reversal
from dealwright_core.payroll.ledger import Stored
from dealwright_core.payroll.telling.statements import about_text, amount_text, earned, window_text

# The name of a step, and what it says.
Step = tuple[str, str]


def standing(posting: Stored) -> Iterator[Step]:
    """Quota, objectives and gates."""
    basis = posting.basis
    if basis.get("quota") is not None:
        yield _("quota"), wording.number(Fraction(basis["quota"]))
    curve = basis.get("curve") or basis.get("joint") or {}
    if curve and Fraction(curve["part"]) != 1:
        yield _("part of a full window"), wording.percent(Fraction(curve["part"]))
    for each in basis.get("objectives", ()):
        attained = wording.percent(Fraction(each["attained"]))
        yield (
            _("objective"),
            _(
                "{measure} {figure}, {attained}",
                measure=each["measure"],
                figure=each["figure"],
                attained=attained,
            ),
        )
    for gate in basis.get("gates", ()):
        reached = wording.number(Fraction(gate["reached"]))
        is_open = _("reached") if gate["open"] else _("not reached")
        yield (
            _("gate"),
            _(
                "{needs}, and it is {reached}: {is_open}",
                needs=gate["needs"],
                reached=reached,
                is_open=is_open,
            ),
        )


def among_members(posting: Stored) -> Iterator[Step]:
    """Pools and prizes, which are divided among members."""
    basis = posting.basis
    if "attained" in basis:
        yield _("rank"), _rank(posting)
    if "pool" in basis:
        yield (
            _("pool"),
            _(
                "{weight} of {of} parts of {pool}",
                weight=wording.number(Fraction(basis["weight"])),
                of=wording.number(Fraction(basis["of"])),
                pool=_amount(posting, basis["pool"]),
            ),
        )


def _rank(posting: Stored) -> str:
    basis = posting.basis
    said = wording.percent if basis["attained"] else wording.number
    figure, of = said(Fraction(basis["figure"])), basis["of"]
    if "place" not in basis:
        return _("no place among {of} with {figure}", of=of, figure=figure)
    place, prize = basis["place"], _amount(posting, basis["prize"])
    if basis["equal"] == 1:
        return _(
            "place {place} of {of} with {figure}: {prize}", place=place, of=of, figure=figure, prize=prize
        )
    return _(
        "place {place} of {of}, which {equal} share, with {figure}: {prize}",
        place=place, of=of, equal=basis["equal"], figure=figure, prize=prize,
    )  # fmt: skip


def _amount(posting: Stored, units: int) -> str:
    return amount_text(earned(units, posting.digits, posting.unit), posting.unit)


def of_all(posting: Stored) -> Iterator[Step]:
    """How a pool came about before it was divided: the sum over its members, and the way on the curve."""
    basis, joint = posting.basis, described(dict(posting.basis["joint"]))
    measured = Fraction(basis["measured"])
    yield (
        _("measure"),
        _(
            "{window}: {measured} of {members} members together",
            window=window_text(posting.window),
            measured=wording.number(measured),
            members=basis["members"],
        ),
    )
    yield from standing(posting)
    due = Due(joint, measured.denominator, Rounds(posting.digits, basis["round"]["step"]))
    yield from on_the_curve(posting, due, None, measured.numerator)


def on_the_curve(posting: Stored, due: Due, start: int | None, end: int) -> Iterator[Step]:
    """The scheme, the way on its curve from one measure to another, and what bounds it. Without a start nothing was
    there before.
    """
    basis, digits = due.basis, posting.digits
    yield (
        _("scheme"),
        _(
            "{scheme} of {origin}",
            scheme=posting.basis["scheme"] or "-",
            origin=posting.basis["origin"] or "-",
        ),
    )
    if basis.position is not None:
        yield _("position"), wording.number(basis.position)
        value = basis.curve.at(basis.position)
        yield (
            _("curve"),
            _("{rate} of the measure", rate=wording.percent(value))
            if basis.curve.kind == "rate"
            else wording.number(value),
        )
    else:
        for each in _straight(_way(due, start, end)):
            if each.start != each.end or each.pay:
                yield _("curve"), _stretch(each, basis)
    if basis.weight != 1:
        yield _("weight"), wording.percent(basis.weight)
    for name, bound in ((_("cap"), basis.cap), (_("floor"), basis.floor)):
        if bound is not None:
            yield name, wording.number(bound * basis.part)
    before, after = (wording.number(due.exact(each) / 10**digits) for each in (start or 0, end))
    is_alone = start is None or start == end
    yield _("due"), after if is_alone else _("{before} before, {after} with it", before=before, after=after)


def _way(due: Due, start: int | None, end: int) -> Sequence[Stretch]:
    basis, whole = due.basis, due.scale * due.basis.part
    if not whole:
        return ()
    shift = basis.reached[0]
    if start is None and basis.start is None:
        return basis.curve.stretches(Fraction(end) / whole)
    return basis.curve.way(shift + Fraction(start or 0) / whole, shift + Fraction(end) / whole)


def reversed_(
    posting: Stored, line: Any, reversal: Reversal, refs: Mapping[tuple[str, int], str]
) -> Iterator[Step]:
    """The sale whose pay a refund takes back, as large a part of it as the refund is of the sale."""

    def amount(units: int) -> str:
        return amount_text(earned(units, posting.digits, posting.unit), posting.unit)

    back = reversal.measure_before + line.measure
    yield (
        _("reversal"),
        _(
            "{back} of {measure} of {sale}, which was paid {paid}: {amount}",
            back=wording.number(Fraction(-back, posting.scale)),
            measure=wording.number(Fraction(reversal.measure, posting.scale)),
            sale=about_text(line.about, refs.get((line.about, reversal.source))),
            paid=amount(reversal.paid),
            amount=amount(reversal.paid_before + line.amount),
        ),
    )
    if reversal.paid_before:
        yield _("reversal"), _("{amount} of that was taken back before", amount=amount(reversal.paid_before))


def _straight(way: Sequence[Stretch]) -> Sequence[Stretch]:
    """The way without a detour over zero, where all is paid at the same rate at both ends."""
    if len(way) == 2 and way[0].end == way[1].start == 0 and way[0].slope == way[1].slope:
        there, back = way
        return [Stretch(there.start, back.end, there.slope, there.pay + back.pay)]
    return way


def _stretch(each: Stretch, basis: Basis) -> str:
    """A stretch as what is measured passes it: bounds are those of the part of a window that counts."""

    def counted(figure: Fraction) -> str:
        return wording.number(figure * basis.part)

    if each.start == each.end:
        repriced = _repriced(each, basis.curve)
        if repriced is None:
            return _("reaching {at} pays {pay}", at=counted(each.start), pay=counted(each.pay))
        return _(
            "reaching {at} pays {pay}: {rate} instead of {before} of the {amount} above {since}",
            at=counted(each.start), pay=counted(each.pay), rate=wording.percent(repriced.rate),
            before=wording.percent(repriced.before), amount=counted(each.start - repriced.since),
            since=counted(repriced.since),
        )  # fmt: skip
    return _(
        "from {start} to {end} at {rate}: {pay}",
        start=counted(each.start), end=counted(each.end), rate=wording.percent(each.slope), pay=counted(each.pay),
    )  # fmt: skip


class _Repriced(NamedTuple):
    """What a tier pays from ``since`` on by another rate than ``before``, as soon as it is reached."""

    since: Fraction
    before: Fraction
    rate: Fraction


def _repriced(jump: Stretch, curve: Curve) -> _Repriced | None:
    """How a jump is paid by another rate from an earlier tier or from zero on; None where it is an amount."""
    starts = {Fraction(0), *(each.start.at for each in curve.pieces)}
    for below, above in pairwise(curve.pieces):
        more = above.slope - below.slope
        if above.start.at != jump.start or not more:
            continue
        since = jump.start - (above.value - below.at(jump.start)) / more
        if (
            since in starts
            and since < jump.start
            and abs(jump.pay) == abs(above.value - below.at(jump.start))
        ):
            return _Repriced(since, below.slope, above.slope)
    return None
