"""The deployment that a configuration file describes."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from attrs import field, frozen

from dealwright_core.config.access import unknown_names
from dealwright_core.config.declared import (
    DeclaredField,
    DeclaredRecord,
    declared_record_type,
    link_problems,
)
from dealwright_core.config.document import Document, KeyPath
from dealwright_core.config.incentives import Incentives
from dealwright_core.config.measures import DeclaredMeasure
from dealwright_core.config.schemes import Scheme
from dealwright_core.config.sections import (
    Access,
    Plugins,
)
from dealwright_core.config.settingtypes import Context
from dealwright_core.config.shown import shown
from dealwright_core.config.stages import (
    DEFAULT,
    Stage,
    lifecycle_of,
    stages_of,
)
from dealwright_core.errors import Problem
from dealwright_core.records.fieldtypes import Notation
from dealwright_core.records.lifecycle import Lifecycle
from dealwright_core.records.recordtype import RecordType
from dealwright_core.values import Calendar

__all__ = [
    "Access",
    "DeclaredField",
    "DeclaredRecord",
    "Deployment",
    "Plugins",
    "Stage",
    "declared_record_type",
]


@frozen(eq=False, kw_only=True)
class Deployment:
    """A deployment. ``currency`` is its base currency; ``database_url`` is absolute, with the password."""

    name: str
    currency: str
    time_zone: str = "UTC"
    fiscal_year_start: int = 1
    database_url: str = field(repr=False)
    row_level_security: bool = False
    fast: bool = True
    access: Access = field(factory=Access)
    plugins: Plugins = field(factory=Plugins, repr=False)
    stages: tuple[Stage, ...] = field(factory=lambda: stages_of(DEFAULT))
    records: tuple[DeclaredRecord, ...] = ()
    measures: tuple[DeclaredMeasure, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    incentives: Incentives = field(factory=Incentives)
    document: Document = field(factory=lambda: Document("", {}), repr=False)

    @property
    def calendar(self) -> Calendar:
        """The days, periods and fiscal years here."""
        return Calendar(self.time_zone, self.fiscal_year_start)

    @property
    def notation(self) -> Notation:
        """How texts are read here where a file does not say otherwise."""
        return Notation(self.currency)

    @property
    def folder(self) -> Path:
        """The folder of the configuration file, which relative paths in it start from."""
        return Path(self.document.path).absolute().parent

    @property
    def context(self) -> Context:
        """What the settings of plugins are read with."""
        return Context(self.currency, self.calendar, str(self.folder))

    def stage(self, name: str) -> Stage:
        """The stage ``name``. Raises KeyError where there is none."""
        return {each.name: each for each in self.stages}[name]

    def lifecycle(self) -> Lifecycle:
        """The legal moves of opportunities between stages."""
        return lifecycle_of(self.stages)

    def record_types(self) -> tuple[RecordType, ...]:
        """The kinds of records declared here."""
        return tuple(map(declared_record_type, self.records))

    def check_roles(self, known: Collection[str]) -> list[Problem]:
        """The rights of configured roles that are on none of the records, commands and reports there are."""
        return list(unknown_names(self.access, self.document, known))

    def check_links(self, kinds: Collection[str]) -> list[Problem]:
        """The declared links that lead to none of ``kinds``, which are all kinds that there are."""
        return link_problems(self.records, kinds, self.document)

    def origin(self, path: str | KeyPath) -> str:
        """Where ``path``, such as ``plugins.quota.cap``, was set: file and line, environment, or default."""
        return self.document.origin(tuple(path.split(".")) if isinstance(path, str) else path)

    def as_dict(self) -> dict[str, Any]:
        """The configuration in effect, in the form of the file, as JSON can say it. Secrets are masked."""
        return shown(self)
