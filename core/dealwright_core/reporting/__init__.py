"""Figures over facts, broken down by any dimension the records hold."""

from dealwright_core.reporting.breakdown import Breakdown, breakdown
from dealwright_core.reporting.cells import Group
from dealwright_core.reporting.facts import Facts
from dealwright_core.reporting.measured import is_money, owner_path
from dealwright_core.reporting.selection import Selection
from dealwright_core.reporting.tables import breakdown_table, dimension_title, money, share

__all__ = [
    "Breakdown", "Facts", "Group", "Selection", "breakdown", "breakdown_table", "dimension_title", "is_money",
    "money", "owner_path", "share",
]  # fmt: skip
