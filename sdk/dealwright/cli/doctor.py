"""``doctor``: everything that could be wrong with a deployment, one line a check."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from dealwright.cli.database import DOES_NOT_HOLD, status_of
from dealwright.cli.helptext import ExampleCommand
from dealwright.cli.invocation import Invocation, observer_statuses, pass_invocation
from dealwright.cli.plugins import problems_of
from dealwright.language import sdk as _
from dealwright_core.errors import DealwrightError
from dealwright_core.language import joined, said

if TYPE_CHECKING:
    from dealwright_core.contributions import Check
    from dealwright_core.host.registry import Contributed

# SQLite releases in which a WAL database that several processes use cannot be corrupted: https://sqlite.org/wal.html
SAFE_SQLITE = (3, 51, 3)
SAFE_SQLITE_BRANCHES = {(3, 44): 6, (3, 50): 7}

MOST_FINDINGS = 1000


class Trouble(NamedTuple):
    """Something a check found; ``blocks`` tells whether the check holds in spite of it."""

    message: str
    blocks: bool = True


Look = Callable[[Invocation], Iterable[Trouble]]


@click.command(cls=ExampleCommand, example="dealwright doctor")
@pass_invocation
def doctor(invocation: Invocation) -> None:
    """Check configuration, plugins, database, journal and observers; exit code 5 if one does not hold."""
    invocation.check_deployment()
    rows: list[dict[str, Any]] = []
    for name, look in _checks(invocation):
        troubles = list(_looked(look, invocation))
        holds = not any(each.blocks for each in troubles)
        state = "fails" if not holds else "warns" if troubles else "holds"
        rows.append({"check": name, "state": state, "found": [each.message for each in troubles]})
    invocation.show_either(lambda: rows, lambda: _lines(rows))
    if any(each["state"] == "fails" for each in rows):
        raise click.exceptions.Exit(DOES_NOT_HOLD)


def _looked(look: Look, invocation: Invocation) -> Iterator[Trouble]:
    try:
        yield from look(invocation)
    except Exception as error:  # a check that breaks does not hold, and the others go on
        yield Trouble(getattr(error, "text", None) or str(error) or type(error).__name__)


STATES = {"holds": _("holds"), "warns": _("warns"), "fails": _("fails")}


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    from dealwright.tables.texts import shown, width_of

    for each in rows:
        state = said(STATES[each["state"]])
        yield f"{state}{' ' * (7 - width_of(state))}{said(each['check'])}"
        found = (line for message in each["found"] for line in said(message).splitlines())
        yield from (f"         {shown(line)}" for line in found)


def _configuration(invocation: Invocation) -> Iterator[Trouble]:
    for each in invocation.platform.host.problems:
        yield Trouble(each.text)
    access = invocation.deployment.access
    named = {role for roles in access.actors.values() for role in roles}
    if not any(right.action == "operate" for role in named for right in access.roles[role].rights):
        yield Trouble(
            _("nobody has a role that may operate the database, such as admin: see [access.actors]"),
            blocks=False,
        )


def _plugins(invocation: Invocation) -> Iterator[Trouble]:
    from dealwright_core.host.opening import OBSERVERS

    for each in problems_of(invocation):
        yield Trouble(joined(": ", (each["plugin"], each["problem"])))
    for fault in invocation.platform.faults(invocation.asker):
        if fault.hook != OBSERVERS:  # these have a check of their own
            remedy = _("once it is put right: dealwright plugins forget {plugin}", plugin=fault.plugin)
            yield Trouble(joined("", (fault.plugin, ": ", fault, "; ", remedy)), blocks=False)


def _database(invocation: Invocation) -> Iterator[Trouble]:
    found = status_of(invocation.platform)
    if found["state"] != "up to date":
        changes = joined("", (joined("", ("\n", each)) for each in found["changes"]))
        yield Trouble(
            _(
                "the database is {found}: dealwright db upgrade{changes}",
                found=found["state"],
                changes=changes,
            )
        )


def _writable(invocation: Invocation) -> Iterator[Trouble]:
    invocation.platform.check_writable()
    yield from ()


def _sqlite(invocation: Invocation) -> Iterator[Trouble]:
    if invocation.platform.engine.dialect.name == "sqlite" and not is_safe(sqlite3.sqlite_version_info):
        yield Trouble(
            _(
                "SQLite {sqlite_version} can corrupt a database that several processes use at once: "
                "use one process, or SQLite 3.51.3 and later, or PostgreSQL",
                sqlite_version=sqlite3.sqlite_version,
            ),
            blocks=False,
        )


def is_safe(version: tuple[int, ...]) -> bool:
    """Whether several processes may use a database with this release of SQLite."""
    patch = SAFE_SQLITE_BRANCHES.get((version[0], version[1]))
    return version >= SAFE_SQLITE or (patch is not None and version[2] >= patch)


def _journal(invocation: Invocation) -> Iterator[Trouble]:
    from dealwright_core.journal.verify import verify
    from dealwright_core.store.engine import reading

    platform = invocation.platform
    with reading(platform.engine) as connection:
        found = verify(connection, platform.catalogue)
    for each in found.faults:
        yield Trouble(each)


def _pay(invocation: Invocation) -> Iterator[Trouble]:
    from dealwright_core.payroll.verifying import unsound
    from dealwright_core.store.engine import reading

    with reading(invocation.platform.engine) as connection:
        yield from map(Trouble, unsound(connection))


def _states(invocation: Invocation) -> Iterator[Trouble]:
    import sqlalchemy as sa

    from dealwright_core.store.engine import reading

    platform = invocation.platform
    with reading(platform.engine) as connection:
        for each in platform.lifecycles.values():
            column = platform.catalogue.table(each.record).c[each.field]
            unknown = sa.select(column, sa.func.count()).where(column.not_in(each.states))
            for state, count in connection.execute(unknown.group_by(column).order_by(column)):
                yield Trouble(
                    _(
                        "{record}.{field}: {count:,} records stand in {state!r}, which lifecycle {name} does "
                        "not know: configure it again, with moves that lead out of it",
                        record=each.record,
                        field=each.field,
                        count=count,
                        state=state,
                        name=each.name,
                    )
                )


def _row_security(invocation: Invocation) -> Iterator[Trouble]:
    from dealwright_core.store.engine import reading

    platform = invocation.platform
    platform.check_set_up()
    with reading(platform.engine) as connection:
        if platform.row_security.is_settled(connection):
            return
    if platform.row_security.wanted:
        yield Trouble(
            _(
                "row_level_security is on, and the database has no policies, others than it should, or "
                "no role that its user may act as: dealwright db upgrade"
            )
        )
    else:
        yield Trouble(
            _("row_level_security is off, and the database still has it: dealwright db upgrade"), blocks=False
        )


def _observers(invocation: Invocation) -> Iterator[Trouble]:
    for each in observer_statuses(invocation.platform):
        if each.parked:
            yield Trouble(
                _(
                    "{plugin}: {parked} events are parked: dealwright events parked",
                    plugin=each.plugin,
                    parked=each.parked,
                )
            )
        if each.failures:
            yield Trouble(
                _(
                    "{plugin} failed {failures} times: {error}",
                    plugin=each.plugin,
                    failures=each.failures,
                    error=each.error,
                )
            )
        elif each.waiting:
            yield Trouble(
                _(
                    "{plugin}: {waiting} events wait: dealwright events deliver",
                    plugin=each.plugin,
                    waiting=each.waiting,
                ),
                blocks=False,
            )


CHECKS: tuple[tuple[str, Look], ...] = (
    (_("the configuration has no mistakes"), _configuration),
    (_("every plugin works"), _plugins),
    (_("the database is there and up to date"), _database),
    (_("changes can be written"), _writable),
    (_("row-level security is as it is configured"), _row_security),
    (_("the database library is safe for several processes"), _sqlite),
    (_("the journal is whole"), _journal),
    (_("what was paid is as it was calculated"), _pay),
    (_("every record stands in a state that its lifecycle knows"), _states),
    (_("observers know what happened"), _observers),
)


def _checks(invocation: Invocation) -> Iterator[tuple[str, Look]]:
    """Our own checks and those of plugins; where the deployment cannot be opened only the one that tells why."""
    yield CHECKS[0]
    try:
        contributed = invocation.platform.host.registry.checks
    except DealwrightError:
        return
    yield from CHECKS[1:]
    for each in contributed.values():
        yield each.item.title, partial(_asked, each)


def _asked(check: "Contributed[Check]", invocation: Invocation) -> Iterator[Trouble]:
    from dealwright_core.errors import PluginError
    from dealwright_core.findings import Finding
    from dealwright_core.host.faults import call_function

    named = _("check {check}", check=check.item.name)

    def ask() -> list[Any]:
        return list(islice(check.item.function(invocation.platform.on_behalf(check.plugin)), MOST_FINDINGS))

    for each in call_function(check.plugin, named, ask):
        if not isinstance(each, Finding):
            raise PluginError(
                check.plugin, named, _("yielded {type}, not a Finding", type=type(each).__name__)
            )
        yield Trouble(each.text, blocks=each.level == "block")
