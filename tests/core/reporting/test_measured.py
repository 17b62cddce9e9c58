"""Whose facts are, whether a measure is of money, and which record a group stands for."""

import pytest

from dealwright import Measure, Selection, UsageError, breakdown, fields, is_money, owner_path
from dealwright_testing.deployments import MakePlatform


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("opportunity", "owner"),
        ("opportunity_line", "opportunity.owner"),
        ("contract_line", "contract.owner"),
        ("transaction", "contract.owner"),
        ("activity", "by"),
        ("contact", "customer.owner"),
    ],
)
def test_a_fact_is_whose_the_record_belongs_to(make_platform: MakePlatform, kind: str, path: str) -> None:
    with make_platform().session("admin") as session:
        assert owner_path(session, kind) == path


def test_a_fact_of_nobody_is_said_to_be_so(make_platform: MakePlatform) -> None:
    with (
        make_platform().session("admin") as session,
        pytest.raises(UsageError, match="nothing says whose the facts of kind exchange_rate are"),
    ):
        owner_path(session, "exchange_rate")


def test_only_a_sum_of_money_is_money(make_platform: MakePlatform) -> None:
    deal = fields("opportunity")
    measures = (
        Measure("a", "a", facts="opportunity", value=deal.amount),
        Measure("b", "b", facts="opportunity", value=deal.amount, aggregate="distinct"),
        Measure("c", "c", facts="opportunity", value=deal.probability),
        Measure("d", "d", facts="opportunity", aggregate="count"),
    )
    with make_platform().session("admin") as session:
        assert [is_money(session, each) for each in measures] == [True, False, False, False]


def test_a_group_names_its_record(make_platform: MakePlatform) -> None:
    platform = make_platform()
    member = platform.run("member.add", actor="admin", name="Ann").value
    platform.run("opportunity.add", actor="admin", owner=member.ref)
    deals = Measure("deals", "Deals", facts="opportunity", aggregate="count", on="opened_on")
    with platform.session("admin") as session:
        found = {
            by: [each.key for each in breakdown(session, [deals], selection=Selection(by=by)).groups]
            for by in ("owner", "stage", "year", "source")
        }
        year = session.calendar.containing(session.today, "year").label
    assert found == {"owner": [member.id], "stage": ["prospecting"], "year": [year], "source": [None]}
