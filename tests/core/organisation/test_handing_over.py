"""What a member owns and is open goes to others when they leave; nothing is left behind unnoticed."""

from collections.abc import Iterator

import attrs
import pytest

from dealwright import Lifecycle, Move, Record, RecordType, UsageError, about, hookimpl
from dealwright_core.commands.organisation import handover
from dealwright_core.platform import Platform
from dealwright_testing.deployments import MakePlatform
from tests.core.organisation.company import Company


@attrs.frozen(kw_only=True)
class Visit(Record):
    """A record of a plugin, which belongs to who ``plans`` it."""

    plans: int = attrs.field(metadata=about("Plans", link="member"))
    state: str = attrs.field(default="planned", metadata=about("State"))


class Visits:
    """A plugin with a kind of its own."""

    @hookimpl
    def records(self) -> Iterator[RecordType]:
        yield RecordType(Visit, name="visits_visit", prefix="V-")

    @hookimpl
    def lifecycles(self) -> Iterator[Lifecycle]:
        moves = (Move("planned", "make", "made"), Move("planned", "cancel", "cancelled"))
        yield Lifecycle("visits_visit", "visits_visit", "state", "planned", moves)


@pytest.fixture
def firm(database_url: str, make_platform: MakePlatform) -> Company:
    """A company with a plugin, in which M1 owns something of every kind."""
    company = Company(make_platform(database_url, plugins=[("visits", Visits())]))
    for ref in ("M1", "M2", "M3"):
        company.hire(ref)
    for number in range(3):
        company.run("customer.add", ref=f"C{number}", name=f"Customer {number}", owner="M1")
    for ref, stages in (("O-open", ()), ("O-won", ("won",)), ("O-lost", ("lost",))):
        company.run("opportunity.add", ref=ref, customer="C0", owner="M1")
        for stage in stages:
            company.run("opportunity.advance", ref=ref, to="engaging")
            company.run("opportunity.advance", ref=ref, to=stage)
    for ref, moves in (("K-draft", ()), ("K-over", ("cancelled",)), ("K-on", ("signed",))):
        company.run("contract.add", ref=ref, customer="C0", owner="M1", amount="10 USD")
        for status in moves:
            company.run("contract.advance", ref=ref, to=status)
    company.run("visits-visit.add", ref="V-planned", plans="M1")
    company.run("visits-visit.add", ref="V-made", plans="M1")
    company.run("visits-visit.advance", ref="V-made", to="made")
    company.run("activity.add", ref="A1", kind="visit", on="2026-02-01", by="M1", customer="C0")
    return company


def owned(platform: Platform, member: str) -> dict[str, list[str]]:
    """The refs of what belongs to a member by kind."""
    links = {
        "customer": "owner",
        "opportunity": "owner",
        "contract": "owner",
        "visits_visit": "plans",
        "activity": "by",
    }
    with platform.session("admin") as session:
        id = session.get("member", member).id
        found = {
            kind: sorted(each.ref for each in session.find(kind) if getattr(each, link) == id)
            for kind, link in links.items()
        }
    return {kind: refs for kind, refs in found.items() if refs}


def test_what_is_open_goes_to_the_successor_and_what_is_closed_stays(firm: Company) -> None:
    left = firm.run("member.leave", ref="M1", successor="M2")
    assert left["handed over"] == {"customer": 3, "opportunity": 1, "contract": 2, "visits_visit": 1}
    assert owned(firm.platform, "M2") == {
        "customer": ["C0", "C1", "C2"],
        "opportunity": ["O-open"],
        "contract": ["K-draft", "K-on"],
        "visits_visit": ["V-planned"],
    }
    assert owned(firm.platform, "M1") == {
        "opportunity": ["O-lost", "O-won"],
        "contract": ["K-over"],
        "visits_visit": ["V-made"],
        "activity": ["A1"],  # who did it stays who did it
    }


def test_kinds_may_go_to_different_members(firm: Company) -> None:
    firm.run("member.leave", ref="M1", successor="M2", hand_over=["visits-visit=M3", "contract = M3"])
    assert owned(firm.platform, "M3") == {"contract": ["K-draft", "K-on"], "visits_visit": ["V-planned"]}
    assert set(owned(firm.platform, "M2")) == {"customer", "opportunity"}


def test_without_a_successor_leaving_is_refused_with_what_is_left(firm: Company) -> None:
    found = firm.refused("member.leave", ref="M1")
    assert (found.code, found.ref) == ("member-owns-records", "M1")
    for said in (
        "3 of kind customer",
        "1 of kind opportunity",
        "2 of kind contract",
        "1 of kind visits_visit",
    ):
        assert said in found.message
    found = firm.refused("member.leave", ref="M1", hand_over=["customer=M2", "contract=M2"])
    assert "customer" not in found.message
    assert "1 of kind opportunity, 1 of kind visits_visit" in found.message
    assert set(owned(firm.platform, "M2")) == set()


def test_with_keep_everything_stays_with_who_left(firm: Company) -> None:
    before = owned(firm.platform, "M1")
    firm.run("member.leave", ref="M1", keep=True)
    assert owned(firm.platform, "M1") == before
    handed = firm.run("member.hand-over", ref="M1", to="M3", kind=["opportunity"])
    assert handed["handed over"] == {"opportunity": 1}
    firm.run("member.hand-over", ref="M1", to="M2")
    assert set(owned(firm.platform, "M2")) == {"customer", "contract", "visits_visit"}


def test_the_heir_is_called_by_ref_login_or_name(on_sqlite: Company) -> None:
    on_sqlite.hire("M4", login="four")
    on_sqlite.run("member.hire", ref="M5", name="Name of M4", team="E1")
    for heir in ("M5", "four"):
        on_sqlite.hire(f"to {heir}")
        on_sqlite.run("customer.add", name=f"of {heir}", owner=f"to {heir}")
        left = on_sqlite.run("member.leave", ref=f"to {heir}", successor=heir)
        assert left["handed over"] == {"customer": 1}
    with on_sqlite.platform.session("admin") as session:
        assert session.count("customer", owner=session.get("member", "M4")) == 1
    with pytest.raises(UsageError, match="2 members are called 'Name of M4'"):
        on_sqlite.run("member.leave", ref="M4", successor="Name of M4")


def test_the_heir_is_another_member_who_is_there(firm: Company) -> None:
    firm.run("member.leave", ref="M3")
    assert firm.refused("member.leave", ref="M1", successor="M1").code == "own-successor"
    assert firm.refused("member.leave", ref="M1", successor="M3").code == "member-left"
    for given, said in (("customer", "does not say who"), ("custmer=M2", "did you mean 'customer'")):
        with pytest.raises(UsageError, match=said):
            firm.run("member.leave", ref="M1", hand_over=[given])


def test_who_does_not_see_the_records_neither_hands_them_over_nor_learns_how_many(
    database_url: str, make_platform: MakePlatform
) -> None:
    config = 'clerk = "admin"\nboss = ["admin", "supervisor-of-all"]\n'
    roles = (
        "[[access.roles.supervisor-of-all.allow]]\n"
        'action = ["read", "change"]\non = ["customer", "opportunity"]\n'
        '[[access.roles.supervisor-of-all.allow]]\naction = ["read"]\non = ["contract"]\n'
    )
    company = Company(make_platform(database_url, config=config + roles))
    for ref in ("M1", "M2"):
        company.hire(ref)
    company.run("customer.add", ref="C1", name="Acme", owner="M1")
    found = company.refused("member.leave", "clerk", ref="M1")
    assert "some of kind customer that clerk does not see" in found.message
    found = company.refused("member.leave", "clerk", ref="M1", successor="M2")
    assert found.code == "not-permitted"
    assert found.message == (
        "M1 owns records of kind customer that clerk does not see: they are handed over by somebody with the right to "
        "read and change customer"
    )
    company.run("contract.add", ref="K1", customer="C1", owner="M1", amount="10 USD")
    found = company.refused("member.leave", "boss", ref="M1", successor="M2")
    assert (found.code, found.ref) == ("not-permitted", "K1")
    assert "may not change any contract" in found.message
    company.run("member.leave", "boss", ref="M1", hand_over=["customer=M2"], keep=True)
    assert company.run("customer.show", ref="C1").owner == company.run("member.show", ref="M2").id
    company.run("member.leave", "clerk", ref="M2", keep=True)


def test_whoever_leads_hands_over_within_their_scope(company: Company) -> None:
    company.hire("S", role="supervisor")
    for ref, team in (("M1", "E1"), ("M2", "E1"), ("M3", "E2")):
        company.hire(ref, team=team)
    company.run("customer.add", ref="C1", name="Acme", owner="M1")
    for actor, to in (("S", "M3"), ("M1", "M2"), ("M1", "M3")):
        found = company.refused("member.hand-over", actor, ref="M1", to=to)
        assert (found.code, found.ref) == ("not-permitted", "C1")
    handed = company.run("member.hand-over", "S", ref="M1", to="M2")
    assert handed == {"member": "M1", "to": "M2", "handed over": {"customer": 1}}


def test_it_is_read_in_batches(on_sqlite: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "BATCH", 2)
    for ref in ("M1", "M2"):
        on_sqlite.hire(ref)
    for number in range(7):
        on_sqlite.run("customer.add", name=f"Customer {number}", owner="M1")
    assert on_sqlite.run("member.leave", ref="M1", successor="M2")["handed over"] == {"customer": 7}


def test_the_customer_handed_over_is_seen_by_the_heir_alone_at_once(firm: Company) -> None:
    assert firm.run("customer.list", "M2") == []
    firm.run("member.hand-over", ref="M1", to="M2", kind=["customer"])
    assert len(firm.run("customer.list", "M2")) == 3
    assert firm.run("customer.list", "M1") == []
