"""Merging customers: everything leads to the one that stands, and nothing is lost."""

from datetime import date
from functools import partial
from typing import Any

import attrs
import pytest

from dealwright import Customer, Money, Record, RecordType, UsageError, about, hookimpl
from dealwright_core.batches import batches
from dealwright_core.journal.verify import verify
from dealwright_core.store.engine import reading
from dealwright_testing.deployments import MakePlatform
from tests.core.likeness.market import Market

DECLARED = """
[records.rating]
title = "Rating"
on = "customer"
single = true
[records.rating.fields.grade]
type = "text"
[records.rating_note]
title = "Note on a rating"
on = "rating"
[records.rating_note.fields.text]
type = "text"
"""


@attrs.frozen(kw_only=True)
class Referral(Record):
    """A customer whom another one sent; one a year."""

    sender: int = attrs.field(metadata=about(link="customer"))
    sent: int | None = attrs.field(default=None, metadata=about(link="customer"))
    year: int = 2026


class Referrals:
    @hookimpl
    def records(self) -> list[RecordType]:
        return [RecordType(Referral, unique=(("sender", "year"),), owned_by=("sender",))]


@pytest.fixture
def rich(database_url: str, make_platform: MakePlatform) -> Market:
    """A market with records of a plugin and declared ones."""
    return Market(make_platform(database_url, DECLARED, plugins=[("club", Referrals())]))


def pair(market: Market, **merged: Any) -> None:
    market.customer("Acme", ref="ONE")
    market.customer("Orion", ref="TWO", **merged)


def leading_to(market: Market, id: int) -> list[tuple[str, str]]:
    """Every link to a customer."""
    found = []
    with market.platform.session("admin") as session:
        for name in session.kinds:
            for field in session.kind(name).fields:
                if field.link == "customer":
                    equal: Any = {field.name: id}
                    found += [(f"{name}.{field.name}", each.ref) for each in session.find(name, **equal)]
    return sorted(found)


def test_every_link_leads_to_the_survivor(rich: Market) -> None:
    pair(rich)
    rich.customer("Old", ref="OLDER")
    rich.run("customer.merge", ref="OLDER", into="TWO")
    rich.customer("Below", ref="BELOW", parent="TWO")
    rich.run("contact.add", ref="CT", customer="TWO", name="Ann")
    rich.run("opportunity.add", ref="O", customer="TWO", amount="100 USD")
    rich.run("activity.add", ref="A", customer="TWO", kind="visit", on="2026-01-02")
    rich.run("contract.add", ref="K", customer="TWO", amount="100 USD")
    rich.run("rating.add", ref="R", customer="TWO", grade="A")
    rich.run("club-referral.add", ref="CR", sender="TWO", sent="BELOW")
    before = leading_to(rich, rich.get("TWO").id)
    assert len({link for link, _ in before}) >= 8
    rich.run("customer.merge", ref="TWO", into="ONE")
    assert leading_to(rich, rich.get("TWO").id) == []
    assert leading_to(rich, rich.get("ONE").id) == sorted([*before, ("customer.merged_into", "TWO")])


def test_each_moved_record_has_a_change_in_its_history(market: Market) -> None:
    pair(market)
    market.run("opportunity.add", ref="O", customer="TWO")
    market.run("customer.merge", ref="TWO", into="ONE")
    for kind, ref in (("opportunity", "O"), ("customer", "TWO")):
        assert market.run(f"{kind}.history", ref=ref)[-1]["command"] == "customer.merge"
    with reading(market.platform.engine) as connection:
        assert verify(connection, market.platform.catalogue).faults == ()


def test_more_than_a_batch_moves(on_sqlite: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealwright_core.likeness.merging.batches", partial(batches, size=2))
    pair(on_sqlite)
    for _ in range(5):
        on_sqlite.run("opportunity.add", customer="TWO")
    on_sqlite.run("customer.merge", ref="TWO", into="ONE")
    assert len(on_sqlite.found("opportunity", customer=on_sqlite.get("ONE").id)) == 5


def test_empty_fields_are_filled_and_preferred_ones_taken(market: Market) -> None:
    market.customer("Acme", ref="ONE", industry="health", employees=5)
    market.customer("Orion", ref="TWO", industry="law", region="North", employees=7, annual_revenue="9 USD")
    done = market.run("customer.merge", ref="TWO", into="ONE", prefer_fields=("employees", "tax-id"))
    assert (done.ref, done.name, done.industry, done.region) == ("ONE", "Acme", "health", "North")
    assert (done.employees, done.annual_revenue, done.tax_id) == (7, Money.parse("9 USD"), None)
    merged = market.get("TWO")
    assert (merged.name, merged.merged_into) == ("Orion", done.id)
    with pytest.raises(UsageError, match="did you mean 'region'"):
        market.run("customer.merge", ref="TWO", into="ONE", prefer_fields=("regoin",))


def test_a_merged_customer_is_left_out_of_lists_and_its_history_stays(market: Market) -> None:
    pair(market)
    market.run("customer.merge", ref="TWO", into="ONE")
    assert [each.ref for each in market.run("customer.list")] == ["ONE"]
    assert [each.ref for each in market.run("customer.list", where="name == 'Orion'")] == []
    assert [each.ref for each in market.run("customer.list", merged=True)] == ["ONE", "TWO"]
    assert market.run("customer.history", ref="TWO")[0]["change"]["name"] == "Orion"
    of_survivor = market.run("customer.history", ref="ONE")
    assert [each["change"] for each in of_survivor if each["command"] == "customer.merge"] == [
        {"merged": "TWO"}
    ]


def test_the_old_ref_shows_the_survivor_and_says_so(market: Market) -> None:
    pair(market)
    market.run("customer.merge", ref="TWO", into="ONE")
    outcome = market.platform.run("customer.show", actor="admin", ref="TWO")
    assert outcome.value.ref == "ONE"
    assert [each.message for each in outcome.findings] == ["TWO was merged into ONE, which is shown"]
    assert market.platform.run("customer.show", actor="admin", ref="ONE").findings == ()


def test_the_old_ref_and_name_link_to_the_survivor(market: Market) -> None:
    market.customer("Acme", ref="ONE", tax_id="DE1")
    market.customer("Acme", ref="TWO", tax_id="DE2")
    market.run("customer.merge", ref="TWO", into="ONE")
    for named in ("TWO", "ONE", "Acme"):
        assert market.run("opportunity.add", customer=named).customer == market.get("ONE").id


def test_a_link_to_what_was_merged_is_refused(database_url: str, make_platform: MakePlatform) -> None:
    from dealwright import ChangingSession, Command, Opportunity

    class Careless:
        @hookimpl
        def commands(self):  # type: ignore[no-untyped-def]
            def link(session: ChangingSession) -> None:
                """Link to what was read before."""
                session.add(Opportunity(stage="prospecting", customer=session.get(Customer, "TWO").id))

            yield Command("careless.link", link)

    market = Market(make_platform(database_url, plugins=[("careless", Careless())]))
    pair(market)
    market.run("customer.merge", ref="TWO", into="ONE")
    assert market.refused("careless.link").code == "merged-customer"


def test_a_merged_customer_is_not_changed_any_more(market: Market) -> None:
    pair(market)
    market.run("customer.merge", ref="TWO", into="ONE")
    refused = market.refused("customer.change", ref="TWO", region="North")
    assert (refused.code, "ONE" in refused.message) == ("merged-customer", True)


@pytest.mark.parametrize(
    ("ref", "into", "said"),
    [
        ("ONE", "ONE", "into itself"),
        ("ONE", "TWO", "the two are one already"),
        ("TWO", "ONE", "was merged into ONE already"),
        ("THREE", "TWO", "merge into that one"),
    ],
)
def test_circular_merges_are_refused(market: Market, ref: str, into: str, said: str) -> None:
    pair(market)
    market.customer("Third", ref="THREE")
    market.run("customer.merge", ref="TWO", into="ONE")
    refused = market.refused("customer.merge", ref=ref, into=into)
    assert refused.code == "merge-circular"
    assert said in refused.message


def test_what_was_merged_before_leads_to_the_last_survivor(market: Market) -> None:
    for ref, name in (("A", "alpha"), ("B", "beta"), ("C", "gamma")):
        market.customer(name, ref=ref)
    market.run("customer.merge", ref="A", into="B")
    market.run("customer.merge", ref="B", into="C")
    assert [market.get(ref).merged_into for ref in "ABC"] == [market.get("C").id] * 2 + [None]
    assert market.run("customer.show", ref="A").ref == "C"


def test_parent_and_child_become_one_that_stands_where_the_parent_stood(market: Market) -> None:
    market.customer("Holding", ref="TOP")
    market.customer("Acme group", ref="GROUP", parent="TOP")
    market.customer("Acme", ref="ONE", parent="GROUP")
    done = market.run("customer.merge", ref="GROUP", into="ONE")
    assert done.parent == market.get("TOP").id
    market.customer("Child", ref="CHILD", parent="TOP")
    assert market.run("customer.merge", ref="CHILD", into="TOP").parent is None


def test_a_grandchild_does_not_come_to_stand_below_itself(market: Market) -> None:
    market.customer("Holding", ref="TOP")
    market.customer("Middle", ref="MIDDLE", parent="TOP")
    market.customer("Acme", ref="ONE", parent="MIDDLE")
    refused = market.refused("customer.merge", ref="TOP", into="ONE")
    assert "stands below TOP by way of another customer" in refused.message
    assert market.run("customer.merge", ref="ONE", into="TOP").parent is None


def test_of_single_records_on_both_somebody_says_which_counts(rich: Market) -> None:
    pair(rich)
    rich.run("rating.add", ref="R1", customer="ONE", grade="A")
    rich.run("rating.add", ref="R2", customer="TWO", grade="B")
    rich.run("rating-note.add", ref="N", rating="R2", text="good")
    refused = rich.refused("customer.merge", ref="TWO", into="ONE")
    assert refused.code == "merge-both-have"
    assert all(each in refused.message for each in ("R1", "R2", "--keep"))
    with pytest.raises(UsageError, match="no two of which to keep 'R9'"):
        rich.run("customer.merge", ref="TWO", into="ONE", keep=("R1", "R9"))
    rich.run("customer.merge", ref="TWO", into="ONE", keep=("R2",))
    kept, other = rich.get("R1", "rating"), rich.get("R2", "rating")
    assert (kept.customer, kept.grade) == (rich.get("ONE").id, "B")
    assert (other.customer, other.grade) == (rich.get("TWO").id, "B")
    assert rich.get("N", "rating_note").rating == kept.id


def test_keeping_the_survivors_single_record_changes_nothing_in_it(rich: Market) -> None:
    pair(rich)
    rich.run("rating.add", ref="R1", customer="ONE", grade="A")
    rich.run("rating.add", ref="R2", customer="TWO", grade="B")
    rich.run("customer.merge", ref="TWO", into="ONE", keep=("R1",))
    assert (rich.get("R1", "rating").grade, rich.get("R1", "rating").version) == ("A", 1)


def test_records_that_are_single_by_more_than_the_customer_move_where_they_can(rich: Market) -> None:
    pair(rich)
    for ref, sender, year in (("S1", "ONE", 2025), ("S2", "TWO", 2026)):
        rich.run("club-referral.add", ref=ref, sender=sender, year=year)
    rich.run("customer.merge", ref="TWO", into="ONE")
    assert {each.sender for each in rich.found("club_referral")} == {rich.get("ONE").id}


def test_a_representative_merges_own_customers_only(market: Market) -> None:
    market.customer("Acme", ref="ONE", owner="anna-rep")
    market.customer("Orion", ref="TWO", owner="anna-rep")
    market.customer("Vega", ref="BENS", owner="ben-rep")
    for ref, into in (("TWO", "BENS"), ("BENS", "TWO")):
        with pytest.raises(Exception, match="no customer 'BENS'"):
            market.run("customer.merge", "anna-rep", ref=ref, into=into)
    assert market.refused("customer.merge", "guest", ref="TWO", into="ONE").code == "not-permitted"
    assert market.run("customer.merge", "anna-rep", ref="TWO", into="ONE").ref == "ONE"


def test_what_somebody_else_has_on_it_stands_against_merging(market: Market) -> None:
    market.customer("Acme", ref="ONE", owner="anna-rep")
    market.customer("Orion", ref="TWO", owner="anna-rep")
    market.run("opportunity.add", ref="HIDDEN", customer="TWO", owner="ben-rep")
    refused = market.refused("customer.merge", "anna-rep", ref="TWO", into="ONE")
    assert refused.code == "not-permitted"
    assert "HIDDEN" not in str(refused)
    assert market.get("TWO").merged_into is None


def test_a_contract_that_was_approved_needs_it_again(market: Market) -> None:
    pair(market)
    market.run("contract.add", ref="K", customer="TWO", amount="100 USD")
    market.run("contract.request-approval", ref="K")
    market.run("contract.approve", "anna", ref="K")
    market.run("customer.merge", ref="TWO", into="ONE")
    contract = market.get("K", "contract")
    assert (contract.customer, contract.approval) == (market.get("ONE").id, "not requested")


def test_a_deal_keeps_its_day_and_amount(market: Market) -> None:
    pair(market)
    market.run("exchange-rate.add", base="EUR", quote="USD", on=date(2026, 1, 1), numerator=2)
    market.run("opportunity.add", ref="O", customer="TWO", amount="100 EUR", expected_close="2026-02-01")
    before = market.get("O", "opportunity")
    market.run("customer.merge", ref="TWO", into="ONE")
    after = market.get("O", "opportunity")
    assert attrs.evolve(after, customer=before.customer, version=1, updated_at=before.updated_at) == before
