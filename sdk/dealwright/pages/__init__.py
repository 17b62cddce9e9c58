"""Reports as a page: one HTML file that needs nothing else. Needs the extra ``reports``."""

from dealwright.pages.page import Page, Section
from dealwright.pages.rendering import rendered

__all__ = ["Page", "Section", "rendered"]
