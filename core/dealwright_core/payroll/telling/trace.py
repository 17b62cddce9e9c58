"""How a line came about: every step from the sale to the amount, in the order of calculation."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from dealwright_core.incentives import wording
from dealwright_core.incentives.plans.paywords import rates
from dealwright_core.language import Told, joined
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.entries import PAY, POOL, PRIZE, RATED, STANDING
from dealwright_core.payroll.earning.dues import Due, Rounds, described
from dealwright_core.payroll.earning.posting import CLOSED, Reversal
from dealwright_core.payroll.ledger import PayRun, Stored
from dealwright_core.payroll.telling.outcome import UNCHANGED, Outcome, outcome_steps
from dealwright_core.payroll.telling.sold import UNKNOWN, Sold
from dealwright_core.payroll.telling.statements import (
    Earned,
    about_text,
    amount_text,
    earned,
    kept_text,
    measure_text,
    state_text,
    window_text,
)
from dealwright_core.payroll.telling.steps import (
    Step,
    among_members,
    of_all,
    on_the_curve,
    reversed_,
    standing,
)
from dealwright_core.records import Member
from dealwright_core.values import Money

# What lines are about that no sale is behind.
AMONG_MEMBERS = (PRIZE, POOL)
WITHOUT_SALE = (STANDING, *AMONG_MEMBERS)


@frozen
class TraceStep:
    """A step of the calculation: its name, and what it says of the line."""

    name: str
    what: str


@frozen(kw_only=True)
class Trace(Told):
    """A line and the steps that led to it, in the order of calculation.

    ``sale`` is the sale's own amount, ``credited`` the part of what the pay measures of it that the member is credited
    with in all; both are None where that cannot be said. Numbers are texts for programs, exact, in whole units.
    """

    line: str
    member: str
    period: str
    state: str
    plan: str
    file: str
    pay: str
    window: str
    day: date
    about: str
    ref: str | None
    scheme: str
    origin: str
    sale: Money | None
    credited: str | None
    measure: str
    measure_before: str
    measure_after: str
    quota: str | None
    due_before: str | None
    due_after: str | None
    amount: Earned
    unit: str
    steps: tuple[TraceStep, ...]

    def _told(self) -> Iterator[str]:
        yield _(
            "line {line}: {amount} to {member} for {period}, {state}",
            line=self.line, amount=amount_text(self.amount, self.unit), member=self.member, period=self.period,
            state=state_text(self.state),
        )  # fmt: skip
        for each in self.steps:
            yield _("  {step}: {what}", step=each.name, what=each.what)


def trace(
    run: PayRun,
    posting: Stored,
    lines: Sequence[Any],
    refs: Mapping[tuple[str, int], str],
    member: Member,
    sale: Sold = UNKNOWN,
    outcome: Outcome = UNCHANGED,
) -> Trace:
    """The trace of the last of some lines of a posting, which come from its first on. ``sale`` is what it is about, and
    ``outcome`` what became of the pay for that.
    """
    line = lines[-1]
    of_deal = posting.window == "deal"
    before = [each for each in lines[:-1] if not of_deal or each.deal == line.deal]
    start = sum(each.measure for each in before) + (0 if of_deal else posting.measured)
    end = start + line.measure
    due, reversal = _due(posting, line), Reversal.of(line.position)
    exact = (None, None) if due is None else (due.exact(start), due.exact(end))
    file, digest = file_of(run, posting)
    ref = refs.get((line.about, line.source))
    found = Trace(
        line=f"{posting.id}-{line.number}", member=member.ref, period=run.period, state=run.state, plan=posting.plan,
        file=file, pay=posting.pay, window=posting.window, day=line.day, about=line.about, ref=ref,
        scheme=posting.basis["scheme"], origin=posting.basis["origin"], sale=sale.amount,
        credited=None if sale.part is None else wording.plain(sale.part),
        measure=measure_text(line.measure, posting.scale), measure_before=measure_text(start, posting.scale),
        measure_after=measure_text(end, posting.scale), quota=_plain(posting.basis.get("quota")),
        due_before=_text(exact[0], posting.digits), due_after=_text(exact[1], posting.digits),
        amount=earned(line.amount, posting.digits, posting.unit), unit=posting.unit, steps=(),
    )  # fmt: skip
    steps = [
        *_of_sale(found, digest, sale),
        *(of_all(posting) if "joint" in posting.basis else _of_member(found, posting, due, start, end)),
        *([] if reversal is None else reversed_(posting, line, reversal, refs)),
        *_divided(found, due, sale),
        *_posted(found, posting, reversal),
        *among_members(posting),
        *outcome_steps(outcome, posting.unit),
    ]
    return evolve(found, steps=tuple(TraceStep(name, what) for name, what in steps))


def file_of(run: PayRun, posting: Stored) -> tuple[str, str]:
    """The file of the plan of a posting, and its digest, as the header of its run has them."""
    for plan in run.said["plans"]:
        if (plan["plan"], plan["valid_from"]) == (posting.plan, posting.valid_from):
            return plan.get("file", ""), plan.get("digest", "")
    return "", ""


def _due(posting: Stored, line: Any) -> Due | None:
    said = posting.basis.get("curve")
    if said is None or Reversal.of(line.position) is not None:
        return None
    basis = described(dict(said))
    if line.position == CLOSED:
        basis = evolve(basis, is_open=False)
    elif line.position is not None:
        basis = evolve(basis, position=Fraction(line.position))
    return Due(basis, posting.scale, Rounds(posting.digits, posting.basis["round"]["step"]))


def _text(units: Fraction | None, digits: int) -> str | None:
    return None if units is None else wording.plain(units / 10**digits)


def _plain(number: str | None) -> str | None:
    return None if number is None else wording.plain(Fraction(number))


def _read(number: str | None) -> str:
    """A number of the trace, for people."""
    return "-" if number is None else wording.number(Fraction(number))


def _of_sale(found: Trace, digest: str, sale: Sold) -> Iterator[Step]:
    """The plan, and where there is one the sale, and what of it counts for the member."""
    yield _("plan"), _("{plan} of {file}, digest {digest}", plan=found.plan, file=found.file, digest=digest)
    if found.about in WITHOUT_SALE:
        return
    yield _("sale"), _sale(found)
    if found.about == RATED:
        return
    yield _("credit"), _credit(found, sale)
    if sale.converted_to is not None and sale.amount is not None:
        yield (
            _("convert"),
            _(
                "from {currency} to {to}, {how}",
                currency=sale.amount.currency,
                to=sale.converted_to,
                how=rates(sale.fx),
            ),
        )


def _of_member(found: Trace, posting: Stored, due: Due | None, start: int, end: int) -> Iterator[Step]:
    """How a member stands, and the way on the curve."""
    if found.about not in AMONG_MEMBERS:
        yield _("measure"), _measured(found)
    yield from standing(posting)
    if due is not None:
        yield from on_the_curve(posting, due, start, end)


def _measured(found: Trace) -> str:
    window, after = window_text(found.window), _read(found.measure_after)
    if found.measure_before == found.measure_after:
        return _("{window}: {measure}", window=window, measure=after)
    before = _read(found.measure_before)
    return _("{window}: {before} before, {after} with it", window=window, before=before, after=after)


def _sale(found: Trace) -> str:
    what = about_text(found.about, found.ref)
    if found.ref is None:
        return joined(", ", (found.day, what))
    kind = about_text(found.about, None)
    if found.about.startswith(PAY):
        return _("{day}, {pay} of {member}", day=found.day, pay=kind, member=found.ref)
    if found.sale is None:
        return _("{day}, {kind} {ref}", day=found.day, kind=kind, ref=found.ref)
    return _("{day}, {kind} {ref} of {amount}", day=found.day, kind=kind, ref=found.ref, amount=found.sale)


def _credit(found: Trace, sale: Sold) -> str:
    """What of the sale counts, and which part that is where it is not all."""
    measure = _read(found.measure)
    if sale.part is None or sale.own is None or sale.part == 1:
        return _("{measure} of it counts for {member}", measure=measure, member=found.member)
    part, own = wording.percent(sale.part), wording.number(sale.own)
    if sale.part * sale.own == Fraction(found.measure):
        return _(
            "{part} of {own} counts for {member}: {measure}",
            part=part, own=own, member=found.member, measure=measure,
        )  # fmt: skip
    return _(
        "{part} of {own} counts for {member}: {measure} more than was counted before",
        part=part, own=own, member=found.member, measure=measure,
    )  # fmt: skip


def _divided(found: Trace, due: Due | None, sale: Sold) -> Iterator[Step]:
    """The part of the pay for the sale that is the member's, where the pay is divided and not the credit."""
    if not sale.is_pay_split or due is None or due.basis.position is not None:
        return
    if found.due_before is None or found.due_after is None:
        return
    whole = wording.number(Fraction(found.due_after) - Fraction(found.due_before))
    amount = amount_text(found.amount, found.unit)
    yield (
        _("share"),
        _("{amount} of {whole}, which the sale pays to all who share it", amount=amount, whole=whole),
    )


def _posted(found: Trace, posting: Stored, reversal: Reversal | None) -> Iterator[Step]:
    stated = posting.basis["round"]
    yield _("round"), _("{half}, at the {at}", half=HALVES[stated["half"]], at=AT[stated["at"]])
    amount = amount_text(found.amount, found.unit)
    if reversal is None:
        yield _("post"), _("{amount}, which is what is due less what was posted before", amount=amount)
        return
    yield _("post"), _("{amount}, which is what is taken back less what was taken back before", amount=amount)
    if posting.kept:
        kept = kept_text(earned(posting.kept, posting.digits, posting.unit), posting.unit)
        yield _("kept"), kept


HALVES = {
    "away": _("half away from zero"), "even": _("half to even"), "up": _("away from zero"), "down": _("towards zero"),
}  # fmt: skip
AT = {"window": _("total of the window"), "step": _("single step"), "payment": _("payment")}
