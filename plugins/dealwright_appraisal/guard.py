"""Who may do what with an appraisal, and when; what hangs on it keeps to it."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from attrs import frozen

from dealwright import Change, Changes, Deployment, Finding, Member, Record, Session
from dealwright_appraisal.computing import COMPUTED, Computation, in_parts, ratings_of
from dealwright_appraisal.forms import Forms
from dealwright_appraisal.moving import uncomputed
from dealwright_appraisal.places import acting_member, is_central
from dealwright_appraisal.ratingguard import RatingGuard
from dealwright_appraisal.records import (
    ACKNOWLEDGED,
    APPEALED,
    DRAFT,
    FINAL,
    REVIEWED,
    SHOWN,
    Appraisal,
    MarketIndex,
    Result,
)
from dealwright_appraisal.wording import _

JUDGED = frozenset({"appraisal", "appraisal_result", "appraisal_rating", "appraisal_market_index"})
TEXTS = frozenset({"appeal_reason", "summary", "evidence"})


@frozen(eq=False, slots=False)
class Guard:
    """Judges the changes of one batch, as who makes them sees the records."""

    changes: Changes
    session: Session
    forms: Forms
    deployment: Deployment

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong with a batch."""
        if JUDGED.isdisjoint(self.changes.kinds):
            return  # before anything is read: most batches are of other kinds
        for change in self.changes.of(Appraisal):
            if isinstance(change.after, Appraisal):
                yield from self._appraisal(change, change.before, change.after)
        for change in self.changes.of(Result):
            if isinstance(change.after, Result):
                yield from self._result(change, change.after)
        yield from self._shown()
        yield from RatingGuard(
            self.changes, self.session, self.forms, self.deployment, self.acting, is_erasing=self.is_erasing
        ).findings()
        yield from self._indexes()

    @cached_property
    def acting(self) -> Member | None:
        """The member who acts."""
        return acting_member(self.session)

    @cached_property
    def is_erasing(self) -> bool:
        """Whether the actor erases persons, and so alters texts that nobody else may any more."""
        return self.session.unbounded("erase", "member")

    def appraisal(self, id: int) -> Appraisal | None:
        """An appraisal as the batch leaves it; None for one that the actor does not see."""
        return self._changed.get(id) or self._stored.get(id)

    @cached_property
    def _stored(self) -> Mapping[int, Appraisal]:
        """The appraisals of the results that the batch changes."""
        ids = {each.appraisal for each in self._changed_results} - self._changed.keys()
        found = (each for part in in_parts(ids) for each in self.session.find(Appraisal, id=list(part)))
        return {each.id: each for each in found}

    @cached_property
    def _changed_results(self) -> list[Result]:
        return [each.after for each in self.changes.of(Result) if isinstance(each.after, Result)]

    @cached_property
    def _changed(self) -> Mapping[int, Appraisal]:
        found = self.changes.of(Appraisal)
        return {each.after.id: each.after for each in found if isinstance(each.after, Appraisal)}

    def _appraisal(self, change: Change, before: Record | None, after: Appraisal) -> Iterator[Finding]:
        if not isinstance(before, Appraisal):
            if after.state != DRAFT or not is_central(self.session):
                yield _finding("opened", _("appraisals are opened: dealwright appraisal open FORM"), after)
            return
        if change.fields <= TEXTS and self.is_erasing:
            return
        if before.state == FINAL:
            yield _finding("final", _("{ref} is final: nothing of it changes any more", ref=after.ref), after)
            return
        if change.fields & {"member", "form", "period"}:
            yield _finding("fixed", _("whom and what {ref} is about stays", ref=after.ref), after)
        if change.fields & {"team", "reviewers"} and not is_central(self.session):
            yield _finding(
                "moved", _("who reviews {ref} follows from the organisation", ref=after.ref), after
            )
        if "appeal_reason" in change.fields and (before.state == after.state or after.state != APPEALED):
            yield _finding("appeal-fixed", _("the reason of an appeal stays as it was given"), after)
        if before.state != after.state:
            yield from self._moved(after)

    def _moved(self, after: Appraisal) -> Iterator[Finding]:
        is_own = self.acting is not None and self.acting.id == after.member
        if after.state in (ACKNOWLEDGED, APPEALED):
            if self.acting is not None and not is_own:
                said = _("only the member of {ref} takes note of it or appeals", ref=after.ref)
                yield _finding("member", said, after)
        elif is_own:
            yield _finding("own", _("nobody reviews, publishes or closes their own appraisal"), after)
        if after.state == REVIEWED:
            yield from self._complete(after)

    def _complete(self, after: Appraisal) -> Iterator[Finding]:
        """A reviewed appraisal has a total, and its ratings are closed."""
        found = self._results.get(after.id)
        if found is None or found.total is None:
            yield _finding("incomplete", uncomputed(after), after)
        if any(not each.closed for each in ratings_of(self.session, [after.id])):
            said = _("reviewing closes the ratings: dealwright appraisal review {ref}", ref=after.ref)
            yield _finding("ratings-open", said, after)

    @cached_property
    def _results(self) -> Mapping[int, Result]:
        """The results of the appraisals that the batch changes, as it leaves them."""
        found = {
            each.appraisal: each
            for part in in_parts(self._changed)
            for each in self.session.find(Result, appraisal=list(part))
        }
        return found | {each.appraisal: each for each in self._changed_results}

    def _result(self, change: Change, after: Result) -> Iterator[Finding]:
        """A result holds what is computed, and a summary by somebody else than whom it is about."""
        appraisal = self.appraisal(after.appraisal)
        if change.before is not None and change.fields <= TEXTS and self.is_erasing:
            return
        if appraisal is None or ("appraisal" in change.fields and change.before is not None):
            yield _finding("computed", _("results are computed: dealwright appraisal compute FORM"), after)
            return
        is_empty = change.before is None and _computed_of(after) == _computed_of(Result(appraisal=0))
        if not is_empty and change.fields & {*COMPUTED} and not self._is_computed(appraisal, after):
            yield _finding("computed", _("results are computed: dealwright appraisal compute FORM"), after)
        is_open = appraisal.state in (DRAFT, REVIEWED)
        is_own = self.acting is not None and self.acting.id == appraisal.member
        if change.before is not None and "summary" in change.fields and (is_own or not is_open):
            yield _finding("summary", _("the summary is written before publication, by who reviews"), after)
        if after.reviewers != appraisal.reviewers:
            yield _finding(
                "moved", _("who reviews {ref} follows from the organisation", ref=appraisal.ref), after
            )

    def _is_computed(self, appraisal: Appraisal, result: Result) -> bool:
        """Whether a result is what its records give, computed once more."""
        if appraisal.state != DRAFT or not is_central(self.session):
            return False
        values = self._computation(appraisal.form, appraisal.period).values(appraisal)
        return all(getattr(result, name) == value for name, value in values.items())

    @cached_property
    def _computation(self) -> Callable[[str, str], Computation]:
        known: dict[tuple[str, str], Computation] = {}

        def computation(form: str, period: str) -> Computation:
            if (form, period) not in known:
                at = self.session.calendar.parse(period)
                found = (self.appraisal(each.appraisal) for each in self._changed_results)
                appraisals = [each for each in found if each is not None]
                known[form, period] = Computation.of(
                    self.session, self.deployment, self.forms.get(form), at, appraisals
                )
            return known[form, period]

        return computation

    def _shown(self) -> Iterator[Finding]:
        """A result is shown to its member from publication on, and to nobody before."""
        for id, result in sorted(self._results.items()):
            appraisal = self.appraisal(id)
            if appraisal is None:
                continue
            if result.shown_to != (appraisal.member if appraisal.state in SHOWN else None):
                said = _(
                    "a result is shown by publishing it, and hidden by reopening: "
                    "dealwright appraisal publish {ref}",
                    ref=appraisal.ref,
                )
                yield _finding("shown", said, appraisal)

    def _indexes(self) -> Iterator[Finding]:
        """One index for a team and a period."""
        for change in self.changes.of(MarketIndex):
            after = change.after
            if not isinstance(after, MarketIndex):
                continue
            others = self.session.find(MarketIndex, period=after.period, team=after.team)
            if any(each.id != after.id for each in others):
                said = _("an index of {period} is declared for the same already", period=after.period)
                yield _finding("index-twice", said, after)


def _computed_of(result: Result) -> list[object]:
    return [getattr(result, each) for each in COMPUTED]


def _finding(code: str, message: str, record: Record) -> Finding:
    return Finding(f"appraisal-{code}", "block", message, record.ref)
