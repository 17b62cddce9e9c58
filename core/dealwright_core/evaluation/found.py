"""What a scheme found for one subject, line by line."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from dealwright_core.evaluation.points import exact, written
from dealwright_core.evaluation.runs import Run
from dealwright_core.language import Titled, Told, joined
from dealwright_core.language import core as _
from dealwright_core.values import PPM, PPM_OF_A_POINT, Money, format_ppm

Points = Decimal | Fraction


@frozen(kw_only=True)
class EvaluationLine:
    """What one rule or measure gave. ``points`` are what it adds to the total, weighted; None where it says nothing.

    ``value`` is what the rule gave, or the points of the attainment, before the weight. Lines of measures have what was
    reached, what was to be reached, and the ``attainment`` as a percentage. ``plugin`` is as in ``funnel@0.1.0``.
    """

    name: str
    title: str
    plugin: str
    weight: str
    value: Points | None
    points: Points | None
    reason: str = ""
    actual: Money | int | str | None = None
    target: Money | int | str | None = None
    attainment: str | None = None


@frozen(kw_only=True)
class Evaluation(Told):
    """What a scheme found for a subject: the total is the sum of the lines, unless a gate leaves none.

    ``rank`` is the place among the ``of`` subjects of the run: one more than how many have a higher total.
    ``missing`` names what could not be computed, with the plugin; it is empty where the evaluation is complete.
    ``digest`` is of what it was computed from.
    """

    run: int | None
    scheme: str
    version: str
    period: str | None
    as_of: date
    subject: str
    ref: str
    title: str
    total: Points | None
    rank: int | None
    of: int | None
    grade: str | None
    gate: str | None
    complete: bool
    missing: tuple[str, ...]
    digest: str
    lines: tuple[EvaluationLine, ...] = field(repr=False)

    def _told(self) -> Iterator[str]:
        return _said(self)


@frozen
class Stored:
    """A row of results: values are whole, as the header of the run explains them."""

    subject: int
    total: int | None
    lines: str
    gate: int | None
    missing: str | None
    digest: int


def evaluation_of(
    run: Run,
    row: Stored,
    *,
    ref: str,
    title: str,
    currency: str,
    rank: int | None = None,
    reasons: Mapping[int, str] | None = None,
    in_hand: bool = False,
) -> Evaluation:
    """The evaluation that a row of a run is. ``reasons`` are the reasons of lines by number, where they are known."""
    said = run.said
    unit: int = said["unit"]
    values: list[Any] = json.loads(row.lines)
    combined = values.pop() if "combiner" in said else None
    lines = [
        _line(each, value, unit, currency, (reasons or {}).get(at, ""))
        for at, (each, value) in enumerate(zip(said["lines"], values, strict=True))
    ]
    gate = None if row.gate is None else said["gates"][row.gate]
    units = sum(_units(each, value) for each, value in zip(said["lines"], values, strict=True))
    if combined is not None:
        lines += _combined(said["combiner"], combined - units, unit)
        units = combined
    lines += _adjusting(row.total, units, unit, gate)
    missing = [*run.missing, *(_out_of_bounds(said["lines"][int(at)]) for at in (row.missing or "").split())]
    return Evaluation(
        run=None if in_hand else run.id, scheme=run.scheme, version=run.version, period=run.period, as_of=run.as_of,
        subject=run.subject, ref=ref, title=title, total=exact(row.total, unit), rank=rank,
        of=None if rank is None else run.subjects, grade=_grade(said, row.total, gate),
        gate=None if gate is None else gate["reason"], complete=not missing, missing=tuple(missing),
        digest=f"{row.digest:08x}", lines=tuple(lines),
    )  # fmt: skip


def _line(said: Mapping[str, Any], value: Any, unit: int, currency: str, reason: str) -> EvaluationLine:
    known: dict[str, Any] = {
        "name": said["name"], "title": said["title"], "plugin": _origin(said), "weight": said["weight"],
        "points": None if _plain(said, value) is None else exact(_units(said, value), unit),
    }  # fmt: skip
    if not said["measure"]:
        points = None if value is None else Decimal(value)
        return EvaluationLine(**known, value=points, reason=reason or said["words"])
    actual, target, attained = value

    def amount(figure: int | None) -> Money | int | str | None:
        if figure is None:
            return None
        if said.get("share"):
            return format_ppm(figure)
        return Money(figure, currency) if said["money"] else figure

    reached = None if attained is None else format_ppm(attained)
    return EvaluationLine(
        **known, value=exact(attained, PPM_OF_A_POINT), actual=amount(actual), target=amount(target),
        attainment=reached, reason=_attained(amount(actual), amount(target), reached, _held(said, *value)),
    )  # fmt: skip


def _attained(
    actual: Money | int | str | None, target: Money | int | str | None, reached: str | None, held: str
) -> str:
    """What was reached of what."""
    if actual is None:
        return _("there is nothing to divide by")
    of = _("no target") if target is None else _("of {amount}", amount=target)
    return joined("", (actual, " ", of, *(() if reached is None else (", ", reached, held))))


def _held(said: Mapping[str, Any], actual: int | None, target: int | None, attained: int | None) -> str:
    """What keeps an attainment from being actual / target, if anything. The actual may itself be rounded."""
    if not actual or not target or attained is None:
        return ""
    beyond = Fraction(actual * PPM, target) - attained
    if abs(beyond) < 1 + (Fraction(PPM, 2 * target) if said.get("rounded") else 0):
        return ""
    return _(", held by the cap") if beyond > 0 else _(", held by the floor")


def _plain(said: Mapping[str, Any], value: Any) -> int | None:
    """The value of a line as it is weighed."""
    found: int | None = value[2] if said["measure"] else value
    return found


def _units(said: Mapping[str, Any], value: Any) -> int:
    return (_plain(said, value) or 0) * int(said["factor"])


def _combined(said: Mapping[str, Any], units: int, unit: int) -> Iterator[EvaluationLine]:
    """The line that makes the lines sum to what the combiner gave."""
    if units:
        points = exact(units, unit)
        yield EvaluationLine(
            name="combined", title="Combined", plugin=_origin(said), weight="1", value=points, points=points,
            reason=said["title"],
        )  # fmt: skip


def _origin(said: Mapping[str, Any]) -> str:
    """Plugin and version, as in ``funnel@0.1.0``."""
    return "@".join(each for each in (said["plugin"], said["version"]) if each)


def _adjusting(
    total: int | None, lines: int, unit: int, gate: Mapping[str, Any] | None
) -> Iterator[EvaluationLine]:
    """The line that makes the lines sum to the total where a gate or the bounds of the scheme hold it."""
    if total is None or total == lines:
        return
    name, reason = ("bounds", _("the bounds of the scheme")) if gate is None else ("gate", gate["reason"])
    points = exact(total - lines, unit)
    yield EvaluationLine(
        name=name, title=name.capitalize(), plugin="", weight="1", value=points, points=points, reason=reason
    )


def _out_of_bounds(said: Mapping[str, Any]) -> str:
    name, plugin = said["name"], said["plugin"]
    return _("{name} of plugin {plugin} is out of bounds", name=name, plugin=plugin)


def _grade(said: Mapping[str, Any], total: int | None, gate: Mapping[str, Any] | None) -> str | None:
    if gate is not None and gate["grade"] is not None:
        grade: str = gate["grade"]
        return grade
    if total is None:
        return None
    return next((name for name, bound in said["grades"] if total >= bound), None)


def _said(found: Evaluation) -> Iterator[str]:
    total = _("no total") if found.total is None else written(found.total)
    rank = "" if found.rank is None else _(", rank {rank} of {of}", rank=found.rank, of=found.of)
    grade = "" if found.grade is None else _(", grade {grade}", grade=found.grade)
    period = found.period or _("as of {as_of}", as_of=found.as_of)
    subject = f"{found.subject} {found.ref} ({found.title})"
    yield joined("", (subject, ": ", total, rank, grade))
    run = _("now") if found.run is None else _("run {run}", run=found.run)
    yield _(
        "scheme {scheme}, version {version}, {period}, {run}, inputs {digest}",
        scheme=found.scheme,
        version=found.version,
        period=period,
        run=run,
        digest=found.digest,
    )
    if found.gate is not None:
        yield _("blocked: {gate}", gate=found.gate)
    for each in found.missing:
        yield _("incomplete: {each}", each=each)
    for line in found.lines:
        points = f"{written(line.points):>7}"
        weight = "" if line.weight == "1" else _(" x {weight}", weight=line.weight)
        origin = f" [{line.plugin}]" if line.plugin else ""
        yield joined("", (points, "  ", Titled(line.title, line.title), weight, ": ", line.reason, origin))
