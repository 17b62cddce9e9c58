"""Whether a plan makes sense in itself: sums, order, windows, and pays that refer to each other."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from dealwright_core.config.document import KeyPath, meant
from dealwright_core.errors import Problem
from dealwright_core.incentives import wording
from dealwright_core.incentives.plans.plan import Pay, Plan, pay_named
from dealwright_core.incentives.plans.tables import WINDOWS, By, Credit
from dealwright_core.language import core as _

ONE = Fraction(1)
# What the adjustments of a plan are posted as.
KEPT = "adjustment"


def mistakes(plan: Plan) -> Iterator[Problem]:
    """Everything wrong in a plan that shows without the deployment."""
    yield from _of_the_plan(plan)
    yield from _of_credit(plan)
    for each in (plan, *plan.own.values()):
        yield from _of_pays(each)


def _of_the_plan(plan: Plan) -> Iterator[Problem]:
    if not plan.name and "name" not in plan.document.data:
        yield plan.problem(("name",), _("is missing"))
    elif not plan.name.strip() and isinstance(plan.document.data.get("name"), str):
        yield plan.problem(("name",), _("is empty"))
    if plan.quarter_weights is not None:
        yield from _sum(plan, ("quarter_weights",), plan.quarter_weights, ONE)
    yield from _releases(plan)
    if not plan.pays and not plan.document.data.get("pay"):
        yield plan.problem(("pay",), _("the plan pays nothing"), _("add [[pay]]"))


def _releases(plan: Plan) -> Iterator[Problem]:
    tables = plan.document.data.get("release", ())
    missing = [
        ("release", at, key)
        for at in range(len(plan.release))
        for key in ("share", "on")
        if tables[at].get(key, "") == ""
    ]
    yield from (plan.problem(path, _("is missing")) for path in missing)
    if plan.release and not any(path[-1] == "share" for path in missing):
        yield from _sum(plan, ("release",), [each.share for each in plan.release], ONE)


def _sum(
    plan: Plan, path: KeyPath, parts: Iterable[Fraction], total: Fraction, *, of: Pay | None = None
) -> Iterator[Problem]:
    found = sum(parts, Fraction(0))
    if found != total:
        message = _(
            "sums to {found}, not {total}", found=wording.percent(found), total=wording.percent(total)
        )
        yield plan.problem(path, message) if of is None else of.problem(path, message)


def _of_credit(plan: Plan) -> Iterator[Problem]:
    credit: Credit = plan.credit
    if credit.shares:
        yield from _sum(plan, ("credit", "shares"), credit.shares.values(), credit.total)
    if credit.by_list is None or credit.by_list == "equal":
        lists: tuple[tuple[Fraction, ...], ...] = ()
    else:
        lists = credit.by_list
    if credit.by_list is not None and credit.shares:
        yield plan.problem(
            ("credit", "by_list"), _("there are fixed shares, too"), _("leave one of the two out")
        )
    seen: set[int] = set()
    for at, each in enumerate(lists):
        yield from _sum(plan, ("credit", "by_list", at), each, credit.total)
        if len(each) in seen:
            yield plan.problem(
                ("credit", "by_list", at), _("there is another list of {count} shares", count=len(each))
            )
        seen.add(len(each))


def _of_pays(plan: Plan) -> Iterator[Problem]:
    names: set[str] = set()
    for pay in plan.pays:
        if pay.name == KEPT:
            message = _("the name {name!r} is kept for adjustments that are entered", name=pay.name)
            yield pay.problem(("name",), message, _("give it another name"))
        if pay.name in names:
            yield pay.problem(("name",), _("another pay has the name {name!r}", name=pay.name))
        names.add(pay.name)
        yield from _of_pay(plan, pay)
        yield from _windows(pay)
        yield from _quotas(plan, pay)
    yield from _references(plan)


def _of_pay(plan: Plan, pay: Pay) -> Iterator[Problem]:
    if not pay.scheme and pay.rank is None and pay.is_whole:
        yield pay.problem(
            (), _("says no scheme"), _("set scheme, or 'rate' for a flat one, or 'pays' for a fixed amount")
        )
    if pay.levels != 1 and pay.credit != "team":
        yield pay.problem(("levels",), _("are for the credit of a team"), _('set credit = "team"'))
    if pay.cap is not None and pay.floor is not None and pay.floor > pay.cap:
        yield pay.problem(("floor",), _("is above the cap"))
    yield from _reversals(plan, pay)
    yield from _objectives(plan, pay)
    yield from _together(pay)
    yield from _over(pay)
    if isinstance(pay.by, By) and (pay.by.measure, pay.by.per, pay.by.window) == (None, None, None):
        yield pay.problem(("by",), _("says nothing"), _("name a measure or a window"))
    yield from _conversion(plan, pay)


def _together(pay: Pay) -> Iterator[Problem]:
    """What a pool or a ranking, which are of all members and of whole windows, cannot go by."""
    if pay.rank is not None and pay.pool is not None:
        yield pay.problem(("pool",), _("there is a rank, too"), _("leave one of the two out"))
    if pay.rank is None and pay.pool is None:
        return
    key = "rank" if pay.pool is None else "pool"
    if pay.window == "deal":
        message = _("the {key} is of all members, and a deal is of one", key=key)
        yield pay.problem(("window",), message, _("name a longer one"))
    elif isinstance(pay.by, str) and (pay.pool is not None or not pay.scheme):
        message = _("is of each deal, and the {key} of all that a window has", key=key)
        yield pay.problem(("by",), message, _("write a table, such as {table}", table='{measure = "amount"}'))


def _over(pay: Pay) -> Iterator[Problem]:
    """A bound of a ranking that is in percent where there is no attainment, or an amount where nothing else is."""
    if pay.rank is None:
        return
    over, is_ratio = pay.rank.over, isinstance(pay.by, By) and pay.by.per is not None
    if over.is_ratio and not (pay.objectives or is_ratio or pay.quota is not None):
        message = _("{start} of which quota?", start=over)
        yield pay.problem(("rank", "over"), message, _("give the pay a quota, or write an amount"))
    elif pay.objectives and not over.is_ratio and over.at:
        message = _("the objectives have no amount together")
        yield pay.problem(("rank", "over"), message, _("write an attainment such as '80 %'"))


def _reversals(plan: Plan, pay: Pay) -> Iterator[Problem]:
    """What keeps a refund from reversing the lines of its sale."""
    if plan.refund.basis != "original":
        return
    message, hint = _("a refund cannot reverse the lines of its sale"), _('set refund.basis to "window"')
    if pay.window == "deal":
        yield pay.problem(("window",), message, hint)
    if isinstance(pay.by, str):
        yield pay.problem(("by",), message, hint)
    if plan.credit.split == "pay":
        yield plan.problem(("credit", "split"), message, hint)
    if plan.round.at != "window":
        yield plan.problem(("round", "at"), message, hint)


def _conversion(plan: Plan, pay: Pay) -> Iterator[Problem]:
    if isinstance(pay.fx, dict) and pay.currency not in ("", plan.currency, *pay.fx):
        yield pay.problem(("fx",), _("has no rate of {currency}", currency=pay.currency))


def _objectives(plan: Plan, pay: Pay) -> Iterator[Problem]:
    if not pay.objectives:
        return
    yield from _sum(plan, ("objectives",), [each.weight for each in pay.objectives], ONE, of=pay)
    for key in ("quota", "by"):
        if getattr(pay, key) is not None:
            yield pay.problem(
                (key,), _("each of the objectives has its own"), _("leave out {key!r}", key=key)
            )
    if pay.window == "deal":
        yield pay.problem(
            ("window",), _("a single deal attains no objectives"), _("name a window such as the month")
        )


def _windows(pay: Pay) -> Iterator[Problem]:
    """Every other window of a pay is its own one or a longer one."""
    found = [((*each.place, "window"), each.window) for each in pay.every_gate()]
    if isinstance(pay.by, By) and pay.by.window is not None:
        found.append((("by", "window"), pay.by.window))
    for path, window in found:
        if WINDOWS.index(window) < WINDOWS.index(pay.window):
            yield pay.problem(
                path,
                _("a {window} is shorter than the window of the pay, a {its}", window=window, its=pay.window),
                _("name a longer one"),
            )


def _quotas(plan: Plan, pay: Pay) -> Iterator[Problem]:
    for path, quota in pay.quotas():
        if isinstance(quota, str):
            continue
        if quota < 0:
            yield pay.problem(path, _("is below zero"))
        elif quota == 0 and plan.zero_quota is None:
            message = _("is zero, and the plan does not say what is paid then")
            yield pay.problem(path, message, _('set zero_quota to "refuse", "zero" or "full"'))
    for each in pay.every_gate():
        has_quota = pay.objectives or pay.quota is not None
        if each.start.is_ratio and each.quota is None and (each.measure is not None or not has_quota):
            yield pay.problem(
                each.place, _("{start} of which quota?", start=each.start), _("give the gate a quota")
            )


def _references(plan: Plan) -> Iterator[Problem]:
    """References to pays that there are not, and those that lead in a circle."""
    known = {each.name: each for each in plan.pays}
    leads: dict[str, list[str]] = {each.name: [] for each in plan.pays}
    for pay in plan.pays:
        for path, figure in pay.figures():
            name = pay_named(figure)
            if name is None:
                continue
            if name not in known:
                hint = meant(name, known) or _("the plan has {known}", known=", ".join(known))
                yield pay.problem(path, _("the plan has no pay {name!r}", name=name), hint)
                continue
            leads[pay.name].append(name)
            if way := _way(name, pay.name, leads):
                said = " -> ".join((pay.name, *way))
                yield pay.problem(path, _("leads in a circle: {said}", said=said))


def _way(start: str, end: str, leads: dict[str, list[str]]) -> list[str]:
    """The way from one pay to another along references; empty where there is none."""
    pending, seen = [[start]], {start}
    while pending:
        way = pending.pop()
        if way[-1] == end:
            return way
        for each in leads.get(way[-1], ()):
            if each not in seen:
                seen.add(each)
                pending.append([*way, each])
    return []
