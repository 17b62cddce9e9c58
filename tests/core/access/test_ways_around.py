"""Ways around what somebody may see and do, each of which is barred."""

from typing import Any

import pytest
import sqlalchemy as sa
from attrs import frozen

from dealwright import Contract, Money, Permission, Platform, Refused, UsageError, hookimpl, parse
from dealwright_testing.deployments import MakePlatform
from tests.core.access.conftest import placed
from tests.core.access.world import MARK, Place

HIS = f"{MARK}-C3"


class Evil(sa.types.UserDefinedType[str]):
    """A type that brings SQL of its own."""

    cache_ok = True

    def get_col_spec(self, **given: Any) -> str:
        return "TEXT) || (SELECT group_concat(name) FROM main.customer) || CAST('' AS TEXT"


class Shouted(sa.types.TypeDecorator[str]):
    """A type that reads something else."""

    impl = sa.String
    cache_ok = True


ENDED = "20)) || (SELECT group_concat(name) FROM main.customer) || CAST('' AS VARCHAR(20"
TYPES: list[Any] = [
    sa.String(ENDED),  # type: ignore[arg-type]  # that is the attack
    sa.String(collation=ENDED),
    Evil(),
    Shouted(),
    sa.String().with_variant(Evil(), "sqlite"),
    sa.Interval(),
]


@pytest.mark.parametrize("type", TYPES, ids=range(len(TYPES)))
def test_no_type_brings_sql_of_its_own(place: Place, type: Any) -> None:
    with place.platform.session("ada") as session:
        name = session.table("customer").c.name
        for column in (sa.cast(name, type), sa.type_coerce(name, type), sa.literal("x", type)):
            with pytest.raises(UsageError, match=r"session selects records only: type"):
                session.select(sa.select(column))
        assert len(session.select(sa.select(sa.cast(name, sa.String(3))))) == 8


@pytest.mark.parametrize("schema", ["main", "public"])
def test_no_select_names_its_tables_anew(place: Place, schema: str) -> None:
    with place.platform.session("ada") as session:
        every = sa.select(session.table("customer").c.name)
        renamed = every.execution_options(schema_translate_map={None: schema})
        inner = renamed.subquery()
        for statement in (renamed, sa.select(inner), sa.union_all(every, renamed)):
            with pytest.raises(UsageError, match="no execution options"):
                session.select(statement)


def test_what_a_masked_field_holds_cannot_be_guessed(place: Place) -> None:
    held = Money(2_000_000, "USD")
    with place.platform.session("dia") as session:
        assert session.get("survey", "Ada-S1").budget == held  # type: ignore[attr-defined]  # declared
    for guess in (Money(1, "USD"), held):
        with pytest.raises(Refused, match=r"budget: M-ADA \(rep\) may not write what is confidential"):
            place.platform.run("survey.change", actor="ada", ref="Ada-S1", budget=guess)


def test_an_older_session_brings_no_revoked_grant_back(place: Place) -> None:
    run = place.platform.run
    ref = run("access.grant", actor="dia", ref=HIS, person="tom", purpose="appeal").value.ref
    with place.platform.session("dia") as old:
        old.count("customer")
        run("access.revoke", actor="dia", ref=ref)
        with place.platform.session("tom") as session:
            assert session.find("customer", ref=HIS) == []
        old.explain("read", HIS, person="tom")
        old.person("tom")
        with place.platform.session("tom") as session:
            assert session.find("customer", ref=HIS) == []


def test_counting_what_a_grant_shows_is_reading_it(place: Place) -> None:
    place.platform.run("access.grant", actor="dia", ref=HIS, person="tom", purpose="appeal")
    with place.platform.session("tom") as session:
        assert session.count("customer", parse(f"name == '{MARK} customer 3' and employees == 131303")) == 1
        assert session.count("customer", parse("employees == 1")) == 0
    with place.platform.session("dia") as session:
        assert [each.action for each in session.history("customer", HIS)].count("read") == 1


def test_no_command_approves_for_who_may_not(place: Place) -> None:
    place.platform.run("contract.request-approval", actor="admin", ref="Ada-K1")

    def approve(session: Any) -> None:
        session.change(session.get(Contract, "Ada-K1"), approval="approved")

    def sign(session: Any) -> None:
        customer = session.get("customer", "Ada-C1")
        session.add(
            Contract(
                customer=customer.id,
                owner=customer.owner,
                approval="approved",
                status="signed",
                amount=Money(1, "USD"),
            )
        )

    for place.world.work in (approve, sign):
        with pytest.raises(Refused, match="M-ADA may not approve or reject contracts"):
            place.platform.run("world.do", actor="ada")
    place.world.work = approve
    place.platform.run("world.do", actor="dia")


def test_handing_over_says_nothing_of_what_others_own(place: Place) -> None:
    said = set()
    for member in ("M-BOB", "M-TOM"):
        with pytest.raises(Refused, match="may not hand over") as error:
            place.platform.run("member.hand-over", actor="ada", ref=member, to="M-ADA", kind=["opportunity"])
        said.add(str(error.value).replace(member, "M"))
    assert len(said) == 1
    handed = place.platform.run("member.hand-over", actor="sam", ref="M-ADA", to="M-TOM", kind=["customer"])
    assert handed.value["handed over"] == {"customer": 8}


def test_a_link_is_not_made_by_leave_of_a_grant(place: Place) -> None:
    place.platform.run("access.grant", actor="dia", ref=HIS, person="ada", purpose="appeal")
    with pytest.raises(Refused, match="customer names a record that does not exist"):
        place.platform.run("opportunity.add", actor="ada", customer=HIS)


class Limited:
    """A plugin that needs to read customers, and what the platform gives it."""

    platform: Platform

    @hookimpl
    def permissions(self) -> list[Permission]:
        return [Permission("read", "customer")]


def test_a_plugin_does_not_act_as_another_one(make_platform: MakePlatform, sqlite_url: str) -> None:
    place = placed(make_platform, sqlite_url, "ada", customers=3, plugins=[("limited", Limited())])
    given: Any = place.platform.on_behalf("limited")
    for actor in ("dia", "plugin:limited for dia", "plugin:world for dia", "plugin:core for dia"):
        with given.session(actor) as session:
            assert session.actor == "plugin:limited for M-DIA"
            assert (session.count("customer"), session.count("opportunity")) == (3, 0)
    with pytest.raises(Refused, match="limited to what plugin limited declared"):
        given.run("opportunity.change", actor="plugin:world for dia", ref="Ada-O1", source="x")


def test_a_plugin_does_not_export_more_than_it_declared(make_platform: MakePlatform, sqlite_url: str) -> None:
    from io import StringIO

    from dealwright import export_records

    place = placed(make_platform, sqlite_url, "ada", customers=3, plugins=[("limited", Limited())])
    given: Any = place.platform.on_behalf("limited")
    with pytest.raises(Refused, match="plugin:limited for M-DIA"):
        export_records(given, "opportunity", StringIO(), actor="dia")


@frozen
class Failing:
    """A guard that says too much when it fails."""

    @hookimpl
    def guard_changes(self, changes: Any) -> None:
        if list(changes.of("contact")):
            raise KeyError(f"{MARK} phone")


def test_what_plugins_failed_at_is_for_who_operates_them(
    make_platform: MakePlatform, sqlite_url: str
) -> None:
    place = placed(make_platform, sqlite_url, customers=1, plugins=[("failing", Failing())])
    place.platform.run("customer.add", actor="admin", ref="C", name="Customer")
    with pytest.raises(Refused, match="guard-failed"):
        place.platform.run("contact.add", actor="admin", customer="C", name="Contact")
    assert MARK in place.platform.faults("admin")[0].message
    for actor in ("ada", "nobody", ""):
        (fault,) = place.platform.faults(actor)
        assert (fault.plugin, fault.times, fault.message) == ("failing", 1, "ask who operates plugins")


def test_nobody_approves_their_own_contract_by_another_of_their_names(place: Place) -> None:
    run = place.platform.run
    ref = run("contract.add", actor="dia", customer="Ada-C1", amount="1 USD").value.ref
    run("contract.request-approval", actor="admin", ref=ref)
    for name in ("dia", "M-DIA"):
        with pytest.raises(Refused, match="M-DIA had a part in writing"):
            run("contract.approve", actor=name, ref=ref)


def test_what_somebody_does_not_see_is_not_merged_by_them(place: Place) -> None:
    with pytest.raises(Refused) as refused:
        place.platform.run("customer.merge", actor="ada", ref="Ada-C2", into="Ada-C1", keep=["Ada-S1"])
    assert [each.code for each in refused.value.findings] == ["merge-unseen-fields"]
    with place.platform.session("dia") as session:
        assert session.get("customer", "Ada-C2").merged_into is None  # type: ignore[attr-defined]  # of a customer
        assert session.get("survey", "Ada-S2").budget is not None  # type: ignore[attr-defined]  # declared
