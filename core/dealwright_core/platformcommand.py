"""Commands of the core that work on the whole platform, not within one session."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from dealwright_core import door
from dealwright_core.contributions import Command
from dealwright_core.findings import Waiver

if TYPE_CHECKING:
    from dealwright_core.platform import Platform


@frozen(eq=False)
class Call:
    """A call of a command that works on the whole platform."""

    platform: "Platform"
    actor: str
    key: str | None
    waivers: Sequence[Waiver]


@frozen(eq=False)
class PlatformCommand(Command):
    """A command of the core that works on more than a session reaches: its function takes a `Call` in place of one.

    It asks for the rights itself: ``requires`` is the one that the command is listed with.
    """

    function: Callable[..., door.Outcome]
