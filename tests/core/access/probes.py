"""Ways to learn of somebody else's records: each asks a deployment on somebody's behalf, and gives what it heard."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import methodcaller
from typing import Any

import sqlalchemy as sa

from dealwright import DealwrightError, Platform, Session, parse
from dealwright_core.commands.signature import parameters
from tests.core.access.arguments import arguments_for
from tests.core.access.world import MARK

Asked = Callable[[Platform, str], Any]
Probe = Callable[[Session], Any]
# What each filling of a world has of its own: moments.
_MOMENT = re.compile(r"datetime\.datetime\([^)]*\)|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)?")

EXPRESSIONS = (
    ("opportunity", "customer.name != ''"),
    ("opportunity", f"starts_with(customer.name, '{MARK}')"),
    ("opportunity", "customer.owner.name == 'Bob'"),
    ("opportunity", "amount >= '1'"),
    ("opportunity", f"case(starts_with(name, '{MARK}'), probability * 9000000000000, otherwise=1) > 0"),
    ("opportunity", f"case(starts_with(customer.name, '{MARK}'), customer.employees * 9000000, 1) > 5"),
    ("opportunity", "customer.annual_revenue + amount > '1'"),
    ("contact", f"contains(email, '{MARK}')"),
    ("contact", "customer.employees > 131000"),
    ("customer", "owner.name != 'Ada'"),
    ("customer", "parent.name != 'x'"),
    ("survey", "budget > '1'"),
    ("survey", f"told_by == '{MARK} told'"),
    ("contract", "opportunity.customer.name != ''"),
    ("transaction", "contract.customer.annual_revenue > '1'"),
    ("activity", "coalesce(opportunity.name, customer.name) != ''"),
    ("stage_move", f"by == '{MARK} mover'"),
    ("world_note", "customer.survey.finding != ''"),
)


def heard(ask: Callable[..., Any], *of: Any, **more: Any) -> str:
    """What comes back, moments left out: a value, or what is said of an error."""
    try:
        found = ask(*of, **more)
    except (DealwrightError, sa.exc.DBAPIError) as error:
        found = (type(error).__name__, str(error).partition("[SQL")[0], vars(error).get("hint"))
    return _MOMENT.sub("MOMENT", repr(found))


def reads(kinds: Mapping[str, list[str]]) -> Iterator[tuple[str, Probe]]:
    """Reads of each kind: all of it, sorted by each field, by each thing one may know of Bob's records."""
    for kind, names in kinds.items():
        yield f"find {kind}", methodcaller("find", kind)
        yield f"count {kind}", methodcaller("count", kind)
        yield f"refs_of {kind}", methodcaller("refs_of", kind, range(1, 200))
        yield f"label {kind}", methodcaller("by_label", kind, f"{MARK} {kind} 7")
        for order in (*names, *(f"-{name}" for name in names)):
            yield f"first {kind} by {order}", methodcaller("find", kind, order=order, limit=3)
        for guess in (*(ref for ref in BOBS.values()), 3, 57, 99):
            yield f"get {kind} {guess}", methodcaller("get", kind, guess)
        for guess in (BOBS[kind] if kind in BOBS and kind != "member" else "X", 57, 99):
            yield f"history {kind} {guess}", methodcaller("history", kind, guess)
        for id in (57, 99):
            yield f"ref_of {kind} {id}", methodcaller("ref_of", kind, id)


def searches() -> Iterator[tuple[str, Probe]]:
    """Conditions over fields of the records and of what they link to."""
    for kind, text in EXPRESSIONS:
        yield f"find {kind} where {text}", methodcaller("find", kind, parse(text))
        yield f"count {kind} where {text}", methodcaller("count", kind, parse(text))
    for action, ref in (("read", f"{MARK}-C7"), ("change", f"{MARK}-C7"), ("contract.approve", f"{MARK}-K3")):
        yield f"explain {action} {ref}", methodcaller("explain", action, ref)
    yield "find equals", methodcaller("find", "customer", industry=f"{MARK} industry")
    yield "find one of", methodcaller("find", "customer", name=[f"{MARK} customer 7", "Ada customer 1"])
    yield "count nothing", methodcaller("count", "survey", budget=None)


# What Ada adds whatever Bob has; only its number would differ.
HERS_ALONE = ("opportunity.add", "customer.add", "activity.add", "world-note.add")


def reports(platform: Platform) -> Iterator[tuple[str, Asked]]:
    """Every report, by each thing that some can be broken down by."""
    for name, contributed in platform.host.registry.reports.items():
        known = {each.name for each in parameters(contributed.item.function)}
        for by in (
            ("owner", "customer", "source", "team", "month", "customer.industry") if "by" in known else ("",)
        ):
            given = {"by": by} if by else {}
            yield f"report {name} {by}", partial(_reported, name, given)


def commands(platform: Platform, refs: Mapping[str, str] | None = None) -> Iterator[tuple[str, Asked]]:
    """Every command, aimed at what Bob has by its ref, or at these. New records get their own refs."""
    refs = refs or BOBS
    for name, contributed in platform.commands.items():
        command = contributed.item
        kind = name.partition(".")[0].replace("-", "_")
        if name.startswith("world.") or name in HERS_ALONE:
            continue
        adds = name.endswith(".add")
        aims = [refs[kind]] if kind in refs else [] if kind in platform.catalogue.kinds else refs.values()
        for ref in aims:
            given = {} if adds else {"ref": ref}
            arguments = arguments_for(command, lambda linked: refs.get(linked, "P-1"), **given, action="read")
            yield f"{name} {ref}", partial(_run, name, arguments)


def _run(name: str, arguments: Mapping[str, Any], platform: Platform, actor: str) -> Any:
    return platform.run(name, actor=actor, **arguments).value


def _reported(name: str, given: Mapping[str, Any], platform: Platform, actor: str) -> Any:
    return platform.report(name, actor=actor, **given)


BOBS = {
    "customer": f"{MARK}-C7", "contact": f"{MARK}-CT7", "opportunity": f"{MARK}-O7", "stage_move": f"{MARK}-MV7",
    "opportunity_line": f"{MARK}-OL3", "activity": f"{MARK}-A3b", "contract": f"{MARK}-K3",
    "contract_line": f"{MARK}-KL3", "transaction": f"{MARK}-TX3", "survey": f"{MARK}-S3", "world_note": f"{MARK}-N3",
    "member": "M-ADA",
}  # fmt: skip
