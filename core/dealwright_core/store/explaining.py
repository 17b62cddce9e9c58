"""Why somebody may or may not do something with a record."""

from collections.abc import Iterator, Sequence
from typing import Any

from dealwright_core.access.authority import Authority, Ground
from dealwright_core.access.rights import Action
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records.record import Record
from dealwright_core.records.recordtype import RecordType
from dealwright_core.store.allowance import Allowance


def explained(
    authority: Authority,
    allowance: Allowance,
    needed: Sequence[tuple[Action, str]],
    kind: RecordType | None,
    record: Record | None,
    ref: str,
) -> dict[str, Any]:
    """Whether an authority covers one of the rights needed, and by which role, scope, grant or denial.

    ``record`` is None for one that is absent or hidden, which is told alike; ``kind`` where it may be of any.
    """
    denied = [each for action, on in needed for each in authority.denials(action, on)]
    first, last = needed[0], needed[-1]
    is_command = len(needed) > 1
    grounds = authority.grounds_to_run(first[1], *last) if is_command else authority.grounds(*last)
    if authority.is_system:
        verdict, reasons = record is not None, [_("the actor system may do all")]
    elif denied:
        verdict, reasons = False, [_("denied by {each}", each=each) for each in denied]
    elif record is None:
        rights = grounds if kind is not None or grounds else authority.grounds_for(last[0])
        verdict, reasons = (
            False,
            [_("{actor} sees no record {ref}", actor=authority.actor, ref=ref), *map(_outside, rights)],
        )
    else:
        assert kind is not None  # that of the record
        covering = [each for each in grounds if allowance.belongs(kind, record, each.members)]
        granted = list(_granted(authority, needed, kind, record))
        verdict = bool(covering or granted)
        reasons = [*(each.text for each in covering), *granted] or [*map(_outside, grounds)]
    if not reasons:
        wanted = joined(" or ", (f"{action} {on}" for action, on in needed))
        reasons = [_("{roles}: no right to {wanted}", roles=authority.roles, wanted=wanted)]
    return {
        "person": authority.actor, "action": joined(" or ", (f"{action} {on}" for action, on in needed)),
        "record": ref, "allowed": verdict, "because": reasons,
    }  # fmt: skip


def _outside(ground: Ground) -> str:
    return _("{ground} does not cover it", ground=ground)


def _granted(
    authority: Authority, needed: Sequence[tuple[Action, str]], kind: RecordType, record: Record
) -> Iterator[str]:
    grant = authority.granted.get(kind.name, {}).get(record.id)
    if grant is not None and any(action == "read" for action, __ in needed):
        yield _("grant {grant}", grant=grant)
