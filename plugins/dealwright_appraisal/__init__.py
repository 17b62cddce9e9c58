"""Appraisals (业绩考核): targets, ranking and attitude in one result, which its member sees once it is published."""

from collections.abc import Iterable, Iterator

from dealwright import (
    Changes,
    Command,
    Deployment,
    Finding,
    Lifecycle,
    Measure,
    Permission,
    RecordType,
    Report,
    Session,
    fields,
    hookimpl,
)
from dealwright_appraisal import constraints
from dealwright_appraisal.explaining import explain
from dealwright_appraisal.forms import forms_of
from dealwright_appraisal.guard import Guard
from dealwright_appraisal.moving import appeal, publish, reopen, review
from dealwright_appraisal.opening import Office
from dealwright_appraisal.rating import Raters
from dealwright_appraisal.records import LIFECYCLE, SHOWN, Appraisal, MarketIndex, Rating, Result
from dealwright_appraisal.reports import appraisals, distribution
from dealwright_appraisal.settings import Settings
from dealwright_appraisal.wording import _

__all__ = ["Settings"]
dealwright_api = ">=0.1,<1"


@hookimpl
def records() -> Iterator[RecordType]:
    """Appraisals, which belong to their members; results and ratings, which belong to who reviews; the market."""
    yield RecordType(
        Appraisal,
        title="Appraisal",
        prefix="AP-",
        owned_by=("member", "reviewers"),
        unique=(("member", "form", "period"),),
        constraints=tuple(constraints.of_appraisals()),
    )
    yield RecordType(
        Rating,
        title="Rating of attitude",
        prefix="APR-",
        owned_by=("rater", "reviewers"),
        unique=(("appraisal", "rater", "criterion"),),
        constraints=tuple(constraints.of_ratings()),
    )
    yield RecordType(
        Result,
        title="Result of an appraisal",
        prefix="APS-",
        owned_by=("reviewers", "shown_to"),
        unique=(("appraisal",),),
    )
    yield RecordType(
        MarketIndex,
        title="Index of the market",
        prefix="MI-",
        is_reference=True,
        constraints=tuple(constraints.of_indexes()),
    )


@hookimpl
def lifecycles() -> Iterator[Lifecycle]:
    """From draft to final."""
    yield LIFECYCLE


@hookimpl
def measures(settings: Settings, deployment: Deployment) -> Iterator[Measure]:
    """What each form's published appraisals come to, so that plans can pay by it."""
    appraisal = fields("appraisal")
    for form in forms_of(settings, deployment).known:
        yield Measure(
            f"appraisal_{form.replace('-', '_')}",
            _("Appraisal by {form}, in hundredths of a percent", form=form),
            facts="appraisal",
            value=appraisal.appraisal_result.score,
            where=(appraisal.form == form) & appraisal.state.is_in(SHOWN),
            on="ends_on",
        )


@hookimpl
def permissions() -> Iterator[Permission]:
    """Directors declare how the market was."""
    yield Permission("add", "appraisal_market_index", role="director")
    yield Permission("change", "appraisal_market_index", role="director")


@hookimpl
def commands(settings: Settings, deployment: Deployment) -> Iterator[Command]:
    """Opening, rating, computing and explaining appraisals, and the moves that take more than another state."""
    forms = forms_of(settings, deployment)
    office, raters = Office(forms, deployment), Raters(forms)
    example = "dealwright appraisal open sales --period 2026-Q1"
    yield Command("appraisal.open", office.opened, example=example, requires="run evaluate")
    example = "dealwright appraisal compute sales --period 2026-Q1"
    yield Command("appraisal.compute", office.compute, example=example, requires="run evaluate")
    example = "dealwright appraisal invite AP-1 --rater M-2 --rater M-3"
    yield Command("appraisal.invite", raters.invite, example=example)
    example = '--criterion teamwork --score 4 --evidence "covered for Ben in May"'
    yield Command(
        "appraisal.rate",
        raters.rate,
        example=f"dealwright appraisal rate AP-1 {example}",
        requires="change appraisal_rating",
    )
    example = '--criterion teamwork --score 4 --evidence "trained two new colleagues"'
    yield Command(
        "appraisal.self-rate", raters.self_rate, example=f"dealwright appraisal self-rate AP-1 {example}"
    )
    example = 'dealwright appraisal review AP-1 --summary "a strong quarter"'
    yield Command("appraisal.review", review, example=example)
    yield Command("appraisal.publish", publish, example="dealwright appraisal publish AP-1")
    example = 'dealwright appraisal appeal AP-1 --reason "contract C-7 is missing"'
    yield Command("appraisal.appeal", appeal, example=example)
    yield Command("appraisal.reopen", reopen, example="dealwright appraisal reopen AP-1")
    yield Command("appraisal.explain", explain, example="dealwright appraisal explain AP-1", reads=True)


@hookimpl
def reports() -> Iterator[Report]:
    """Appraisals side by side, and the spread of grades."""
    yield Report("appraisals", appraisals, example="dealwright report appraisals --period 2026-Q1")
    example = "dealwright report appraisal-distribution --period 2026-Q1"
    yield Report("appraisal-distribution", distribution, example=example)


@hookimpl
def guard_changes(
    changes: Changes, session: Session, settings: Settings, deployment: Deployment
) -> Iterable[Finding]:
    """Who may do what, and that nothing changes any more once an appraisal is final."""
    return Guard(changes, session, forms_of(settings, deployment), deployment).findings()
