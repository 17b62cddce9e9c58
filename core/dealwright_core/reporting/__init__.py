"""Figures over facts, broken down by any dimension the records hold."""

from .breakdown import Breakdown, breakdown
from .cells import Group
from .tables import breakdown_table, money, share

__all__ = ["Breakdown", "Group", "breakdown", "breakdown_table", "money", "share"]
