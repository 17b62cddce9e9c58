"""Everything an author of plugins or an embedding program needs, in one place.

Names are loaded on first use: importing `dealwright` costs next to nothing. `open` opens a deployment,
which an application does like this:

    with dealwright.open("dealwright.toml") as platform:
        platform.run("opportunity.advance", actor="anna", ref="O-1", to="won")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dealwright_core.access.actors import System
    from dealwright_core.commands.signature import ARGUMENT
    from dealwright_core.config.deployment import Access, DeclaredField, DeclaredRecord, Deployment, Stage
    from dealwright_core.contributions import (
        ApprovalRule,
        Channel,
        Chart,
        Check,
        Column,
        Combiner,
        Command,
        Importer,
        IncentiveScheme,
        Measure,
        Permission,
        Report,
        ScoringRule,
        Suitability,
        Table,
        WeightedLine,
    )
    from dealwright_core.door import Outcome
    from dealwright_core.errors import (
        ConfigError,
        Conflict,
        DealwrightError,
        InvalidValue,
        NotFound,
        PluginError,
        Problem,
        Refused,
        UsageError,
    )
    from dealwright_core.evaluation import Evaluation, EvaluationLine, Line, Run, Score, Scorer
    from dealwright_core.exporting import export_all, export_records
    from dealwright_core.expr import (
        Expression,
        all_of,
        any_of,
        band,
        case,
        coalesce,
        condition,
        days_since,
        fields,
        in_words,
        literal,
        match,
        negate,
        parse,
        today,
    )
    from dealwright_core.findings import Finding, Waiver
    from dealwright_core.hookspecs import hookimpl
    from dealwright_core.host.registry import Contributed, Registry
    from dealwright_core.importing import import_files
    from dealwright_core.incentives.curve import Bound, Curve, Fall, Piece, Stretch
    from dealwright_core.incentives.starts import (
        PointStart,
        TierStart,
        exact_number,
        position_of,
        quota_above_zero,
        start_bounds,
        start_mistakes,
    )
    from dealwright_core.journal.events import Event
    from dealwright_core.language import Texts, Titled, joined, label, said, speaking
    from dealwright_core.platform import Platform
    from dealwright_core.records import (
        AccessGrant,
        Activity,
        Constraint,
        Contact,
        Contract,
        ContractLine,
        Customer,
        Deputation,
        ExchangeRate,
        Field,
        Lifecycle,
        Member,
        MoreMoves,
        Move,
        Opportunity,
        OpportunityLine,
        PayAdjustment,
        PayDispute,
        PayHold,
        Position,
        Product,
        Record,
        RecordType,
        SalesSplit,
        StageMove,
        Target,
        Team,
        Transaction,
        about,
    )
    from dealwright_core.reporting import (
        Breakdown,
        Facts,
        Group,
        Selection,
        breakdown,
        breakdown_table,
        dimension_title,
        is_money,
        money,
        owner_path,
        share,
    )
    from dealwright_core.spelling import did_you_mean
    from dealwright_core.store.changes import Change, Changes
    from dealwright_core.store.changing import ChangingSession
    from dealwright_core.store.session import Session
    from dealwright_core.values import (
        LARGEST,
        PPM,
        PPM_OF_A_POINT,
        Calendar,
        Exact,
        Money,
        Percent,
        Period,
        Price,
        Rounding,
        Unit,
        as_fraction,
        check_currency,
        digits,
        format_ppm,
        parse_ppm,
        parse_rate,
        rate_fraction,
        rounded,
    )

    open = Platform.open

__all__ = [
    "ARGUMENT",
    "LARGEST",
    "PPM",
    "PPM_OF_A_POINT",
    "Access",
    "AccessGrant",
    "Activity",
    "ApprovalRule",
    "Bound",
    "Breakdown",
    "Calendar",
    "Change",
    "Changes",
    "ChangingSession",
    "Channel",
    "Chart",
    "Check",
    "Column",
    "Combiner",
    "Command",
    "ConfigError",
    "Conflict",
    "Constraint",
    "Contact",
    "Contract",
    "ContractLine",
    "Contributed",
    "Curve",
    "Customer",
    "DealwrightError",
    "DeclaredField",
    "DeclaredRecord",
    "Deployment",
    "Deputation",
    "Evaluation",
    "EvaluationLine",
    "Event",
    "Exact",
    "ExchangeRate",
    "Expression",
    "Facts",
    "Fall",
    "Field",
    "Finding",
    "Group",
    "Importer",
    "IncentiveScheme",
    "InvalidValue",
    "Lifecycle",
    "Line",
    "Measure",
    "Member",
    "Money",
    "MoreMoves",
    "Move",
    "NotFound",
    "Opportunity",
    "OpportunityLine",
    "Outcome",
    "PayAdjustment",
    "PayDispute",
    "PayHold",
    "Percent",
    "Period",
    "Permission",
    "Piece",
    "Platform",
    "PluginError",
    "PointStart",
    "Position",
    "Price",
    "Problem",
    "Product",
    "Record",
    "RecordType",
    "Refused",
    "Registry",
    "Report",
    "Rounding",
    "Run",
    "SalesSplit",
    "Score",
    "Scorer",
    "ScoringRule",
    "Selection",
    "Session",
    "Stage",
    "StageMove",
    "Stretch",
    "Suitability",
    "System",
    "Table",
    "Target",
    "Team",
    "Texts",
    "TierStart",
    "Titled",
    "Transaction",
    "Unit",
    "UsageError",
    "Waiver",
    "WeightedLine",
    "about",
    "all_of",
    "any_of",
    "as_fraction",
    "band",
    "breakdown",
    "breakdown_table",
    "case",
    "check_currency",
    "coalesce",
    "condition",
    "days_since",
    "did_you_mean",
    "digits",
    "dimension_title",
    "exact_number",
    "export_all",
    "export_records",
    "fields",
    "format_ppm",
    "hookimpl",
    "import_files",
    "in_words",
    "is_money",
    "joined",
    "label",
    "literal",
    "match",
    "money",
    "negate",
    "open",
    "owner_path",
    "parse",
    "parse_ppm",
    "parse_rate",
    "position_of",
    "quota_above_zero",
    "rate_fraction",
    "rounded",
    "said",
    "share",
    "speaking",
    "start_bounds",
    "start_mistakes",
    "today",
]

# Where names come from, the lighter modules first: what needs no database loads none.
_HOMES = (
    "language",
    "access.actors",
    "errors",
    "findings",
    "spelling",
    "values",
    "expr",
    "records",
    "incentives.curve",
    "incentives.starts",
    "contributions",
    "commands.signature",
    "config.deployment",
    "hookspecs",
    "evaluation",
    "reporting",
    "journal.events",
    "store.changes",
    "store.session",
    "store.changing",
    "host.registry",
    "door",
    "platform",
    "importing",
    "exporting",
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        value = _opener() if name == "open" else _found(name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _found(name: str) -> Any:
    for each in _HOMES:
        home = import_module(f"dealwright_core.{each}")
        if name in getattr(home, "__all__", vars(home)):
            return getattr(home, name)
    raise AssertionError(f"{name} has no home")


def _opener() -> Any:
    from dealwright_core.platform import Platform

    return Platform.open
