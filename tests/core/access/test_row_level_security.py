"""PostgreSQL keeps back what an actor may not see, even from statements that go around the session."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright import Customer, DealwrightError, Platform
from dealwright_core.access.actors import System
from dealwright_core.exporting.run import export_records
from dealwright_core.store.engine import reading
from dealwright_core.store.rowsecurity import READER, beyond
from dealwright_testing.postgres import Server
from tests.core.access.guarded import READERS, Site, connection_of, fill, one, refs, site_of
from tests.core.access.world import MARK


@pytest.fixture(scope="module")
def filled(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The world of Ada and Bob with one person for each role. Tests leave it switched on."""
    with site_of(postgres_server, tmp_path_factory.mktemp("rows")) as site:
        fill(site.open())
        yield site


@pytest.mark.parametrize("actor", READERS)
def test_a_statement_past_the_session_finds_what_the_session_finds(filled: Site, actor: str) -> None:
    platform = filled.opened[0]
    with connection_of(platform, actor) as (session, connection):
        for kind in platform.catalogue.kinds.values():
            if not kind.is_reference:
                assert refs(connection, kind.name) == [each.ref for each in session.find(kind.name)], (
                    kind.name
                )


def test_whatever_the_statement_it_finds_nothing_of_somebody_else(filled: Site) -> None:
    with connection_of(filled.opened[0], "ada") as (_, connection):
        assert one(connection, "SELECT count(*) FROM customer") == 50
        assert one(connection, "SELECT count(DISTINCT owner) FROM opportunity") == 1
        assert one(connection, f"SELECT max(name) FROM customer WHERE name LIKE '{MARK}%'") is None
        deals = "opportunity AS o FULL JOIN customer AS c ON c.id = o.customer"
        joined = f"{deals} FULL JOIN contact AS p ON p.customer = c.id"
        everything = connection.execute(sa.text(f"SELECT o.*, c.*, p.* FROM {joined}")).all()
        assert len(everything) == 50
        assert MARK not in repr(everything)
        union = "SELECT ref FROM survey UNION SELECT ref FROM contract_line UNION SELECT ref FROM stage_move"
        assert not [each for each in connection.execute(sa.text(union)).scalars() if MARK in each]
        lines = "SELECT (SELECT max(l.ref) FROM opportunity_line AS l WHERE l.opportunity = o.id) FROM opportunity AS o"
        assert not [each for each in connection.execute(sa.text(lines)).scalars() if MARK in (each or "")]
        assert one(connection, "SELECT sum(amount_base) % 10000 FROM transaction") == 0


def test_what_hangs_on_a_record_can_be_seen_without_that_record(filled: Site) -> None:
    with connection_of(filled.opened[0], "wide") as (_, connection):
        assert refs(connection, "customer") == refs(connection, "contract") == []
        assert len(refs(connection, "contact")) == 50
        assert (len(refs(connection, "activity")), len(refs(connection, "transaction"))) == (15, 5)
        assert len(refs(connection, "survey")) == 10


def test_what_nobody_owns_is_for_those_who_see_all_of_it(filled: Site) -> None:
    platform = filled.opened[0]
    with connection_of(platform, "ada") as (_, connection):
        assert refs(connection, "access_grant") == []


@pytest.mark.parametrize(
    ("login", "whose"),
    [
        ("ada", ["M-ADA"]),
        ("tom", []),
        ("sam", ["M-ADA", "T-ALPHA"]),
        ("mia", ["M-ADA", "T-ALPHA", "T-NORTH"]),
        ("dia", ["M-ADA", "M-BOB", "T-ALPHA", "T-NORTH", "T-BETA", None]),
    ],
)
def test_what_belongs_to_a_team_is_for_those_who_lead_it(
    filled: Site, login: str, whose: list[str | None]
) -> None:
    found = (
        "SELECT coalesce(m.ref, t.ref) FROM target AS g LEFT JOIN member AS m ON m.id = g.member"
        " LEFT JOIN team AS t ON t.id = g.team ORDER BY g.id"
    )
    with connection_of(filled.opened[0], login) as (session, connection):
        assert list(connection.execute(sa.text(found)).scalars()) == whose
        assert session.count("target") == len(whose)


def test_a_report_that_forgets_the_session_tells_nothing_of_others(filled: Site) -> None:
    rows = filled.opened[0].report("careless.names", actor="ada").rows
    assert len(rows) == 50
    assert MARK not in repr(rows)


@pytest.mark.parametrize("way", ["list", "report", "export"])
def test_every_way_of_reading_records_is_the_roles(filled: Site, way: str) -> None:
    platform, roles = filled.opened[0], set()

    def note(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "opportunity" in statement:
            roles.add(connection.get_execution_options().get(READER))

    sa.event.listen(platform.engine, "before_cursor_execute", note)
    try:
        if way == "list":
            platform.run("opportunity.list", actor="dia")
        elif way == "report":
            platform.report("won", actor="dia")
        else:
            export_records(platform, "opportunity", io.StringIO(), actor="dia")
    finally:
        sa.event.remove(platform.engine, "before_cursor_execute", note)
    assert roles == {filled.role}


def test_the_journal_and_the_tables_of_the_platform_are_out_of_reach(filled: Site) -> None:
    for table in ("dw_event", "dw_key", "dw_import_refused", "dw_likeness"):
        with (
            pytest.raises(DealwrightError, match="permission denied"),
            connection_of(filled.opened[0], "dia") as at,
        ):
            one(at[1], f"SELECT count(*) FROM {table}")


def test_a_session_tells_the_history_of_what_the_actor_sees(filled: Site) -> None:
    with connection_of(filled.opened[0], "ada") as (session, connection):
        assert [each.action for each in session.history("customer", "Ada-C0")] == ["add"]
        with pytest.raises(DealwrightError, match="no customer"):
            session.history("customer", f"{MARK}-C0")
        assert one(connection, "SELECT count(*) FROM customer") == 50  # the second line is up again


def test_without_settings_the_role_sees_nothing(filled: Site) -> None:
    platform = filled.opened[0]
    with reading(platform.engine) as connection:
        connection.execute(sa.text(f'SET LOCAL ROLE "{filled.role}"'))
        for kind in platform.catalogue.kinds.values():
            if not kind.is_reference:
                assert one(connection, f'SELECT count(*) FROM "{kind.name}"') == 0, kind.name
        views = connection.execute(
            sa.text("SELECT viewname FROM pg_views WHERE viewname LIKE 'dw%'")
        ).scalars()
        owners = ["dw_owner_contract", "dw_owner_customer", "dw_owner_opportunity"]
        assert sorted(views) == owners
        assert all(one(connection, f'SELECT count(*) FROM "{each}"') == 0 for each in owners)


def test_what_a_session_set_ends_with_it(filled: Site) -> None:
    platform = filled.opened[0]
    platform.engine.dispose()  # so that one connection serves all that follows
    with connection_of(platform, "ada") as (_, connection):
        assert one(connection, "SELECT current_user") == filled.role
    with reading(platform.engine) as connection:
        assert one(connection, "SELECT current_user = session_user")
        assert not one(connection, "SELECT current_setting('dealwright.member_sees_customer', true)")
    with connection_of(platform, "bob") as (_, connection):
        assert one(connection, "SELECT count(*) FROM customer WHERE name LIKE 'Ada%'") == 0


def test_hostile_statements_can_give_the_role_up(filled: Site) -> None:
    with connection_of(filled.opened[0], "ada") as (session, connection):
        connection.execute(sa.text("RESET ROLE"))
        assert one(connection, "SELECT count(*) FROM customer") == 100
        assert session.count("customer") == 50  # the first line is not PostgreSQL's


def test_a_statement_in_a_transaction_that_writes_is_not_narrowed(filled: Site) -> None:
    assert filled.opened[0].run("careless.count", actor="ada").value == 100


def test_the_second_line_comes_up_again_after_what_the_core_looks_up(filled: Site) -> None:
    with connection_of(filled.opened[0], "ada") as (_, connection):
        with beyond(connection), beyond(connection):
            assert one(connection, "SELECT count(*) FROM customer") == 100
        with pytest.raises(ZeroDivisionError), beyond(connection):
            raise ZeroDivisionError
        assert one(connection, "SELECT count(*) FROM customer") == 50


def test_a_grant_shows_one_record_and_each_read_of_it_is_journalled(filled: Site) -> None:
    platform = filled.opened[0]
    with connection_of(platform, "tom") as (session, connection):
        assert refs(connection, "customer") == [f"{MARK}-C3"]
        assert refs(connection, "contact") == []
        assert session.get(Customer, f"{MARK}-C3").name == f"{MARK} customer 3"
    with platform.session("admin") as session:
        last = session.history("customer", f"{MARK}-C3")[-1]
    assert (last.action, last.actor) == ("read", "M-TOM")


def test_somebody_can_be_asked_what_another_may_do(filled: Site) -> None:
    found = (
        filled.opened[0]
        .run("access.explain", actor="admin", action="read", ref=f"{MARK}-C3", person="tom")
        .value
    )
    assert found["allowed"]
    own = filled.opened[0].run("access.explain", actor="ada", action="read", ref=f"{MARK}-C3").value
    assert not own["allowed"]


def answers(platform: Platform, actor: str, questions: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """What everything that reads says to somebody: exports, reports, and the commands that are asked."""

    def said(ask: Any, *arguments: Any, **named: Any) -> str:
        try:
            return repr(ask(*arguments, actor=actor, **named))
        except (DealwrightError, LookupError) as error:
            return f"{type(error).__name__}: {error}"

    def exported(kind: str) -> str:
        written = io.StringIO()
        return said(export_records, platform, kind, written) + written.getvalue()

    found = {f"export {kind}": exported(kind) for kind in platform.catalogue.kinds}
    for name in platform.host.registry.reports:
        if not name.startswith("careless"):
            found[f"report {name}"] = said(platform.report, name)
    for by in ("customer.industry", "team", "product", "owner"):
        found[f"won by {by}"] = said(platform.report, "won", by=by)
    for name, ref in questions:
        # Reading by a grant adds to the history of the record.
        if (actor, ref) != ("tom", f"{MARK}-C3"):
            found[f"{name} {ref}"] = said(platform.run, name, **({"ref": ref} if ref else {}))
    return found


def questions_to(platform: Platform) -> Iterator[tuple[str, str]]:
    """The commands that read, lists and all, each with the refs to ask for: two of each kind, or empty where it takes
    none.
    """
    for name in (name for name, each in platform.commands.items() if each.item.reads):
        group, _, verb = name.partition(".")
        # The journal itself tells of what is read here by a grant.
        if verb in ("list", "duplicates", "grants", "tree") and group != "journal":
            yield name, ""
        if verb in ("show", "history"):
            yield from ((name, ref) for ref in examples(platform, group.replace("-", "_")))


def examples(platform: Platform, kind: str) -> list[str]:
    """The first and the last record of a kind."""
    if kind not in platform.catalogue.kinds:
        return []
    with platform.engine.connect() as connection:
        found = refs(connection, kind)
    return list(dict.fromkeys([*found[:1], *found[-1:]]))


def test_everybody_is_told_the_same_with_and_without(filled: Site) -> None:
    questions = list(questions_to(filled.opened[0]))
    on = {actor: answers(filled.opened[0], actor, questions) for actor in READERS}
    off_platform = filled.open(on=False)
    try:
        off = {actor: answers(off_platform, actor, questions) for actor in READERS}
    finally:
        off_platform.close()
        filled.opened[0].upgrade()
    for actor in READERS:
        assert on[actor] == off[actor], actor
        assert not [each for each in on[actor].values() if "permission denied" in each], actor
    assert len({repr(each) for each in on.values()}) > 6


def test_the_system_sees_everything(filled: Site) -> None:
    with connection_of(filled.opened[0], System("nightly check")) as (session, connection):
        assert one(connection, "SELECT count(*) FROM customer") == session.count("customer") == 100
