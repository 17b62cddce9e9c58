"""Calls of plugins. Whatever one of them does, the others go on, and what went wrong is told with names."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypeVar

from attrs import frozen
from sqlalchemy.exc import DBAPIError

from dealwright_core.errors import Conflict, DealwrightError, PluginError
from dealwright_core.findings import Finding
from dealwright_core.host.border import mistake

MOST_ITEMS = 10_000
MOST_FINDINGS = 1_000
GUARD_FAILED = "guard-failed"

Result = TypeVar("Result")


@frozen(eq=False)
class Implementation:
    """A plugin's function for a hook, the arguments it declares, and the plugin's settings."""

    plugin: str
    hook: str
    function: Callable[..., Any]
    takes: frozenset[str]
    settings: Any = None
    is_traced: bool = False

    def __call__(self, **offered: Any) -> Any:
        """Call the function with those of the arguments, and of ``settings``, that it declares."""
        offered["settings"] = self.settings
        return self.function(**{name: offered[name] for name in self.takes})


def call_contribution(implementation: Implementation, deployment: Any) -> list[Any]:
    """Everything that a contribution hook yields. Raises PluginError."""
    with _blamed(implementation):
        return _listed(implementation(deployment=deployment), MOST_ITEMS, "items")


def call_guard(guard: Implementation, changes: Sequence[Any], session: Any) -> list[Finding]:
    """What a guard finds in a batch of changes. A guard that fails blocks, and that cannot be waived.

    A `Conflict` from the session passes through: it is nobody's fault, and the command is repeated.
    """
    try:
        with _blamed(guard, passing=(Conflict,)):
            returned = guard(changes=changes, session=session)
            findings = [] if returned is None else _listed(returned, MOST_FINDINGS, "findings")
            for at, each in enumerate(findings):
                if (wrong := mistake(each, Finding, f"finding {at + 1}")) is not None:
                    raise _Broken(wrong)
    except PluginError as error:
        return [Finding(GUARD_FAILED, "block", str(error))]
    return findings


def call_observer(observer: Implementation, events: Sequence[Any], platform: Any) -> str | None:
    """Hand events to an observer. Returns what went wrong, None where nothing did."""
    try:
        with _blamed(observer):
            observer(events=tuple(events), platform=platform)
    except PluginError as error:
        return str(error)
    return None


def call_function(
    plugin: str, what: str, function: Callable[..., Result], *args: Any, **kwargs: Any
) -> Result:
    """The result of a contributed function, such as that of a check. Raises PluginError where it breaks.

    Errors of ours pass through: a command may refuse, and may not find what it is asked for. So do those of the
    database: it may ask for the whole transaction again.
    """
    with _blamed(Implementation(plugin, what, function, frozenset()), passing=(DealwrightError, DBAPIError)):
        return function(*args, **kwargs)


def told(error: BaseException) -> str:
    """An error with its type, and with the line of code that raised it."""
    said = str(error).strip()
    name = type(error).__name__
    frames = extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{name}: {said}{place}" if said else f"{name}{place}"


class _Broken(Exception):
    """A plugin did what the hook does not allow."""


@contextmanager
def _blamed(implementation: Implementation, passing: tuple[type[BaseException], ...] = ()) -> Iterator[None]:
    """Turn what a plugin raises, but for KeyboardInterrupt and ``passing``, into a PluginError naming it."""
    start = time.perf_counter_ns()
    let_through: tuple[type[BaseException], ...] = (KeyboardInterrupt, *passing)
    try:
        yield
    except let_through:
        raise
    except _Broken as error:
        raise PluginError(implementation.plugin, implementation.hook, str(error)) from None
    except BaseException as error:  # SystemExit included
        raise PluginError(implementation.plugin, implementation.hook, f"raised {told(error)}") from error
    finally:
        if implementation.is_traced:
            taken = (time.perf_counter_ns() - start) / 1e6
            sys.stderr.write(
                f"dealwright: plugin {implementation.plugin}: {implementation.hook}: {taken:.3f} ms\n"
            )


def _listed(returned: Any, most: int, what: str) -> list[Any]:
    """The items of ``returned``, of which there may be ``most``, so that what never ends is found out."""
    if isinstance(returned, str | bytes | Mapping) or not isinstance(returned, Iterable):
        if hasattr(returned, "close"):
            returned.close()  # a coroutine would complain that nobody waited for it
        raise _Broken(f"returned {type(returned).__name__}, not {what}: yield them, or return a list")
    items = list(islice(returned, most + 1))
    if len(items) > most:
        raise _Broken(f"gave more than {most:,} {what}")
    return items
