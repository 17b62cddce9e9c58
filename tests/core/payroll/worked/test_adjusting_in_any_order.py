"""Whatever is adjusted, changed, run and approved, and in which order: in the end everybody has what is in force."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Member, Money, PayAdjustment
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop

PLAN = 'name = "Reps"\n[[pay]]\nrate = "10 %"\n'
MEMBERS, MONTHS = ("ANN", "BEN", "MAX"), ("2026-01", "2026-02", "2026-03")
LAST = "2026-04"

amounts = st.integers(-30_000, 30_000).filter(bool).map(lambda minor: Money(minor, "USD"))
whose, days = (
    st.sampled_from(MEMBERS),
    st.sampled_from([f"{month}-{day}" for month in MONTHS for day in ("01", "28")]),
)
steps = st.one_of(
    st.tuples(st.just("enter"), whose, amounts, days),
    st.tuples(st.just("amount"), st.integers(0, 9), st.one_of(amounts, st.just(Money(0, "USD")))),
    st.tuples(st.just("member"), st.integers(0, 9), whose),
    st.tuples(st.just("on"), st.integers(0, 9), days),
    st.tuples(st.just("run")),
    st.tuples(st.just("approve")),
)


class Months:
    """The months of a shop, run and approved one after the other, with what runs posted so far."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.at, self.is_run = shop, 0, False
        self.entered: list[str] = []
        self.paid: Counter[str] = Counter()

    def do(self, what: str, *given: Any) -> None:
        step: Callable[..., None] = getattr(self, what, partial(self.change, what))
        step(*given)

    def enter(self, member: str, amount: Money, on: str) -> None:
        terms = {"plan": "Reps", "reason": "agreed", "amount": amount, "on": on}
        self.entered.append(self.command("pay.adjust", ref=member, **terms).ref)

    def change(self, what: str, at: int, value: Any) -> None:
        if at < len(self.entered):
            self.command("pay-adjustment.change", ref=self.entered[at], **{what: value})

    def run(self) -> None:
        if self.at < len(MONTHS):
            self.calculate(MONTHS[self.at])
            self.is_run = True

    def calculate(self, month: str) -> None:
        """Calculate a month for whom changes concern, which gives the same as to calculate it for everybody."""
        period = self.shop.label(month)
        digests = [self.command("pay.run", period=period, full=full).digest for full in (False, True)]
        assert digests[0] == digests[1]

    def approve(self) -> None:
        if self.is_run:
            self.count(MONTHS[self.at])
            self.shop.approve(MONTHS[self.at])
            self.at, self.is_run = self.at + 1, False

    def count(self, month: str) -> None:
        """Note what a month pays, which is what its lines sum to and what is released."""
        rows = {each["member"]: each for each in self.command("pay.payments", period=self.shop.label(month))}
        for member in MEMBERS:
            amounts = [each.amount for each in self.shop.lines(member, month)]
            lines = sum(each.minor for each in amounts if isinstance(each, Money))
            row = rows.get(member)
            assert (row["earned"].minor, row["released"].minor) == (lines, lines) if row else lines == 0
            self.paid[member] += lines

    def command(self, name: str, **given: Any) -> Any:
        return self.shop.platform.run(name, actor="admin", **given).value

    def in_force(self) -> Counter[str]:
        """What adjustments are worth, by member."""
        found: Counter[str] = Counter()
        with self.shop.platform.session("admin") as session:
            for each in session.find(PayAdjustment):
                found[session.get(Member, each.member).ref] += each.amount.minor
        return found


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=2, max_size=9))
def test_everybody_has_what_is_in_force(opening: Opening, doing: Sequence[tuple[Any, ...]]) -> None:
    shop = opening(PLAN)
    shop.sold("ANN", ("2026-04-10", 1_000))
    months = Months(shop)
    for each in doing:
        months.do(*each)
    if months.is_run:
        months.approve()
    months.calculate(LAST)
    months.count(LAST)
    owed = months.in_force()
    owed["ANN"] += 100_00
    assert {each: months.paid[each] for each in MEMBERS} == {each: owed[each] for each in MEMBERS}
