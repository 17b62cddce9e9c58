"""The records every deployment has, and how a kind of record is declared."""

from .activity import Activity
from .contract import Contract, ContractLine, Transaction
from .customer import Contact, Customer
from .lifecycle import Lifecycle, MoreMoves, Move
from .opportunity import Opportunity, OpportunityLine, StageMove
from .organisation import Member, Position, Team
from .planning import Evaluation, ExchangeRate, Target
from .product import Product
from .record import Record, about
from .recordtype import Constraint, Field, RecordType

__all__ = [
    "Activity", "Constraint", "Contact", "Contract", "ContractLine", "Customer", "Evaluation", "ExchangeRate", "Field",
    "Lifecycle", "Member", "MoreMoves", "Move", "Opportunity", "OpportunityLine", "Position", "Product", "Record",
    "RecordType", "StageMove", "Target", "Team", "Transaction", "about",
]  # fmt: skip
