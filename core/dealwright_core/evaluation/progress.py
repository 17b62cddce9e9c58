"""How far a run has come, told to whoever follows it, such as a bar on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import frozen

from dealwright_core.language import core as _


@frozen
class Progress:
    """A step of a run: what is done of it, and of how much where that is known.

    ``name`` is what a measure or a rule is called, where the step is about one.
    """

    phase: str
    name: str = ""
    done: int = 0
    of: int | None = None


OnProgress = Callable[[Progress], None]
MEASURES, FUNCTIONS = _("measures"), _("functions")
STORING, CHECKING = _("storing"), _("checking")

_FOLLOWER: ContextVar[OnProgress | None] = ContextVar("follower", default=None)


@contextmanager
def following(on_progress: OnProgress | None) -> Iterator[None]:
    """Call ``on_progress`` at every step of the runs that are made within, in this context alone."""
    token = _FOLLOWER.set(on_progress)
    try:
        yield
    finally:
        _FOLLOWER.reset(token)


def is_followed() -> bool:
    """Whether somebody is told."""
    return _FOLLOWER.get() is not None


def tell(phase: str, name: str = "", done: int = 0, of: int | None = None) -> None:
    """Tell whoever follows."""
    follower = _FOLLOWER.get()
    if follower is not None:
        follower(Progress(phase, name, done, of))
