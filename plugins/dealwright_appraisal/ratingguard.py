"""Who may say what of whom, and that it stays once the appraisal is reviewed."""

from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from dealwright import Change, Changes, Deployment, Finding, Member, Session
from dealwright_appraisal.forms import Form, Forms
from dealwright_appraisal.places import Leading, Places, is_central
from dealwright_appraisal.records import DRAFT, RATING, Appraisal, Rating
from dealwright_appraisal.wording import _

FIXED = frozenset({"appraisal", "member", "rater", "criterion", "kind"})
SAID = frozenset({"score", "evidence"})


@frozen(eq=False, slots=False)
class RatingGuard:
    """Judges the ratings of one batch. Who is asked to rate does not see the appraisal, and need not."""

    changes: Changes
    session: Session
    forms: Forms
    deployment: Deployment
    acting: Member | None
    is_erasing: bool

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong with the ratings of a batch."""
        for change in self.changes.of(Rating):
            if isinstance(change.after, Rating):
                yield from self._rating(change, change.after)

    def _rating(self, change: Change, after: Rating) -> Iterator[Finding]:
        before = change.before
        fields = change.fields
        if isinstance(before, Rating):
            if fields <= {"evidence"} and self.is_erasing:
                return
            if fields & FIXED:
                yield _finding("rating-fixed", _("whom a rating is about, and by whom, stays"), after)
            if "reviewers" in fields and not is_central(self.session):
                yield _finding(
                    "moved", _("who reviews {ref} follows from the organisation", ref=after.ref), after
                )
            if before.closed and after.closed:
                yield _finding("ratings-closed", _("the ratings of the appraisal are closed"), after)
            if before.closed != after.closed:
                yield from self._closed(after)
            if not fields & SAID:
                return
        else:
            yield from self._new(after)
        yield from self._by(after)

    def _by(self, after: Rating) -> Iterator[Finding]:
        """Nobody says anything in the name of another member; whom it is about asks nobody and rates nobody."""
        if self.acting is None:
            return
        if after.score is not None and after.rater != self.acting.id:
            yield _finding("rater", _("a member rates in no other member's name"), after)
        if after.kind == RATING and after.member == self.acting.id:
            yield _finding(
                "own-rating", _("nobody has a part in the ratings of themselves: see self-rate"), after
            )

    def _closed(self, after: Rating) -> Iterator[Finding]:
        """Ratings are closed and opened with their appraisal."""
        appraisal = self._appraisal(after.appraisal)
        if appraisal is None or (appraisal.state == DRAFT) == after.closed:
            yield _finding("ratings-closed", _("ratings are closed by reviewing the appraisal"), after)

    def _new(self, after: Rating) -> Iterator[Finding]:
        appraisal = self._appraisal(after.appraisal)
        form = None if appraisal is None else self.forms.known.get(appraisal.form)
        if appraisal is None:
            return  # refused as a link to what is not there
        if after.closed or after.reviewers != appraisal.reviewers:
            yield _finding("rating-fixed", _("a rating is open, and of who reviews the appraisal"), after)
        if form is None:
            return
        if after.criterion not in form.attitude.criteria:
            said = _(
                "form {form} has no criterion {name!r}{near}", form=form.name, name=after.criterion, near=""
            )
            yield _finding("criterion", said, after)
        if after.kind == RATING:
            yield from self._rater(after, form)

    def _rater(self, after: Rating, form: Form) -> Iterator[Finding]:
        roles = form.attitude.raters
        if roles and all(each.role not in roles for each in self._places.held(after.rater)):
            said = _("by form {form} who rates is one of: {roles}", form=form.name, roles=", ".join(roles))
            yield _finding("rater-role", said, after)
        if after.rater != after.member and self._places.sees(after.member, after.rater):
            said = _("a rater from below would be seen by whom it is about: ask somebody else")
            yield _finding("rater-below", said, after)

    @cached_property
    def _places(self) -> Places:
        return Places(self.session, Leading.roles(self.deployment))

    def _appraisal(self, id: int) -> Appraisal | None:
        changed = (each.after for each in self.changes.of(Appraisal))
        by_id = {each.id: each for each in changed if isinstance(each, Appraisal)}
        found = [by_id[id]] if id in by_id else self.session.find(Appraisal, id=id)
        return found[0] if found else None


def _finding(code: str, message: str, rating: Rating) -> Finding:
    return Finding(f"appraisal-{code}", "block", message, rating.ref)
