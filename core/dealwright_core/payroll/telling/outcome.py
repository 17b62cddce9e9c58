"""What became of the pay for single sales in a period, as it is shown: set aside, released, taken back."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from dealwright_core.incentives.plans.paywords import moment_text
from dealwright_core.language import Titled, joined
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting import entries
from dealwright_core.payroll.settling.aftermath import NOTHING_LEFT, Aftermath
from dealwright_core.values import Money

Refs = Mapping[tuple[str, int], str]
Currencies = Mapping[tuple[str, str], str]


@frozen(kw_only=True)
class Waiting:
    """By how much what waits of the pay for a sale changed: above zero it was set aside until its ``moment``, below it
    was released, or cancelled. ``ref`` is the sale, None where that may not be seen or there is none.
    """

    plan: str
    about: str
    ref: str | None
    moment: str
    amount: Money


@frozen(kw_only=True)
class TakenBack:
    """What an event took back of the pay for a sale: ``amount`` of what was released, and what it ``cancelled`` of the
    rest. Both are zero or below, and above it where an earlier one was corrected.
    """

    plan: str
    about: str
    ref: str | None
    event: str
    day: date
    amount: Money
    cancelled: Money


@frozen
class Outcome:
    """What became of the pay for a sale in all runs, of which that of ``period`` is the latest."""

    after: Aftermath
    period: str


UNCHANGED = Outcome(NOTHING_LEFT, "")


def waiting(rows: Iterable[Any], refs: Refs, currencies: Currencies) -> Iterator[Waiting]:
    """The rows of what waits, as they are shown. ``currencies`` are those of plans by name and first day."""
    for each in rows:
        yield Waiting(
            plan=each.plan, about=each.about, ref=refs.get((each.about, each.source)), moment=each.moment,
            amount=Money(each.amount, currencies[each.plan, each.valid_from]),
        )  # fmt: skip


def taken_back(rows: Iterable[Any], refs: Refs, currencies: Currencies) -> Iterator[TakenBack]:
    """The rows of what was taken, as they are shown."""
    for each in rows:
        currency = currencies[each.plan, each.valid_from]
        yield TakenBack(
            plan=each.plan, about=each.about, ref=refs.get((each.about, each.source)), event=each.event, day=each.day,
            amount=Money(each.back, currency), cancelled=Money(each.cancelled, currency),
        )  # fmt: skip


def outcome_lines(waits: Iterable[Waiting], taken: Iterable[TakenBack]) -> Iterator[str]:
    """What was taken back and what was released, sale by sale; and how much was set aside until when."""
    for each in taken:
        yield _(
            "taken back for {sale} by {event} of {day}: {amount}",
            sale=_sale(each.about, each.ref), event=each.event, day=each.day, amount=each.amount,
        )  # fmt: skip
        if each.cancelled.minor:
            yield _("  and cancelled before it was paid: {amount}", amount=each.cancelled)
    aside: dict[tuple[str, str, str], int] = {}
    for wait in waits:
        if wait.amount.minor < 0:
            yield _(
                "no longer set aside for {sale}, to be paid {moment}: {amount}",
                moment=moment_text(wait.moment), sale=_sale(wait.about, wait.ref), amount=-wait.amount,
            )  # fmt: skip
        else:
            key = wait.plan, wait.moment, wait.amount.currency
            aside[key] = aside.get(key, 0) + wait.amount.minor
    for (plan, moment, currency), minor in aside.items():
        yield _(
            "set aside by {plan}, to be paid {moment}: {amount}",
            plan=plan, moment=moment_text(moment), amount=Money(minor, currency),
        )  # fmt: skip


def outcome_steps(outcome: Outcome, currency: str) -> Iterator[tuple[str, str]]:
    """What became of the pay for a sale, as steps of a trace."""
    for event, taken in outcome.after.taken.items():
        yield (
            _("clawback"),
            _(
                "{event} of {day} took back {amount}",
                event=event, day=taken.day, amount=-Money(taken.back, currency),
            ),
        )  # fmt: skip
        if taken.cancelled:
            amount = -Money(taken.cancelled, currency)
            yield _("clawback"), _("{event} cancelled {amount}, not yet paid", event=event, amount=amount)
    for moment, minor in outcome.after.waiting.items():
        if minor:
            yield (
                _("release"),
                _(
                    "{amount} to be paid {moment}, as of {period}",
                    amount=Money(minor, currency), moment=moment_text(moment), period=outcome.period,
                ),
            )  # fmt: skip


def _sale(about: str, ref: str | None) -> str:
    if ref is not None:
        return ref
    return joined("", (about.partition(" ")[0],)) if about.startswith(entries.PAY) else Titled(about)
