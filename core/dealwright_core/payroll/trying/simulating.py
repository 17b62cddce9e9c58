"""A plan run over history, one pay period after the other, as real runs would: all in memory, nothing is stored."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import attrs
from attrs import field, frozen

from dealwright_core.evaluation.progress import tell
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.language import core as _
from dealwright_core.payroll.earning.adjusting import is_adjusted
from dealwright_core.payroll.earning.calculating import Calculated
from dealwright_core.payroll.earning.postings import EMPTY, Accounts, accounts_of
from dealwright_core.payroll.reckoning import Reckoning, counts
from dealwright_core.payroll.settling.payments import Paid, Settled, Settlement
from dealwright_core.payroll.settling.withholding import Kept
from dealwright_core.store.rowsecurity import beyond
from dealwright_core.values import Period

SIMULATING = _("simulating")
EXPENSE = "expense"


@frozen
class Amounts:
    """What a plan pays: ``earned``, what of earnings is ``paid``, and the ``cost``, which is the expense in the ledger:
    what is earned, with draws that are kept, without what a cap forfeits. In whole minor units of its currency.
    """

    earned: int = 0
    paid: int = 0
    cost: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.earned + other.earned, self.paid + other.paid, self.cost + other.cost)


NOTHING = Amounts()


@frozen(eq=False, kw_only=True)
class PeriodPaid:
    """What a plan pays in a pay period, by member; ``rewards`` are not money, by member and unit. ``failed`` says who
    has no figure, and why; of ``left`` sales a part is credited to nobody.
    """

    period: Period
    amounts: Mapping[int, Amounts]
    rewards: Mapping[tuple[int, str], Decimal]
    failed: Mapping[int, str]
    left: int


def simulated(reckoning: Reckoning, plan: Plan, periods: Sequence[Period]) -> Iterator[PeriodPaid]:
    """What a plan pays in consecutive pay periods of its own, run for the first time in the first in which it holds.

    Between pay periods only the accounts and the balances are kept.
    """
    accounts, balances = EMPTY, Balances()
    since: date | None = None

    def goes_on(of: Plan) -> bool:
        return bool(accounts.earlier) or is_adjusted(reckoning.session, of, period.last)

    for at, period in enumerate(periods):
        tell(SIMULATING, plan.name, at, len(periods))
        if not counts(plan, period, goes_on):
            continue
        since = since or period.start
        found = reckoning.calculated(plan, period, since, accounts)
        settled = balances.settled(reckoning, plan, period, accounts, found)
        yield _paid(plan, period, found, settled)
        accounts = accounts_of(plan, ((each, each.lines) for each in found.postings), accounts)
    tell(SIMULATING, plan.name, len(periods), len(periods))


@attrs.define(eq=False)
class Balances:
    """What payments leave to the next ones: the last one of each member, and what waits of the pay for each sale."""

    before: dict[int, Paid] = field(factory=dict)
    kept: Kept = field(factory=Kept)

    def settled(
        self, reckoning: Reckoning, plan: Plan, period: Period, accounts: Accounts, found: Calculated
    ) -> Settled:
        """The payments of a pay period, after which the balances are those that it leaves."""
        settlement = Settlement(
            connection=reckoning.connection,
            session=reckoning.session,
            plan=plan,
            period=period,
            people=reckoning.people,
            before=self.before,
            accounts=accounts,
            kept=self.kept,
        )
        with beyond(reckoning.connection):  # the days of moves stand in the journal
            settled = settlement.of(found.postings, found.failed)
        self.before = self.before | {each.member: each for each in settled.payments}
        self.kept = self.kept.after(settled.change)
        return settled


def _paid(plan: Plan, period: Period, found: Calculated, settled: Settled) -> PeriodPaid:
    amounts = {each.member: Amounts(each.earned, each.paid) for each in settled.payments}
    for member, account, currency, amount in settled.entries:
        if account == EXPENSE and currency == plan.currency:
            amounts[member] += Amounts(cost=amount)
    rewards: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for each in found.postings:
        if each.unit != plan.currency:
            rewards[each.member, each.unit] += Decimal(each.amount).scaleb(-each.digits)
    return PeriodPaid(period=period, amounts=amounts, rewards=rewards, failed=found.failed, left=found.left)
