"""A plugin acts on somebody's behalf: it may do what both it and they may."""

from collections.abc import Iterable
from typing import Any

import pytest
from attrs import field, frozen

from dealwright import (
    ChangingSession,
    Command,
    Contract,
    Customer,
    Money,
    NotFound,
    Opportunity,
    Permission,
    Record,
    Refused,
    Report,
    Session,
    System,
    Table,
    about,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform
from tests.core.access.conftest import placed
from tests.core.access.world import MARK, Place


@frozen(kw_only=True)
class Mood(Record):
    """How a customer is: what a plugin adds."""

    customer: int = field(metadata=about("Customer", link="customer"))
    text: str = field(metadata=about("Text"))


class Moods:
    """A plugin that says what it needs; its guard and its report tell what it sees."""

    def __init__(self, *permissions: Permission) -> None:
        self._permissions = permissions
        self.guarded: list[str] = []
        self.work: Any = None

    @hookimpl
    def permissions(self) -> Iterable[Permission]:
        return self._permissions

    @hookimpl
    def records(self) -> Iterable[type[Record]]:
        return [Mood]

    @hookimpl
    def commands(self) -> Iterable[Command]:
        def do(session: ChangingSession) -> Any:
            """Do what the test says."""
            return self.work(session)

        return [Command("moods.do", do), Command("moods.look", do, reads=True)]

    @hookimpl
    def reports(self) -> Iterable[Report]:
        def count(session: Session) -> Table:
            """How many records of each kind there are."""
            return Table((), (), note=str({kind: session.count(kind) for kind in session.kinds}))

        return [Report("moods.count", count)]

    @hookimpl
    def guard_changes(self, changes: Any, session: Session) -> Iterable[Any]:
        self.guarded += [change.kind for change in changes]
        self.guarded += [f"sees {kind}" for kind in ("customer", "opportunity") if session.count(kind)]
        return ()


def with_plugin(make: MakePlatform, url: str, moods: Moods, name: str = "moods") -> Place:
    return placed(make, url, "ada", "bob", customers=3, plugins=[(name, moods)])


READS_CUSTOMERS = Permission("read", "customer")


def counted(place: Place, actor: str) -> dict[str, int]:
    note = place.platform.report("moods.count", actor=actor).note
    return {kind: int(n) for kind, _, n in (each.partition(": ") for each in note.strip("{}").split(", "))}


def test_a_plugin_that_reads_customers_reads_no_opportunities(
    make_platform: MakePlatform, database_url: str
) -> None:
    moods = Moods(READS_CUSTOMERS)
    place = with_plugin(make_platform, database_url, moods)
    for actor, customers in (("ada", 3), ("dia", 6), ("guest", 6)):
        found = counted(place, actor)
        assert (found["'customer'"], found["'opportunity'"], found["'contact'"]) == (customers, 0, 0)
        assert found["'product'"] == 1
    moods.work = lambda session: session.get(Opportunity, "Ada-O1")
    for command in ("moods.do", "moods.look"):
        with pytest.raises(NotFound, match="no opportunity 'Ada-O1'"):
            place.platform.run(command, actor="ada")


def test_its_guard_sees_what_it_may_read(make_platform: MakePlatform, sqlite_url: str) -> None:
    moods = Moods(READS_CUSTOMERS)
    place = with_plugin(make_platform, sqlite_url, moods)
    moods.guarded.clear()
    place.platform.run("opportunity.change", actor="ada", ref="Ada-O1", source="fair")
    place.platform.run("customer.change", actor="ada", ref="Ada-C1", region="East")
    assert moods.guarded == ["sees customer", "customer", "sees customer"]


def test_it_changes_its_own_records_and_nothing_else(make_platform: MakePlatform, sqlite_url: str) -> None:
    moods = Moods(READS_CUSTOMERS)
    place = with_plugin(make_platform, sqlite_url, moods)
    moods.work = lambda session: session.add(Mood(customer=session.get(Customer, "Ada-C1").id, text="merry"))
    assert place.platform.run("moods.do", actor="ada").value.text == "merry"
    moods.work = lambda session: session.change(session.get(Customer, "Ada-C1"), region="East")
    with pytest.raises(Refused, match="may not change any customer"):
        place.platform.run("moods.do", actor="dia")


def test_it_may_do_no_more_than_who_it_acts_for(make_platform: MakePlatform, sqlite_url: str) -> None:
    moods = Moods(Permission("*", "*", fields=("personal", "confidential")))
    place = with_plugin(make_platform, sqlite_url, moods)
    assert counted(place, "ada")["'customer'"] == 3
    moods.work = lambda session: session.get(Customer, f"{MARK}-C1")
    with pytest.raises(NotFound):
        place.platform.run("moods.look", actor="ada")
    moods.work = lambda session: session.change(session.get(Contract, "Ada-K1"), amount=Money(1, "USD"))
    with pytest.raises(Refused, match=r"no right to run moods\.do"):
        place.platform.run("moods.do", actor="guest")


def test_a_plugin_that_says_nothing_may_do_what_they_may(
    make_platform: MakePlatform, sqlite_url: str
) -> None:
    moods = Moods()
    place = with_plugin(make_platform, sqlite_url, moods)
    found = counted(place, "ada")
    assert (found["'customer'"], found["'opportunity'"]) == (3, 3)
    moods.work = lambda session: session.change(session.get(Customer, "Ada-C1"), region="East")
    assert place.platform.run("moods.do", actor="ada").value.region == "East"


def test_what_a_plugin_needs_has_a_scope(make_platform: MakePlatform, sqlite_url: str) -> None:
    place = with_plugin(make_platform, sqlite_url, Moods(Permission("read", "customer", scope="own")))
    seen = {actor: counted(place, actor)["'customer'"] for actor in ("ada", "sam", "dia")}
    assert seen == {"ada": 3, "sam": 0, "dia": 0}


def test_what_a_plugin_needs_names_classes_of_fields(make_platform: MakePlatform, sqlite_url: str) -> None:
    moods = Moods(Permission("read", "contact", fields=("personal",)), Permission("read", "survey"))
    place = with_plugin(make_platform, sqlite_url, moods)
    moods.work = lambda session: [
        (each.phone, survey.told_by)
        for each in session.find("contact", ref="Ada-CT1")
        for survey in session.find("survey", ref="Ada-S1")
    ]
    assert place.platform.run("moods.look", actor="ada").value == [("Ada phone", None)]


def test_a_role_gets_rights_on_what_a_plugin_adds(make_platform: MakePlatform, sqlite_url: str) -> None:
    """Without, an archive keeper runs no command of a plugin and reads no record of its."""
    plain = with_plugin(make_platform, sqlite_url, Moods())
    assert "moods_mood" not in rights_of(plain, "archive-keeper")
    given = Moods(
        Permission("read", "moods_mood", role="archive-keeper"),
        Permission("run", "moods.do", role="archive-keeper"),
    )
    place = placed(make_platform, f"{sqlite_url}2", "ada", customers=2, plugins=[("moods", given)])
    assert {"moods_mood", "moods.do"} <= rights_of(place, "archive-keeper")
    assert counted(place, "ada")["'opportunity'"] == 2, "what it gives to others it does not need itself"


def rights_of(place: Place, role: str) -> set[str]:
    return {each.on for each in place.platform.permissions.access.roles[role].rights}


@pytest.mark.parametrize("name", ["moods", "unlimited"])
def test_acting_by_name_is_as_limited(make_platform: MakePlatform, sqlite_url: str, name: str) -> None:
    """However a plugin is called, and after who acts is known to the platform with all rights."""
    moods = Moods(READS_CUSTOMERS)
    place = with_plugin(make_platform, sqlite_url, moods, name)
    place.platform.run("customer.change", actor="ada", ref="Ada-C1", region="East")
    for actor in (f"plugin:{name} for ada", f"plugin:{name} for dia"):
        with place.platform.session(actor) as session:
            assert session.actor == actor.replace("ada", "M-ADA").replace("dia", "M-DIA")
            assert session.count("opportunity") == 0
            assert session.count("customer") == (3 if "ada" in actor else 6)
    assert counted(place, "ada")["'opportunity'"] == 0


def test_a_plugin_that_runs_the_command_of_another_stays_limited(
    make_platform: MakePlatform, sqlite_url: str
) -> None:
    moods = Moods(READS_CUSTOMERS)
    place = with_plugin(make_platform, sqlite_url, moods)
    place.world.work = lambda session: session.count("opportunity")
    assert place.platform.run("world.do", actor="ada").value is None
    with pytest.raises(Refused, match="limited to what plugin moods declared"):
        place.platform.run("world.do", actor="plugin:moods for ada")
    with place.platform.session("plugin:world for ada") as session:
        assert session.count("opportunity") == 3


def test_what_a_plugin_does_is_journalled_as_its_own_on_somebody_s_behalf(
    make_platform: MakePlatform, sqlite_url: str
) -> None:
    place = with_plugin(make_platform, sqlite_url, Moods())
    place.platform.run("customer.change", actor="plugin:moods for ada", ref="Ada-C1", region="East")
    with place.platform.session("ada") as session:
        assert session.history(Customer, "Ada-C1")[-1].actor == "plugin:moods for M-ADA"


def test_system_says_why_and_is_journalled(make_platform: MakePlatform, sqlite_url: str) -> None:
    place = with_plugin(make_platform, sqlite_url, Moods())
    for name in ("system", "plugin:moods for system"):
        with pytest.raises(Refused, match="entered with a reason"), place.platform.session(name):
            pass
    with pytest.raises(Refused, match="entered with a reason"):
        System("  ")
    with place.platform.session(System("repair of 3 May")) as session:
        assert session.count("customer") == 6
    place.platform.run("customer.change", actor=System("repair of 4 May"), ref="Ada-C1", region="East")
    listed = place.platform.run("journal.list", actor="guest").value
    reasons = [
        each["change"] for each in listed if each["actor"] == "system" and "reason" in (each["change"] or {})
    ]
    assert reasons == [{"reason": "repair of 4 May"}, {"reason": "repair of 3 May"}]
