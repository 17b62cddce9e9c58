"""Segmentation (客户分类): value, need and behaviour of customers, with their history, and key accounts."""

from collections.abc import Iterable, Iterator

from dealwright import (
    Changes,
    Command,
    Deployment,
    Finding,
    Measure,
    RecordType,
    Report,
    Session,
    fields,
    hookimpl,
    parse,
)
from dealwright_segmentation import constraints
from dealwright_segmentation.assessing import assess
from dealwright_segmentation.classifying import Classification
from dealwright_segmentation.explaining import explain
from dealwright_segmentation.keys import end, nominate, overlapping
from dealwright_segmentation.records import Key, Past, Segmentation
from dealwright_segmentation.reports import Segments
from dealwright_segmentation.scale import Scale
from dealwright_segmentation.settings import Settings
from dealwright_segmentation.wording import _

__all__ = ["Settings"]
dealwright_api = ">=0.1,<1"


@hookimpl
def records() -> Iterator[RecordType]:
    """The classes that a customer is in, of which each has one record at the most; past classes; key accounts."""
    yield RecordType(
        Segmentation,
        title="Segmentation",
        prefix="SG-",
        unique=(("customer",),),
        constraints=tuple(constraints.of_segmentation()),
    )
    yield RecordType(
        Past,
        title="Past class",
        prefix="SGP-",
        indexes=(("customer", "aspect", "since"),),
        constraints=tuple(constraints.of_past()),
    )
    yield RecordType(
        Key,
        title="Key account",
        prefix="SGK-",
        guarded_by=("customer",),
        owned_by=("owner", "customer"),
        constraints=tuple(constraints.of_key()),
    )


@hookimpl
def measures(settings: Settings, deployment: Deployment) -> Iterator[Measure]:
    """What was earned with won deals, where the deployment says how that is known."""
    scale = Scale.of(settings, deployment)
    if scale.margin is not None:
        yield Measure(
            "segmentation_margin",
            _("Margin won"),
            facts="opportunity",
            value=parse(scale.margin),
            where=fields("opportunity").stage.is_in(scale.won),
            on="closed_on",
        )


@hookimpl
def commands(settings: Settings, deployment: Deployment) -> Iterator[Command]:
    """Giving classes, saying why, and nominating key accounts."""
    classification = Classification(Scale.of(settings, deployment))
    yield Command(
        "segmentation.classify",
        classification.classify,
        example="dealwright segmentation classify --as-of 2026-03-31 --dry-run",
        requires="run segmentation.classify",
    )
    yield Command(
        "segmentation.assess",
        assess,
        example='dealwright segmentation assess C-1 --need innovator --evidence "first to try our beta"',
    )
    yield Command(
        "segmentation.explain",
        explain,
        example="dealwright segmentation explain C-1 --on 2026-03-31",
        reads=True,
    )
    yield Command(
        "segmentation-key.nominate",
        nominate,
        example='dealwright segmentation-key nominate C-1 --owner M-3 --reason "a third of our sales"',
        requires="add segmentation_key",
    )
    yield Command(
        "segmentation-key.end",
        end,
        example='dealwright segmentation-key end C-1 --reason "was bought by a rival"',
    )


@hookimpl
def reports(settings: Settings, deployment: Deployment) -> Iterator[Report]:
    """Customers by class, their moves, and key accounts."""
    segments = Segments(Scale.of(settings, deployment))
    yield Report(
        "segments",
        segments.segments,
        example="dealwright report segments --aspect behaviour --as-of 2026-03-31",
    )
    yield Report(
        "segment-moves",
        segments.segment_moves,
        example="dealwright report segment-moves --earlier 2025-12-31 --later 2026-03-31",
    )
    yield Report("key-accounts", segments.key_accounts, example="dealwright report key-accounts")


@hookimpl
def guard_changes(changes: Changes, session: Session) -> Iterable[Finding]:
    """Nobody is a key account twice on one day."""
    return overlapping(changes, session)
