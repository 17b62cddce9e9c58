"""Opening an opportunity and moving it through its stages."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Annotated, Any

import attrs

from dealwright_core.commands.records import Ref, record_commands
from dealwright_core.commands.signature import called_like
from dealwright_core.config.deployment import Deployment, Stage
from dealwright_core.contributions import Command
from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.records import Lifecycle, Opportunity, RecordType, StageMove
from dealwright_core.store.changing import ChangingSession
from dealwright_core.values import Money

STAGE = "opportunity"


def opportunity_commands(
    kind: RecordType, deployment: Deployment, lifecycles: Iterable[Lifecycle]
) -> Iterator[Command]:
    """Every command of opportunities: those of any record, with adding and advancing that keep the history of moves."""
    stages = {each.name: each for each in deployment.stages}
    tracks = list(lifecycles)
    lifecycle = next(each for each in tracks if each.name == STAGE)
    for each in record_commands(kind, tracks, own=(STAGE,)):
        yield (
            attrs.evolve(each, function=_open(each.function, stages))
            if each.name == "opportunity.add"
            else each
        )
    yield Command(
        "opportunity.advance",
        _advance(stages, lifecycle),
        example=f"dealwright opportunity advance O-1 --to {lifecycle.states[1]}",
    )


def _open(adding: Callable[..., Any], stages: dict[str, Stage]) -> Callable[..., Opportunity]:
    def function(session: ChangingSession, **values: Any) -> Opportunity:
        values.setdefault("opened_on", session.today)
        opened: Opportunity = adding(session, **values)
        stage = stages[opened.stage]
        if opened.probability is None or opened.forecast_category is None:
            opened = session.change(
                opened,
                probability=stage.probability if opened.probability is None else opened.probability,
                forecast_category=opened.forecast_category or stage.forecast,
            )
        move = StageMove(
            opportunity=opened.id, sequence=1, to_stage=opened.stage, on=session.today, by=session.actor
        )
        session.add(move)
        return opened

    called_like(function, adding)
    function.__doc__ = _("Open an opportunity in the first stage.")
    return function


def _advance(stages: dict[str, Stage], lifecycle: Lifecycle) -> Callable[..., Opportunity]:
    def advance(
        session: ChangingSession,
        ref: Ref,
        to: Annotated[str, _("stage to move to: {stages}", stages=", ".join(lifecycle.states))],
        on: Annotated[date | None, "day of the move, today where it is left out"] = None,
        amount: Annotated[Money | None, "amount, where it is known better now"] = None,
        lost_reason: Annotated[str | None, "why it was lost"] = None,
    ) -> Opportunity:
        """Move an opportunity to another stage. An illegal move is refused with the legal ones."""
        opportunity = session.lock(Opportunity, ref)
        move = session.lifecycle(STAGE).move(opportunity.stage, to, ref)
        day = on or session.today
        if day > session.today:
            message = _(
                "{ref} cannot move on {day}, which is still to come: today is {today}",
                ref=ref,
                day=day,
                today=session.today,
            )
            raise Refused([Finding("opportunity-move-ahead-of-time", "block", message, ref)])
        last = session.find(StageMove, opportunity=opportunity.id, order="-sequence", limit=1)
        if last and day < last[0].on:
            message = _(
                "{ref} moved on {on} last: it cannot move on {day}, before that",
                ref=ref,
                on=last[0].on,
                day=day,
            )
            raise Refused([Finding("opportunity-move-back-in-time", "block", message, ref)])
        changed = _entering(stages.get(move.to), day, lost_reason) | {"stage": move.to}
        if amount is not None:
            changed["amount"] = amount
        after = session.change(opportunity, **changed)
        session.add(
            StageMove(
                opportunity=opportunity.id,
                sequence=last[0].sequence + 1 if last else 1,
                from_stage=opportunity.stage,
                to_stage=move.to,
                on=day,
                by=session.actor,
            )
        )
        return after

    return advance


def _entering(stage: Stage | None, day: date, lost_reason: str | None) -> dict[str, Any]:
    """What entering a stage sets. A state that a plugin added is no configured stage: the deal is open in it, at
    the probability it had.
    """
    if stage is None:
        return {"closed_on": None, "lost_reason": None}
    return {
        "probability": stage.probability,
        "forecast_category": stage.forecast,
        "closed_on": day if stage.means != "open" else None,
        "lost_reason": lost_reason if stage.means in ("lost", "disqualified") else None,
    }
