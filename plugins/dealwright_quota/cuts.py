"""How a target is cut into children: each below it, all along one axis, none of them twice."""

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from dealwright import Calendar, Finding, InvalidValue, Period, Target
from dealwright_quota.figures import unit, units
from dealwright_quota.subjects import Places, Subject
from dealwright_quota.wording import _

PEOPLE: Final = _("by people")
GOODS: Final = _("by product")
TIME: Final = _("by period")


@frozen(eq=False)
class Cut:
    """A target and its children."""

    parent: Target
    children: Sequence[Target]
    places: Places
    calendar: Calendar

    @property
    def counted(self) -> list[Target]:
        """The children that have a figure: of zero it does not matter how it was cut off."""
        return [each for each in self.children if units(each)]

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the cut, apart from sums."""
        for each in self.children:
            yield from self._unlike(each)
        axes = {each.id: self.axes(each) for each in self.counted}
        for each in self.counted:
            if len(axes[each.id]) != 1:
                yield self._in_many_ways(each, axes[each.id])
        found = {axis for some in axes.values() if len(some) == 1 for axis in some}
        if len(found) > 1:
            yield Finding("quota-axes", "block", self._on_two_axes(sorted(found, key=str)), self._newest.ref)
        elif all(len(some) == 1 for some in axes.values()):
            yield from self._outside()
            yield from self._overlaps()

    def axes(self, child: Target) -> list[str]:
        """In what a child differs from its parent."""
        whole, part = Subject.of(self.parent), Subject.of(child)
        differs = {
            PEOPLE: part.people != whole.people,
            GOODS: part.goods != whole.goods,
            TIME: self.period(child) != self.period(self.parent),
        }
        return [axis for axis, is_so in differs.items() if is_so]

    def period(self, target: Target) -> Period:
        """The period of a target."""
        return self.calendar.parse(target.period)

    @property
    def _newest(self) -> Target:
        return max(self.counted, key=lambda each: (each.version == 1, each.id))

    def _unlike(self, child: Target) -> Iterator[Finding]:
        if child.measure != self.parent.measure:
            said = _(
                "{ref} measures {measure}, and its parent {parent} measures {other}",
                ref=child.ref,
                measure=child.measure,
                parent=self.parent.ref,
                other=self.parent.measure,
            )
            yield Finding("quota-measure", "block", said, child.ref)
        if unit(child) != unit(self.parent):
            said = _(
                "{ref} is in {unit}, and its parent {parent} in {other}",
                ref=child.ref,
                unit=unit(child) or _("quantities"),
                parent=self.parent.ref,
                other=unit(self.parent) or _("quantities"),
            )
            yield Finding("quota-unit", "block", said, child.ref)

    def _in_many_ways(self, child: Target, axes: Sequence[str]) -> Finding:
        if not axes:
            said = _("{ref} is for the same as its parent {parent}", ref=child.ref, parent=self.parent.ref)
        else:
            said = _(
                "{ref} is cut off {parent} in two ways at once, {first} and {second}: put a target between them",
                ref=child.ref,
                parent=self.parent.ref,
                first=axes[0],
                second=axes[1],
            )
        return Finding("quota-axes", "block", said, child.ref)

    def _on_two_axes(self, axes: Sequence[str]) -> str:
        return _(
            "{parent} is cut {first} and {second}: a target is cut in one way, and its children in another",
            parent=self.parent.ref,
            first=axes[0],
            second=axes[1],
        )

    def _outside(self) -> Iterator[Finding]:
        whole, time = Subject.of(self.parent), self.period(self.parent)
        for each in self.counted:
            part, period = Subject.of(each), self.period(each)
            if part != whole and whole not in self.places.wider(part, period):
                said = _(
                    "{subject} ({ref}) is not below {whole} ({parent}) in {period}",
                    subject=self.places.label(part),
                    ref=each.ref,
                    whole=self.places.label(whole),
                    parent=self.parent.ref,
                    period=period,
                )
                yield Finding("quota-outside", "block", said, each.ref, waivable=True)
            if period.start < time.start or period.end > time.end:
                said = _(
                    "{ref} is for {period}, which is not within {time} of its parent {parent}",
                    ref=each.ref,
                    period=period,
                    time=time,
                    parent=self.parent.ref,
                )
                yield Finding("quota-outside", "block", said, each.ref)

    def _overlaps(self) -> Iterator[Finding]:
        """Children of which one includes another, so that something would count twice."""
        by_subject: dict[Subject, Target] = {}
        latest: Target | None = None
        for each in sorted(self.counted, key=lambda child: (self.period(child).start, child.id)):
            subject, period = Subject.of(each), self.period(each)
            if subject == Subject.of(self.parent):
                if latest is not None and self.period(latest).end > period.start:
                    yield self._overlap(each, latest)
                latest = each
            elif subject in by_subject:
                yield self._overlap(each, by_subject[subject])
            else:
                by_subject[subject] = each
        for subject, each in by_subject.items():
            for wider in self.places.wider(subject, self.period(each)) & by_subject.keys():
                yield self._overlap(each, by_subject[wider])

    def _overlap(self, one: Target, other: Target) -> Finding:
        said = _(
            "{one} and {other}, both below {parent}, count the same twice",
            one=one.ref,
            other=other.ref,
            parent=self.parent.ref,
        )
        return Finding("quota-overlap", "block", said, one.ref)


def unreadable(target: Target, calendar: Calendar) -> Finding | None:
    """The finding that the period of a target is none."""
    try:
        calendar.parse(target.period)
    except InvalidValue as error:
        return Finding("quota-period", "block", error.text, target.ref)
    return None
