"""Calls of plugins. Whatever one of them does, the others go on, and what went wrong is told with names."""

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from traceback import extract_tb
from types import GeneratorType, TracebackType
from typing import Any, TypeVar

from attrs import field, frozen
from sqlalchemy.exc import DBAPIError

from dealwright_core.errors import ConfigError, Conflict, DealwrightError, PluginError, Refused
from dealwright_core.findings import Finding
from dealwright_core.host.border import mistake
from dealwright_core.language import core as _
from dealwright_core.language import joined

MOST_ITEMS = 10_000
MOST_FINDINGS = 1_000
GUARD_FAILED = "guard-failed"
GUARD_ALTERED = "guard-altered-a-record"

Result = TypeVar("Result")


@frozen
class Fault:
    """What a plugin did wrong at work: in which hook, command, report or other function of its, and what."""

    plugin: str
    hook: str
    message: str


@frozen
class GuardFault(Finding):
    """The finding that a guard itself is at fault."""

    fault: Fault = field(kw_only=True)


def faults_of(error: DealwrightError) -> list[Fault]:
    """What plugins did wrong, as far as an error tells of it."""
    if isinstance(error, PluginError):
        return [Fault(error.plugin, error.hook or "", error.message)]
    findings = error.findings if isinstance(error, Refused) else ()
    return [each.fault for each in findings if isinstance(each, GuardFault)]


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
    """Everything that a contribution hook yields. Raises PluginError; ConfigError where the hook says that settings,
    which are good by themselves, do not fit the deployment.
    """
    with _Blamed(implementation, passing=(ConfigError,)):
        return _listed(implementation(deployment=deployment), MOST_ITEMS, _("items"))


def call_guard(
    guard: Implementation, changes: Sequence[Any], session: Any, deployment: Any = None
) -> list[Finding]:
    """What a guard finds in a batch of changes. A guard that fails blocks, and that cannot be waived.

    A `Conflict` from the session passes through: it is nobody's fault, and the command is repeated.
    """
    try:
        with _Blamed(guard, passing=(Conflict,)):
            returned = guard(changes=changes, session=session, deployment=deployment)
            findings = [] if returned is None else _listed(returned, MOST_FINDINGS, _("findings"))
            for at, each in enumerate(findings):
                if (wrong := mistake(each, Finding, _("finding {at}", at=at + 1))) is not None:
                    raise _Broken(wrong)
    except PluginError as error:
        fault = Fault(guard.plugin, guard.hook, error.message)
        return [GuardFault(GUARD_FAILED, "block", error.text, fault=fault)]
    return findings


def altering(guard: Implementation, kind: str, ref: str) -> GuardFault:
    """The finding that a guard altered a record that it was shown. It blocks, and cannot be waived."""
    message = _("altered {kind} {ref} when asked to look at it", kind=kind, ref=ref)
    fault = Fault(guard.plugin, guard.hook, message)
    return GuardFault(
        GUARD_ALTERED,
        "block",
        _("plugin {plugin} {message}", plugin=guard.plugin, message=message),
        ref,
        fault=fault,
    )


def call_observer(observer: Implementation, events: Sequence[Any], platform: Any) -> str | None:
    """Hand events to an observer. Returns what went wrong, None where nothing did."""
    try:
        with _Blamed(observer):
            observer(events=tuple(events), platform=platform)
    except PluginError as error:
        return str(error)
    return None


def call_function(
    plugin: str, what: str, function: Callable[..., Result], /, *args: Any, **kwargs: Any
) -> Result:
    """The result of a contributed function, such as that of a check. Raises PluginError where it breaks.

    Errors of ours pass through: a command may refuse, and may not find what it is asked for. So do those of the
    database: it may ask for the whole transaction again.
    """
    with _Blamed(Implementation(plugin, what, function, frozenset()), passing=(DealwrightError, DBAPIError)):
        return function(*args, **kwargs)


def told(error: BaseException) -> str:
    """An error with its type, and with the line of code that raised it."""
    try:
        said = str(error).strip().replace("\0", "")
    except Exception:  # its text is the plugin's own code, too
        said = _("its text cannot be read")
    name = type(error).__name__
    frames = extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return joined("", (name, ": ", said, place)) if said else joined("", (name, place))


class _Broken(Exception):
    """A plugin did what the hook does not allow."""


class _Blamed:
    """Turns what a plugin raises, but for KeyboardInterrupt and ``passing``, into a PluginError naming it.

    A class, because a guard is asked at every change: a generator would take three times as long.
    """

    __slots__ = ("_implementation", "_passing", "_start")

    def __init__(self, implementation: Implementation, passing: tuple[type[BaseException], ...] = ()) -> None:
        self._implementation, self._passing = implementation, passing

    def __enter__(self) -> None:
        if self._implementation.is_traced:
            self._start = time.perf_counter_ns()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        blamed = self._implementation
        if blamed.is_traced:
            taken = (time.perf_counter_ns() - self._start) / 1e6
            sys.stderr.write(f"dealwright: plugin {blamed.plugin}: {blamed.hook}: {taken:.3f} ms\n")
        if error is None or isinstance(error, (KeyboardInterrupt, *self._passing)):
            return
        if isinstance(error, _Broken):
            raise PluginError(blamed.plugin, blamed.hook, error.args[0]) from None
        raise PluginError(
            blamed.plugin, blamed.hook, _("raised {told}", told=told(error))
        ) from error  # SystemExit included


def _listed(returned: Any, most: int, what: str) -> list[Any]:
    """The items of ``returned``, of which there may be ``most``, so that what never ends is found out."""
    if type(returned) is not GeneratorType and (
        isinstance(returned, str | bytes | Mapping) or not isinstance(returned, Iterable)
    ):
        if hasattr(returned, "close"):
            returned.close()  # a coroutine would complain that nobody waited for it
        raise _Broken(
            _(
                "returned {type}, not {what}: yield them, or return a list",
                type=type(returned).__name__,
                what=what,
            )
        )
    items = list(islice(returned, most + 1))
    if len(items) > most:
        raise _Broken(_("gave more than {most:,} {what}", most=most, what=what))
    return items
