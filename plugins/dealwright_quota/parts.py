"""The parts into which a target can be divided: who and what stands directly below it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from attrs import evolve, frozen

from dealwright import Calendar, Period, Session, Target, Unit, UsageError
from dealwright_quota.subjects import Places, Subject
from dealwright_quota.wording import _

By = Literal["member", "team", "period", "product", "family"]
PERIODS_BACK = {"month": 12, "quarter": 4, "year": 1}


@frozen
class Part:
    """A subject in a period, and the period ``before`` by whose history it is weighed. ``name`` is a ref, the name of
    a family, or of a period.
    """

    name: str
    subject: Subject
    period: Period
    before: Period


@frozen(eq=False)
class Division:
    """What a target is divided by: members only with one of ``roles`` where there are any, periods of ``unit``."""

    by: By
    roles: Sequence[str] = ()
    unit: Unit | None = None
    history: Period | None = None

    def parts(self, session: Session, parent: Target, places: Places) -> list[Part]:
        """All parts, in order of their names. Raises `UsageError` where there is none."""
        calendar = session.calendar
        period = calendar.parse(parent.period)
        before = self.history or year_before(calendar, period)
        subject = Subject.of(parent)
        if self.by == "period":
            found = list(self._periods(calendar, subject, period, before))
        else:
            below = self._below(places, subject, period, session.today)
            found = [Part(name, each, period, before) for name, each in below]
        if not found:
            raise UsageError(_("there is no {by} below {ref} to divide it by", by=self.by, ref=parent.ref))
        return sorted(found, key=lambda each: each.name)

    def _below(
        self, places: Places, whole: Subject, period: Period, today: date
    ) -> Iterator[tuple[str, Subject]]:
        """Names and subjects of people or products."""
        if self.by == "member" and whole.member is None:
            day = today if today in period else period.start
            for id in self._holders(places, whole.team, day):
                yield places.members[id].ref, evolve(whole, team=None, member=id)
        elif self.by == "team" and whole.member is None:
            for each in places.below(whole.team):
                yield each.ref, evolve(whole, team=each.id)
        elif self.by == "family" and whole.goods == (None, None):
            for family in {each.family for each in places.products.values() if each.family is not None}:
                yield family, evolve(whole, family=family)
        elif self.by == "product" and whole.product is None:
            for product in places.products.values():
                if whole.family in (None, product.family):
                    yield product.ref, evolve(whole, family=None, product=product.id)

    def _holders(self, places: Places, team: int | None, day: date) -> Iterator[int]:
        for member in places.members:
            held = places.held_on(member, day)
            if held is None or (self.roles and held.role not in self.roles):
                continue
            if team is None or team in places.upwards(held.team):
                yield member

    def _periods(
        self, calendar: Calendar, subject: Subject, period: Period, before: Period
    ) -> Iterator[Part]:
        """The periods within one, each beside the one in the same place of the period before."""
        length = calendar.unit_of(period)
        unit = self.unit or ("quarter" if length == "year" else "month")
        if length == "month" or unit == length:
            return
        if calendar.unit_of(before) != length:
            raise UsageError(
                _("{before} is no {length}, as {period} is", before=before, length=length, period=period)
            )
        pairs = zip(calendar.split(period, unit), calendar.split(before, unit), strict=True)
        yield from (Part(now.label, subject, now, then) for now, then in pairs)


def only(parts: Sequence[Part], names: Collection[str]) -> list[Part]:
    """The parts with these names. Raises `UsageError` with those there are."""
    known = {each.name for each in parts}
    if unknown := sorted({*names} - known):
        raise UsageError(
            _("{unknown} does not stand directly below it", unknown=", ".join(unknown)),
            _("there are: {known}", known=", ".join(sorted(known))),
        )
    return [each for each in parts if each.name in names]


def year_before(calendar: Calendar, period: Period) -> Period:
    """The period as long as this one, a year before."""
    for _step in range(PERIODS_BACK[calendar.unit_of(period)]):
        period = calendar.previous(period)
    return period


def periods_of(parts: Iterable[Part]) -> dict[Period, list[Part]]:
    """The parts by the period of their history."""
    found: dict[Period, list[Part]] = {}
    for each in parts:
        found.setdefault(each.before, []).append(each)
    return found
