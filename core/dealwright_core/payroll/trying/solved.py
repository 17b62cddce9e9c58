"""What to sell more to earn so much, as it is shown."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from dealwright_core.incentives import wording
from dealwright_core.language import Told
from dealwright_core.language import core as _
from dealwright_core.payroll.crediting.windows import DEAL
from dealwright_core.payroll.telling.statements import Earned, amount_text, earned, window_text
from dealwright_core.payroll.trying.aiming import Aim, GateFound

ZERO = Fraction(0)


@frozen(kw_only=True)
class GateShown:
    """A gate: what it ``needs`` of which measure in which window, what of that is ``reached``, and what to sell more to
    open it; None where it is open, and where that is not what opens it.
    """

    measure: str
    window: str
    needs: str
    reached: str
    open: bool
    missing: str | None


@frozen(kw_only=True)
class PaySolved(Told):
    """What a member has to sell more in a window, as of a day: ``missing``, and ``needed`` in all, in whole units of
    what is measured. ``part`` of the ``quota`` counts for who is there for a part of the window. ``due`` is earned so
    far, ``earns`` what it is then; where so much cannot be, ``most`` is the most that can.
    """

    member: str
    name: str
    plan: str
    pay: str
    window: str
    as_of: str
    measure: str
    paid_in: str
    quota: str | None
    part: str
    sold: str
    due: Earned
    wanted: Earned
    missing: str | None
    needed: str | None
    earns: Earned | None
    most: Earned | None
    gates: tuple[GateShown, ...]

    def _told(self) -> Iterator[str]:
        return _said(self)


def pay_solved(aim: Aim, wanted: int, member: tuple[str, str]) -> PaySolved:
    """The answer: ``wanted`` is in units of lines."""
    way, digits, unit = aim.way, aim.way.rounds.digits, aim.pay.unit or aim.plan.currency

    def money(units: int) -> Earned:
        return earned(units, digits, unit)

    more = way.least(wanted - aim.due, aim.step, aim.first)
    earns = None if more is None else aim.due + (way.pays(more) if more else 0)
    most = way.most(aim.step, aim.first) if more is None else None
    sold = ZERO if aim.window.label == DEAL else way.sold
    return PaySolved(
        member=member[0],
        name=member[1],
        plan=aim.plan.name,
        pay=aim.pay.name,
        window=aim.window.label,
        as_of=aim.as_of.isoformat(),
        measure=aim.measure,
        paid_in=unit,
        quota=None if aim.quota is None else wording.plain(aim.quota),
        part=wording.plain(way.basis.part),
        sold=wording.plain(sold),
        due=money(aim.due),
        wanted=money(wanted),
        missing=None if more is None else wording.plain(more),
        needed=None if more is None else wording.plain(sold + more),
        earns=None if earns is None else money(earns),
        most=None if most is None else money(aim.due + most),
        gates=tuple(_gate(each) for each in aim.gates),
    )


def _gate(found: GateFound) -> GateShown:
    said = wording.attained(found.reached) if found.is_ratio else wording.number(found.reached)
    missing = None if found.is_open or found.missing is None else wording.plain(found.missing)
    return GateShown(
        measure=found.measure,
        window=found.window,
        needs=found.needs,
        reached=said,
        open=found.is_open,
        missing=missing,
    )


def _said(found: PaySolved) -> Iterator[str]:
    yield _(
        "{member} ({name}), {plan}, {pay}, {window}, as of {day}",
        member=found.member, name=found.name, plan=found.plan, pay=found.pay, window=window_text(found.window),
        day=found.as_of,
    )  # fmt: skip
    if found.window == DEAL:
        yield _("each deal is paid by itself: what is said is of one deal more")
    else:
        yield _("{measure} so far: {sold}", measure=found.measure, sold=_standing(found))
    yield _("earned so far: {due}", due=amount_text(found.due, found.paid_in))
    for each in found.gates:
        if not each.open:
            yield from _closed(each)
    wanted = amount_text(found.wanted, found.paid_in)
    if found.missing is None:
        most = "" if found.most is None else amount_text(found.most, found.paid_in)
        yield _("{wanted} cannot be reached: the most is {most}", wanted=wanted, most=most)
    elif not Fraction(found.missing):
        yield _("{wanted} is reached: nothing is missing", wanted=wanted)
    else:
        assert found.needed is not None  # as what is missing
        assert found.earns is not None
        yield _(
            "to earn {wanted}: {missing} more, {needed} in all",
            wanted=wanted, missing=_number(found.missing), needed=_number(found.needed),
        )  # fmt: skip
        yield _("that earns {earns}", earns=amount_text(found.earns, found.paid_in))


def _standing(found: PaySolved) -> str:
    """What is measured so far, and of which quota."""
    sold, part = _number(found.sold), Fraction(found.part)
    if found.quota is None or not (counting := Fraction(found.quota) * part):
        return sold
    attained = wording.attained(Fraction(found.sold) / counting)
    if part == 1:
        return _(
            "{sold} of a quota of {quota}, {attained}",
            sold=sold, quota=_number(found.quota), attained=attained,
        )  # fmt: skip
    return _(
        "{sold} of a quota of {counting}, {attained}; that is {part} of {quota}, for a part of the window",
        sold=sold, counting=wording.number(counting), attained=attained, part=wording.number(part),
        quota=_number(found.quota),
    )  # fmt: skip


def _closed(gate: GateShown) -> Iterator[str]:
    yield _(
        "a gate is closed: it needs {needs} of {measure} in {window}, and {reached} is reached",
        needs=gate.needs, measure=gate.measure, window=window_text(gate.window), reached=gate.reached,
    )  # fmt: skip
    if gate.missing is None:
        yield _("  what is sold more does not open it: until it is open, no more than a floor is earned")
    else:
        yield _("  {missing} more opens it", missing=_number(gate.missing))


def _number(text: str) -> str:
    """A number for people."""
    return wording.number(Fraction(text))
