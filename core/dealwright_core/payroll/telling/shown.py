"""A pay period as it is shown after it was calculated."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from dealwright_core.errors import UsageError
from dealwright_core.language import Told, joined
from dealwright_core.language import core as _
from dealwright_core.payroll.ledger import PayRun
from dealwright_core.payroll.reading import Payroll
from dealwright_core.payroll.telling.disputing import disputes_text
from dealwright_core.payroll.telling.statements import Earned, amount_text, earned, state_text
from dealwright_core.values import Money

MOST_ROWS = 50


@frozen(kw_only=True)
class Paid:
    """What a member earned, by unit, and is paid for it and for what was earned before, by currency."""

    member: str
    name: str
    earned: Mapping[str, Earned]
    paid_out: Mapping[str, Money]


@frozen(kw_only=True)
class RunShown(Told):
    """A pay period: the plans, who earned what, and who has no figure, with the reason.

    ``taken`` is what events took back, and cancelled, of earlier pay, zero or below, by currency: it is not in the
    totals. ``paid_out`` is what is paid in all, by currency: with draws, and what is released, recovered and capped, it
    is not what was earned. ``paid`` counts all who earned something or are paid, ``uncredited`` the sales of which a
    part is credited to nobody, ``open_disputes`` what members dispute of it and nobody resolved yet.
    """

    run: int
    period: str
    state: str
    plans: tuple[str, ...]
    totals: Mapping[str, Earned]
    taken: Mapping[str, Money]
    paid_out: Mapping[str, Money]
    paid: int
    members: tuple[Paid, ...]
    without_figure: tuple[Mapping[str, str], ...]
    uncredited: int
    open_disputes: int
    digest: str

    def _told(self) -> Iterator[str]:
        return _said(self)


def run_shown(payroll: Payroll, run: PayRun, limit: int) -> RunShown:
    """A run as far as the actor may see it, with some of the members."""
    if limit < 0:
        raise UsageError(_("limit is {limit}: give how many members, 0 or more", limit=limit))
    found = payroll.totals(run)
    most: dict[str, int] = {}
    for _member, unit, digits, _amount in found:
        most[unit] = max(most.get(unit, 0), digits)
    by_member: dict[int, dict[str, int]] = {}
    totals: dict[str, int] = {}
    for member, unit, digits, amount in found:
        units = amount * 10 ** (most[unit] - digits)
        of = by_member.setdefault(member, {})
        of[unit] = of.get(unit, 0) + units
        totals[unit] = totals.get(unit, 0) + units

    out = payroll.paid_out(run, by_member, limit)
    paid_to: dict[int, dict[str, Money]] = {}
    for member, currency, minor in out.members:
        paid_to.setdefault(member, {})[currency] = Money(minor, currency)
    shown = sorted({*by_member, *paid_to})[:limit]
    names = payroll.names(shown)

    def amounts(units: Mapping[str, int]) -> dict[str, Any]:
        return {unit: earned(each, most[unit], unit) for unit, each in units.items()}

    return RunShown(
        run=run.id,
        period=run.period,
        state=run.state,
        plans=tuple(each["plan"] for each in run.said["plans"]),
        totals=amounts(totals),
        taken=payroll.taken(run),
        paid_out={currency: Money(minor, currency) for currency, minor in out.totals.items()},
        paid=len(by_member) + out.others,
        members=tuple(
            Paid(
                member=names[id][0],
                name=names[id][1],
                earned=amounts(by_member.get(id, {})),
                paid_out=paid_to.get(id, {}),
            )
            for id in shown
        ),
        without_figure=tuple(payroll.without_figure(run)),
        uncredited=run.uncredited,
        open_disputes=payroll.open_disputes(run),
        digest=run.digest,
    )


def _said(found: RunShown) -> Iterator[str]:
    yield _(
        "{period}, {state}: {plans}; digest {digest}",
        period=found.period,
        state=state_text(found.state),
        plans=", ".join(found.plans),
        digest=found.digest,
    )
    for each in found.members[:MOST_ROWS]:
        what = joined("; ", _earned_and_paid(each.earned, each.paid_out))
        yield joined("", ("  ", f"{each.member} ({each.name}): ", what))
    if (more := found.paid - min(len(found.members), MOST_ROWS)) > 0:
        yield _("  and {count} more: see --json and --limit", count=more)
    yield _("total: {total}", total=joined(", ", _amounts(found.totals)) or "0")
    if _is_other(found.totals, found.paid_out):
        yield _("paid: {amount}", amount=joined(", ", found.paid_out.values()) or "0")
    for amount in found.taken.values():
        yield _("taken back: {amount}", amount=amount)
    for without in found.without_figure:
        yield _("no figure: {member} in {plan}: {why}", **without)
    if found.uncredited:
        yield _.counted(
            found.uncredited,
            "of {count} sale a part is credited to nobody",
            "of {count} sales a part is credited to nobody",
        )
    if found.open_disputes:
        yield disputes_text(found.open_disputes, found.period)


def _earned_and_paid(earned: Mapping[str, Earned], paid_out: Mapping[str, Money]) -> Iterator[str]:
    """What a member earned, and is paid where that is something else."""
    if earned:
        yield joined(", ", _amounts(earned))
    if _is_other(earned, paid_out):
        yield _("paid {amount}", amount=joined(", ", paid_out.values()) or "0")


def _is_other(earned: Mapping[str, Earned], paid_out: Mapping[str, Money]) -> bool:
    """Whether other amounts of money are paid than earned."""
    money = {unit: each for unit, each in earned.items() if isinstance(each, Money) and each.minor}
    return money != {currency: each for currency, each in paid_out.items() if each.minor}


def _amounts(earned: Mapping[str, Earned]) -> Iterator[str]:
    for unit, amount in earned.items():
        yield amount_text(amount, unit)
