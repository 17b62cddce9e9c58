"""Targets as a batch of changes leaves them, and the plans that are approved."""

from collections.abc import Collection, Iterable

from dealwright import Changes, Session, Target
from dealwright_quota.records import APPROVED, Plan

AT_ONCE = 500


class Known:
    """Reads targets of a session, with those over them that a batch adds or changes, written yet or not."""

    def __init__(self, session: Session, changes: Changes | None = None) -> None:
        self._session = session
        found = () if changes is None else changes.of(Target)
        plans = () if changes is None else changes.of(Plan)
        self.changed = {each.after.id: each.after for each in found if isinstance(each.after, Target)}
        self._plans = {each.after.id: each.after for each in plans if isinstance(each.after, Plan)}
        self._stored: dict[int, Target] = {}

    def target(self, id: int) -> Target | None:
        """The target with this id, None where there is none to be seen."""
        self.load([id])
        return self.changed.get(id) or self._stored.get(id)

    def load_above(self) -> None:
        """Read all that stands above what the batch changes, level by level."""
        level = {each.parent for each in self.changed.values()} - {None}
        seen: set[int] = set()
        while level := {each for each in level if each is not None and each not in seen}:
            seen |= level
            self.load(level)
            level = {found.parent for each in level if (found := self.target(each)) is not None}

    def load(self, ids: Iterable[int]) -> None:
        """Read many targets at once."""
        wanted = sorted({*ids} - self.changed.keys() - self._stored.keys())
        for part in _parts(wanted):
            self._stored |= {each.id: each for each in self._session.find(Target, id=part)}

    def children(self, parents: Collection[int]) -> dict[int, list[Target]]:
        """The children of each of some targets, in order of their ids."""
        found: dict[int, Target] = {}
        for part in _parts(sorted(parents)):
            found |= {each.id: each for each in self._session.find(Target, parent=part)}
        found |= self.changed
        below: dict[int, list[Target]] = {each: [] for each in parents}
        for __, each in sorted(found.items()):
            if each.parent in below:
                below[each.parent].append(each)
        return below

    def rivals(self, targets: Collection[Target]) -> list[Target]:
        """All targets with the measures and the periods of some."""
        measures, periods = ({getattr(each, name) for each in targets} for name in ("measure", "period"))
        found = self._session.find(Target, measure=sorted(measures), period=sorted(periods))
        return [*({each.id: each for each in found} | self.changed).values()]

    def approved(self, targets: Collection[int]) -> set[int]:
        """Those of some targets whose plan is approved."""
        found: dict[int, Plan] = {}
        for part in _parts(sorted(targets)):
            found |= {each.id: each for each in self._session.find(Plan, target=part)}
        found |= self._plans
        return {each.target for each in found.values() if each.state == APPROVED}

    @property
    def planned(self) -> set[int]:
        """The targets whose plans the batch changes."""
        return {each.target for each in self._plans.values()}

    def way_up(self, target: Target) -> list[Target]:
        """The parents of a target, nearest first, until there is none or it comes again."""
        way: list[Target] = []
        seen = {target.id}
        at = target.parent
        while at is not None and (above := self.target(at)) is not None:
            way.append(above)
            if at in seen:
                break
            seen.add(at)
            at = above.parent
        return way


def _parts(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
