"""Rules that are functions over columns, called with many subjects at once; what they return is checked."""

from collections.abc import Iterable, Sequence
from typing import Any

from dealwright_core.contributions import ScoringRule
from dealwright_core.errors import PluginError
from dealwright_core.host.faults import call_function
from dealwright_core.language import core as _

CHUNK = 10_000


class FunctionFailed(Exception):
    """A function raised, or returned what are no points."""

    def __init__(self, error: PluginError) -> None:
        super().__init__(str(error))
        self.error = error


def points_of(rule: ScoringRule, plugin: str, columns: Sequence[Sequence[Any]]) -> list[int | None]:
    """The points of as many subjects as the columns are long. Raises `FunctionFailed`."""
    assert rule.batch is not None
    batch, what = rule.batch, _("batch of scoring rule {rule}", rule=rule.name)
    count = len(columns[0])
    given = dict(zip(rule.columns, map(list, columns), strict=True))
    try:
        returned = call_function(plugin, what, lambda: _listed(batch(given), count))
    except PluginError as error:
        raise FunctionFailed(error) from error
    # One of ours, or of the database, which a function over columns cannot have met.
    except Exception as error:
        name = type(error).__name__
        raise FunctionFailed(PluginError(plugin, what, _("raised {name}", name=name))) from error
    if len(returned) != count:
        said = _("returned {count:,} points for {subjects:,} subjects", count=len(returned), subjects=count)
        raise FunctionFailed(PluginError(plugin, what, said))
    for each in returned:
        if each is not None and type(each) is not int:
            kind = type(each).__name__
            raise FunctionFailed(
                PluginError(plugin, what, _("returned {kind}, not whole numbers or None", kind=kind))
            )
        if each is not None and not -(2**63) <= each < 2**63:
            raise FunctionFailed(PluginError(plugin, what, _("returned what does not fit into 64 bits")))
    return returned


def _listed(returned: Iterable[int | None], count: int) -> list[int | None]:
    """What was returned, and one more than asked for at the most: it may never end."""
    found: list[int | None] = []
    for each in returned:
        found.append(each)
        if len(found) > count:
            break
    return found
