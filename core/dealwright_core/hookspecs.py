"""Everything a plugin can do. `contributions` says what each hook may return.

Contributions are asked for once, when the platform opens. An implementation takes what it needs, by name:
``settings`` are the plugin's own, filled from the configuration, ``deployment`` is the configuration that all
share (currency, stages, ...).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

from dealwright_core import contributions as c
from dealwright_core.config.deployment import Deployment

if TYPE_CHECKING:
    from dealwright_core.journal.events import Event
    from dealwright_core.platform import Platform
    from dealwright_core.store.changes import Changes
    from dealwright_core.store.session import Session

PROJECT = "dealwright"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """The hooks, one method each."""

    @hookspec
    def channels(self, settings: Any, deployment: Deployment) -> Iterable[c.Channel]:  # type: ignore[empty-body]  # a specification
        """Ways to the customer: direct, agent, e-commerce, or one of your own."""

    @hookspec
    def scoring_rules(self, settings: Any, deployment: Deployment) -> Iterable[c.ScoringRule]:  # type: ignore[empty-body]
        """Rules that give points to an opportunity, a customer, or any other record."""

    @hookspec
    def measures(self, settings: Any, deployment: Deployment) -> Iterable[c.Measure]:  # type: ignore[empty-body]
        """Figures over facts, grouped by any dimension in reports."""

    @hookspec
    def combiners(self, settings: Any, deployment: Deployment) -> Iterable[c.Combiner]:  # type: ignore[empty-body]
        """Ways from the lines of an evaluation to its total, in place of their sum."""

    @hookspec
    def incentive_schemes(  # type: ignore[empty-body]
        self, settings: Any, deployment: Deployment
    ) -> Iterable[c.IncentiveScheme]:
        """Ways to pay for what was sold, each a payout curve that plans refer to by name."""

    @hookspec
    def records(self, settings: Any, deployment: Deployment) -> Iterable[c.RecordType | type[c.Record]]:  # type: ignore[empty-body]
        """Kinds of records: each becomes a table with commands, journal and import."""

    @hookspec
    def lifecycles(self, settings: Any, deployment: Deployment) -> Iterable[c.Lifecycle | c.MoreMoves]:  # type: ignore[empty-body]
        """Lifecycles of own records, or more moves for one that exists."""

    @hookspec
    def commands(self, settings: Any, deployment: Deployment) -> Iterable[c.Command]:  # type: ignore[empty-body]
        """Changes and questions, callable from Python and from the command line."""

    @hookspec
    def reports(self, settings: Any, deployment: Deployment) -> Iterable[c.Report]:  # type: ignore[empty-body]
        """Functions that return a table."""

    @hookspec
    def importers(self, settings: Any, deployment: Deployment) -> Iterable[c.Importer]:  # type: ignore[empty-body]
        """File formats that an import can read."""

    @hookspec
    def approval_rules(self, settings: Any, deployment: Deployment) -> Iterable[c.ApprovalRule]:  # type: ignore[empty-body]
        """Conditions under which a contract needs approval before it is signed."""

    @hookspec
    def permissions(self, settings: Any, deployment: Deployment) -> Iterable[c.Permission]:  # type: ignore[empty-body]
        """Rights that roles get on what the plugin adds, and those that the plugin itself needs."""

    @hookspec
    def checks(self, settings: Any, deployment: Deployment) -> Iterable[c.Check]:  # type: ignore[empty-body]
        """Health checks that ``dealwright doctor`` runs."""

    @hookspec
    def guard_changes(  # type: ignore[empty-body]
        self, changes: "Changes", session: "Session", settings: Any, deployment: Deployment
    ) -> Iterable[c.Finding]:
        """Object to a batch of changes before it is final. Read through the session only; no other input or output.

        ``changes.of(kind)`` gives the changes of one kind. What the session reads may hold them already (a command's)
        or not yet (an import's): of a record that stands in both, the one in ``changes`` counts. Where a guard looks
        at all records of one owner, the record type's ``guarded_by`` keeps others out meanwhile.
        """

    @hookspec
    def on_events(self, events: "Sequence[Event]", platform: "Platform", settings: Any) -> None:
        """Observe what was committed: in order, in batches, at least once, after the command has returned."""


CONTRIBUTIONS = (
    "channels", "scoring_rules", "measures", "combiners", "incentive_schemes", "records", "lifecycles", "commands",
    "reports", "importers", "approval_rules", "permissions", "checks",
)  # fmt: skip
