"""What belongs to a member and is still open, and handing it over to others."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import frozen

from dealwright_core.access.owners import MEMBER
from dealwright_core.access.ownership import Ownership
from dealwright_core.commands.organisation.holding import check_employed, member_called, refused
from dealwright_core.config.stages import LIFECYCLE as STAGE
from dealwright_core.errors import Refused, UsageError
from dealwright_core.expr import Expression, any_of, fields, negate
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.language import joined
from dealwright_core.records import Lifecycle, Member, RecordType
from dealwright_core.spelling import did_you_mean
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session
from dealwright_core.store.truth import truth_of

BATCH = 1000
OWNER = "owner"
# What somebody is paid besides, and disputes of their pay, is nobody else's.
STAYING = frozenset({"pay_adjustment", "pay_dispute"})
Heirs = Mapping[str, Member]


@frozen(eq=False)
class Belonging:
    """The records of a kind that a link gives to members, as far as they are open; all where ``is_open`` is None."""

    kind: str
    link: str
    is_open: Expression | None

    def count(self, session: Session, member: Member) -> int:
        """How many of them a member has, as far as a session sees them."""
        return session.count(self.kind, self.is_open, **{self.link: member.id})


def belongings(session: Session, closed_stages: Collection[str]) -> Iterator[Belonging]:
    """All that may belong to a member at once, of whichever plugin.

    A kind that belongs to a member and also to what it hangs on, as an activity does, goes with the latter: the
    member it names is who did it. Only its ``owner`` is handed over. What concerns a member's pay stays.
    """
    kinds = {name: session.kind(name) for name in session.kinds}
    for name, paths in Ownership(kinds).paths.items():
        if name in STAYING:
            continue
        own = [each for each in paths if kinds[name].by_name[each].link == MEMBER]
        is_shared = len(own) < len(paths)
        for link in own:
            if link == OWNER or not is_shared:
                yield Belonging(name, link, _is_open(kinds[name], session, closed_stages))


def _is_open(kind: RecordType, session: Session, closed_stages: Collection[str]) -> Expression | None:
    """Whether a record is still open: some lifecycle of it that has an end has not reached it."""
    going_on = []
    for each in session.lifecycles_of(kind.name):
        ends = [state for state in each.states if _is_end(each, state, closed_stages)]
        if ends:
            going_on.append(negate(fields(kind.name)[each.field].is_in(ends)))
    return any_of(*going_on) if going_on else None


def _is_end(lifecycle: Lifecycle, state: str, closed_stages: Collection[str]) -> bool:
    return not lifecycle.allowed(state) or (lifecycle.name == STAGE and state in closed_stages)


def heirs_of(
    session: ChangingSession, member: Member, successor: str | None, by_kind: Sequence[str]
) -> Heirs:
    """Who gets the records of which kind: ``successor`` all, but those that ``KIND=REF`` gives to another.

    Raises `UsageError` for what cannot be read, and `Refused` for who cannot take anything over.
    """
    heirs = dict.fromkeys(session.kinds, successor) if successor else {}
    for each in by_kind:
        kind, __, ref = each.partition("=")
        name = kind.strip().replace("-", "_")
        if not ref.strip():
            raise UsageError(
                _("{each!r} does not say who gets what", each=each), _("write KIND=REF, such as customer=M-2")
            )
        if name not in session.kinds:
            raise UsageError(
                _("there is no record {kind!r}{near}", kind=kind, near=did_you_mean(name, session.kinds))
            )
        heirs[name] = ref.strip()
    found = {ref: _heir(session, member, ref) for ref in dict.fromkeys(heirs.values()) if ref}
    return {kind: found[ref] for kind, ref in heirs.items() if ref}


def _heir(session: ChangingSession, member: Member, ref: str) -> Member:
    heir = member_called(session, ref)
    if heir.id == member.id:
        raise refused(
            "own-successor", _("{ref} cannot hand over to themselves: name somebody else", ref=ref), ref
        )
    check_employed(heir, session.today)
    return heir


def hand_over(
    session: ChangingSession, member: Member, heirs: Heirs, closed_stages: Collection[str]
) -> dict[str, int]:
    """Give the open records of a member to their heirs; how many of each kind.

    They are read and changed in batches. Raises `Refused` where the actor does not see all of them, or may not
    change them.
    """
    wanted = [each for each in belongings(session, closed_stages) if each.kind in heirs]
    hidden = [each.kind for each in wanted if _counts(session, each, member)[1]]
    if hidden:
        raise Refused([_unseen(session, member, kind) for kind in dict.fromkeys(hidden)])
    moved: dict[str, int] = {}
    for each in wanted:
        while batch := session.find(each.kind, each.is_open, limit=BATCH, **{each.link: member.id}):
            for record in batch:
                session.change(record, **{each.link: heirs[each.kind].id})
            moved[each.kind] = moved.get(each.kind, 0) + len(batch)
    return moved


def check_covered(session: ChangingSession, member: Member, kinds: Collection[str]) -> None:
    """Raise `Refused` for who may change records of none, or of one, of these kinds that belong to a member, whether or
    not there are any.
    """
    owned = [
        name
        for name, paths in Ownership({each: session.kind(each) for each in session.kinds}).paths.items()
        if paths
    ]
    asked = [each.replace("-", "_") for each in kinds] or owned
    covered = [each for each in asked if each in session.kinds and session.covers("change", each, member.id)]
    if not covered or (kinds and len(covered) < len([each for each in asked if each in session.kinds])):
        message = _("{actor} may not hand over what {member} owns", actor=session.actor, member=member.ref)
        raise refused("not-permitted", message, member.ref)


def check_nothing_left(session: ChangingSession, member: Member, closed_stages: Collection[str]) -> None:
    """Raise `Refused` where open records of a member are left, saying how many of which kind."""
    seen: dict[str, int] = {}
    hidden: list[str] = []
    for each in belongings(session, closed_stages):
        count, has_hidden = _counts(session, each, member)
        if count:
            seen[each.kind] = seen.get(each.kind, 0) + count
        if has_hidden:
            hidden.append(each.kind)
    if seen or hidden:
        said = [_("{count} of kind {kind}", count=count, kind=kind) for kind, count in seen.items()]
        said += [
            _("some of kind {kind} that {actor} does not see", kind=kind, actor=session.actor)
            for kind in dict.fromkeys(hidden)
        ]
        message = _("{member} still owns open records: {said}", member=member.ref, said=joined(", ", said))
        remedy = _("name who takes them over with --successor or --hand-over, or leave them with --keep")
        raise refused("member-owns-records", joined("; ", (message, remedy)), member.ref)


def _counts(session: ChangingSession, belonging: Belonging, member: Member) -> tuple[int, bool]:
    """How many the actor sees, and whether there are more."""
    seen = belonging.count(session, member)
    return seen, belonging.count(truth_of(session), member) > seen


def _unseen(session: ChangingSession, member: Member, kind: str) -> Finding:
    message = _(
        "{member} owns records of kind {kind} that {actor} does not see: they are handed over "
        "by somebody with the right to read and change {kind}",
        member=member.ref,
        kind=kind,
        actor=session.actor,
    )
    return Finding("not-permitted", "block", message, member.ref)
