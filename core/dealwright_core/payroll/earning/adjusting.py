"""What was entered for a plan to pay besides: posted in full by the first run that can, and corrected by later ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from attrs import evolve

from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.entries import ADJUSTMENT
from dealwright_core.payroll.earning.frame import Frame
from dealwright_core.payroll.earning.posting import NEW, Earlier, Line, line, taken_back
from dealwright_core.payroll.earning.postings import WITHOUT, Posting, valid_from
from dealwright_core.records import PayAdjustment
from dealwright_core.values import Period
from dealwright_core.values import digits as currency_digits

if TYPE_CHECKING:
    from dealwright_core.store.session import Session


def adjusted(frame: Frame) -> Iterator[Posting]:
    """The adjustments of a plan, less what earlier runs posted of each: by member and pay period, a line for each.

    One that was changed, or is no more one of this member, plan or period, posts the difference. Whoever has one in
    another currency than the plan's has no figure.
    """
    known = {
        account[1:]: each for account, each in frame.accounts.earlier.items() if account[0] == ADJUSTMENT
    }
    entered = _entered(frame)
    days = {account: frame.accounts.days[ADJUSTMENT, *account] for account in known}
    days |= {account: _days(frame, found[0].on) for account, found in entered.items()}
    for account in sorted(days, key=lambda each: (each[0], days[each])):
        (member, label), (start, last) = account, days[account]
        if frame.members is not None and member not in frame.members:
            continue
        earlier = known.get(account, NEW)
        lines = _lines(frame, entered.get(account, ()), earlier, min(last, frame.period.last))
        if lines:
            currency = frame.plan.currency
            yield Posting(
                plan=frame.plan.name, valid_from=valid_from(frame.plan), pay=ADJUSTMENT, member=member, window=label,
                start=start, last=last, unit=currency, digits=currency_digits(currency), scale=1, basis=WITHOUT,
                lines=lines, measured=earlier.measure, posted=earlier.posted,
            )  # fmt: skip


def is_adjusted(session: "Session", plan: Plan, last: date) -> bool:
    """Whether a plan is to pay something by adjustments until a day."""
    return any(each.amount.minor for each in adjustments(session, plan, last))


def adjustments(session: "Session", plan: Plan, last: date) -> list[PayAdjustment]:
    """The adjustments of a plan until a day, in their order: each belongs to the plan of its name that holds on its
    day.
    """
    found = session.find(PayAdjustment, plan=plan.name)
    return sorted(
        (each for each in found if each.on <= last and plan.holds_on(each.on)), key=attrgetter("on", "id")
    )


def _entered(frame: Frame) -> Mapping[tuple[int, str], Sequence[PayAdjustment]]:
    """The adjustments by member and the label of the pay period in which they lie."""
    found: defaultdict[tuple[int, str], list[PayAdjustment]] = defaultdict(list)
    for each in adjustments(frame.session, frame.plan, frame.period.last):
        found[each.member, _period_of(frame, each.on).label].append(each)
    return found


def _period_of(frame: Frame, day: date) -> Period:
    return frame.session.calendar.containing(day, frame.plan.period)


def _days(frame: Frame, day: date) -> tuple[date, date]:
    """The first and the last day of the pay period of a day."""
    period = _period_of(frame, day)
    return period.start, period.last


def _lines(frame: Frame, entered: Iterable[PayAdjustment], earlier: Earlier, day: date) -> list[Line]:
    left = dict(earlier.amounts)
    lines = []
    for each in entered:
        amount = each.amount.minor - left.pop((ADJUSTMENT, each.id), 0)
        if not amount:
            continue
        if each.amount.currency != frame.plan.currency:
            why = _(
                "adjustment {ref} is in {currency}, and the plan pays in {own}: change one of them",
                ref=each.ref, currency=each.amount.currency, own=frame.plan.currency,
            )  # fmt: skip
            frame.failed.setdefault(each.member, why)
        lines.append(line(ADJUSTMENT, each.id, 0, each.on.isoformat(), 0, amount))
    return [*lines, *taken_back(evolve(earlier, amounts=left), day.isoformat())]
