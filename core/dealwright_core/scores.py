"""``score``: one record at this moment, or with ``--stale`` what has changed since it was scored."""

from collections.abc import Iterator
from typing import Annotated, Any

from dealwright_core.commands.scoring import ANY_RECORD, score
from dealwright_core.commands.signature import ARGUMENT
from dealwright_core.config.sections import CORE
from dealwright_core.contributions import Command
from dealwright_core.door import Outcome
from dealwright_core.errors import UsageError
from dealwright_core.host.faults import call_function
from dealwright_core.language import core as _
from dealwright_core.platformcommand import Call, PlatformCommand
from dealwright_core.store.session import Session
from dealwright_core.values import Period

NAME = "score"


def score_commands() -> Iterator[Command]:
    """The command ``score``, which reads, and writes where it is to refresh."""
    yield PlatformCommand(NAME, scored, example="dealwright score O-1", requires="report score")


def scored(
    call: Call,
    *,
    ref: Annotated[str, "ref of the record", ARGUMENT] = "",
    kind: ANY_RECORD = "opportunity",
    scheme: Annotated[str, "by a scheme of dealwright.toml, in place of every rule for the kind"] = "",
    period: Annotated[Period | None, "period such as 2026-Q1, of a scheme with measures"] = None,
    stale: Annotated[bool, "compute anew what changed since it was scored, in all schemes"] = False,
) -> Outcome:
    """Score a record by every scoring rule for its kind or by a scheme, and say why.

    With --stale the stored scores are computed anew from which something changed.
    """
    if stale == bool(ref):
        raise UsageError(_("name one record, or say --stale"), _("dealwright score REF"))
    if stale:
        return call.platform.run("evaluation.refresh", actor=call.actor, key=call.key, waivers=call.waivers)
    with call.platform.reading_for(call.actor, [("report", NAME)], CORE, NAME) as session:
        value = call_function(CORE, NAME, lambda: _value(session, ref, kind, scheme, period))
        return Outcome(value, tuple(session.remarks))


def _value(session: Session, ref: str, kind: str, scheme: str, period: Period | None) -> Any:
    if scheme:
        return session.evaluations.now(session.evaluations.plan(scheme), ref, period)
    return score(session, ref, kind)
