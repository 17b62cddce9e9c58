"""Questions to scoring rules: what is a record worth, and which channel suits it."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

from attrs import frozen

from dealwright_core.commands.records import Ref
from dealwright_core.contributions import Channel, Command, Suitability
from dealwright_core.errors import DealwrightError, PluginError, UsageError
from dealwright_core.evaluation import Line
from dealwright_core.host.border import mistake
from dealwright_core.host.faults import call_function
from dealwright_core.host.registry import Contributed
from dealwright_core.language import Titled, Told, joined
from dealwright_core.language import core as _
from dealwright_core.records.record import Record
from dealwright_core.store.session import Session

MOST_JUDGEMENTS = 1_000
ANY_RECORD = Annotated[str, "kind of record, such as customer"]


@frozen(kw_only=True)
class Scored(Told):
    """The points that the rules for its kind give a record. ``missing`` names those whose points do not count; without
    any the score is complete.
    """

    subject: str
    ref: str
    total: int
    complete: bool
    missing: tuple[str, ...]
    lines: tuple[Line, ...]

    def _told(self) -> Iterator[str]:
        yield f"{self.subject} {self.ref}: {self.total}"
        for each in self.missing:
            yield _("incomplete: {each}", each=each)
        told = [each for each in self.lines if each.points is not None]
        for line in told:
            title = Titled(line.title, line.title)
            yield joined("", (f"{line.points:>7}  ", title, ": ", line.reason, f" [{line.plugin}]"))
        if silent := len(self.lines) - len(told):
            yield _.counted(
                silent,
                "{count} rule knows too little to say anything",
                "{count} rules know too little to say anything",
            )


def scoring_commands() -> Iterator[Command]:
    """Commands about channels, which are scored for a deal; ``score`` is a command of the platform: see `scores`."""
    yield Command("channel.suggest", suggest, example="dealwright channel suggest O-1", reads=True)
    yield Command("channel.list", channels, example="dealwright channel list", reads=True)


def score(session: Session, ref: str, kind: str = "opportunity") -> Scored:
    """What every scoring rule for its kind gives a record, and why."""
    rules = [
        (each.item, each.plugin)
        for each in session.contributions.scoring_rules.values()
        if each.item.subject == session.kind(kind).name
    ]
    if not rules:
        raise UsageError(
            _("no plugin contributes a scoring rule for {kind}", kind=kind), _("see: dealwright plugins list")
        )
    scorer = session.scorer(rules)
    found = scorer.score_in(session, session.get(kind, ref))
    return Scored(
        subject=scorer.subject,
        ref=found.ref,
        total=found.total,
        complete=not found.missing,
        missing=found.missing,
        lines=found.lines,
    )


def suggest(session: Session, ref: Ref) -> list[dict[str, Any]]:
    """Rank the channels for an opportunity, best first, with the reasons, and with what is missing from each."""
    opportunity = session.get("opportunity", ref)
    ranked = [_suited(session, each, opportunity) for each in session.contributions.channels.values()]
    return sorted(ranked, key=lambda each: (-int(each["points"]), str(each["channel"])))


def _suited(session: Session, channel: Contributed[Channel], opportunity: Record) -> dict[str, Any]:
    lines, missing = _scored(session, channel, opportunity)
    try:
        lines += _judged(session, channel, opportunity)
    except DealwrightError as error:
        missing.append(error.text)
    points = sum(line["points"] or 0 for line in lines)
    return {
        "channel": channel.item.name, "title": channel.item.title, "points": points, "complete": not missing,
        "missing": missing, "lines": lines,
    }  # fmt: skip


def _scored(
    session: Session, channel: Contributed[Channel], opportunity: Record
) -> tuple[list[dict[str, Any]], list[str]]:
    """What the suitability rules of a channel give, and what they could not."""
    rules = [(rule, channel.plugin) for rule in channel.item.suitability]
    if not rules:
        return [], []
    score = session.scorer(rules).score_in(session, opportunity)
    return [{"points": line.points, "reason": line.reason} for line in score.lines], list(score.missing)


def _judged(session: Session, channel: Contributed[Channel], opportunity: Record) -> list[dict[str, Any]]:
    """What the judge of a channel says. Raises `PluginError` where it breaks."""
    judge, what = channel.item.judge, _("judge of channel {channel}", channel=channel.item.name)
    if judge is None:
        return []

    def ask() -> list[Any]:
        return list(islice(judge(session, opportunity), MOST_JUDGEMENTS + 1))

    found = call_function(channel.plugin, what, ask)
    if len(found) > MOST_JUDGEMENTS:
        raise PluginError(
            channel.plugin,
            what,
            _("gave more than {most:,} judgements", most=MOST_JUDGEMENTS),
        )
    for each in found:
        if (wrong := mistake(each, Suitability, "judgement")) is not None:
            raise PluginError(channel.plugin, what, wrong)
    return [{"points": each.points, "reason": each.reason} for each in found]


def channels(session: Session) -> list[dict[str, Any]]:
    """List the channels of this deployment."""
    return [
        {"channel": each.item.name, "title": each.item.title, "kind": each.item.kind, "plugin": each.plugin}
        for each in session.contributions.channels.values()
    ]
