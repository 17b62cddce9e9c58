"""The kinds of record of a deployment, with their tables and lifecycles."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.records.lifecycle import Lifecycle
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.joining import Joined, schema_of
from dealwright_core.store.kindtables import tables_of
from dealwright_core.store.statements import Statements
from dealwright_core.store.tables import described
from dealwright_core.values import Calendar

if TYPE_CHECKING:
    from dealwright_core.config.incentives import Incentives
    from dealwright_core.config.schemes import Scheme
    from dealwright_core.evaluation.plans import Plans
    from dealwright_core.host.registry import Registry
    from dealwright_core.incentives.plans.book import PlanBook


Made = TypeVar("Made")
MOST_COMPILED = 100


class Catalogue:
    """Every kind by name and by class, the tables they live in, and how expressions see them."""

    def __init__(
        self,
        kinds: Iterable[RecordType],
        lifecycles: Mapping[str, Lifecycle],
        contributions: "Registry",
        calendar: Calendar,
        currency: str,
        schemes: Sequence["Scheme"] = (),
        incentives: "Incentives | None" = None,
    ) -> None:
        self.kinds: Mapping[str, RecordType] = {kind.name: kind for kind in kinds}
        self.lifecycles = lifecycles
        self.contributions = contributions
        self.calendar = calendar
        self.currency = currency
        self._schemes = schemes
        self._incentives = incentives
        self._compiled: dict[Hashable, Any] = {}
        self.metadata = tables_of(self.kinds.values())
        self.schema = schema_of(self.kinds.values(), currency)
        self.dated_with: dict[str, list[RecordType]] = {}
        for kind in self.kinds.values():
            if kind.dated_with:
                self.dated_with.setdefault(kind.by_name[kind.dated_with].link or "", []).append(kind)
        # The unique indexes that an upgrade of the database is still to add.
        self.missing_indexes: frozenset[str] = frozenset()
        # Where PostgreSQL keeps rows back, whose a record is that others hang on is read from these, by kind.
        self.owner_views: Mapping[str, str] = {}
        self.tables = frozenset(self.metadata.tables.values())
        self._stored: dict[tuple[str, str], sa.TableClause] = {}
        self._statements = {
            kind.name: Statements(kind, self.metadata.tables[kind.name]) for kind in self.kinds.values()
        }
        self._by_class = {kind.cls: kind for kind in self.kinds.values()}

    def kind(self, kind: str | type[Record]) -> RecordType:
        """The kind with this name or class. Raises `UsageError` with the nearest name."""
        if isinstance(kind, type):
            if kind not in self._by_class:
                raise UsageError(
                    _("{kind} is not a record of this deployment", kind=kind.__name__),
                    _("yield it from hook records()"),
                )
            return self._by_class[kind]
        plain = kind.replace("-", "_")
        if plain not in self.kinds:
            raise UsageError(
                _("there is no record {kind!r}{near}", kind=kind, near=did_you_mean(plain, self.kinds))
            )
        return self.kinds[plain]

    def table(self, name: str) -> sa.Table:
        """The table of a kind."""
        return self.metadata.tables[name]

    def stored(self, name: str, schema: str) -> sa.TableClause:
        """The same with its schema before its name, which no common table expression of this name can stand for."""
        return self._in_schema(name, name, schema)

    def owners(self, name: str, schema: str) -> sa.TableClause:
        """From what it is read whose the records of a kind are."""
        return self._in_schema(self.owner_views.get(name, name), name, schema)

    def _in_schema(self, name: str, kind: str, schema: str) -> sa.TableClause:
        if (name, schema) not in self._stored:
            columns = (sa.column(each.key, each.type) for each in self.table(kind).c)
            self._stored[name, schema] = sa.table(name, *columns, schema=schema)
        return self._stored[name, schema]

    def statements(self, name: str) -> Statements:
        """The statements of a kind."""
        return self._statements[name]

    @cached_property
    def description(self) -> list[Any]:
        """Every table with its columns and indexes, as JSON can say it."""
        return described(self.metadata)

    def compiled(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was compiled for a key, such as rules and a day; made once, and again when others took its place."""
        found: Made | None = self._compiled.get(key)
        if found is None:
            if len(self._compiled) >= MOST_COMPILED:
                self._compiled.clear()
            found = self._compiled[key] = make()
        return found

    @cached_property
    def plans(self) -> "Plans":
        """The schemes of the deployment, bound to its records and rules."""
        from dealwright_core.evaluation.plans import Plans

        return Plans(self, self._schemes)

    @cached_property
    def incentive_plans(self) -> "PlanBook":
        """The incentive plans of the deployment, bound to its records, schemes and measures."""
        from dealwright_core.config.incentives import Incentives
        from dealwright_core.host.plans import plan_book

        return plan_book(self._incentives or Incentives(), self.contributions, self.schema, self.currency)

    def joined(self, name: str, *, as_of: date) -> Joined:
        """A select over a kind that joins what expressions reach."""
        return Joined(self.schema, self.metadata, name, as_of, self.missing_indexes)
