"""What no batch of changes may leave behind: circles, wrong cuts, and once a plan is approved, sums that do not fit."""

from collections.abc import Collection, Iterator

from dealwright import Changes, Finding, Session, Target, is_money, joined
from dealwright_quota.cuts import Cut, unreadable
from dealwright_quota.figures import figure, gap, is_within, said_gap, units
from dealwright_quota.known import Known
from dealwright_quota.settings import Settings
from dealwright_quota.subjects import Places, Subject
from dealwright_quota.wording import _


def sound(changes: Changes, session: Session, settings: Settings) -> Iterator[Finding]:
    """Everything that is wrong with the targets that a batch touches, and with their parents."""
    known = Known(session, changes)
    if not known.changed and not known.planned:
        return
    unread = [each for each in (unreadable(one, session.calendar) for one in known.changed.values()) if each]
    circles = list(_circles(known))
    yield from unread
    yield from circles
    if unread or circles:
        return
    places = Places(session)
    yield from _alone(session, known, places)
    yield from _together(session, settings, known, places, _touched(changes, known))


def _touched(changes: Changes, known: Known) -> set[int]:
    """The targets whose children a batch may have brought out of balance."""
    before = (each.before for each in changes.of(Target))
    parents = {each.parent for each in before if isinstance(each, Target)}
    parents |= {each.parent for each in known.changed.values()}
    return {each for each in parents if each is not None} | known.changed.keys() | known.planned


def _circles(known: Known) -> Iterator[Finding]:
    told: set[int] = set()
    known.load_above()
    for each in known.changed.values():
        way = known.way_up(each)
        if way and way[-1].id == each.id and each.id not in told:
            told |= {one.id for one in way}
            refs = joined(" < ", (one.ref for one in (each, *way)))
            said = _("{ref} would stand below itself: {refs}", ref=each.ref, refs=refs)
            yield Finding("quota-circle", "block", said, each.ref)


def _alone(session: Session, known: Known, places: Places) -> Iterator[Finding]:
    """What is wrong with single targets."""
    measures = session.contributions.measures
    for name in dict.fromkeys(each.measure for each in known.changed.values()):
        if name not in measures:
            yield Finding("quota-measure-unknown", "warn", _("no measure is called {name!r}", name=name))
    counted = [each for each in known.changed.values() if units(each)]
    for each in known.changed.values():
        if units(each) < 0:
            said = _("{ref} is below zero", ref=each.ref)
            yield Finding("quota-negative", "block", said, each.ref)
        if each.measure in measures and is_money(session, measures[each.measure].item) != (
            each.amount is not None
        ):
            said = _(
                "{measure} is a measure of money, so {ref} has an amount", measure=each.measure, ref=each.ref
            )
            if each.amount is not None:
                said = _(
                    "{measure} is no measure of money, so {ref} has a quantity",
                    measure=each.measure,
                    ref=each.ref,
                )
            yield Finding("quota-unit", "block", said, each.ref)
    yield from _twice(counted, known, places) if counted else ()


def _twice(counted: Collection[Target], known: Known, places: Places) -> Iterator[Finding]:
    """Two targets of one subject, measure and period."""
    first: dict[tuple[str, str, Subject], Target] = {}
    for each in sorted(known.rivals(counted), key=lambda target: target.id):
        if not units(each):
            continue
        other = first.setdefault((each.measure, each.period, Subject.of(each)), each)
        if other.id != each.id and (each.id in known.changed or other.id in known.changed):
            said = _(
                "{subject} has a target of {measure} in {period} already: {other}",
                subject=places.label(Subject.of(each)),
                measure=each.measure,
                period=each.period,
                other=other.ref,
            )
            yield Finding("quota-twice", "block", said, each.ref, waivable=True)


def _together(
    session: Session, settings: Settings, known: Known, places: Places, touched: Collection[int]
) -> Iterator[Finding]:
    """What is wrong with parents and their children."""
    below = {id: children for id, children in known.children(touched).items() if children}
    known.load(below)
    approved = known.approved(below)
    for id, children in below.items():
        parent = known.target(id)
        if parent is None:
            continue
        if any(unreadable(each, session.calendar) for each in (parent, *children)):
            continue  # stored so before this plugin was there
        wrong = list(Cut(parent, children, places, session.calendar).findings())
        yield from wrong
        if not wrong and any(map(units, children)):
            is_binding = settings.strict or id in approved
            yield from _sum(session, settings, parent, children, is_binding=is_binding)


def _sum(
    session: Session, settings: Settings, parent: Target, children: list[Target], *, is_binding: bool
) -> Iterator[Finding]:
    missing = gap(parent, children)
    if is_within(session, settings, parent, missing):
        return
    said = _(
        "the children of {ref} sum to {sum} of {whole}: {gap}",
        ref=parent.ref,
        sum=figure(units(parent) - missing, parent),
        whole=figure(units(parent), parent),
        gap=said_gap(parent, missing),
    )
    yield Finding("quota-sum", "block" if is_binding else "warn", said, parent.ref, waivable=is_binding)
