"""Which plans are tried out over a period, and beside which others."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from attrs import frozen

from dealwright_core.config.incentives import PlanFile
from dealwright_core.errors import InvalidValue, Problem, UsageError
from dealwright_core.incentives.plans.book import SUFFIX, PlanBook, overlaps
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.words import validity
from dealwright_core.language import core as _
from dealwright_core.values import Calendar, Period

NONE = "none"


@frozen
class Candidates:
    """Plans of one name that are tried out, as files, and those that they are compared with. ``left_out`` are plans in
    force that are not paid within the period.
    """

    tried: tuple[PlanFile, ...]
    against: tuple[PlanFile, ...]
    left_out: tuple[Plan, ...] = ()

    @property
    def files(self) -> tuple[PlanFile, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.tried, *self.against)))

    def between(self) -> Iterator[Problem]:
        """What is wrong between those that are tried, and between those they are compared with: a draft may overlap
        with the plan whose place it takes.
        """
        for files in (self.tried, self.against):
            yield from overlaps(_plans(files))


def is_file(name: str, book: PlanBook) -> bool:
    """Whether a name is that of a file, and not of a plan of the deployment."""
    return name.endswith(SUFFIX) and name not in _names(book)


def candidates(
    book: PlanBook, calendar: Calendar, name: str, against: Sequence[str], period: Period
) -> Candidates:
    """The plans of a name, or the one in a file, and those they are compared with: those ``against`` names, else for a
    draft the plans in force of its own name, else all that are in force. Raises `UsageError`.
    """
    tried = tuple(named(book, name, period))
    if NONE in against:
        if len(against) > 1:
            raise UsageError(
                _("--against {none} compares with nothing, and other plans are named, too", none=NONE),
                _("leave one of them out"),
            )
        return Candidates(tried, ())
    if against:
        others = (file for each in against for file in named(book, each, period))
        return Candidates(tried, tuple(dict.fromkeys(others)))
    if not is_file(name, book):
        return Candidates(tried, ())
    in_force = holding(book.files, period)
    names = {each.name for each in _plans(tried)}
    of_name = [each for each in in_force if each.plan is not None and each.plan.name in names]
    found = of_name or in_force
    paid = [each for each in found if each.plan is None or _unpaid(each.plan, period, calendar) is None]
    return Candidates(tried, tuple(paid), tuple(_plans(each for each in found if each not in paid)))


def pay_periods(plan: Plan, period: Period, calendar: Calendar) -> list[Period]:
    """The pay periods of a plan in a period. Raises `UsageError` where it does not consist of whole ones."""
    if (wrong := _unpaid(plan, period, calendar)) is not None:
        raise wrong
    return list(calendar.split(period, plan.period))


def _unpaid(plan: Plan, period: Period, calendar: Calendar) -> UsageError | None:
    """Why a plan is not paid within a period."""
    try:
        next(calendar.split(period, plan.period))
    except InvalidValue:
        message = _(
            "plan {plan} is paid by the {unit}, and {period} is no whole one",
            plan=plan.name, unit=plan.period, period=period.label,
        )  # fmt: skip
        whole = calendar.containing(period.start, plan.period)
        return UsageError(message, _("write --period {period}", period=whole.label))
    return None


def named(book: PlanBook, name: str, period: Period) -> list[PlanFile]:
    """The plans of a name that hold on some day of a period, or the plan in a file. Raises `UsageError`."""
    found = _of(book, name) or [book.named(name, period.last)]
    valid = holding(found, period)
    if not valid:
        plan = next(iter(_plans(found)))
        message = _(
            "plan {plan} is {validity}: on no day of {period}",
            plan=plan.name, validity=validity(plan), period=period.label,
        )  # fmt: skip
        raise UsageError(message, _("take another period, or change 'valid' in {file}", file=found[0].path))
    return valid


def _of(book: PlanBook, name: str) -> list[PlanFile]:
    return [each for each in book.files if each.plan is not None and each.plan.name == name]


def _names(book: PlanBook) -> list[str]:
    return [each.name for each in _plans(book.files)]


def _plans(files: Iterable[PlanFile]) -> list[Plan]:
    return [each.plan for each in files if each.plan is not None]


def holding(files: Iterable[PlanFile], period: Period) -> list[PlanFile]:
    """The plans that hold on some day of a period, and those with mistakes, which may be about that."""
    return [each for each in files if each.plan is None or each.problems or _holds(each.plan, period)]


def _holds(plan: Plan, period: Period) -> bool:
    return (plan.since or date.min) <= period.last and period.start <= (plan.until or date.max)
