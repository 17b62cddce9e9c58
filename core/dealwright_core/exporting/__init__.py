"""Exporting the records of a kind as far as somebody may, in a form that can be imported again."""

from dealwright_core.exporting.form import FORMATS, Format
from dealwright_core.exporting.mapping import mapping_of
from dealwright_core.exporting.run import Exported, export_all, export_records

__all__ = ["FORMATS", "Exported", "Format", "export_all", "export_records", "mapping_of"]
