"""Ada learns nothing of what Bob has: whatever she asks, she hears what she would hear if he had nothing.

Each question is put to two deployments, one of which holds no record of Bob's: hidden is as absent, letter for letter.
"""

from collections.abc import Iterable
from io import StringIO
from operator import methodcaller
from pathlib import Path
from typing import Any

import attrs
import pytest

from dealwright import (
    ChangingSession,
    Customer,
    NotFound,
    Opportunity,
    Platform,
    Record,
    Refused,
    import_files,
    parse,
)
from dealwright_core.access.actors import System
from dealwright_core.exporting import export_records
from dealwright_testing.deployments import MakePlatform
from tests.core.access.conftest import Pair, placed
from tests.core.access.probes import BOBS, Probe, commands, heard, reads, reports, searches
from tests.core.access.shapes import selects
from tests.core.access.world import MARK, Place, as_somebody


def check(pair: Pair, actor: str, probes: Iterable[tuple[str, Probe]]) -> None:
    """Ask both; what comes back differs nowhere."""
    with pair.full.platform.session(actor) as full, pair.lone.platform.session(actor) as lone:
        for name, probe in probes:
            said = heard(probe, full)
            assert said == heard(probe, lone), name
            assert MARK not in said or MARK in name, name


def kinds_of(platform: Platform) -> dict[str, list[str]]:
    return {name: ["id", *kind.by_name] for name, kind in platform.catalogue.kinds.items()}


def test_no_read_and_no_order_tells_of_them(pair: Pair) -> None:
    check(pair, "ada", reads(kinds_of(pair.full.platform)))


@pytest.mark.parametrize("actor", ["ada", "sam", "mia", "plugin:world for ada"])
def test_no_search_tells_of_them(pair: Pair, actor: str) -> None:
    check(pair, actor, searches())


@pytest.mark.parametrize("actor", ["ada", "sam", "mia", "plugin:world for ada"])
def test_no_select_tells_of_them(pair: Pair, actor: str) -> None:
    check(pair, actor, selects())


def test_the_questions_are_answered_to_who_may_ask(pair: Pair) -> None:
    """What shows that they ask at all: the director hears of Bob at nearly every one."""
    with pair.full.platform.session("dia") as session:
        asked = {name: heard(probe, session) for name, probe in [*searches(), *selects()]}
    with pair.lone.platform.session("dia") as session:
        silent = [name for name, probe in [*searches(), *selects()] if heard(probe, session) == asked[name]]
    assert len(silent) < len(asked) / 4, silent


def test_no_report_tells_of_them(pair: Pair) -> None:
    for name, ask in reports(pair.full.platform):
        full, lone = (heard(ask, each.platform, "ada") for each in (pair.full, pair.lone))
        assert full == lone, name
        assert MARK not in full, name


def test_no_command_tells_of_them(pair: Pair) -> None:
    wrong = {}
    for name, ask in commands(pair.full.platform):
        full, lone = (heard(ask, each.platform, "ada") for each in (pair.full, pair.lone))
        if full != lone:
            wrong[name] = (full, lone)
    assert not wrong


def test_the_guard_of_a_plugin_sees_nothing_of_them(pair: Pair) -> None:
    pair.full.world.watches = pair.lone.world.watches = True
    said = [
        heard(each.platform.run, "customer.change", actor="ada", ref="Ada-C1", region="East")
        for each in (pair.full, pair.lone)
    ]
    pair.full.world.watches = pair.lone.world.watches = False
    assert said[0] == said[1]
    assert pair.full.world.seen
    assert MARK not in str(pair.full.world.seen)


EXPORTING = """
[access.roles.rep]
like = "rep"
allow = [{action = ["export"], on = ["owned"], scope = "all", fields = ["personal"]}]
"""


def test_an_export_holds_what_she_sees_and_nothing_else(
    database_url: str, make_platform: MakePlatform
) -> None:
    """However far the right to export goes: it goes no further than that to read."""
    place = placed(make_platform, database_url, "ada", "bob", customers=3, config=EXPORTING)
    for kind in BOBS:
        to = StringIO()
        if kind != "member":
            exported = export_records(place.platform, kind, to, actor="ada")
            assert exported.rows in (3, 9)
        assert MARK not in to.getvalue()
    hidden = f"starts_with(name, '{MARK}') or starts_with(ref, '{MARK}')"
    assert export_records(place.platform, "customer", StringIO(), actor="ada", where=hidden).rows == 0


MAPPING = """\
name = "known"
[[files]]
path = "customers.csv"
[[files.records]]
record = "customer"
ref = "id"
[files.records.fields]
name = "name"
"""


def test_an_import_is_refused_whether_it_names_what_bob_has_or_not(pair: Pair, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)
    (tmp_path / "customers.csv").write_text(f"id,name\n{MARK}-C7,Mine now\n")
    said = [
        heard(import_files, each.platform, mapping, tmp_path, actor="ada") for each in (pair.full, pair.lone)
    ]
    assert said[0] == said[1]
    assert "may not import customer" in said[0]


@pytest.fixture
def bobs(place: Place) -> dict[str, Record]:
    """What was loaded by `system`: records of Bob's, and the same under ids that nothing has."""
    with place.platform.session(System("to test what may be done with it")) as session:
        return {kind: session.get(kind, ref) for kind, ref in BOBS.items() if kind != "member"}


def absent(record: Record) -> Record:
    """The same under an id that nothing has."""
    return attrs.evolve(record, id=99_999)


def test_what_system_loaded_before_is_not_hers_to_change(place: Place, bobs: dict[str, Record]) -> None:
    for kind, record in bobs.items():
        name = next(each for each in place.platform.catalogue.kinds[kind].by_name)
        for each in (record, absent(record)):
            with pytest.raises(NotFound, match=f"no {kind} '{record.ref}'"):
                as_somebody(place, "ada", methodcaller("change", each, **{name: None}))


def test_what_system_loaded_before_is_linked_to_by_nothing_of_hers(
    place: Place, bobs: dict[str, Record]
) -> None:
    def link(id: int) -> str:
        deal = Opportunity(ref="NEW", stage="prospecting", customer=id)
        with pytest.raises(Refused) as refused:
            as_somebody(place, "ada", methodcaller("add", deal))
        return str(refused.value)

    assert link(bobs["customer"].id) == link(99_999)
    assert "customer names a record that does not exist" in link(99_999)


def test_a_line_is_added_to_nothing_of_his(place: Place, bobs: dict[str, Record]) -> None:
    line: Any = type(bobs["opportunity_line"])

    def add(id: int) -> str:
        with pytest.raises(Refused) as refused:
            as_somebody(place, "ada", methodcaller("add", line(ref="NEW", opportunity=id, product=1)))
        return str(refused.value)

    assert add(bobs["opportunity"].id) == add(99_999)


@pytest.fixture
def entangled(place: Place) -> Place:
    """Records of Ada's that point at Bob's: a deal, a contract and a note on his customer, and a call on his deal."""

    def tie(session: ChangingSession) -> None:
        customer = session.get(Customer, f"{MARK}-C1").id
        for kind in ("opportunity", "contract", "world_note"):
            mine = session.get(
                kind, f"Ada-{'O' if kind == 'opportunity' else 'K' if kind == 'contract' else 'N'}1"
            )
            session.change(mine, customer=customer)
        call = session.get("activity", "Ada-A1b")
        session.change(call, opportunity=session.get(Opportunity, f"{MARK}-O1").id)
        session.change(session.get(Customer, "Ada-C2"), parent=customer)

    as_somebody(place, "admin", tie)
    return place


def test_what_hers_point_at_is_unknown(entangled: Place) -> None:
    with entangled.platform.session("ada") as session:
        deal = session.get(Opportunity, "Ada-O1")
        assert session.ref_of("customer", deal.customer) is None
        assert session.find("opportunity", parse("customer.name == ''"), ref="Ada-O1") == []
        assert session.value_of(deal, parse("customer.name")) is None
        for name, probe in [*reads(kinds_of(entangled.platform)), *searches(), *selects()]:
            assert MARK in name or MARK not in heard(probe, session), name


def test_no_command_on_what_points_at_his_tells_of_them(entangled: Place) -> None:
    for name, ask in commands(entangled.platform, HERS):
        assert MARK not in heard(ask, entangled.platform, "ada"), name


HERS = {
    "customer": "Ada-C2", "opportunity": "Ada-O1", "contract": "Ada-K1", "world_note": "Ada-N1", "activity": "Ada-A1b"
}  # fmt: skip


def test_a_customer_that_moves_is_lost_at_the_next_call(place: Place) -> None:
    def sees(login: str) -> bool:
        with place.platform.session(login) as session:
            found = {each.ref for each in session.find(Customer)}
            assert ("Ada-CT7" in {each.ref for each in session.find("contact")}) == ("Ada-C7" in found)
            return "Ada-C7" in found

    assert (sees("ada"), sees("bob")) == (True, False)
    place.platform.run("customer.change", actor="dia", ref="Ada-C7", owner="M-BOB")
    assert (sees("ada"), sees("bob")) == (False, True)
    for name in ("customer.show", "customer.history"):
        with pytest.raises(NotFound, match="no customer 'Ada-C7'"):
            place.platform.run(name, actor="ada", ref="Ada-C7")


def test_an_outcome_told_again_does_not_show_what_moved_away(place: Place) -> None:
    made = place.platform.run("customer.add", actor="ada", key="once", name="Acme")
    place.platform.run("customer.change", actor="dia", ref=made.value.ref, owner="M-BOB", region="Secret")
    with pytest.raises(NotFound):
        place.platform.run("customer.add", actor="ada", key="once", name="Acme")


def test_nobody_gives_away_what_is_theirs_alone(place: Place) -> None:
    with pytest.raises(Refused, match="may not change this customer"):
        place.platform.run("customer.change", actor="ada", ref="Ada-C1", owner="M-BOB")


def test_a_new_record_is_of_who_adds_it(place: Place) -> None:
    assert place.platform.run("customer.add", actor="ada", name="Acme").value.owner == 1
    assert place.platform.run("activity.add", actor="ada", kind="call", on="2025-06-01").value.by == 1


def test_who_enters_what_he_has_learns_that_it_exists_and_no_more(place: Place) -> None:
    """By its ref, its tax id or its name: of the record itself, whose it is or what it is called, nothing is said."""
    for given in (
        {"ref": f"{MARK}-C3", "name": "x"},
        {"name": f"{MARK} Customer 3"},
        {"name": "x", "tax_id": f"{MARK} tax 3"},
    ):
        said = heard(place.platform.run, "customer.add", actor="ada", **given)
        assert "Refused" in said
        for fact in ("M-BOB", "Bob", f"{MARK} industry", f"{MARK} region", "1313", f"{MARK}-C3"):
            assert fact not in said or fact in given.values(), (fact, said)
