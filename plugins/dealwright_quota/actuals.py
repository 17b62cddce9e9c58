"""What subjects reached of a measure in a period, as far as the actor sees the facts."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from attrs import evolve

from dealwright import (
    Expression,
    Measure,
    Period,
    Selection,
    Session,
    UsageError,
    breakdown,
    fields,
    joined,
    owner_path,
)
from dealwright_quota.subjects import Places, Subject
from dealwright_quota.wording import _


def measured(session: Session, name: str) -> Measure:
    """The measure called so. Raises `UsageError` with those there are."""
    measures = session.contributions.measures
    if name not in measures:
        known = joined(", ", sorted(measures)) if measures else _("none")
        raise UsageError(
            _("no measure is called {name!r}", name=name), _("measures are: {known}", known=known)
        )
    return measures[name].item


class Actuals:
    """The figures of one measure, each breakdown made once."""

    def __init__(self, session: Session, measure: Measure, places: Places, as_of: date | None = None) -> None:
        self._session, self._measure, self._places, self._as_of = session, measure, places, as_of

    def of(self, subjects: Collection[Subject], period: Period) -> dict[Subject, int]:
        """What each subject reached in a period; 0 where there is nothing.

        A team has what its members won while it was theirs, and what the teams below it have.
        """
        found: dict[Subject, int] = {}
        kinds: defaultdict[tuple[tuple[int | None, str | None], str], list[Subject]] = defaultdict(list)
        for each in subjects:
            kinds[each.goods, _kind(each)].append(each)
        for (goods, kind), some in kinds.items():
            narrowed = self._narrowed(*goods)
            if kind == "member":
                figures = self._by(narrowed, owner_path(self._session, narrowed.facts), period)
                found |= {each: figures.get(each.member or 0, 0) for each in some}
            elif kind == "team":
                sums = self._team_sums(self._by(narrowed, "team", period))
                found |= {each: sums.get(each.team or 0, 0) for each in some}
            else:
                found |= dict.fromkeys(some, self._whole(narrowed, period))
        return found

    def _by(self, measure: Measure, by: str, period: Period) -> Mapping[int, int]:
        selection = Selection(by=by, period=period, as_of=self._as_of)
        groups = breakdown(self._session, [measure], selection=selection).groups
        return {each.key: each.figures[0] for each in groups if isinstance(each.key, int)}

    def _whole(self, measure: Measure, period: Period) -> int:
        by = owner_path(self._session, measure.facts)
        selection = Selection(by=by, period=period, as_of=self._as_of)
        return breakdown(self._session, [measure], selection=selection).totals.figures[0]

    def _team_sums(self, figures: Mapping[int, int]) -> Mapping[int, int]:
        sums: defaultdict[int, int] = defaultdict(int)
        for team, each in figures.items():
            for above in self._places.upwards(team):
                sums[above] += each
        return sums

    def _narrowed(self, product: int | None, family: str | None) -> Measure:
        """The measure over facts of a product, or of a family."""
        if product is None and family is None:
            return self._measure
        facts = self._measure.facts
        if self._session.kind(facts).by_name.get("product") is None:
            raise UsageError(
                _("{measure} counts no products", measure=self._measure.name),
                _("give the target a measure over product lines, such as won_amount_by_line"),
            )
        sold = fields(facts).product
        condition: Expression = sold.family == family if product is None else sold.id == product
        where = self._measure.where
        return evolve(self._measure, where=condition if where is None else where & condition)


def _kind(subject: Subject) -> str:
    return "member" if subject.member is not None else "team" if subject.team is not None else "company"
