"""What the core contributes to a deployment, through the same hooks as any plugin."""

from collections.abc import Iterator, Mapping

from dealwright_core.commands.access import access_commands
from dealwright_core.commands.adjustments import (
    adjustment_commands,
    commands_of_adjustments,
    sound_adjustments,
)
from dealwright_core.commands.approval import sound_approval
from dealwright_core.commands.contracts import APPROVAL, STATUS, contract_commands, voiding_approval
from dealwright_core.commands.disputes import (
    DISPUTE,
    commands_of_disputes,
    dispute_commands,
    sound_disputes,
)
from dealwright_core.commands.duplicates import with_duplicates
from dealwright_core.commands.evaluations import evaluation_commands
from dealwright_core.commands.holds import hold_commands, sound_holds
from dealwright_core.commands.journal import journal_commands
from dealwright_core.commands.opportunities import opportunity_commands
from dealwright_core.commands.organisation.careers import member_commands, team_commands
from dealwright_core.commands.organisation.deputies import deputation_commands
from dealwright_core.commands.organisation.guards import no_team_below_itself, sound_deputations
from dealwright_core.commands.pay import pay_commands
from dealwright_core.commands.plans import plan_commands
from dealwright_core.commands.positions import sound_positions
from dealwright_core.commands.rates import known_currencies
from dealwright_core.commands.records import record_commands
from dealwright_core.commands.schemes import scheme_commands
from dealwright_core.commands.scoring import scoring_commands
from dealwright_core.commands.whatif import what_if_commands
from dealwright_core.config.deployment import Deployment
from dealwright_core.contributions import Command, Constraint, Finding, Lifecycle, RecordType, Report
from dealwright_core.expr import fields
from dealwright_core.hookspecs import hookimpl
from dealwright_core.language import core as _
from dealwright_core.records import (  # fmt: skip
    AccessGrant,
    Activity,
    Contact,
    Contract,
    ContractLine,
    Customer,
    Deputation,
    ExchangeRate,
    Member,
    Opportunity,
    OpportunityLine,
    PayAdjustment,
    PayDispute,
    PayHold,
    Position,
    Product,
    SalesSplit,
    StageMove,
    Target,
    Team,
    Transaction,
)
from dealwright_core.reporting.earnings import pay_reports
from dealwright_core.store.changes import Changes
from dealwright_core.store.session import Session
from dealwright_core.values import PPM

OPPORTUNITY_DATES = ("closed_on", "expected_close", "opened_on")


def core_records(deployment: Deployment) -> tuple[RecordType, ...]:
    """The record kinds that every deployment has."""
    opportunity = fields("opportunity")
    won = [each.name for each in deployment.stages if each.means == "won"]
    won_without_customer = Constraint(
        "won-without-customer",
        opportunity.stage.is_in(won) & opportunity.customer.is_null(),
        _("a won opportunity needs a customer: set it first"),
    )
    rate = fields("exchange_rate")
    rate_bounds = (
        Constraint("rate-not-positive", rate.numerator < 1, _("the numerator of a rate is 1 or more")),
        Constraint("rate-not-positive", rate.denominator < 1, _("the denominator of a rate is 1 or more")),
        Constraint("rate-to-itself", rate.base == rate.quote, _("a rate leads from one currency to another")),
    )
    return (
        RecordType(Team, prefix="T-", is_reference=True, guarded_by=("parent",)),
        RecordType(Member, prefix="M-", is_reference=True, unique=(("login",),)),
        RecordType(Position, prefix="POS-", is_reference=True, guarded_by=("member",)),
        RecordType(Deputation, prefix="DEP-", is_reference=True),
        RecordType(Customer, prefix="C-", alike_by=("tax_id", "name")),
        RecordType(Contact, prefix="CT-"),
        RecordType(Product, prefix="P-", is_reference=True),
        RecordType(
            Opportunity,
            prefix="O-",
            dated_by=OPPORTUNITY_DATES,
            indexes=(
                ("stage", "closed_on", "owner"),
            ),  # whose it is, so that a scope is checked in the index
            constraints=(won_without_customer,),
        ),
        RecordType(OpportunityLine, prefix="OL-", dated_with="opportunity", part_of="opportunity"),
        RecordType(StageMove, prefix="MV-", unique=(("opportunity", "sequence"),), part_of="opportunity"),
        RecordType(Activity, prefix="A-", owned_by=("by", "opportunity", "customer")),
        RecordType(Contract, prefix="K-", dated_by=("signed_on", "starts_on")),
        RecordType(
            ContractLine, prefix="KL-", dated_with="contract", guarded_by=("contract",), part_of="contract"
        ),
        RecordType(Transaction, prefix="TX-", dated_by=("on",), owned_by=("contract",)),
        RecordType(
            SalesSplit,
            prefix="SP-",
            unique=(("opportunity", "member"), ("contract", "member")),
            owned_by=("opportunity", "contract"),
            constraints=tuple(_split_bounds()),
        ),
        RecordType(
            PayHold,
            prefix="PH-",
            indexes=(("since",),),
            owned_by=("opportunity", "contract"),
            constraints=tuple(_hold_bounds()),
        ),
        RecordType(
            Target,
            prefix="TG-",
            owned_by=("member", "team"),
            guarded_by=("parent",),
            constraints=tuple(_target_bounds()),
        ),
        RecordType(PayAdjustment, prefix="ADJ-", dated_by=("on",), indexes=(("plan",),)),
        RecordType(PayDispute, prefix="DSP-", indexes=(("period",),)),
        RecordType(
            ExchangeRate,
            prefix="FX-",
            is_reference=True,
            unique=(("base", "quote", "on"),),
            constraints=rate_bounds,
        ),
        RecordType(AccessGrant, prefix="G-", indexes=(("person",),)),
    )


def _target_bounds() -> Iterator[Constraint]:
    """What no target may be."""
    target = fields("target")
    yield Constraint(
        "target-of-two",
        target.member.is_known() & target.team.is_known(),
        _("a target is a member's or a team's: leave one of them out"),
    )
    yield Constraint(
        "target-of-two-products",
        target.product.is_known() & target.family.is_known(),
        _("a target is for a product or for a family of products: leave one of them out"),
    )
    yield Constraint(
        "target-without-figure",
        (target.amount.is_null() & target.quantity.is_null())
        | (target.amount.is_known() & target.quantity.is_known()),
        _("a target has an amount, for a measure of money, or a quantity, for any other"),
    )


def _split_bounds() -> Iterator[Constraint]:
    """What no part of a sale may be."""
    split = fields("sales_split")
    yield Constraint(
        "split-of-one-sale",
        (split.opportunity.is_null() & split.contract.is_null())
        | (split.opportunity.is_known() & split.contract.is_known()),
        _("a part is of an opportunity or of a contract: name one of them"),
    )
    yield Constraint(
        "split-out-of-bounds",
        (split.share < 0) | (split.share > PPM),
        _("a share is from 0 % to 100 %"),
    )


def _hold_bounds() -> Iterator[Constraint]:
    """What no hold may be."""
    held = fields("pay_hold")
    yield Constraint(
        "hold-of-one-deal",
        (held.opportunity.is_null() & held.contract.is_null())
        | (held.opportunity.is_known() & held.contract.is_known()),
        _("pay is held back for an opportunity or for a contract: name one of them"),
    )


def core_lifecycles(deployment: Deployment) -> tuple[Lifecycle, ...]:
    """Stages of opportunities as configured, status and approval of contracts, and disputes of pay."""
    return (deployment.lifecycle(), STATUS, APPROVAL, DISPUTE)


@hookimpl
def records(deployment: Deployment) -> Iterator[RecordType]:
    """The core's records, and those that the configuration declares."""
    yield from core_records(deployment)
    yield from deployment.record_types()


@hookimpl
def lifecycles(deployment: Deployment) -> Iterator[Lifecycle]:
    """The core's lifecycles."""
    yield from core_lifecycles(deployment)


@hookimpl
def commands() -> Iterator[Command]:
    """Questions to rules, channels, incentive schemes and plans. The commands of records follow from their kinds."""
    yield from scoring_commands()
    yield from evaluation_commands()
    yield from scheme_commands()
    yield from plan_commands()
    yield from pay_commands()
    yield from hold_commands()
    yield from adjustment_commands()
    yield from dispute_commands()
    yield from what_if_commands()
    yield from access_commands()
    yield from journal_commands()


@hookimpl
def reports(deployment: Deployment) -> Iterator[Report]:
    """What was earned, where there are incentive plans."""
    if deployment.incentives.table.plans:
        yield from pay_reports()


@hookimpl
def guard_changes(changes: Changes, session: Session) -> Iterator[Finding]:
    """Sound teams, positions and deputations, sound approval of contracts, rates of known currencies; sound
    adjustments, disputes and holds of pay.
    """
    yield from no_team_below_itself(changes, session)
    yield from sound_positions(changes, session)
    yield from sound_deputations(changes, session)
    yield from sound_approval(changes, session)
    yield from known_currencies(changes)
    yield from sound_holds(changes, session)
    yield from sound_adjustments(changes, session)
    yield from sound_disputes(changes, session)


def derived_commands(
    kind: RecordType, deployment: Deployment, lifecycles: Mapping[str, Lifecycle]
) -> Iterator[Command]:
    """The commands that a kind of record brings with it."""
    tracks = lifecycles.values()
    if kind.name == "opportunity":
        yield from opportunity_commands(kind, deployment, tracks)
    elif kind.name == "contract":
        yield from contract_commands(kind, tracks)
    elif kind.name == "contract_line":
        yield from voiding_approval(record_commands(kind, tracks))
    elif kind.name == "pay_adjustment":
        yield from commands_of_adjustments(kind)
    elif kind.name == "pay_dispute":
        yield from commands_of_disputes(kind)
    elif kind.name == "stage_move":
        # Moves are one unbroken chain, which opportunity.advance and imports write.
        yield from (each for each in record_commands(kind, ()) if each.reads)
    else:
        yield from with_duplicates(kind, record_commands(kind, tracks))
        yield from _of_the_organisation(kind, deployment)


def _of_the_organisation(kind: RecordType, deployment: Deployment) -> Iterator[Command]:
    if kind.name == "member":
        yield from member_commands(deployment)
    elif kind.name == "deputation":
        yield from deputation_commands()
    elif kind.name == "team":
        yield from team_commands(deployment)
