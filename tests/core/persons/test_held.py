"""What is in force needs the data of those it binds: until then it is held."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dealwright import Platform
from dealwright_core.persons.holding import Held
from dealwright_core.store import tables
from dealwright_core.store.engine import reading
from tests.core.persons.people import refuse, run, stored

TODAY = date.today()  # noqa: DTZ011  # far from midnight or not: all days here are a week away
LATER, EARLIER = TODAY + timedelta(days=7), TODAY - timedelta(days=7)


def contract(platform: Platform, ref: str, customer: str, *moves: str, ends_on: date | None = None) -> None:
    ends = {} if ends_on is None else {"ends_on": ends_on}
    run(platform, "contract.add", ref=ref, customer=customer, amount="10 USD", **ends)
    for each in moves:
        run(platform, "contract.advance", ref=ref, to=each)


@pytest.mark.parametrize("moves", [("signed",), ("signed", "in force")])
def test_a_contract_in_force_holds_the_contacts_of_its_customer(
    platform: Platform, database_url: str, moves: tuple[str, ...]
) -> None:
    contract(platform, "K-1", "C-1", *moves, ends_on=LATER)
    before = stored(platform)
    with pytest.raises(Held) as refused:
        run(platform, "person.erase", ref="P-1", reason="request")
    assert (refused.value.until, refused.value.reason) == (LATER, f"contract K-1 is {moves[-1]}")
    assert (
        str(refused.value) == f"P-1: contact P-1 is held: contract K-1 is {moves[-1]}, until {LATER} [held]"
    )
    assert refused.value.exit_code == 1
    assert stored(platform) == before


@pytest.mark.parametrize(
    ("moves", "ends_on"),
    [((), LATER), (("cancelled",), LATER), (("signed", "terminated"), LATER), (("signed",), EARLIER)],
)
def test_a_contract_that_is_not_in_force_holds_nobody(
    platform: Platform, moves: tuple[str, ...], ends_on: date
) -> None:
    contract(platform, "K-1", "C-1", *moves, ends_on=ends_on)
    assert run(platform, "person.erase", ref="P-1", reason="request")["erased"] == "contact P-1"


def test_of_several_holds_the_longest_counts_and_all_are_said(platform: Platform) -> None:
    run(platform, "customer.add", ref="C-2", name="Uma Voss", kind="person")
    contract(platform, "K-1", "C-2", "signed", ends_on=LATER)
    contract(platform, "K-2", "C-2", "signed")
    with pytest.raises(Held) as refused:
        run(platform, "person.erase", ref="C-2", reason="request")
    assert (refused.value.until, len(refused.value.findings)) == (None, 2)
    assert "no end is stated" in str(refused.value)


def test_a_member_is_held_by_a_position_and_erased_after_it(platform: Platform, database_url: str) -> None:
    run(platform, "team.add", ref="T-1", name="North")
    run(platform, "member.add", ref="M-1", name="Sam Seller", login="sam", email="sam@house.example")
    run(platform, "position.add", ref="POS-1", member="M-1", team="T-1", since=EARLIER, until=LATER)
    with pytest.raises(Held, match=f"position POS-1 is theirs, until {LATER}"):
        run(platform, "person.erase", ref="M-1", reason="left")
    run(platform, "position.change", ref="POS-1", until=TODAY)
    run(platform, "person.erase", ref="M-1", reason="left")
    with platform.session("admin") as session:
        member = session.get("member", "M-1")
    assert (member.name, member.login, member.email) == ("erased", None, None)  # type: ignore[attr-defined]
    assert "Sam Seller" not in stored(platform)


def test_imports_that_a_member_began_by_account_name_keep_the_ref(platform: Platform, folder: Path) -> None:
    run(platform, "team.add", ref="T-1", name="North")
    run(platform, "member.add", ref="M-1", name="Sam Seller", login="samuel")
    run(platform, "position.add", ref="POS-1", member="M-1", team="T-1", role="integrator")
    refuse(platform, folder, [("P-6", "C-1", "Otto", "1")], actor="samuel")
    run(platform, "position.change", ref="POS-1", until=TODAY, since=EARLIER)
    run(platform, "person.erase", ref="M-1", reason="left")
    with reading(platform.engine) as connection:
        actors = connection.execute(
            sa.select(tables.import_run.c.actor).order_by(tables.import_run.c.id)
        ).scalars()
        assert list(actors) == ["admin", "M-1"]


def test_a_deputation_holds_a_member(platform: Platform) -> None:
    run(platform, "team.add", ref="T-1", name="North")
    run(platform, "member.add", ref="M-1", name="Sam Seller")
    run(platform, "position.add", ref="POS-1", team="T-1")
    run(platform, "deputation.add", position="POS-1", deputy="M-1")
    with pytest.raises(Held, match="the deputation in position POS-1 is theirs, and no end is stated"):
        run(platform, "person.erase", ref="M-1", reason="left")
