"""Qualification (准客户): need, purchasing power and authority, a gate, seven bad traits and seven golden ones."""

from collections.abc import Iterable, Iterator

from dealwright import (
    Changes,
    Command,
    Deployment,
    Finding,
    Measure,
    RecordType,
    Report,
    ScoringRule,
    Session,
    hookimpl,
)
from dealwright_qualification import constraints, scoring, standing
from dealwright_qualification.assessing import assess, assess_trait
from dealwright_qualification.gate import Gate, unqualified
from dealwright_qualification.records import Qualification, Traits
from dealwright_qualification.settings import Settings

__all__ = ["Settings"]
dealwright_api = ">=0.1,<1"


@hookimpl
def records() -> Iterator[RecordType]:
    """What is known of an opportunity, and of a customer: each has one record at the most."""
    yield RecordType(
        Qualification,
        title="Qualification",
        prefix="Q-",
        unique=(("opportunity",),),
        guarded_by=("opportunity",),
        part_of="opportunity",
        constraints=tuple(constraints.of_conditions()),
    )
    yield RecordType(
        Traits,
        title="Traits of a customer",
        prefix="QT-",
        unique=(("customer",),),
        constraints=tuple(constraints.of_traits()),
    )


@hookimpl
def scoring_rules(settings: Settings) -> Iterator[ScoringRule]:
    """Three rules for the conditions, fourteen for the traits."""
    return scoring.rules(settings)


@hookimpl
def measures(deployment: Deployment) -> Iterator[Measure]:
    """Open deals by how far they are qualified."""
    return standing.all_measures(deployment)


@hookimpl
def commands() -> Iterator[Command]:
    """Writing down what was learnt."""
    yield Command(
        "qualification.assess",
        assess,
        example='dealwright qualification assess O-1 --need yes --evidence "the old one failed in May" --said-by CT-1',
    )
    yield Command(
        "qualification-traits.assess",
        assess_trait,
        example=(
            "dealwright qualification-traits assess C-1 --trait pays_late --answer yes "
            '--evidence "two reminders in 2025"'
        ),
    )


@hookimpl
def reports(settings: Settings, deployment: Deployment) -> Iterator[Report]:
    """How qualified the open deals are."""
    open_deals = standing.Standing(Gate.of(settings, deployment))
    yield Report(
        "qualification", open_deals.qualification, example="dealwright report qualification --by owner"
    )


@hookimpl
def guard_changes(
    changes: Changes, session: Session, settings: Settings, deployment: Deployment
) -> Iterable[Finding]:
    """From the gate on a deal is qualified."""
    if settings.gate is None:
        return ()
    return unqualified(changes, session, Gate.of(settings, deployment), settings.unknown)
