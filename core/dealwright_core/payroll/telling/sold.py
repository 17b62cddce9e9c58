"""What a line is about, as it is on record: the sale's own amount, and which part of it a member is credited with."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy.engine import Connection

from dealwright_core.errors import NotFound
from dealwright_core.expr import Expression, Type, check, parse
from dealwright_core.incentives.plans.facts import AMOUNT
from dealwright_core.incentives.plans.plan import Pay, Plan
from dealwright_core.journal.reading import history
from dealwright_core.payroll import ledger
from dealwright_core.payroll.crediting.sourcing import counted_value, summed
from dealwright_core.payroll.earning.postings import as_header, valid_from
from dealwright_core.payroll.ledger import LINE, POSTING, PayRun, Stored
from dealwright_core.records import Member, Record
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.values import Money
from dealwright_core.values import digits as currency_digits

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

ONE = Fraction(1)


@frozen(kw_only=True)
class Sold:
    """The sale of a line, as far as the actor may see it: its own ``amount``; what the pay measures of it, ``own``, in
    whole units, and which ``part`` of that is credited to the member in all. Both are None where the sale or the plan
    was changed since, where it was converted to another currency, and where the measure is no sum of sales.

    ``fx`` says at which rates it was converted, and ``is_pay_split`` that the pay is divided, not the credit.
    """

    amount: Money | None = None
    own: Fraction | None = None
    part: Fraction | None = None
    fx: str | Mapping[str, Fraction] | None = None
    converted_to: str | None = None
    is_pay_split: bool = False


UNKNOWN = Sold()


def sold(
    connection: Connection,
    session: "Session",
    runs: Sequence[PayRun],
    posting: Stored,
    line: Any,
    member: Member,
) -> Sold:
    """The sale of a line."""
    run = next(each for each in runs if each.id == posting.run)
    found = _plan_and_pay(session, run, posting, member)
    is_split = found is not None and found[0].credit.split == "pay"
    record = _record(session, line)
    if record is None:
        return Sold(is_pay_split=is_split)
    amount = getattr(record, "amount", None)
    amount = amount if isinstance(amount, Money) else None
    if found is None:
        return Sold(amount=amount)
    plan, pay = found
    is_foreign = amount is not None and amount.currency != plan.currency
    own = (
        None if is_foreign or _changed_since(connection, run, line) else _measured(session, plan, pay, record)
    )
    part = None if not own else _credited(connection, runs, run, posting, line) / own
    return Sold(
        amount=amount, own=own, part=part, fx=pay.fx, converted_to=plan.currency if is_foreign else None,
        is_pay_split=is_split,
    )  # fmt: skip


def _plan_and_pay(
    session: "Session", run: PayRun, posting: Stored, member: Member
) -> tuple[Plan, Pay] | None:
    """The plan and the pay of a posting as they hold for its member, unless the plan was changed since."""
    plan = plan_as_run(session, run, (posting.plan, posting.valid_from), member)
    if plan is None:
        return None
    pay = next((each for each in plan.pays if each.name == posting.pay), None)
    return None if pay is None else (plan, pay)


def plan_as_run(session: "Session", run: PayRun, plan: tuple[str, str], member: Member) -> Plan | None:
    """A plan by name and first day as it holds for a member, unless it was changed since a run."""
    files = (each.plan for each in session.incentive_plans.files if each.plan is not None)
    of_name = (each for each in files if (each.name, valid_from(each)) == plan)
    found = next((each for each in of_name if as_header(each) in run.said["plans"]), None)
    if found is None:
        return None
    return found.own.get(member.ref) or found.own.get(member.login or "") or found


def _record(session: "Session", line: Any) -> Record | None:
    """The sale, where the line is about one that the actor may see."""
    if line.about not in session.kinds:
        return None
    try:
        found: Record = session.get(line.about, line.source)
    except NotFound:
        return None
    return found


def _changed_since(connection: Connection, run: PayRun, line: Any) -> bool:
    with beyond(connection):
        events = history(connection, line.about, line.source)
    return not events or max(each.at for each in events) > run.at


def _measured(session: "Session", plan: Plan, pay: Pay, record: Record) -> Fraction | None:
    """What a pay measures of a sale, before any share and weight, in whole units."""
    measures, figure = session.contributions.measures, pay.measure or AMOUNT
    measure = summed(measures, figure)
    if measure is None and (figure in measures or plan.currency != session.currency):
        return None
    kind = session.kind(type(record)).name
    if measure is not None and measure.facts != kind:
        return None
    value = parse(figure) if measure is None else counted_value(measure)
    found = session.value_of(record, value)
    return None if found is None else Fraction(found) / _unit(session, value, kind)


def _unit(session: "Session", value: Expression, kind: str) -> int:
    """How many of what an expression gives make one of it."""
    type = check(value, kind, session.incentive_plans.around.schema, as_of=session.today).type
    units: dict[Type, int] = {Type.MONEY: 10 ** currency_digits(session.currency), Type.PRICE: 10**8}
    return units.get(type, 1)


def _credited(
    connection: Connection, runs: Sequence[PayRun], run: PayRun, posting: Stored, line: Any
) -> Fraction:
    """All that a member was credited with of a sale, up to a line of an account."""
    earlier = [each.id for each in runs if each.unit == run.unit and each.first < run.first]
    with beyond(connection):
        found = ledger.postings(
            connection,
            POSTING.plan == posting.plan, POSTING.valid_from == posting.valid_from, POSTING.pay == posting.pay,
            POSTING.member == posting.member, POSTING.window == posting.window, POSTING.run.in_([*earlier, run.id]),
        )  # fmt: skip
        return sum(
            (
                Fraction(each.measure, of.scale)
                for of in found
                for each in ledger.lines(
                    connection, of.id, LINE.about == line.about, LINE.source == line.source
                )
                if of.id != posting.id or each.number <= line.number
            ),
            Fraction(0),
        )
