"""Reading the deployment of a configuration file, section by section, with every mistake at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from dealwright_core.access.rights import Role
from dealwright_core.config.access import access_of, access_problems
from dealwright_core.config.database import parse_url, resolved
from dealwright_core.config.declared import (
    DeclaredRecord,
    RecordTable,
    read_record,
)
from dealwright_core.config.deployment import Deployment
from dealwright_core.config.document import Document, KeyPath, in_file_order
from dealwright_core.config.environment import EnvironmentText, literal, overlay
from dealwright_core.config.incentives import SECTION as INCENTIVES
from dealwright_core.config.incentives import Incentives, IncentivesTable, read_incentives
from dealwright_core.config.location import find
from dealwright_core.config.measures import DeclaredMeasure, read_measures
from dealwright_core.config.schemereading import read_schemes, role_problems
from dealwright_core.config.schemes import Scheme
from dealwright_core.config.sections import (
    CORE,
    Access,
    AccessTable,
    Database,
    General,
    PluginRules,
    Plugins,
    specifiers,
)
from dealwright_core.config.settingtypes import Context
from dealwright_core.config.stages import (
    DEFAULT,
    Stage,
    StageTable,
    stage_problems,
    stages_of,
)
from dealwright_core.config.structure import structure, unknown_key
from dealwright_core.errors import ConfigError, InvalidValue, Problem
from dealwright_core.language import core as _
from dealwright_core.values import Calendar, check_currency

SECTIONS = (
    "deployment", "database", "access", "plugins", "stages", "records", "measures", "schemes", INCENTIVES,
)  # fmt: skip
# With an unknown currency amounts are still checked for their form, by the one with the most digits.
MOST_DIGITS = "CLF"

Section = TypeVar("Section")


def load(path: Path | None, environ: Mapping[str, str]) -> Deployment:
    """The deployment of the file ``path``, else of DEALWRIGHT_CONFIG, else of ``./dealwright.toml``.

    Raises ConfigError with every mistake there is, in the order of the file.
    """
    document = Document.read(
        Path(find(path, environ)),
        hint=_("make one with 'dealwright init DIR', or name one with --config FILE"),
    )
    document, problems = overlay(document, environ)
    loading = _Loading(document, problems)
    deployment = loading.deployment()
    if loading.problems:
        raise Unusable(in_file_order(loading.problems), deployment)
    return deployment


class Unusable(ConfigError):
    """The configuration has mistakes. ``rest`` is what can be made of it, to look for those of plugins in it too."""

    def __init__(self, problems: Iterable[Problem], rest: Deployment) -> None:
        super().__init__(problems)
        self.rest = rest


class _Loading:
    """Reads section by section, so that a mistake in one does not hide those in another."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document = document
        self.problems = problems
        self.context = Context(MOST_DIGITS)

    def deployment(self) -> Deployment:
        """The deployment; where a section is wrong, with the defaults in its place."""
        self._refuse_unknown_sections()
        general = self._section(General, "deployment")
        self.context = Context(_currency(self.document.data) or MOST_DIGITS)
        database = self._database()
        access = self._access()
        plugins = self._plugins()
        stages = self._stages()
        records = self._records()
        measures = self._measures()
        schemes = self._schemes()
        self.problems += role_problems(schemes, (access or Access()).roles)
        general = general or General(currency=self.context.currency or MOST_DIGITS)
        database = database or Database()
        folder = Path(self.document.path).absolute().parent
        calendar = Calendar(general.time_zone, general.fiscal_year_start)
        self.context = Context(general.currency, calendar, str(folder))
        incentives = self._incentives((access or Access()).roles.values(), stages)
        return Deployment(
            name=general.name,
            currency=general.currency,
            time_zone=general.time_zone,
            fiscal_year_start=general.fiscal_year_start,
            database_url=resolved(database.url, folder),
            row_level_security=database.row_level_security,
            fast=database.fast,
            access=access or Access(),
            plugins=plugins or Plugins(),
            stages=stages or stages_of(DEFAULT),
            records=records,
            measures=measures,
            schemes=schemes,
            incentives=incentives,
            document=self.document,
        )

    def _refuse_unknown_sections(self) -> None:
        for key in self.document.data:
            if key not in SECTIONS:
                self.problems.append(unknown_key(key, SECTIONS, (), self.document))

    def _section(self, cls: type[Section], name: str) -> Section | None:
        return self._structured(cls, self.document.data.get(name, {}), (name,))

    def _structured(self, cls: type[Section], data: Any, at: KeyPath) -> Section | None:
        value, problems = structure(cls, data, at=at, document=self.document, context=self.context)
        self.problems += problems
        return value

    def _problem(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        self.problems.append(self.document.problem(path, message, hint))

    def _database(self) -> Database | None:
        database = self._section(Database, "database")
        if database is not None and database.row_level_security:
            dialect = parse_url(database.url).get_backend_name()
            if dialect != "postgresql":
                self._problem(
                    ("database", "row_level_security"),
                    _("there is none on {dialect}", dialect=dialect),
                    _("leave it out, or give the url of a PostgreSQL database"),
                )
        return database

    def _access(self) -> Access | None:
        table = self._section(AccessTable, "access")
        if table is None:
            return None
        access = access_of(table)
        self.problems += access_problems(access, table, self.document)
        return access

    def _plugins(self) -> Plugins | None:
        data = literal(self.document.data.get("plugins", {}))
        if not isinstance(data, dict):
            self._structured(PluginRules, data, ("plugins",))
            return None
        known = [each.name for each in attrs.fields(PluginRules)]
        rules = self._structured(PluginRules, {key: data[key] for key in data if key in known}, ("plugins",))
        sections = {}
        for key in data:
            if key in known:
                continue
            section = literal(data[key])
            if isinstance(section, dict):
                sections[key] = section
            else:
                self.problems.append(unknown_key(key, known, ("plugins",), self.document))
        if rules is None:
            return None
        self._check_rules(rules)
        return Plugins(
            disabled=rules.disabled,
            required=rules.required,
            order=rules.order,
            allow=rules.allow,
            sections=sections,
        )

    def _check_rules(self, rules: PluginRules) -> None:
        for at, name in enumerate(rules.disabled):
            if name == CORE:
                self._problem(("plugins", "disabled", at), _("the core cannot be disabled"))
            if name in rules.required:
                self._problem(
                    ("plugins", "disabled", at),
                    _("{name!r} is also required", name=name),
                    _("choose one of the two"),
                )
        for name, text in rules.allow.items():
            try:
                specifiers(text)
            except InvalidValue as error:
                self._problem(("plugins", "allow", name), error.message, error.hint)

    def _stages(self) -> tuple[Stage, ...]:
        data = literal(self.document.data.get("stages"))
        if data is None:
            return stages_of(DEFAULT)
        if not isinstance(data, list) or not data:
            self._problem(
                ("stages",), _("is no list of stages"), _("write [[stages]] tables, or leave it out")
            )
            return ()
        before = len(self.problems)
        tables = [self._structured(StageTable, each, ("stages", at)) for at, each in enumerate(data)]
        names = [each.get("name") if isinstance(each, dict) else None for each in data]
        self.problems += stage_problems(tables, names, self.document)
        return () if len(self.problems) > before else stages_of([each for each in tables if each])

    def _records(self) -> tuple[DeclaredRecord, ...]:
        data = literal(self.document.data.get("records", {}))
        if not isinstance(data, dict):
            self._problem(("records",), _("is not a table"), _("write [records.NAME]"))
            return ()
        declared = []
        for name, each in data.items():
            table = self._structured(RecordTable, each, ("records", name))
            if table is not None:
                record, problems = read_record(name, table, self.context, self.document)
                self.problems += problems
                declared.append(record)
        return tuple(declared)

    def _measures(self) -> tuple[DeclaredMeasure, ...]:
        measures, problems = read_measures(self.document, self.context)
        self.problems += problems
        return measures

    def _schemes(self) -> tuple[Scheme, ...]:
        schemes, problems = read_schemes(self.document, self.context)
        self.problems += problems
        return schemes

    def _incentives(self, roles: Iterable[Role], stages: Iterable[Stage]) -> Incentives:
        table = self._section(IncentivesTable, INCENTIVES) or IncentivesTable()
        return read_incentives(table, self.document, self.context, roles, stages)


def _currency(data: Mapping[str, Any]) -> str | None:
    """The base currency, if it can be used, whatever else is wrong."""
    general = data.get("deployment")
    code = general.get("currency") if isinstance(general, dict) else None
    try:
        return check_currency(code.as_text() if isinstance(code, EnvironmentText) else str(code))
    except InvalidValue:
        return None
