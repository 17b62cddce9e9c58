"""A deployment opened for work."""

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from attrs import evolve
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dealwright_core import builtin, door, persons, scores
from dealwright_core.access.actors import System
from dealwright_core.access.ownership import Ownership
from dealwright_core.commands.signature import Reader, bind
from dealwright_core.config.deployment import Deployment
from dealwright_core.config.document import in_file_order
from dealwright_core.config.loading import Unusable, load
from dealwright_core.config.sections import CORE
from dealwright_core.contributions import Command, Constraint, Report, Table
from dealwright_core.errors import ConfigError, DealwrightError, PluginError, Problem, Refused, UsageError
from dealwright_core.evaluation import InHand
from dealwright_core.examining import Examiner, kinds_of
from dealwright_core.faults import Faults
from dealwright_core.findings import Finding, Waiver
from dealwright_core.host.faults import call_function
from dealwright_core.host.health import Host
from dealwright_core.host.opening import open_host
from dealwright_core.host.registry import Contributed
from dealwright_core.journal import faultlog, parking
from dealwright_core.journal import writing as journal
from dealwright_core.language import core as _
from dealwright_core.observers import Observers
from dealwright_core.onbehalf import OnBehalf
from dealwright_core.permissions import Acting, Need, Permissions, limits_of, with_plugins
from dealwright_core.platformcommand import Call, PlatformCommand
from dealwright_core.records.record import Record
from dealwright_core.reporting.tables import wrong_in
from dealwright_core.spelling import did_you_mean
from dealwright_core.store import deriving, migrations
from dealwright_core.store.catalogue import Catalogue
from dealwright_core.store.engine import connect, reading, sqlite_path, writing
from dealwright_core.store.frames import FAST
from dealwright_core.store.organisation import GENERATION, ORGANISATION, read_marks
from dealwright_core.store.rowsecurity import RowSecurity
from dealwright_core.store.session import Session
from dealwright_core.writability import Writability


class Platform:
    """One deployment: its configuration, plugins and database. Open it with `Platform.open`, close it in the end."""

    def __init__(self, deployment: Deployment, host: Host) -> None:
        self.deployment = deployment
        self.host = host
        self.calendar = deployment.calendar
        self.notation = deployment.notation
        self.lifecycles = host.registry.lifecycles_with_additions()
        self.catalogue = Catalogue(
            kinds_of(host.registry),
            self.lifecycles,
            host.registry,
            self.calendar,
            deployment.currency,
            deployment.schemes if host.uses_plugins else (),
            deployment.incentives,
        )
        if deployment.schemes and host.uses_plugins:
            self._add_problems(self.catalogue.plans.problems)
        if deployment.incentives.files and host.uses_plugins:
            self._add_problems(self.catalogue.incentive_plans.problems)
        self.commands = self._commands()
        active = [each.name for each in host.statuses if each.state == "active"]
        ownership = Ownership(self.catalogue.kinds)
        self.permissions = Permissions(
            with_plugins(deployment.access, host.registry),
            ownership,
            limits_of(host.registry, active),
            self.commands,
        )
        self.engine = connect(deployment.database_url)
        self.engine.update_execution_options(**{FAST: deployment.fast})
        self.revisions = tuple(
            migrations.Revisions(name, folder) for name, folder in host.migration_folders()
        )
        versions = sorted(f"{each.name} {each.version}" for each in host.statuses if each.state == "active")
        self.plugin_versions = ", ".join(versions)
        self.plugin_digest = hashlib.sha256(self.plugin_versions.encode()).hexdigest()[:16]
        self.known_plugin_sets: set[str] = set()
        self.row_security = RowSecurity(self.catalogue, ownership, wanted=deployment.row_level_security)
        self.writability = Writability(deployment, host, self.catalogue, self.revisions, self.row_security)
        self._faults = Faults(self.engine, host)
        self._observers = Observers(self.engine, host, self.permissions, self.on_behalf)
        self._is_set_up = self._is_setting_up = False
        self._set_up = threading.RLock()
        self._constraints_of: date | None = None
        self._constraints: dict[str, tuple[Sequence[Constraint], InHand]] = {}

    def _add_problems(self, found: Iterable[Problem]) -> None:
        self.host = evolve(self.host, problems=(*self.host.problems, *found))

    @classmethod
    def open(
        cls,
        config: Path | str | None = None,
        *,
        plugins: bool = True,
        extra_plugins: Sequence[tuple[str, object]] = (),
        environ: Mapping[str, str] | None = None,
    ) -> Self:
        """Open the deployment of a configuration file: the given one, that of DEALWRIGHT_CONFIG, or
        ./dealwright.toml.

        ``plugins=False`` opens it with the core alone, for reading. ``extra_plugins`` are (name, module or
        object) pairs that need no installation. Raises `ConfigError` with every mistake in the configuration.
        """
        environ = os.environ if environ is None else environ

        def opened(deployment: Deployment) -> Host:
            examine = Examiner(deployment).examine
            return open_host(
                deployment, plugins=plugins, extra_plugins=extra_plugins, environ=environ, examine=examine
            )

        try:
            deployment = load(Path(config) if config is not None else None, environ)
        except Unusable as error:
            raise ConfigError(in_file_order([*error.problems, *opened(error.rest).problems])) from None
        return cls(deployment, opened(deployment))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the database connections."""
        self.engine.dispose()

    def run(
        self,
        command: str,
        *,
        actor: str,
        key: str | None = None,
        waivers: Sequence[Waiver] = (),
        **arguments: Any,
    ) -> door.Outcome:
        """Run a command on behalf of an actor; the only way to change anything.

        The same ``key`` by the same actor for the same command gives the first outcome again and changes
        nothing. A waiver lets a waivable finding pass. Raises `Refused`, `Conflict`, `NotFound`,
        `UsageError`; then nothing was changed.
        """
        if command not in self.commands:
            raise UsageError(
                _(
                    "there is no command {command!r}{near}",
                    command=command,
                    near=did_you_mean(command, self.commands),
                )
            )
        found = self.commands[command]
        if isinstance(found.item, PlatformCommand):
            reader = Reader(self.notation, self.calendar)
            bound = bind(found.item.function, command, arguments, reader)
            return found.item.function(Call(self, actor, key, waivers), **bound)
        try:
            return door.run(self, command, found, actor=actor, key=key, waivers=waivers, arguments=arguments)
        except DealwrightError as error:
            self.note_faults(error)
            raise

    @contextmanager
    def session(self, actor: str) -> Iterator[Session]:
        """Reads on behalf of an actor, all from one state of the database."""
        with self.reading_for(actor, (), CORE, "records") as session:
            yield session

    @contextmanager
    def reading_for(self, actor: str, needed: Sequence[Need], plugin: str, what: str) -> Iterator[Session]:
        """Reads on behalf of an actor by something that a plugin contributed. Raises `Refused` without the rights
        that it needs.
        """
        self.check_set_up()
        now = datetime.now(UTC)
        if isinstance(actor, System):
            self._journal_entry(actor, what, now)
        with reading(self.engine) as connection:
            acting = self.acting(connection, actor, now, read_marks(connection))
            acting.to(needed, plugin, what)
            note = partial(self._journal_reads, acting.authority.actor, what, now)
            sight = acting.sight(plugin)
            self.row_security.narrow(connection, sight)
            yield Session(connection, self.catalogue, sight, now, note)

    def acting(self, connection: Connection, actor: str, now: datetime, marks: Mapping[str, str]) -> Acting:
        """An actor in a transaction whose marks were read. Raises `Refused` for one nobody knows."""
        today = self.calendar.day_of(now)
        authority = self.permissions.authority(
            connection, self.catalogue, actor, today, marks.get(ORGANISATION)
        )
        return Acting(self.permissions, connection, self.catalogue, authority)

    def check_operator(self, actor: str, on: str, *, reads: bool = False) -> None:
        """Raise `Refused` where an actor may not operate the database, the events or the plugins.

        What only ``reads`` also takes the right to read the journal.
        """
        try:
            self.check_set_up()
        except DealwrightError:
            authority = self.permissions.configured(actor)
        else:
            with reading(self.engine) as connection:
                authority = self.acting(
                    connection, actor, datetime.now(UTC), read_marks(connection)
                ).authority
        if not authority.may("operate", on) and not (reads and authority.may("read", "journal")):
            message = _(
                "{actor} ({roles}) may not operate {on}", actor=authority.actor, roles=authority.roles, on=on
            )
            raise Refused([Finding("not-permitted", "block", message)])

    def _journal_reads(
        self, actor: str, what: str, at: datetime, reads: Sequence[tuple[Record, str]]
    ) -> None:
        """Journal what is read by a grant, before it is handed over."""
        with writing(self.engine) as connection:
            cause = journal.Cause(actor=actor, command=what, at=at, plugins=self.plugin_digest)
            journal.append_reads(connection, self.catalogue, cause, reads)

    def _journal_entry(self, actor: System, what: str, at: datetime) -> None:
        with writing(self.engine) as connection:
            cause = journal.Cause(actor=actor, command=what, at=at, plugins=self.plugin_digest)
            journal.append_entry(connection, cause, actor.reason)

    def report(self, name: str, *, actor: str, **parameters: Any) -> Table:
        """Run a report on behalf of an actor."""
        if name not in self.host.registry.reports:
            raise UsageError(
                _(
                    "there is no report {name!r}{near}",
                    name=name,
                    near=did_you_mean(name, self.host.registry.reports),
                )
            )
        report: Report = self.host.registry.reports[name].item
        owner = self.host.registry.reports[name].plugin
        bound = bind(
            report.function, _("report {name}", name=name), parameters, Reader(self.notation, self.calendar)
        )
        try:
            with self.reading_for(actor, [("report", name)], owner, _("report {name}", name=name)) as session:
                table = call_function(owner, _("report {name}", name=name), report.function, session, **bound)
            # Called as theirs: what holds no rows, say, cannot even be looked at.
            if (wrong := call_function(owner, _("report {name}", name=name), wrong_in, table)) is not None:
                raise PluginError(owner, _("report {name}", name=name), wrong)
        except DealwrightError as error:
            self.note_faults(error)
            raise
        return table

    def note_faults(self, error: DealwrightError) -> None:
        """Keep what an error tells of what plugins did wrong. Call it when the work was rolled back."""
        self._faults.note(error)

    def log_faults(self, connection: Connection, errors: Sequence[DealwrightError]) -> None:
        """The same within a transaction, for errors that did not end the work."""
        self._faults.log(connection, errors)

    def faults(self, actor: str) -> list[faultlog.LoggedFault]:
        """What plugins failed at while they worked, the latest first; nothing where the database cannot tell.

        What exactly went wrong, which may say anything of any record, is for who operates plugins or reads the journal.
        """
        try:
            self.check_set_up()
            found = self._faults.kept()
        except (DealwrightError, DBAPIError):
            return []
        try:
            self.check_operator(actor, "plugins", reads=True)
        except Refused:
            return [evolve(each, message=_("ask who operates plugins")) for each in found]
        return found

    def forget_faults(self, plugin: str) -> list[faultlog.LoggedFault]:
        """Forget what a plugin failed at, and say what that was."""
        self.check_writable()
        return self._faults.forget(plugin)

    def deliver(self) -> Mapping[str, int]:
        """Hand every observing plugin the events it has not seen; how many each took.

        What fails is tried again at the next call, and parked in the end.
        """
        self.check_set_up()
        return self._observers.deliver()

    def parked_events(self) -> list[parking.Parked]:
        """The events that observing plugins kept failing on."""
        self.check_set_up()
        return parking.parked(self.engine)

    def retry_parked(self, plugin: str | None = None) -> list[parking.Parked]:
        """Hand the parked events of one plugin, or of all, over once more."""
        self.check_set_up()
        return self._observers.retry(plugin)

    def on_behalf(self, plugin: str) -> OnBehalf:
        """The platform as a plugin gets it."""
        return OnBehalf(self, plugin)

    def upgrade(self) -> list[deriving.Step]:
        """Bring the database to the shape the plugins declare, and remember which of them guard it."""
        with writing(self.engine) as connection:
            return self.writability.upgrade(connection)

    def check_writable(self) -> None:
        """Raise where nothing may be written: a pending upgrade, or a plugin that guards this database is missing."""
        self.check_set_up()
        with writing(self.engine) as connection:
            self.writability.check(connection, read_marks(connection).get(GENERATION))

    def constraints(self, kind: str, today: date) -> tuple[Sequence[Constraint], InHand]:
        """The constraints of a kind, and their conditions compiled for a record in hand on a day."""
        if self._constraints_of != today:
            self._constraints_of, self._constraints = today, {}
        if kind not in self._constraints:
            constraints = self.catalogue.kinds[kind].constraints
            conditions = [each.refuse_when for each in constraints]
            self._constraints[kind] = (constraints, InHand(self.catalogue, kind, conditions, today))
        return self._constraints[kind]

    def check_set_up(self) -> None:
        """Raise where there is no database yet. Before one is read the first time, erasures are applied again that it
        does not know, because it was restored.
        """
        with self._set_up:
            # What is applied again comes through here, too.
            if self._is_set_up or self._is_setting_up:
                return
            self._is_setting_up = True
            try:
                self._look_at_database()
                persons.apply_again(self)
                self._is_set_up = True
            finally:
                self._is_setting_up = False

    def _look_at_database(self) -> None:
        path = sqlite_path(self.engine)
        if path is not None and not path.exists():
            raise DealwrightError(
                _("there is no database {path} yet; make it: dealwright db upgrade", path=path)
            )
        with reading(self.engine) as connection:
            if not migrations.recorded(connection):
                raise DealwrightError(_("the database is empty; set it up: dealwright db upgrade"))
            migrations.note_missing_indexes(connection, self.catalogue, self.revisions)

    def _commands(self) -> Mapping[str, Contributed[Command]]:
        """The commands that plugins contribute, and those that every kind of record brings with it."""
        commands = dict(self.host.registry.commands)
        for kind in self.catalogue.kinds.values():
            owner = self.host.registry.records[kind.name]
            for each in builtin.derived_commands(kind, self.deployment, self.lifecycles):
                commands[each.name] = Contributed(each, owner.plugin, owner.distribution, owner.version)
        core = self.host.registry.records["contact"]
        for each in (*persons.person_commands(), *scores.score_commands()):
            commands[each.name] = Contributed(each, core.plugin, core.distribution, core.version)
        return commands
