"""Statements: what a member earned in a pay period, line by line, for whoever may see it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from dealwright_core.incentives import wording
from dealwright_core.incentives.plans.paywords import UNITS
from dealwright_core.language import Titled, Told, joined, said
from dealwright_core.language import core as _
from dealwright_core.language.width import width_of
from dealwright_core.payroll import ledger
from dealwright_core.payroll.crediting import entries
from dealwright_core.payroll.ledger import Stored
from dealwright_core.payroll.telling.outcome import TakenBack, Waiting, outcome_lines
from dealwright_core.payroll.telling.paid import payment_lines
from dealwright_core.values import Money
from dealwright_core.values import digits as currency_digits

# An amount of money, or of what else is earned.
Earned = Money | Decimal
ABOUT: Mapping[str, str] = {
    entries.STANDING: _("without any sale"),
    entries.RATED: _("what was paid before, as it is due now"),
    entries.FIGURE: _("measured"),
    entries.PRIZE: _("prize"),
    entries.POOL: _("part of the pool"),
    entries.ADJUSTMENT: _("adjustment"),
}
STATES: Mapping[str, str] = {
    ledger.CALCULATED: _("calculated"), ledger.APPROVED: _("approved"), ledger.PAID: _("paid"),
    ledger.CLOSED: _("closed"),
}  # fmt: skip
NO_REASON = (None, None)
# The windows that are no period of the calendar.
WINDOWS: Mapping[str, str] = {"deal": _("each deal"), "plan": _("all of the plan")}


@frozen(kw_only=True)
class StatementLine:
    """A line: ``line`` is its name, ``ref`` the sale it is about, or None with what it is ``about`` instead.

    ``measure`` is what the sale adds, exact, in whole units; ``amount`` what it pays. An adjustment has a ``reason``,
    and who entered it, ``by``.
    """

    line: str
    day: date
    about: str
    ref: str | None
    measure: str
    amount: Earned
    reason: str | None = None
    by: str | None = None


@frozen(kw_only=True)
class StatementPart:
    """What one pay of a plan gives for a window: before this period, in it, and in all. Where refunds take back what
    their sales were paid, ``kept`` of that is beyond what is due, or lacks of it below zero; else it is None.
    """

    plan: str
    pay: str
    window: str
    unit: str
    quota: str | None
    measured: str
    before: Earned
    amount: Earned
    after: Earned
    kept: Earned | None
    lines: tuple[StatementLine, ...]


@frozen(kw_only=True)
class Statement(Told):
    """What a member earned in a pay period; ``state`` is that of the period. ``totals`` are by unit.
    ``payments`` say what each plan pays for it, with draws, caps and balances; ``waiting`` what was set aside and
    released of the pay for single sales, ``taken`` what events took back.

    ``missing`` says why there is no figure, where there is none.
    """

    member: str
    name: str
    period: str
    state: str
    totals: Mapping[str, Earned]
    missing: tuple[str, ...]
    parts: tuple[StatementPart, ...]
    payments: tuple[Mapping[str, Any], ...] = ()
    waiting: tuple[Waiting, ...] = ()
    taken: tuple[TakenBack, ...] = ()

    def _told(self) -> Iterator[str]:
        return _said(self)


def earned(units: int, digits: int, unit: str) -> Earned:
    """An amount of a posting: money where its digits are those of the currency."""
    if unit not in UNITS and currency_digits(unit) == digits:
        return Money(units, unit)
    return Decimal(units).scaleb(-digits)


def measure_text(n: int, scale: int) -> str:
    """What is measured, exact, in whole units, for programs: ``1000.5``, or ``1000/3`` where decimals have no end."""
    return wording.plain(Fraction(n, scale))


def state_text(state: str) -> str:
    """The state of a pay period, for people."""
    return STATES.get(state, state)


def window_text(window: str) -> str:
    """A window, for people."""
    return WINDOWS.get(window, window)


def amount_text(amount: Earned, unit: str) -> str:
    """What is earned, for people: an amount of money has its currency in it."""
    if isinstance(amount, Money):
        return joined("", [amount])
    return _("{amount} {unit}", amount=f"{amount:,f}", unit=UNITS.get(unit, unit))


def kept_text(kept: Earned, unit: str) -> str:
    """What refunds that take back what their sales were paid leave beyond what is due, or below it."""
    is_less = (kept.minor if isinstance(kept, Money) else kept) < 0
    amount = amount_text(-kept if is_less else kept, unit)
    if is_less:
        return _(
            "{amount} less than what is due: refunds take back what their sales were paid", amount=amount
        )
    return _("{amount} more than what is due: refunds take back what their sales were paid", amount=amount)


def pay_text(pay: str) -> str:
    """The name of a pay, for people."""
    return ABOUT[pay] if pay == entries.ADJUSTMENT else pay


def part_of(
    posting: Stored,
    lines: Sequence[Any],
    refs: Mapping[tuple[str, int], str],
    reasons: Mapping[int, tuple[str, str]],
) -> StatementPart:
    """What a posting gives, with its lines. ``reasons`` says why and by whom adjustments were entered, by id."""

    def amount(units: int) -> Earned:
        return earned(units, posting.digits, posting.unit)

    quota = posting.basis.get("quota")
    return StatementPart(
        plan=posting.plan,
        pay=posting.pay,
        window=posting.window,
        unit=posting.unit,
        quota=None if quota is None else wording.plain(Fraction(quota)),
        measured=measure_text(posting.measured + sum(each.measure for each in lines), posting.scale),
        before=amount(posting.posted),
        amount=amount(posting.amount),
        after=amount(posting.posted + posting.amount),
        kept=amount(posting.kept) if posting.kept else None,
        lines=tuple(_line(posting, each, refs, reasons) for each in lines),
    )


def _line(
    posting: Stored, line: Any, refs: Mapping[tuple[str, int], str], reasons: Mapping[int, tuple[str, str]]
) -> StatementLine:
    is_adjustment = line.about == entries.ADJUSTMENT
    reason, by = reasons.get(line.source, NO_REASON) if is_adjustment else NO_REASON
    return StatementLine(
        line=f"{posting.id}-{line.number}",
        day=line.day,
        about=line.about,
        ref=refs.get((line.about, line.source)),
        measure=measure_text(line.measure, posting.scale),
        amount=earned(line.amount, posting.digits, posting.unit),
        reason=reason,
        by=by,
    )


def about_text(about: str, ref: str | None) -> str:
    """What a line is about, for people: its sale by its ref, or the kind of what they may not see."""
    if about == entries.ADJUSTMENT and ref is not None:
        return _("adjustment {ref}", ref=ref)
    if about.startswith(entries.PAY):
        return ref or about.partition(" ")[0]
    return ref or ABOUT.get(about) or Titled(about)


def _said(found: Statement) -> Iterator[str]:
    yield _(
        "{member} ({name}), {period}, {state}",
        member=found.member,
        name=found.name,
        period=found.period,
        state=state_text(found.state),
    )
    for each in found.missing:
        yield _("no figure: {why}", why=each)
    for part in found.parts:
        yield ""
        yield _(
            "{plan}, {pay}, {window}: {amount}; {after} with what was paid before",
            plan=part.plan, pay=pay_text(part.pay), window=window_text(part.window),
            amount=amount_text(part.amount, part.unit), after=amount_text(part.after, part.unit),
        )  # fmt: skip
        if part.kept is not None:
            yield joined("", ("  ", kept_text(part.kept, part.unit)))
        yield from _table(part)
    yield ""
    for unit, total in found.totals.items():
        yield _("total: {total}", total=amount_text(total, unit))
    if not found.totals and not found.missing:
        yield _("nothing was earned")
    yield from outcome_lines(found.waiting, found.taken)
    yield from payment_lines(found.payments)


def _table(part: StatementPart) -> Iterator[str]:
    rows = [
        [
            f"  {each.line}", each.day.isoformat(), said(about_text(each.about, each.ref)),
            "" if each.about == entries.ADJUSTMENT else wording.number(Fraction(each.measure)),
            said(amount_text(each.amount, part.unit)),
        ]
        for each in part.lines
    ]  # fmt: skip
    widths = [max(width_of(row[at]) for row in rows) for at in range(5)] if rows else []
    for each, row in zip(part.lines, rows, strict=True):
        left = [cell + " " * (width - width_of(cell)) for cell, width in zip(row[:3], widths, strict=False)]
        right = [
            " " * (width - width_of(cell)) + cell for cell, width in zip(row[3:], widths[3:], strict=True)
        ]
        yield "  ".join((*left, *right))
        if each.reason is not None:
            yield joined(
                "", (" " * (widths[0] + 2), _("{reason}; entered by {by}", reason=each.reason, by=each.by))
            )
