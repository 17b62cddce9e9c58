"""What there is to know of a measure: whose its facts are, and whether it measures money."""

from collections.abc import Callable

from dealwright_core.contributions import Measure
from dealwright_core.errors import UsageError
from dealwright_core.expr import Type
from dealwright_core.language import core as _
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.joining import Joined
from dealwright_core.store.session import Session


def owner_path(session: Session, kind: str) -> str:
    """The path from a fact to the member whose fact it is: ``owner``, or ``opportunity.owner`` for a product line.

    It goes by ``owner``, else by the first link that says to whom the kind belongs. Raises `UsageError` where it leads
    to no member.
    """
    return path_to_member(session.kind, kind)


def path_to_member(known_as: Callable[[str], RecordType], kind: str) -> str:
    """The same, given what tells a kind by its name."""
    at, way, seen = kind, list[str](), set[str]()
    while at not in seen:
        seen.add(at)
        known = known_as(at)
        links = {each.name: each.link for each in known.fields if each.link is not None}
        required = (each.name for each in known.fields if each.link is not None and each.required)
        candidates = ("owner", known.part_of, *(known.owned_by or ()), *required)
        name = next((each for each in candidates if each in links), None)
        if name is None:
            break
        way.append(name)
        if links[name] == "member":
            return ".".join(way)
        at = links[name] or ""
    raise UsageError(_("nothing says whose the facts of kind {kind} are", kind=kind))


def is_money(session: Session, measure: Measure) -> bool:
    """Whether the figures of a measure are minor units of the base currency."""
    money = sums_money(measure, session.joined(measure.facts))
    if measure.per is None:
        return money
    per = session.contributions.measures[measure.per].item
    return money and not sums_money(per, session.joined(per.facts))


def sums_money(measure: Measure, facts: Joined) -> bool:
    """The same, given what reads its facts."""
    if measure.value is None or measure.aggregate != "sum":
        return False
    return facts.type_of(measure.value) is Type.MONEY
