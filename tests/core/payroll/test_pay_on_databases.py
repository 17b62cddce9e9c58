"""What holds for pay in the database, whatever is sold, refunded, corrected, handed over and planned anew."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from dealwright_testing.deployments import MakePlatform
from dealwright_testing.postgres import Server
from tests.core.payroll.books import (
    lines_sum_to_their_posting,
    no_more_is_taken_than_was_earned,
    postings_sum_to_what_is_due,
    the_ledger_balances,
    what_was_earned_is_released_or_outstanding,
)
from tests.core.payroll.business import Business, Month, histories
from tests.core.payroll.drawnplans import DrawnPlan, drawn_plans
from tests.core.payroll.worked.desk import Desk
from tests.core.payroll.worked.opening import Premises, opened
from tests.core.payroll.worked.payday import Shop

# An example is four months with four runs each: a second.
MOST = min(settings().max_examples, 30)


def add_up(business: Business) -> None:
    """Lines, postings, entries, payments and credits of all runs, the last of which is of the month."""
    books = business.books
    lines_sum_to_their_posting(books)
    periods = {each["id"]: each["period"] for each in books.runs}
    rounded = {
        account: parts
        for account, parts in books.accounts.items()
        if business.plans[periods[parts[-1]["run"]]].rounds_by_window(account[0])
    }
    postings_sum_to_what_is_due(rounded, books)
    the_ledger_balances(books)
    what_was_earned_is_released_or_outstanding(books)
    if business.plan.window != "deal":
        no_more_is_taken_than_was_earned(books)
    if not business.plan.is_split:
        assert books.measured("commission") == business.credits()


def replay(business: Business) -> None:
    """Run the month, once for what is concerned and again: another run, one of everybody, and one after the run was
    discarded come to the same.
    """
    found = business.run()
    assert business.run() == found
    assert business.run(full=True) == found
    business.discard()
    assert business.run() == found


def play(business: Business, history: list[Month]) -> None:
    """Let a history happen, with two runs a month, and look whether everything holds. In the end customers pay and get
    all they ordered, and all pay is freed, so that nothing waits that depends on it.
    """
    for sales, more, last in history:
        business.happen([*sales, *more])
        business.run()
        business.happen(last)
        replay(business)
        add_up(business)
        business.settle()
    business.keep_what_is_final()
    business.happen(business.everything)
    business.run()
    add_up(business)
    if business.plan.waits:
        assert "transaction" not in business.books.waiting_kinds


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """A platform that stays open for one shop after the other: to open one takes longer than a month in it."""
    folder, desk = tmp_path_factory.mktemp("shop"), Desk()
    make = MakePlatform(folder)
    platform = opened(make, desk, url=f"sqlite:///{folder / 'shop.db'}")
    Shop(platform, desk).open()
    platform.engine.dispose()
    shutil.copy(folder / "shop.db", folder / "staffed.db")
    yield Premises(platform, desk, folder / "staffed.db", folder / "shop.db")
    make.close()


@given(plan=drawn_plans, history=histories)
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=MOST)
def test_pay_adds_up_replays_and_keeps_whatever_happens(
    premises: Premises, plan: DrawnPlan, history: list[Month]
) -> None:
    folder = premises.database.parent
    shop = premises.shop([plan.text], folder)
    play(Business(shop, plan, lambda text: premises.shop([text], folder, is_new=False)).open(), history)


@given(plan=drawn_plans, history=histories)
@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=2)
def test_it_does_on_postgresql_where_each_plan_is_opened_anew(
    postgres_server: Server, tmp_path: Path, plan: DrawnPlan, history: list[Month]
) -> None:
    make, desk = MakePlatform(tmp_path), Desk()
    with postgres_server.database() as url, closing(make):

        def reopened(text: str) -> Shop:
            make.close()
            return Shop(opened(make, desk, [text], url), desk)

        play(Business(reopened(plan.text).open(), plan, reopened).open(), history)
