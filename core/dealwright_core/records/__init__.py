"""The records every deployment has, and how a kind of record is declared."""

from dealwright_core.records.access_grant import AccessGrant
from dealwright_core.records.activity import Activity
from dealwright_core.records.contract import Contract, ContractLine, Transaction
from dealwright_core.records.customer import Contact, Customer
from dealwright_core.records.lifecycle import Lifecycle, MoreMoves, Move
from dealwright_core.records.opportunity import Opportunity, OpportunityLine, StageMove
from dealwright_core.records.organisation import Deputation, Member, Position, Team
from dealwright_core.records.pay_adjustment import PayAdjustment
from dealwright_core.records.pay_dispute import PayDispute
from dealwright_core.records.pay_hold import PayHold
from dealwright_core.records.planning import ExchangeRate, Target
from dealwright_core.records.product import Product
from dealwright_core.records.record import Record, about
from dealwright_core.records.recordtype import Constraint, Field, RecordType
from dealwright_core.records.sales_split import SalesSplit

__all__ = [
    "AccessGrant", "Activity", "Constraint", "Contact", "Contract", "ContractLine", "Customer", "Deputation",
    "ExchangeRate", "Field", "Lifecycle", "Member", "MoreMoves", "Move", "Opportunity",
    "OpportunityLine", "PayAdjustment", "PayDispute", "PayHold", "Position", "Product", "Record", "RecordType",
    "SalesSplit", "StageMove", "Target", "Team", "Transaction", "about",
]  # fmt: skip
