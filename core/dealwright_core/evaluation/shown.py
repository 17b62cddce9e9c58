"""Runs and their differences as they are shown: to programs by their fields, to people as text."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

from attrs import evolve, frozen

from dealwright_core.errors import NotFound, UsageError
from dealwright_core.evaluation.found import Evaluation, EvaluationLine, Points
from dealwright_core.evaluation.points import written
from dealwright_core.evaluation.reading import Evaluations
from dealwright_core.evaluation.runs import Run
from dealwright_core.language import Titled, Told, joined, said
from dealwright_core.language import core as _
from dealwright_core.language.width import width_of

MOST_ROWS = 50


@frozen(kw_only=True)
class RunFound(Told):
    """A run and the best of its evaluations. ``incomplete`` counts those that lack something."""

    run: int
    scheme: str
    title: str
    version: str
    period: str | None
    as_of: date
    state: str
    actor: str
    subject: str
    subjects: int
    incomplete: int
    missing: tuple[str, ...]
    digest: str
    results: tuple[Evaluation, ...]

    def _told(self) -> Iterator[str]:
        return _said(self)


@frozen(kw_only=True)
class Change:
    """A line that differs between two evaluations: what it gave before and after."""

    name: str
    title: str
    before: EvaluationLine | None
    after: EvaluationLine | None


@frozen(kw_only=True)
class Difference:
    """A subject whose evaluation changed between two runs, and the lines that made the difference.

    ``inputs_changed`` says whether it was computed from something else, which it need not be where the scheme changed.
    """

    ref: str
    title: str
    before: Points | None
    after: Points | None
    rank_before: int | None
    rank_after: int | None
    grade_before: str | None
    grade_after: str | None
    inputs_changed: bool
    lines: tuple[Change, ...]

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """The totals before and after, and the lines that made the difference."""
        before, after = written(self.before), written(self.after)
        ranks = _(", rank {before} -> {after}", before=_text(self.rank_before), after=_text(self.rank_after))
        said = [joined("", (f"{self.ref} ({self.title}): {before} -> {after}", ranks))]
        for each in self.lines:
            was, is_ = (written(line.points) if line else "-" for line in (each.before, each.after))
            line = each.after or each.before
            reason = line.reason if line else ""
            said.append(joined("", (f"  {was} -> {is_}  ", Titled(each.title, each.title), ": ", reason)))
        return joined("\n", said)


def run_found(evaluations: Evaluations, run: Run, limit: int) -> RunFound:
    """A run with the best of its evaluations that the actor may see."""
    if limit < 0:
        raise UsageError(_("limit is {limit}: give how many subjects, 0 or more", limit=limit))
    return RunFound(
        run=run.id, scheme=run.scheme, title=run.said["title"], version=run.version, period=run.period,
        as_of=run.as_of, state=run.state, actor=run.actor, subject=run.subject, subjects=run.subjects,
        incomplete=run.incomplete, missing=run.missing, digest=run.digest,
        results=tuple(evaluations.best(run, limit)),
    )  # fmt: skip


def evaluation_found(
    evaluations: Evaluations, ref: str, scheme: str, run: int | None, period: str | None
) -> Evaluation:
    """The evaluation of a subject: of a run, by default the latest of a scheme, which may be left out where only one
    evaluated the subject. Raises `NotFound` and `UsageError`.
    """
    if scheme:
        return evaluations.of(evaluations.run(scheme, run, period), ref)
    if run is not None:
        return evaluations.of(evaluations.run_numbered(run), ref)
    runs = {one.scheme: one for one in reversed(evaluations.runs(period=period))}
    if not runs:
        raise UsageError(_("no scheme was run"), _("make a run: dealwright evaluate SCHEME"))
    found = []
    for each in runs.values():
        with suppress(NotFound):
            found.append(evaluations.of(each, ref))
    if not found:
        raise NotFound("evaluation", ref)
    if len(found) > 1:
        schemes = ", ".join(sorted(each.scheme for each in found))
        raise UsageError(
            _("{ref} is evaluated by {schemes}", ref=ref, schemes=schemes),
            _("name one: dealwright explain {ref} --scheme NAME", ref=ref),
        )
    return found[0]


def differences(evaluations: Evaluations, one: int, other: int, limit: int) -> list[Difference]:
    """Who changed between two runs of a scheme, the largest change first, and which lines made the difference."""
    if limit < 0:
        raise UsageError(_("limit is {limit}: give how many subjects, 0 or more", limit=limit))
    runs = evaluations.run_numbered(one), evaluations.run_numbered(other)
    return [_difference(*pair) for pair in evaluations.changed(*runs, limit)]


def _difference(before: Evaluation | None, after: Evaluation | None) -> Difference:
    known = after or before
    assert known is not None
    lines = [() if each is None else each.lines for each in (before, after)]
    return Difference(
        ref=known.ref,
        title=known.title,
        before=None if before is None else before.total,
        after=None if after is None else after.total,
        rank_before=None if before is None else before.rank,
        rank_after=None if after is None else after.rank,
        grade_before=None if before is None else before.grade,
        grade_after=None if after is None else after.grade,
        inputs_changed=before is None or after is None or before.digest != after.digest,
        lines=tuple(_changes(*lines)),
    )


def _changes(before: Sequence[EvaluationLine], after: Sequence[EvaluationLine]) -> Iterator[Change]:
    """The lines that differ in more than their reasons."""
    old, new = ({each.name: each for each in lines} for lines in (before, after))
    for name in dict.fromkeys((*old, *new)):
        was, is_ = old.get(name), new.get(name)
        if was is None or is_ is None or evolve(was, reason="") != evolve(is_, reason=""):
            known = is_ or was
            assert known is not None
            yield Change(name=name, title=known.title, before=was, after=is_)


def _text(value: object) -> str:
    return "-" if value is None else str(value)


def _said(found: RunFound) -> Iterator[str]:
    when = found.period or _("as of {as_of}", as_of=found.as_of)
    yield _(
        "{title}: {scheme}, {when}, run {run} ({state}), {subject}: {subjects}",
        title=found.title,
        scheme=found.scheme,
        when=when,
        run=found.run,
        state=found.state,
        subjects=found.subjects,
        subject=found.subject,
    )
    yield _("version {version}, inputs {digest}", version=found.version, digest=found.digest)
    for each in found.missing:
        yield _("incomplete: {each}", each=each)
    if found.incomplete and not found.missing:
        count, scheme = found.incomplete, found.scheme
        yield _(
            "incomplete: {count} evaluations; see: dealwright explain REF --scheme {scheme}",
            count=count,
            scheme=scheme,
        )
    yield ""
    titles = (_("rank"), _("total"), _("grade"), Titled(found.subject), _("lines"))
    rows = [tuple(said(each) for each in titles)]
    for one in found.results[:MOST_ROWS]:
        lines = ", ".join(f"{each.name} {each.attainment or written(each.points)}" for each in one.lines)
        rows.append((_text(one.rank), written(one.total), one.grade or "", f"{one.title} ({one.ref})", lines))
    widths = [max(width_of(row[at]) for row in rows) for at in range(4)]
    for row in rows:
        spaces = [" " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=False)]
        rank, total, grade, subject, lines = row
        cells = (spaces[0] + rank, spaces[1] + total, grade + spaces[2], subject + spaces[3], lines)
        yield "  ".join(cells).rstrip()
    if len(found.results) > MOST_ROWS:
        yield _("and {count:,} more: --json has them", count=len(found.results) - MOST_ROWS)
