"""Questions to scoring rules: what is a record worth, and which channel suits it."""

from collections.abc import Iterator
from typing import Annotated, Any

import attrs

from ..contributions import Channel, Command, Suitability
from ..errors import PluginError, UsageError
from ..evaluation import Score
from ..records.record import Record
from ..store.session import Session
from .records import Ref

ANY_RECORD = Annotated[str, "kind of record, such as customer"]


def scoring_commands() -> Iterator[Command]:
    """Commands that score one record in hand."""
    yield Command("score", score, example="dealwright score O-1", reads=True)
    yield Command("channel.suggest", suggest, example="dealwright channel suggest O-1", reads=True)
    yield Command("channel.list", channels, example="dealwright channel list", reads=True)


def score(session: Session, ref: Ref, kind: ANY_RECORD = "opportunity") -> dict[str, Any]:
    """Score a record by every scoring rule for its kind, and say why."""
    rules = [
        (each.item, each.plugin)
        for each in session.contributions.scoring_rules.values()
        if each.item.subject == session.kind(kind).name
    ]
    if not rules:
        raise UsageError(f"no plugin contributes a scoring rule for {kind}", "see: dealwright plugins list")
    scorer = session.scorer(rules)
    return _as_data(scorer.subject, scorer.score_in(session, session.get(kind, ref)))


def suggest(session: Session, ref: Ref) -> list[dict[str, Any]]:
    """Rank the channels for an opportunity, best first, with the reasons."""
    opportunity = session.get("opportunity", ref)
    ranked = []
    for each in session.contributions.channels.values():
        lines = list(_suitability(session, each.item, each.plugin, opportunity))
        points = sum(line["points"] or 0 for line in lines)
        ranked.append({"channel": each.item.name, "title": each.item.title, "points": points, "lines": lines})
    return sorted(ranked, key=lambda each: (-int(each["points"]), str(each["channel"])))


def _suitability(
    session: Session, channel: Channel, plugin: str, opportunity: Record
) -> Iterator[dict[str, Any]]:
    rules = [(rule, plugin) for rule in channel.suitability]
    if rules:
        for line in session.scorer(rules).score_in(session, opportunity).lines:
            yield {"points": line.points, "reason": line.reason}
    if channel.judge is not None:
        for found in channel.judge(session, opportunity):
            given: object = found
            if not isinstance(given, Suitability) or type(given.points) is not int:
                raise PluginError(
                    plugin,
                    "channels",
                    f"judge of channel {channel.name} yielded {given!r}, not a Suitability",
                )
            yield {"points": found.points, "reason": found.reason}


def channels(session: Session) -> list[dict[str, Any]]:
    """List the channels of this deployment."""
    return [
        {"channel": each.item.name, "title": each.item.title, "kind": each.item.kind, "plugin": each.plugin}
        for each in session.contributions.channels.values()
    ]


def _as_data(subject: str, score: Score) -> dict[str, Any]:
    return {
        "subject": subject, "ref": score.ref, "total": score.total, "complete": not score.missing,
        "missing": list(score.missing), "lines": [attrs.asdict(line) for line in score.lines],
    }  # fmt: skip
