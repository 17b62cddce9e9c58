"""Forms that fit their deployment: the scheme is there and is of the kind that an appraisal can be based on."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from dealwright import PPM, PPM_OF_A_POINT, ConfigError, Deployment, Problem, Unit, UsageError, did_you_mean
from dealwright_appraisal.settings import PARTS, Attitude, FormTable, Ranking, Settings
from dealwright_appraisal.target import Terms
from dealwright_appraisal.wording import _, listed

# How the lines of a scheme make its total, where no plugin does it otherwise.
SUMMED = "weighted sum"


@frozen(eq=False)
class Form:
    """A form: the scheme with the terms of its measures, and exact weights that sum to one. Grades fall."""

    name: str
    scheme: str
    period: Unit
    terms: Mapping[str, Terms]
    weights: Mapping[str, Fraction]
    ranking: Ranking
    attitude: Attitude
    grades: tuple[tuple[str, Fraction], ...]

    def grade(self, total: int) -> str | None:
        """The grade that is given from this total on, in parts per million."""
        return next((name for name, bound in self.grades if total >= bound * PPM_OF_A_POINT), None)

    def check_criterion(self, criterion: str) -> None:
        """Raise `UsageError` for a criterion that the form does not have."""
        known = list(self.attitude.criteria)
        if criterion not in known:
            near = did_you_mean(criterion, known)
            message = _(
                "form {form} has no criterion {name!r}{near}", form=self.name, name=criterion, near=near
            )
            raise UsageError(message, _("it has {names}", names=listed(known)))


@frozen(eq=False)
class Forms:
    """The forms of a deployment by name."""

    known: Mapping[str, Form]

    def get(self, name: str) -> Form:
        """The form of a name. Raises `UsageError` where there is none."""
        found = self.known.get(name)
        if found is None:
            near = did_you_mean(name, self.known)
            raise UsageError(
                _("the configuration has no appraisal form {name!r}{near}", name=name, near=near),
                _("forms stand under [plugins.appraisal.forms]"),
            )
        return found


def forms_of(settings: Settings, deployment: Deployment) -> Forms:
    """The forms of a deployment. Raises `ConfigError` with every mistake in them."""
    problems = [each for name, table in settings.forms.items() for each in _wrong(name, table, deployment)]
    if problems:
        raise ConfigError(problems)
    return Forms({name: _form(name, table, deployment) for name, table in settings.forms.items()})


def _form(name: str, table: FormTable, deployment: Deployment) -> Form:
    scheme = next(each for each in deployment.schemes if each.name == table.scheme)
    assert scheme.period is not None  # else the form is wrong
    return Form(
        name=name,
        scheme=scheme.name,
        period=scheme.period,
        terms={
            each.name: Terms(each.weight, each.cap, each.floor, each.zero_target) for each in scheme.measures
        },
        weights={each: Fraction(getattr(table.weights, each), PPM) for each in PARTS},
        ranking=table.ranking,
        attitude=table.attitude,
        grades=tuple(sorted(table.grades.items(), key=lambda each: -each[1])),
    )


def _wrong(name: str, table: FormTable, deployment: Deployment) -> Iterator[Problem]:
    document, at = deployment.document, ("plugins", "appraisal", "forms", name)

    def problem(path: tuple[str, ...], message: str, hint: str = "") -> Problem:
        return document.problem((*at, *path), message, hint or None)

    for message, hint in _wrong_scheme(table.scheme, deployment):
        yield problem(("scheme",), message, hint)
    whole = sum(getattr(table.weights, each) for each in PARTS)
    if whole != PPM:
        share = f"{Fraction(whole, PPM_OF_A_POINT)} %"
        yield problem(("weights",), _("the weights sum to {share}, not to 100 %", share=share))
    if len(set(table.grades.values())) < len(table.grades):
        yield problem(("grades",), _("two grades start at one bound"))
    if not table.attitude.criteria:
        yield problem(("attitude", "criteria"), _("names no criterion"))
    for criterion, weight in table.attitude.criteria.items():
        if weight < 1:
            yield problem(("attitude", "criteria", criterion), _("a weight of a criterion is 1 or more"))
    for role in table.attitude.raters:
        if role not in deployment.access.roles:
            yield problem(
                ("attitude", "raters"),
                _("there is no role {role!r}", role=role),
                _meant(role, deployment.access.roles) or _("roles are those of the access section"),
            )


def _wrong_scheme(name: str, deployment: Deployment) -> Iterator[tuple[str, str]]:
    known = {each.name: each for each in deployment.schemes}
    if name not in known:
        yield (
            _("there is no scheme {name!r}", name=name),
            _meant(name, known) or _("schemes stand under [schemes]"),
        )
        return
    scheme = known[name]
    if scheme.subject != "member":
        yield _("scheme {name} is of kind {kind}: name one of members", name=name, kind=scheme.subject), ""
    if scheme.rules or not scheme.measures or scheme.period is None:
        yield _("the target method takes a scheme of measures alone, and {name} is none", name=name), ""
    if scheme.table.combine != SUMMED:
        yield _("scheme {name} combines lines otherwise than by their weighted sum", name=name), ""
    if scheme.lowest is not None or scheme.highest is not None:
        yield (
            _("scheme {name} has bounds, which an index of the market cannot adjust", name=name),
            _("give its measures caps and floors instead"),
        )
    if any(each.weight <= 0 for each in scheme.measures):
        yield _("a measure of scheme {name} has a weight that is not above zero", name=name), ""


def _meant(word: str, known: Iterable[str]) -> str:
    """What a misspelt word was most likely meant to be, as a hint; nothing where none is near."""
    return did_you_mean(word, known).removeprefix(", ")
