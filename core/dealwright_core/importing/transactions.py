"""The transactions of an import: one for each batch, or one for a whole dry run, which comes to nothing."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import define, field

from dealwright_core import door
from dealwright_core.findings import Waiver
from dealwright_core.importing.database import ImportDatabase
from dealwright_core.permissions import Need
from dealwright_core.store.engine import reading
from dealwright_core.store.organisation import read_marks
from dealwright_core.store.session import Session

if TYPE_CHECKING:
    from dealwright_core.platform import Platform

COMMAND = "import"


@define(eq=False)
class Transactions:
    """Opens transactions on behalf of an actor."""

    platform: "Platform"
    actor: str
    waivers: Sequence[Waiver]
    kinds: Collection[str]
    _dry: door.Work | None = field(default=None, init=False)

    @property
    def is_dry(self) -> bool:
        """Whether all is rolled back in the end."""
        return self._dry is not None

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Inside, everything happens in one transaction, and afterwards nothing has happened."""
        try:
            with self._changing() as work:
                self._dry = work
                yield
                raise _RollBack
        except _RollBack:
            pass

    @contextmanager
    def writing(self) -> Iterator[door.Work]:
        """A transaction that commits at its end."""
        if self._dry is not None:
            yield self._dry
            return
        with self._changing() as work:
            yield work

    def _changing(self) -> AbstractContextManager[door.Work]:
        needed: list[Need] = [("import", kind) for kind in sorted(self.kinds)]
        return door.changing(self.platform, self.actor, COMMAND, self.waivers, needed=needed)

    @contextmanager
    def reading(self) -> Iterator[ImportDatabase]:
        """The database as it is now."""
        catalogue = self.platform.catalogue
        if self._dry is not None:
            yield ImportDatabase(self._dry.connection, catalogue, self._dry.session)
            return
        with reading(self.platform.engine) as connection:
            now = datetime.now(UTC)
            acting = self.platform.acting(connection, self.actor, now, read_marks(connection))
            session = Session(connection, catalogue, acting.truth, now, lambda reads: None)
            yield ImportDatabase(connection, catalogue, session)


class _RollBack(Exception):
    """Ends a dry run."""
