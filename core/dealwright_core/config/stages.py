"""The stages of an opportunity: configuration, each mapped to open, won, lost or disqualified."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from attrs import field, frozen

from dealwright_core.config.document import Document, KeyPath, meant
from dealwright_core.errors import InvalidValue, Problem
from dealwright_core.language import core as _
from dealwright_core.records.lifecycle import Lifecycle, Move
from dealwright_core.records.opportunity import FORECAST_CATEGORIES
from dealwright_core.records.record import about
from dealwright_core.values import PPM

Meaning = Literal["open", "won", "lost", "disqualified"]

LIFECYCLE = "opportunity"
ADVANCE = "advance"
FORECAST: dict[Meaning, str] = {
    "open": "pipeline", "won": "closed", "lost": "omitted", "disqualified": "omitted",
}  # fmt: skip
PROBABILITY: dict[Meaning, int | None] = {"open": None, "won": PPM, "lost": 0, "disqualified": 0}


@frozen
class Stage:
    """A stage. ``probability`` is in parts per million, None where the deal says; ``to`` are its moves."""

    name: str
    title: str
    means: Meaning
    probability: int | None
    forecast: str
    to: tuple[str, ...]


def _check_name(_instance: Any, _attribute: Any, value: str) -> None:
    if not value or value != value.strip():
        raise InvalidValue(_("is empty, or starts or ends with a space"))


def _check_probability(_instance: Any, _attribute: Any, value: int | None) -> None:
    if value is not None and not 0 <= value <= PPM:
        raise InvalidValue(_("a probability is from 0 % to 100 %"))


@frozen(kw_only=True)
class StageTable:
    """A table ``[[stages]]`` as written. Without ``to`` the moves follow from the order and the meanings."""

    name: str = field(validator=_check_name)
    means: Meaning
    title: str = ""
    probability: int | None = field(default=None, metadata=about(ratio=True), validator=_check_probability)
    forecast: str | None = field(default=None, metadata=about(choices=FORECAST_CATEGORIES))
    to: tuple[str, ...] | None = None


DEFAULT = (
    StageTable(name="prospecting", means="open", probability=PPM // 10),
    StageTable(name="engaging", means="open", probability=PPM // 4),
    StageTable(name="demonstration", means="open", probability=PPM // 2, forecast="best case"),
    StageTable(name="negotiation", means="open", probability=PPM * 3 // 4, forecast="commit"),
    StageTable(name="won", means="won"),
    StageTable(name="lost", means="lost"),
    StageTable(name="disqualified", means="disqualified"),
)


def stages_of(tables: Sequence[StageTable]) -> tuple[Stage, ...]:
    """The stages, with what their tables leave out."""
    return tuple(
        Stage(
            name=each.name,
            title=each.title or each.name.replace("_", " ").capitalize(),
            means=each.means,
            probability=PROBABILITY[each.means] if each.probability is None else each.probability,
            forecast=each.forecast or FORECAST[each.means],
            to=_usual_moves(each, tables) if each.to is None else each.to,
        )
        for each in tables
    )


def _usual_moves(stage: StageTable, tables: Sequence[StageTable]) -> tuple[str, ...]:
    """Forward to any open stage, one back, out at any time, won from all open stages but the first.

    What was lost is reopened in the second open stage, what was disqualified in the first; won is final.
    """
    opened = [each.name for each in tables if each.means == "open"]
    if stage.means == "won":
        return ()
    if stage.means != "open":
        return tuple(opened[1:2] or opened[:1]) if stage.means == "lost" else tuple(opened[:1])
    at = opened.index(stage.name)
    reached = {*opened[max(at - 1, 0) : at], *opened[at + 1 :]}
    ends = {"lost", "disqualified", "won"} if at or len(opened) == 1 else {"lost", "disqualified"}
    return tuple(each.name for each in tables if each.name in reached or each.means in ends)


def lifecycle_of(stages: Iterable[Stage]) -> Lifecycle:
    """The lifecycle of opportunities: each legal move is the event ``advance``."""
    stages = tuple(stages)
    return Lifecycle(
        name=LIFECYCLE,
        record="opportunity",
        field="stage",
        initial=next(each.name for each in stages if each.means == "open"),
        moves=tuple(Move(each.name, ADVANCE, to) for each in stages for to in each.to),
        titles=tuple((each.name, each.title) for each in stages),
    )


def stage_problems(
    tables: Sequence[StageTable | None], names: Sequence[Any], document: Document
) -> list[Problem]:
    """What is wrong between the stages. A table with mistakes of its own is None; ``names`` has its name."""
    problems = [
        *_doubles(tables, names, document),
        *(problem for at, each in enumerate(tables) if each for problem in _moves(at, each, names, document)),
    ]
    if None not in tables:
        for meaning in ("open", "won"):
            if not any(each and each.means == meaning for each in tables):
                problems.append(
                    document.problem(
                        ("stages",), _('no stage means "{meaning}"', meaning=meaning), _("add one")
                    )
                )
    return problems


def _doubles(
    tables: Sequence[StageTable | None], names: Sequence[Any], document: Document
) -> Iterable[Problem]:
    """A name or title that says two things: people type either."""
    seen: dict[str, int] = {}
    for at, name in enumerate(names):
        if not isinstance(name, str):
            continue
        table = tables[at]
        words = {"name": name, "title": table.title if table and table.title else name}
        for key, word in words.items():
            first = seen.setdefault(word.casefold(), at)
            if first != at:
                path: KeyPath = ("stages", at, key)
                yield document.problem(
                    path,
                    _(
                        "{word!r} is also a stage of line {line_of}",
                        word=word,
                        line_of=document.line_of(("stages", first)),
                    ),
                )


def _moves(at: int, table: StageTable, names: Sequence[Any], document: Document) -> Iterable[Problem]:
    known = [name for name in names if isinstance(name, str)]
    for index, to in enumerate(table.to or ()):
        path: KeyPath = ("stages", at, "to", index)
        if to not in known:
            yield document.problem(path, _("there is no stage {to!r}", to=to), meant(to, known))
        elif to == table.name:
            yield document.problem(path, _("{to!r} leads to itself", to=to), _("leave it out"))
