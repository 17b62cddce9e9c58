"""``db``: bring the database up to date, copy it, prove that its journal is whole."""

from pathlib import Path
from typing import Any

import click

from dealwright.cli.helptext import ExampleGroup
from dealwright.cli.invocation import Invocation, pass_invocation
from dealwright.language import sdk as _
from dealwright_core.language import joined

DOES_NOT_HOLD = 5

UP_TO_DATE = _("up to date")


@click.group(cls=ExampleGroup, example=("dealwright db status", "dealwright db backup monday.db"))
def db() -> None:
    """The database: upgrade, status, backup, proof of the journal."""


@db.command(example="dealwright db upgrade")
@pass_invocation
def upgrade(invocation: Invocation) -> None:
    """Bring the database to the shape that the core and the plugins declare."""
    invocation.platform.check_operator(invocation.actor, "database")
    steps = invocation.platform.upgrade()
    invocation.show_either(
        lambda: [{"plugin": each.plugin, "change": each.change} for each in steps],
        lambda: [*(joined(": ", (each.plugin, each.change)) for each in steps), _summary(len(steps))],
    )


def _summary(steps: int) -> str:
    return (
        _("{steps} changes made", steps=steps)
        if steps
        else _("the database is up to date, nothing was changed")
    )


@db.command(example="dealwright db status")
@pass_invocation
def status(invocation: Invocation) -> None:
    """Say which database this is, and whether it waits for an upgrade."""
    platform = invocation.platform
    platform.check_operator(invocation.actor, "database", reads=True)
    found = status_of(platform)
    invocation.show(found)
    if found["state"] != UP_TO_DATE:
        invocation.say(_("nothing is written before: dealwright db upgrade"))


def status_of(platform: Any) -> dict[str, Any]:
    """What ``db status`` prints."""
    from dealwright_core.store import deriving, migrations
    from dealwright_core.store.engine import reading, sqlite_path

    found: dict[str, Any] = {
        "database": platform.engine.url.render_as_string(hide_password=True),
        "kind": platform.engine.dialect.name,
    }
    path = sqlite_path(platform.engine)
    if path is not None and not path.exists():
        return {**found, "state": _("not made yet"), "changes": []}
    with reading(platform.engine) as connection:
        recorded = migrations.recorded(connection)
        if not recorded:
            return {**found, "state": _("empty"), "changes": []}
        is_pending = migrations.pending(connection, platform.catalogue, platform.revisions)
        steps = deriving.plan(connection, platform.catalogue) if is_pending else []
        is_settled = platform.row_security.is_settled(connection)
    wanted = _("on") if platform.row_security.wanted else _("off")
    changes = [joined(": ", (each.plugin, each.change)) for each in steps]
    if not is_settled:
        changes.append(_("core: row-level security is to be {wanted}", wanted=wanted))
    return {
        **found,
        "state": UP_TO_DATE if is_settled and not is_pending else _("waits for an upgrade"),
        "currency": recorded.get(migrations.CURRENCY),
        "created": recorded.get(migrations.CREATED),
        "row_level_security": wanted if is_settled else _("not yet {wanted}", wanted=wanted),
        "changes": changes,
    }


@db.command(example="dealwright db backup monday.db")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_invocation
def backup(invocation: Invocation, file: Path) -> None:
    """Copy the database into a new file while it is in use."""
    from dealwright_core.store.backup import backup as copy

    invocation.platform.check_operator(invocation.actor, "database")
    copy(invocation.platform.engine, file)
    size = file.stat().st_size
    invocation.show_either(
        lambda: {"file": str(file), "bytes": size},
        lambda: [_("copied the database to {file}, {size:,} bytes", file=file, size=size)],
    )
    if invocation.platform.row_security.wanted:
        invocation.say(
            _("its policies name a role of this server: after a restore elsewhere, dealwright db upgrade")
        )


@db.command(example=("dealwright db verify", "dealwright db verify --root 812:5c0f…"))
@click.option("--root", metavar="NUMBER:HASH", help="what an earlier verification printed")
@pass_invocation
def verify(invocation: Invocation, root: str | None) -> None:
    """Prove that no event was edited, deleted, swapped or cut off.

    Keep the root that it prints elsewhere: with --root it also proves that nothing was cut off at the end.
    """
    from dealwright_core.journal.verify import verify as prove
    from dealwright_core.store.engine import reading

    platform = invocation.platform
    platform.check_operator(invocation.actor, "database", reads=True)
    with reading(platform.engine) as connection:
        found = prove(connection, platform.catalogue, root=root)
    invocation.show_either(
        lambda: {
            "holds": not found.faults, "events": found.events, "records": found.records, "root": found.root,
            "faults": list(found.faults),
        },
        lambda: [
            _("{events:,} events of {records:,} records", events=found.events, records=found.records),
            _("root {root}", root=found.root),
            _("the journal is whole") if not found.faults else _("the journal is not whole:"),
            *(joined("", ("  ", each)) for each in found.faults),
        ],
    )  # fmt: skip
    if found.faults:
        raise click.exceptions.Exit(DOES_NOT_HOLD)
