"""The gate: from some stage on a deal has to be qualified, whichever way it gets there."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Self

import attrs
from attrs import frozen

from dealwright import (
    Changes,
    ConfigError,
    Deployment,
    Finding,
    Opportunity,
    Session,
)
from dealwright_qualification.records import CONDITIONS, Qualification
from dealwright_qualification.settings import Level, Settings, Stages
from dealwright_qualification.wording import _, named

AT_ONCE: Final = 500
SECTION: Final = ("plugins", "qualification", "gate")


@frozen
class Gate:
    """``places`` are those of the stages on the way of a deal, the open ones in order and won behind them; ``asked`` is
    the stage from which on each condition has to be met.
    """

    places: Mapping[str, int]
    asked: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, deployment: Deployment) -> Self:
        """The gate of a deployment. Raises `ConfigError` where it names no stage on the way of a deal."""
        opened = [each.name for each in deployment.stages if each.means == "open"]
        places = {name: at for at, name in enumerate(opened)}
        places |= {each.name: len(opened) for each in deployment.stages if each.means == "won"}
        gate = settings.gate
        stages = attrs.asdict(gate) if isinstance(gate, Stages) else dict.fromkeys(CONDITIONS, gate)
        asked = {condition: stage for condition, stage in stages.items() if stage is not None}
        for condition, stage in asked.items():
            if stage not in places:
                path = (*SECTION, condition) if isinstance(gate, Stages) else SECTION
                message = _("no stage {stage!r} lies on the way of a deal", stage=stage)
                hint = _("name one of {stages}", stages=", ".join(places))
                raise ConfigError([deployment.document.problem(path, message, hint)])
        return cls(places, asked)

    def asks(self, before: str | None, after: str) -> list[str]:
        """The conditions that a deal has to meet which comes from one stage, or from none, to another.

        Only who gets further is asked: a deal may always go back, and be lost.
        """
        place = self.places.get(after, -1)
        if before is not None and self.places.get(before, -1) >= place:
            return []
        return [condition for condition, stage in self.asked.items() if place >= self.places[stage]]


def unqualified(changes: Changes, session: Session, gate: Gate, unknown: Level) -> Iterator[Finding]:
    """A finding for each condition that is not met by a deal that goes through the gate."""
    asked = {
        deal.id: (deal, conditions)
        for before, deal in _moved(changes)
        if (conditions := gate.asks(before, deal.stage))
    }
    known = _known(changes, session, list(asked))
    for id, (deal, conditions) in asked.items():
        for condition in conditions:
            answer = getattr(known.get(id), condition, "unknown")
            if answer != "yes":
                yield _finding(deal, condition, answer, unknown)


def _moved(changes: Changes) -> Iterator[tuple[str | None, Opportunity]]:
    """The deals that are in another stage than before, each once, with the stage that they were in."""
    stages: dict[int, str | None] = {}
    deals: dict[int, Opportunity] = {}
    for change in changes.of(Opportunity):
        before, after = change.before, change.after
        if isinstance(after, Opportunity):
            stages.setdefault(after.id, before.stage if isinstance(before, Opportunity) else None)
            deals[after.id] = after
    for id, deal in deals.items():
        if stages[id] != deal.stage:
            yield stages[id], deal


def _known(changes: Changes, session: Session, ids: Sequence[int]) -> dict[int, Qualification]:
    """The qualifications of deals. Of one that is changed as well, what it is changed to counts."""
    if not ids:
        return {}
    changed = {each.after.id: each.after for each in changes.of(Qualification)}
    parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    stored = [each for part in parts for each in session.find(Qualification, opportunity=part)]
    current = [each for each in stored if each.id not in changed]
    current += [each for each in changed.values() if isinstance(each, Qualification)]
    return {each.opportunity: each for each in current}


def _finding(deal: Opportunity, condition: str, answer: str, unknown: Level) -> Finding:
    option = condition.replace("_", "-")
    said = {
        "ref": deal.ref,
        "stage": deal.stage,
        "condition": named(condition),
        "command": f'dealwright qualification assess {shlex.quote(deal.ref)} --{option} yes --evidence "…"',
    }
    if answer == "no":
        message = _(
            "{ref} is not qualified for {stage}: {condition} is no; once that has changed: {command}", **said
        )
    else:
        message = _(
            "{ref} is not qualified for {stage}: {condition} is unknown; once you know: {command}", **said
        )
    level: Level = unknown if answer == "unknown" else "block"
    return Finding(f"qualification-{option}", level, message, deal.ref, waivable=True)
