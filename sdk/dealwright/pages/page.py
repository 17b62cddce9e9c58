"""What stands on a page."""

from datetime import date

from attrs import frozen

from dealwright_core.contributions import Table
from dealwright_core.incentives.plans.shown import ShownPlan


@frozen(kw_only=True)
class Section:
    """One report: its ``name``, what it shows in a sentence, and what it was asked for beyond the page's own; and of
    pay the ``plans`` by which it is earned.
    """

    name: str
    table: Table
    what: str = ""
    asked: str = ""
    plans: tuple[ShownPlan, ...] = ()


@frozen(kw_only=True)
class Page:
    """Reports below one another under a heading.

    ``asked`` says for every report what was chosen, such as its period. ``made_for`` is who acted, since they may not
    see everything; ``made_of`` the deployment.
    """

    title: str
    sections: tuple[Section, ...]
    made_on: date
    made_for: str
    made_of: str = ""
    asked: tuple[tuple[str, str], ...] = ()
