"""The list of duplicates: groups with their reason, of what the actor may see."""

import pytest

from dealwright import UsageError, Waiver
from tests.core.likeness.market import Market

CODE = "duplicate-customer"


def again(market: Market, name: str, **fields: str) -> None:
    """A customer that somebody insisted on."""
    waiver = Waiver(CODE, "admin", "to be looked at")
    market.platform.run("customer.add", actor="admin", waivers=[waiver], name=name, **fields)


@pytest.fixture
def crowd(market: Market) -> Market:
    """Two of one name, two of one tax id, and one of both."""
    market.customer("Acme", ref="A1", tax_id="DE136695976", owner="anna-rep")
    again(market, "ACME Ltd", ref="A2", owner="ben-rep")
    again(market, "Orion", ref="A3", tax_id="de 136 695 976", owner="anna-rep")
    again(market, "Acme", ref="OTHER", tax_id="DE129273398", owner="anna-rep")
    market.customer("Vega", ref="V1", owner="ben-rep")
    again(market, "vega gmbh", ref="V2", owner="ben-rep")
    return market


def test_records_alike_stand_together_with_the_reason(crowd: Market) -> None:
    found = crowd.groups(near=0)
    why = "same tax id, same name"
    assert [each for each in found if each[0] == 1] == [
        (1, "A1", why),
        (1, "A2", why),
        (1, "A3", why),
        (1, "OTHER", why),
    ]
    assert [each for each in found if each[0] == 2] == [(2, "V1", "same name"), (2, "V2", "same name")]


def test_only_what_the_actor_may_see_is_listed(crowd: Market) -> None:
    assert [each[:2] for each in crowd.groups("anna-rep", near=0)] == [(1, "A1"), (1, "A3")]
    assert [each[:2] for each in crowd.groups("ben-rep", near=0)] == [(1, "V1"), (1, "V2")]


def test_what_was_merged_is_not_listed_again(crowd: Market) -> None:
    crowd.run("customer.merge", ref="V2", into="V1")
    assert {each[1] for each in crowd.groups(near=0)} == {"A1", "A2", "A3", "OTHER"}


def test_the_limit_counts_groups_and_says_what_it_leaves_out(crowd: Market) -> None:
    table = crowd.run("customer.duplicates", limit=1, near=0)
    assert {row[0] for row in table.rows if row[0]} == {1}
    assert "1 more groups" in table.note
    with pytest.raises(UsageError):
        crowd.run("customer.duplicates", limit=-1)


def test_without_the_extra_the_list_says_how_to_get_more(
    on_sqlite: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dealwright_core.likeness.quality.is_installed", lambda: False)
    assert "pip install 'dealwright[quality]'" in on_sqlite.run("customer.duplicates").note


def test_with_the_extra_near_names_have_a_score(market: Market) -> None:
    pytest.importorskip("rapidfuzz")
    pytest.importorskip("stdnum")
    market.customer("Northern Clinics", ref="N1")
    market.customer("Nothern Clinics", ref="N2")
    market.customer("Northern Clinic", ref="N3", tax_id="DE136695976")
    market.customer("Northern Clinicss", ref="N4", tax_id="DE129273398")
    table = market.run("customer.duplicates", near=95)
    found = {(row[0], row[1]): row[-1] for row in table.rows}
    pairs = [{ref for number, ref in found if number == group} for group in {number for number, _ in found}]
    assert {"N1", "N2"} in pairs
    assert {"N3", "N4"} not in pairs
    assert all(950_000 <= score < 1_000_000 for score in found.values())
    assert market.groups(near=0) == []


def test_with_the_extra_tax_ids_are_looked_at(market: Market) -> None:
    pytest.importorskip("rapidfuzz")
    pytest.importorskip("stdnum")
    market.customer("good", ref="G1", tax_id="DE136695976")
    market.customer("bad", ref="B1", tax_id="DE136695977")
    market.customer("chinese", ref="G2", tax_id="91110000600037341L")
    market.customer("wrong", ref="B2", tax_id="911100006000373419")
    market.customer("elsewhere", ref="G3", tax_id="12-3456789")
    assert market.groups(near=0) == [
        (None, "B1", "no valid VAT number"),
        (None, "B2", "no valid unified social credit code"),
    ]
