"""A plan in plain sentences, in the order in which its pay is calculated."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.paywords import moment_text, steps
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.tables import Clawback, Draw
from dealwright_core.incentives.wording import number, percent
from dealwright_core.language import core as _
from dealwright_core.language import joined

ONE = Fraction(1)
ORDER = _(
    "classify, credit, convert, measure, gate, curve, weight, cap and floor, round, post, pool and rank, clawback, "
    "release, draw and cap of the payment, payment currency"
)
SPANS = {"day": _("day"), "month": _("month"), "quarter": _("quarter"), "year": _("year")}
KINDS = {
    "booking": _("bookings"),
    "order": _("orders"),
    "delivery": _("deliveries"),
    "invoice": _("invoices"),
    "payment": _("payments"),
    "refund": _("refunds"),
    "adjustment": _("adjustments"),
}


@frozen
class Section:
    """A part of a plan in words: a title, and sentences."""

    title: str
    lines: tuple[str, ...]


def in_words(
    plan: Plan, curves: Mapping[str, Curve], examples: Mapping[str, Fraction]
) -> tuple[Section, ...]:
    """The whole plan. A pay whose curve is not known is told without its tiers; ``examples`` are quotas of curves where
    each member has another.
    """
    found = [Section(_("Plan"), tuple(_of_the_plan(plan))), Section(_("Credit"), tuple(_credit(plan)))]
    for pay in plan.pays:
        lines = tuple(steps(pay, plan, curves.get(pay.name), examples.get(pay.name)))
        found.append(Section(_("Pay {name}", name=pay.name), lines))
    found.append(Section(_("Afterwards"), tuple(_afterwards(plan))))
    found.append(Section(_("Order of calculation"), (ORDER,)))
    if plan.own:
        found.append(Section(_("Members with terms of their own"), tuple(_own(plan))))
    return tuple(each for each in found if each.lines)


def _of_the_plan(plan: Plan) -> Iterator[str]:
    yield _("{name}, {valid}", name=plan.name, valid=validity(plan))
    yield _(
        "pays each {period}, amounts are in {currency}", period=SPANS[plan.period], currency=plan.currency
    )
    if plan.prorate is not None:
        yield _(
            "who joins or leaves within a window has a part of the quota, by {unit}", unit=SPANS[plan.prorate]
        )
    if plan.quarter_weights is not None:
        parts = joined(", ", (percent(each) for each in plan.quarter_weights))
        yield _("the quarters have {parts} of the quota of a year", parts=parts)
    if plan.zero_quota is not None:
        yield {
            "refuse": _("a quota of zero is refused"),
            "zero": _("with a quota of zero nothing is paid"),
            "full": _("a quota of zero counts as attained in full"),
        }[plan.zero_quota]


def validity(plan: Plan) -> str:
    """From when to when a plan is valid."""
    if plan.since is None:
        return _("valid always") if plan.until is None else _("valid until {until}", until=plan.until)
    if plan.until is None:
        return _("valid from {since} on", since=plan.since)
    return _("valid from {since} to {until}", since=plan.since, until=plan.until)


def _credit(plan: Plan) -> Iterator[str]:
    credit = plan.credit
    kinds = joined(", ", (_counted(kind, weight) for kind, weight in credit.kinds.items()))
    yield _("counts {kinds}; a correction counts as what it corrects", kinds=kinds)
    if credit.shares:
        yield _("of each sale {shares}", shares=_shares(credit.shares))
    elif credit.by_list == "equal":
        yield _("each sale is divided equally among its members")
    elif credit.by_list is not None:
        for each in credit.by_list:
            parts = joined(", ", map(percent, each))
            yield _.counted(
                len(each),
                "of a sale of {count} member: {parts}",
                "of a sale of {count} members, in their order: {parts}",
                parts=parts,
            )
    else:
        yield _("the owner has the credit of each sale")
    if credit.overlay:
        yield _("besides, on top: {shares}", shares=_shares(credit.overlay))
    if credit.split == "pay":
        yield _("everybody is paid as for the whole sale, and the pay is divided by these shares")
    if credit.first_match:
        yield _("of the pays that a sale counts for, only the most specific one takes it")


def _counted(kind: str, weight: Fraction) -> str:
    said = KINDS.get(kind, kind)
    return said if weight == ONE else _("{kind} at {weight}", kind=said, weight=percent(weight))


def _shares(shares: Mapping[str, Fraction]) -> str:
    return joined(
        ", ", (_("{name} {share}", name=name, share=percent(each)) for name, each in shares.items())
    )


def _afterwards(plan: Plan) -> Iterator[str]:
    yield _rounding(plan)
    yield {
        "window": _("a refund changes the window of its sale, which is calculated anew"),
        "current": _("a refund counts in the window of its own day"),
        "original": _("a refund reverses what the sale paid"),
    }[plan.refund.basis]
    for event, clawback in plan.clawback.items():
        yield _clawback(event, clawback)
    for each in plan.release:
        yield _("{share} is paid out {when}", share=percent(each.share), when=moment_text(each.on))
    if plan.draw is not None:
        yield _draw(plan.draw)
    if plan.pay_cap is not None:
        amount = number(plan.pay_cap.amount)
        yield (
            _("at most {amount} is paid in a pay period, the rest later", amount=amount)
            if plan.pay_cap.excess == "later"
            else _("at most {amount} is paid in a pay period, and the rest never", amount=amount)
        )
    if plan.pay_in is not None:
        yield _pay_in(plan)


def _rounding(plan: Plan) -> str:
    how = {
        "away": _("half away from zero"),
        "even": _("half to even"),
        "up": _("away from zero"),
        "down": _("towards zero"),
    }[plan.round.half]
    at = {
        "window": _("the total of each window"),
        "step": _("what each sale adds"),
        "payment": _("each payment"),
    }[plan.round.at]
    if plan.round.digits is None:
        return _("{at} is rounded {how}, to the digits of the currency", at=at, how=how)
    return _("{at} is rounded {how}, to {digits} decimal places", at=at, how=how, digits=plan.round.digits)


def _clawback(event: str, clawback: Clawback) -> str:
    share = percent(clawback.share)
    said = [_("{event} takes back {share} of the pay", event=event, share=share)]
    if clawback.term_months is not None:
        said.append(_("of the part of {months} months that was not served", months=clawback.term_months))
    if clawback.limit == "paid":
        said.append(_("at most what was paid"))
    if clawback.cancels:
        said.append(_("what is not yet paid is cancelled"))
    return joined(", ", said)


def _draw(draw: Draw) -> str:
    amount = number(draw.amount)
    said = [
        _("a draw fills the pay up to {amount}", amount=amount)
        if draw.pays == "up to"
        else _("a draw of {amount} is paid on top", amount=amount)
    ]
    if draw.periods is not None:
        said.append(_.counted(draw.periods, "for {count} pay period", "for {count} pay periods"))
    if not draw.recover:
        said.append(_("and is not paid back"))
    else:
        said.append(_("and {share} of later pay pays it back", share=percent(draw.recover)))
        if draw.recover_from > 1:
            said.append(_("from pay period {number} on", number=draw.recover_from))
    return joined(", ", said)


def _pay_in(plan: Plan) -> str:
    assert plan.pay_in is not None
    currency, fx = plan.pay_in.currency, plan.pay_in.fx
    if isinstance(fx, str):
        when = {"period start": _("first day"), "period end": _("last day")}[fx]
        return _(
            "paid in {currency} at the rate of the {when} of the pay period", currency=currency, when=when
        )
    return _(
        "paid in {currency}, {rate} for one {own}", currency=currency, rate=number(fx), own=plan.currency
    )


def _own(plan: Plan) -> Iterator[str]:
    for member, own in plan.own.items():
        base = {each.name: each for each in plan.pays}
        said = [
            text
            for pay in own.pays
            if pay.name in base
            for text in _differences(pay.name, steps(base[pay.name], plan, None), steps(pay, own, None))
        ]
        if own.draw != plan.draw and own.draw is not None:
            said.append(_draw(own.draw))
        if own.pay_cap != plan.pay_cap and own.pay_cap is not None:
            said.append(_("at most {amount} is paid in a pay period", amount=number(own.pay_cap.amount)))
        yield _("{member}: {said}", member=member, said=joined("; ", said) if said else _("as all others"))


def _differences(name: str, plan: Iterator[str], own: Iterator[str]) -> Iterator[str]:
    others = {str(each) for each in plan}
    for each in own:
        if str(each) not in others:
            yield _("{name}: {each}", name=name, each=each)
