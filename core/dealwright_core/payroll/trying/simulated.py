"""What a simulation shows: what plans cost beside others, and who would win and who would lose."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from attrs import frozen

from dealwright_core.language import Told, joined, said
from dealwright_core.language import core as _
from dealwright_core.payroll.telling.statements import amount_text
from dealwright_core.payroll.trying.columns import columns
from dealwright_core.payroll.trying.comparing import Comparison, Failed, Side, differences
from dealwright_core.payroll.trying.simulating import NOTHING, Amounts
from dealwright_core.values import Money

Shown = TypeVar("Shown")
MOST_ROWS = 50


@frozen(kw_only=True)
class Figures:
    """What is earned, what is paid of earnings, and the cost: what is earned, with draws that are kept, without what a
    cap forfeits.
    """

    earned: Money
    paid: Money
    cost: Money


@frozen(kw_only=True)
class Reward:
    """What is earned that is not money."""

    unit: str
    plan: Decimal
    against: Decimal | None
    difference: Decimal | None


@frozen(kw_only=True)
class PeriodShown:
    """What plans pay in a pay period, or in all of them, and what those they are compared with do. ``difference`` is
    that of the cost. Both are None where nothing is compared.
    """

    period: str
    plan: Figures
    against: Figures | None
    difference: Money | None


@frozen(kw_only=True)
class MemberShown:
    """The same of a member over all pay periods. There is no ``difference`` for who has no figure."""

    member: str
    name: str
    plan: Figures
    against: Figures | None
    difference: Money | None
    rewards: tuple[Reward, ...]


@frozen(kw_only=True)
class SimulationShown(Told):
    """A simulation. ``winners``, ``losers`` and ``unchanged`` count the members by the difference, without those who
    have no figure; ``paid`` counts all who have any pay. Where ``is_partial`` is true, all of it is about those members
    alone whom the actor may see, or asked for.
    """

    plan: str
    file: str | None
    against: tuple[str, ...]
    left_out: tuple[str, ...]
    period: str
    is_partial: bool
    periods: tuple[PeriodShown, ...]
    total: PeriodShown
    rewards: tuple[Reward, ...]
    winners: int | None
    losers: int | None
    unchanged: int | None
    paid: int
    members: tuple[MemberShown, ...]
    without_figure: tuple[Mapping[str, str], ...]
    uncredited: int | None

    def _told(self) -> Iterator[str]:
        return _said(self)


@frozen(kw_only=True)
class Named:
    """What is simulated, by name: a plan, with its ``file`` where that is named; those it is compared with, and those
    that are left out.
    """

    plan: str
    file: str | None
    against: tuple[str, ...]
    left_out: tuple[str, ...]
    period: str
    currency: str
    is_partial: bool
    names: Mapping[int, tuple[str, str]]


def simulation_shown(found: Comparison, named: Named, limit: int) -> SimulationShown:
    """A comparison with some of the members: those whose cost differs most, up and down."""
    tried, against = found.tried, found.against
    currency = named.currency
    failed = {each.member for side in (tried, against) if side is not None for each in side.failed}
    known = _paid(tried, against)
    by_member = differences(tried.by_member, {} if against is None else against.by_member)
    order = sorted(known, key=lambda each: (-by_member.get(each, 0), named.names[each][0]))
    changes = [by_member.get(each, 0) for each in known if each not in failed]
    is_compared = against is not None

    def figures(side: Side | None, amounts: Amounts) -> Figures | None:
        return None if side is None else _figures(amounts, currency)

    def row(label: str, one: Amounts, other: Amounts) -> PeriodShown:
        return PeriodShown(
            period=label,
            plan=_figures(one, currency),
            against=figures(against, other),
            difference=Money(one.cost - other.cost, currency) if is_compared else None,
        )

    def member(each: int) -> MemberShown:
        other = NOTHING if against is None else against.by_member.get(each, NOTHING)
        return MemberShown(
            member=named.names[each][0],
            name=named.names[each][1],
            plan=_figures(tried.by_member.get(each, NOTHING), currency),
            against=figures(against, other),
            difference=Money(by_member.get(each, 0), currency)
            if is_compared and each not in failed
            else None,
            rewards=tuple(_rewards(tried, against, each)),
        )

    return SimulationShown(
        plan=named.plan,
        file=named.file,
        against=named.against,
        left_out=named.left_out,
        period=named.period,
        is_partial=named.is_partial,
        periods=tuple(
            row(
                each.label,
                tried.by_row[each.label],
                NOTHING if against is None else against.by_row[each.label],
            )
            for each in found.rows
        ),
        total=row(named.period, tried.total, NOTHING if against is None else against.total),
        rewards=tuple(_rewards(tried, against, None)),
        winners=sum(each > 0 for each in changes) if is_compared else None,
        losers=sum(each < 0 for each in changes) if is_compared else None,
        unchanged=sum(each == 0 for each in changes) if is_compared else None,
        paid=len(known),
        members=tuple(member(each) for each in _ends(order, limit)),
        without_figure=tuple(_without_figure((tried, against), named.names)),
        uncredited=None if named.is_partial else tried.left,
    )


def _paid(tried: Side, against: Side | None) -> set[int]:
    """Who has any pay, or no figure."""
    sides = [tried] if against is None else [tried, against]
    found = {member for side in sides for member, amounts in side.by_member.items() if amounts != NOTHING}
    found |= {member for side in sides for (member, _unit), reward in side.rewards.items() if reward}
    return found | {each.member for side in sides for each in side.failed}


def _figures(amounts: Amounts, currency: str) -> Figures:
    return Figures(
        earned=Money(amounts.earned, currency),
        paid=Money(amounts.paid, currency),
        cost=Money(amounts.cost, currency),
    )


def _rewards(tried: Side, against: Side | None, member: int | None) -> Iterator[Reward]:
    """What a member earns that is not money, or with None all members together."""
    sums: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for at, side in enumerate((tried, against)):
        for (of, unit), reward in () if side is None else side.rewards.items():
            if member in (None, of):
                sums[unit][at] += reward
    for unit, (one, other) in sorted(sums.items()):
        is_compared = against is not None
        yield Reward(
            unit=unit,
            plan=one,
            against=other if is_compared else None,
            difference=one - other if is_compared else None,
        )


def _without_figure(
    sides: Iterable[Side | None], names: Mapping[int, tuple[str, str]]
) -> Iterator[Mapping[str, str]]:
    """Who has no figure in which pay periods, once for each plan and reason."""
    found: defaultdict[tuple[str, int, str], list[str]] = defaultdict(list)
    for side in sides:
        for each in [] if side is None else side.failed:
            found[_key(each)].append(each.period)
    for (plan, member, why), periods in found.items():
        yield {"plan": plan, "member": names[member][0], "periods": ", ".join(periods), "why": why}


def _key(failed: Failed) -> tuple[str, int, str]:
    return failed.plan, failed.member, failed.why


def _ends(found: Sequence[Shown], most: int) -> list[Shown]:
    """Some from both ends, where there are more than the most."""
    if len(found) <= most:
        return list(found)
    first = (most + 1) // 2
    return [*found[:first], *found[len(found) - (most - first) :]]


def _said(found: SimulationShown) -> Iterator[str]:
    yield from _about(found)
    yield ""
    periods = (*found.periods, found.total)
    yield from _table([_("period")], [([each.period], each) for each in periods])
    yield from (joined("", ("  ", each)) for each in _reward_lines(found.rewards))
    if found.winners is not None:
        yield ""
        yield _(
            "winners: {winners:,}, losers: {losers:,}, unchanged: {unchanged:,}",
            winners=found.winners, losers=found.losers, unchanged=found.unchanged,
        )  # fmt: skip
    yield from _members(found)
    for without in found.without_figure:
        yield _("no figure: {member} in {plan}, {periods}: {why}", **without)
    if found.uncredited:
        yield _.counted(
            found.uncredited,
            "of {count} sale a part is credited to nobody",
            "of {count} sales a part is credited to nobody",
        )


def _about(found: SimulationShown) -> Iterator[str]:
    """What is simulated."""
    plan = found.plan if found.file is None else _("{plan} of {file}", plan=found.plan, file=found.file)
    if found.against:
        others = ", ".join(found.against)
        yield _("{plan} over {period}, against {others}", plan=plan, period=found.period, others=others)
    else:
        yield _("{plan} over {period}", plan=plan, period=found.period)
    if found.is_partial:
        yield _("of some members alone: whom you may see, or asked for")
    for each in found.left_out:
        yield _("left out: {plan}, which is not paid within {period}", plan=each, period=found.period)


def _members(found: SimulationShown) -> Iterator[str]:
    """The members, from the one who wins most to the one who loses most."""
    shown = _ends(found.members, MOST_ROWS)
    if shown:
        yield ""
        yield from _table([_("member"), _("name")], [([each.member, each.name], each) for each in shown])
    for each in shown:
        for line in _reward_lines(each.rewards):
            yield _("  {member}: {rewards}", member=each.member, rewards=line)
    if (more := found.paid - len(shown)) > 0:
        yield _("  and {count} more, between these: see --json and --limit", count=more)


def _table(
    heads: Sequence[str], rows: Sequence[tuple[Sequence[str], PeriodShown | MemberShown]]
) -> list[str]:
    """Rows with what is earned and paid, with the cost where that differs, and beside it that of the others."""
    has_cost = any(
        each is not None and each.cost != each.earned
        for _names, row in rows
        for each in (row.plan, row.against)
    )
    is_compared = any(row.against is not None for _names, row in rows)
    head = [*heads, _("earned"), _("paid")]
    head += [_("cost")] if has_cost else []
    head += [_("against"), _("difference")] if is_compared else []
    cells = [head]
    for names, row in rows:
        amounts: list[Money | None] = [row.plan.earned, row.plan.paid]
        amounts += [row.plan.cost] if has_cost else []
        amounts += [row.against.cost, row.difference] if row.against is not None else []
        cells.append([*names, *("-" if each is None else said(joined("", [each])) for each in amounts)])
    return columns(cells, left=len(heads))


def _reward_lines(rewards: Iterable[Reward]) -> Iterator[str]:
    for each in rewards:
        own = amount_text(each.plan, each.unit)
        if each.against is None:
            yield own
        else:
            yield _("{own}, against {other}", own=own, other=amount_text(each.against, each.unit))
