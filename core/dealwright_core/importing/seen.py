"""Which records the rows of a run have fed already."""

from collections.abc import Collection


class Seen:
    """Records by kind and id, one byte for each id. What a transaction added goes with it where it is rolled
    back.
    """

    def __init__(self) -> None:
        self._flags: dict[str, bytearray] = {}
        self._added: list[tuple[str, Collection[int]]] = []

    def has(self, kind: str, id: int) -> bool:
        """Whether a row of this run fed the record."""
        flags = self._flags.get(kind, b"")
        return id < len(flags) and bool(flags[id])

    def new(self, kind: str, ids: Collection[int]) -> Collection[int]:
        """Those of the records that no row fed yet."""
        return [id for id in ids if not self.has(kind, id)] if kind in self._flags else ids

    def add(self, kind: str, ids: Collection[int]) -> None:
        """Remember records that are `new`."""
        if not ids:
            return
        self._added.append((kind, ids))
        flags = self._flags.setdefault(kind, bytearray())
        missing = max(ids) + 1 - len(flags)
        if missing > 0:
            flags.extend(bytes(missing))
        self._set(kind, ids, 1)

    def commit(self) -> None:
        """What was added stays."""
        self._added.clear()

    def roll_back(self) -> None:
        """Forget what was added since the last `commit`."""
        for kind, ids in self._added:
            self._set(kind, ids, 0)
        self._added.clear()

    def _set(self, kind: str, ids: Collection[int], flag: int) -> None:
        flags = self._flags[kind]
        if isinstance(ids, range):
            flags[ids.start : ids.stop] = bytes([flag]) * len(ids)
            return
        for id in ids:
            flags[id] = flag
