"""A year of a made-up seller of medical supplies, as files that an exporting CRM might have written."""

from dealwright.demo.writing import SEED, TODAY, Generated, generate

__all__ = ["SEED", "TODAY", "Generated", "generate"]
