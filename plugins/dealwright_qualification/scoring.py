"""Points for an opportunity: three conditions of its own, seven bad and seven golden traits of its customer."""

from collections.abc import Iterator

import attrs

from dealwright import Record, RecordType, ScoringRule, fields, match
from dealwright_qualification.records import CONDITIONS, Qualification, Traits
from dealwright_qualification.settings import Points, Settings


def rules(settings: Settings) -> Iterator[ScoringRule]:
    """The seventeen rules. Where nothing is known they have nothing to say; a trait that is not there gives 0."""
    for name in CONDITIONS:
        worth: Points = getattr(settings.conditions, name)
        yield _rule("qualified", "qualification", Qualification, name, (worth.yes, worth.no))
    for kind, traits in (("bad", settings.bad), ("golden", settings.golden)):
        for name, points in attrs.asdict(traits).items():
            yield _rule(kind, "qualification_traits", Traits, name, (points, 0))


def _rule(kind: str, record: str, cls: type[Record], name: str, worth: tuple[int, int]) -> ScoringRule:
    """A rule for one question: ``worth`` are the points of yes and of no."""
    yes, no = worth
    return ScoringRule(
        f"{kind}-{name.replace('_', '-')}",
        RecordType(cls).by_name[name].title,
        points=match(fields(record)[name], {"yes": yes, "no": no}, default=None),
        lowest=min(worth),
        highest=max(worth),
    )
