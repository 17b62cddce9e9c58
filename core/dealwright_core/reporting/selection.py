"""What a report is made of: the one thing that the host asks for and every report takes alike."""

from datetime import date

from attrs import frozen

from dealwright_core.values import Period


@frozen
class Selection:
    """The facts of a report: those for which ``where`` is true, that lie in ``period``, as of a day, by a dimension.

    A report takes one as ``selection: Selection = Selection(by="owner")``; the default holds what counts where nothing
    else is said. The host offers its parts as ``by``, ``period``, ``where`` and ``as_of``, without ``by`` where the
    default has none. ``where`` is a condition over the facts, in the expression language, and is checked when it is
    used. ``as_of`` is the day as of which the report is made, today where it is None.
    """

    by: str = ""
    period: Period | None = None
    where: str | None = None
    as_of: date | None = None
