"""How figures become scores and scores become classes, in a deployment and as the database computes it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NoReturn, Self

import sqlalchemy as sa
from attrs import frozen

from dealwright import ConfigError, Deployment, Money, parse
from dealwright_segmentation.records import DORMANT
from dealwright_segmentation.settings import Amounts, Numbers, Settings
from dealwright_segmentation.wording import _

SECTION: Final = ("plugins", "segmentation")
QUANTILES: Final = 5


@frozen
class Dimension:
    """A figure and its score from 1 to ``levels``: by ascending ``bounds``, else by as many quantiles.

    Bounds of recency are days; of amounts, minor units of the base currency.
    """

    name: str
    levels: int
    bounds: tuple[int, ...]

    def score(
        self, figure: "sa.ColumnElement[Any]", among: "sa.ColumnElement[Any]", day: date
    ) -> "sa.ColumnElement[int]":
        """The score of a figure, of which a larger one is better, among the rows that are equal in ``among``.

        By quantiles it is 1 + b x levels / n, rounded down, where b of the n rows have a smaller figure.
        """
        if not self.bounds:
            smaller = sa.func.rank().over(partition_by=among, order_by=figure) - 1
            return 1 + smaller * self.levels // sa.func.count().over(partition_by=among)
        score: sa.ColumnElement[int] = sa.literal(1)
        for each in self.bounds:
            reached: Any = _ago(day, each) if self.name == "recency" else each
            score += sa.case((figure >= reached, 1), else_=0)
        return score


@frozen
class Scale:
    """What a deployment makes of the figures of its customers. ``classes`` come highest first."""

    months: int
    dimensions: tuple[Dimension, ...]
    margin: str | None
    classes: tuple[tuple[str, int], ...]
    frequent: int
    won: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings, deployment: Deployment) -> Self:
        """The scale of a deployment. Raises `ConfigError` for what does not fit it or cannot be reached."""
        asked: dict[str, Numbers | Amounts] = {
            "recency": settings.recency, "frequency": settings.frequency, "money": settings.money,
        }  # fmt: skip
        margin = None
        if settings.margin is not None:
            asked["margin"], margin = settings.margin, _margin(settings.margin.of, deployment)
        dimensions = tuple(_dimension(name, each, deployment) for name, each in asked.items())
        won = tuple(each.name for each in deployment.stages if each.means == "won")
        classes = _classes(settings.classes, dimensions, deployment)
        return cls(settings.months, dimensions, margin, classes, settings.frequent, won)

    @property
    def names(self) -> tuple[str, ...]:
        """The value classes, highest first."""
        return tuple(name for name, __ in self.classes)

    def start(self, day: date) -> date:
        """The day before the window that ends on a day: the same day so many months before, or the month's last."""
        months = day.year * 12 + day.month - 1 - self.months
        year, month = divmod(months, 12)
        if year < 1:
            return date.min
        following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        return min(date(year, month + 1, 1) + timedelta(day.day - 1), following - timedelta(1))

    def value(
        self, total: "sa.ColumnElement[Any]", purchases: "sa.ColumnElement[Any]"
    ) -> "sa.ColumnElement[str]":
        """The value class for a sum of scores; dormant without a purchase in the window."""
        *higher, (lowest, __) = self.classes
        given = [(total >= start, name) for name, start in higher]
        return sa.case((purchases == 0, sa.literal(DORMANT)), *given, else_=sa.literal(lowest))

    def behaviour(
        self, ever: "sa.ColumnElement[Any]", purchases: "sa.ColumnElement[Any]"
    ) -> "sa.ColumnElement[str]":
        """The behaviour class for how many purchases there are at all and in the window."""
        return sa.case(
            (ever == 1, sa.literal("first")),
            (purchases >= self.frequent, sa.literal("frequent")),
            else_=sa.literal("occasional"),
        )


def _ago(day: date, days: int) -> date:
    return date.min if days >= day.toordinal() else day - timedelta(days)


def _dimension(name: str, asked: Numbers | Amounts, deployment: Deployment) -> Dimension:
    bounds = tuple(
        _minor(each, (name, "bounds"), deployment) if isinstance(each, Money) else each
        for each in asked.bounds
    )
    if name != "margin" and bounds and bounds[0] < 0:
        message = _("a bound below zero, of what is never less than zero")
        _refuse(deployment, (name, "bounds"), message, _("leave it out"))
    return Dimension(name, len(bounds) + 1 if bounds else asked.quantiles or QUANTILES, bounds)


def _minor(bound: Money, path: Sequence[str], deployment: Deployment) -> int:
    if bound.currency != deployment.currency:
        message = _("{bound} is not in the base currency {base}", bound=bound, base=deployment.currency)
        _refuse(deployment, path, message, _("write bounds as texts such as '50000'"))
    return bound.minor


def _margin(of: str | None, deployment: Deployment) -> str:
    if of is None:
        message = _("opportunities have no cost, so nobody knows what was earned")
        hint = _('say what it is of one opportunity, such as of = "amount - deal_cost.cost"')
        _refuse(deployment, ("margin",), message, hint)
    try:
        parse(of)
    except ConfigError as error:
        said = error.problems[0]
        _refuse(deployment, ("margin", "of"), said.message, said.hint or "")
    return of


def _classes(
    asked: Mapping[str, int] | None, dimensions: Iterable[Dimension], deployment: Deployment
) -> tuple[tuple[str, int], ...]:
    """The classes, highest first. By default A begins at four fifths of the highest score, B at half of it."""
    levels = [each.levels for each in dimensions]
    least, most = len(levels), sum(levels)
    if asked is None:
        starts = {"A": max(-(-most * 4 // 5), least), "B": max(-(-most // 2), least), "C": least}
        return tuple(starts.items())
    found = tuple(sorted(asked.items(), key=lambda each: -each[1]))
    for name, start in found:
        if start > most:
            message = _(
                "{name} begins at {start}, and no score is above {most}", name=name, start=start, most=most
            )
            _refuse(deployment, ("classes", name), message, _("begin at {most} or below", most=most))
    name, start = found[-1]
    if start > least:
        message = _("scores from {least} to {most} are in no class", least=least, most=start - 1)
        _refuse(deployment, ("classes",), message, _("let {name} begin at {least}", name=name, least=least))
    return found


def _refuse(deployment: Deployment, path: Sequence[str], message: str, hint: str) -> NoReturn:
    raise ConfigError([deployment.document.problem((*SECTION, *path), message, hint)])
