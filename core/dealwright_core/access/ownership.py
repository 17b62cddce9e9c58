"""To whom a record belongs: to members and teams, by its own links or by those of what it hangs on."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import frozen

from dealwright_core.access.owners import MEMBER, TEAM
from dealwright_core.access.rights import DECLARED, EVERYTHING, OWNED, REFERENCE
from dealwright_core.records.recordtype import RecordType

OWNERS = (MEMBER, TEAM)
OF_CORE = "dealwright_core.records."


@frozen(eq=False)
class Ownership:
    """How the kinds of a deployment are owned. A kind that is neither owned nor reference is for those who may
    see all of it.
    """

    kinds: Mapping[str, RecordType]

    @cached_property
    def paths(self) -> Mapping[str, tuple[str, ...]]:
        """The links of each kind that lead to its owners, at once or by way of another owned record."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.kinds:
            self._find(name, found, ())
        return found

    def holders(self, kind: str) -> frozenset[str]:
        """To whom records of a kind may belong in the end: ``member``, ``team``, both or neither."""
        targets = {self.kinds[kind].by_name[link].link or "" for link in self.paths[kind]}
        above = (self.holders(each) for each in targets if each not in OWNERS)
        return frozenset(targets & {*OWNERS}).union(*above)

    def whole(self, kind: str) -> str:
        """The kind whose rights count: a part, such as a line, goes with the record it is a part of."""
        known = self.kinds.get(kind)
        if known is None or not known.part_of:
            return kind
        return self.whole(known.by_name[known.part_of].link or "")

    def groups(self, kind: str) -> frozenset[str]:
        """The names by which a right may mean a kind, its own included."""
        whole = self.whole(kind)
        known = self.kinds.get(whole)
        names = {whole, EVERYTHING}
        if known is not None and known.is_reference:
            names.add(REFERENCE)
        if self.paths.get(whole):
            names.add(OWNED)
            if known is not None and not known.cls.__module__.startswith(OF_CORE):
                names.add(DECLARED)
        return frozenset(names)

    def _find(self, name: str, found: dict[str, tuple[str, ...]], above: tuple[str, ...]) -> tuple[str, ...]:
        if name in found or name in above or name not in self.kinds:
            return found.get(name, ())
        kind = self.kinds[name]
        owned = {
            link
            for link, target in self._candidates(kind)
            if target in OWNERS or self._find(target, found, (*above, name))
        }
        found[name] = tuple(each.name for each in kind.fields if each.name in owned)
        return found[name]

    @staticmethod
    def _candidates(kind: RecordType) -> Iterable[tuple[str, str]]:
        """The links that may lead to owners: those stated; else ``owner``; else the first one required."""
        links = {each.name: each.link for each in kind.fields if each.link is not None}
        if kind.is_reference:
            return []
        if kind.part_of:
            return [(kind.part_of, links[kind.part_of])]
        if kind.owned_by is not None:
            return [(name, links[name]) for name in kind.owned_by]
        if links.get("owner") == MEMBER:
            return [("owner", MEMBER)]
        required = [each.name for each in kind.fields if each.link is not None and each.required]
        return [(name, links[name]) for name in required[:1]]
