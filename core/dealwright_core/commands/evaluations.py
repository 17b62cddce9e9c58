"""Evaluating by schemes, and reading what was found."""

from collections.abc import Iterator
from typing import Annotated, Any

from dealwright_core.commands.signature import ARGUMENT
from dealwright_core.contributions import Command
from dealwright_core.errors import UsageError
from dealwright_core.evaluation.found import Evaluation
from dealwright_core.evaluation.shown import Difference, RunFound, differences, evaluation_found, run_found
from dealwright_core.language import core as _
from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session
from dealwright_core.values import Period

SCHEME = Annotated[str, "name of a scheme in dealwright.toml"]
PERIOD = Annotated[Period | None, "period such as 2026, 2026-Q1 or 2026-03"]
RUN = Annotated[int | None, "number of a run, by default the latest"]
LIMIT = Annotated[int, "how many subjects at the most"]
MOST_SHOWN = 1_000


def evaluation_commands() -> Iterator[Command]:
    """Commands about runs of schemes and the evaluations in them."""
    yield Command("evaluate", evaluate, example="dealwright evaluate sales --period 2026-Q1 --json")
    yield Command("evaluation.runs", runs, example="dealwright evaluation runs", reads=True)
    yield Command(
        "evaluation.list", listed, example="dealwright evaluation list sales --period 2026-Q1", reads=True
    )
    yield Command("explain", explain, example="dealwright explain O-1 --scheme leads", reads=True)
    yield Command("evaluation.diff", diff, example="dealwright evaluation diff 3 5", reads=True)
    yield Command("evaluation.close", close, example="dealwright evaluation close 5", requires="run evaluate")
    yield Command(
        "evaluation.refresh", refresh, example="dealwright evaluation refresh", requires="run evaluate"
    )


def evaluate(
    session: ChangingSession,
    *,
    scheme: Annotated[str, "name of a scheme in dealwright.toml", ARGUMENT] = "",
    period: PERIOD = None,
    limit: LIMIT = MOST_SHOWN,
    diff: Annotated[tuple[int, int] | None, "instead: what changed between two runs"] = None,
) -> RunFound | list[Difference]:
    """Evaluate every subject of a scheme, store the result as a run, and show the best.

    A run is over the whole deployment. With --diff nothing is evaluated: it shows who changed between two runs, and
    why.
    """
    if diff is not None:
        return differences(session.evaluations, *diff, limit)
    runs = session.runs
    if not scheme:
        raise UsageError(
            _("no scheme is named"), _("dealwright evaluate SCHEME; schemes stand in dealwright.toml")
        )
    made = runs.make(session.evaluations.plan(scheme), period)
    return run_found(session.evaluations, made, limit)


def runs(
    session: Session,
    *,
    scheme: Annotated[str | None, "only those of a scheme"] = None,
    limit: Annotated[int, "how many at the most"] = 50,
) -> list[dict[str, Any]]:
    """List the runs of schemes, the latest first."""
    return [
        {
            "run": each.id, "scheme": each.scheme, "period": each.period, "as_of": each.as_of.isoformat(),
            "version": each.version, "subjects": each.subjects, "state": each.state, "incomplete": each.incomplete,
            "actor": each.actor, "digest": each.digest,
        }
        for each in session.evaluations.runs(scheme, limit)
    ]  # fmt: skip


def listed(
    session: Session,
    *,
    scheme: Annotated[str, "name of a scheme in dealwright.toml", ARGUMENT],
    period: PERIOD = None,
    run: RUN = None,
    limit: LIMIT = MOST_SHOWN,
) -> RunFound:
    """List the evaluations of a run by rank: of the subjects that you may see."""
    label = None if period is None else period.label
    found = session.evaluations
    return run_found(found, found.run(scheme, run, label), limit)


def explain(
    session: Session,
    *,
    ref: Annotated[str, "ref of the subject", ARGUMENT],
    scheme: Annotated[str, "name of a scheme, where more than one evaluated the subject"] = "",
    period: PERIOD = None,
    run: RUN = None,
) -> Evaluation:
    """Explain the evaluation of one subject: every line, why, and what is missing."""
    label = None if period is None else period.label
    return evaluation_found(session.evaluations, ref, scheme, run, label)


def diff(
    session: Session,
    *,
    one: Annotated[int, "number of the earlier run", ARGUMENT],
    other: Annotated[int, "number of the later run", ARGUMENT],
    limit: LIMIT = MOST_SHOWN,
) -> list[Difference]:
    """Show who changed between two runs of a scheme, and which lines made the difference."""
    return differences(session.evaluations, one, other, limit)


def close(session: ChangingSession, *, run: Annotated[int, "number of a run", ARGUMENT]) -> dict[str, Any]:
    """Close a run: it is kept, and its scheme is not evaluated again for its period."""
    closed = session.runs.close(run)
    return {"run": closed.id, "scheme": closed.scheme, "period": closed.period, "state": closed.state}


def refresh(session: ChangingSession) -> list[dict[str, Any]]:
    """Compute the scores anew from which something changed since their run.

    Of a scheme with measures that is a new run for the period of the latest, unless the period is closed.
    """
    return [
        {
            "run": each.run.id,
            "scheme": each.run.scheme,
            "period": each.run.period,
            "computed": each.computed,
            "subjects": each.run.subjects,
            "digest": each.run.digest,
            "refused": each.refused or None,
        }
        for each in session.runs.refresh()
    ]
