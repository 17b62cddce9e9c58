"""Every error of ours, one branch for each thing a caller can do about it.

`exit_code` is what the command line ends with: 1 refused or failed, 2 usage, 3 configuration, 4 plugin.
"""

from collections.abc import Iterable
from typing import ClassVar

from attrs import frozen

from dealwright_core.findings import Finding
from dealwright_core.language import Titled, joined
from dealwright_core.language import core as _


class DealwrightError(Exception):
    """Root of all errors raised on purpose."""

    exit_code: ClassVar[int] = 1

    @property
    def text(self) -> str:
        """What `said` puts into the language of whoever reads; ``str`` of an error is English."""
        return joined(" ", self.args)

    def __str__(self) -> str:
        return str(self.text)


@frozen
class Problem:
    """One mistake in a configuration: the path of the key, what is wrong, and where it was written.

    `line` counts from 1; `hint` ends the message, such as `did you mean 'accelerator'?`.
    """

    path: str
    message: str
    file: str | None = None
    line: int | None = None
    hint: str | None = None

    @property
    def text(self) -> str:
        """All of it as a message."""
        place = self.file or ""
        if self.line is not None:
            place = f"{place}:{self.line}" if place else _("line {line}", line=self.line)
        said = joined(": ", (part for part in (place, self.path, self.message) if part))
        return joined("", (said, ", ", self.hint)) if self.hint else said

    def __str__(self) -> str:
        return str(self.text)


class ConfigError(DealwrightError):
    """The configuration cannot be used; `problems` lists every mistake found, in the order of the file."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @property
    def text(self) -> str:
        """Every problem on a line."""
        return joined("\n", (each.text for each in self.problems))


class PluginError(DealwrightError):
    """A plugin broke a rule or failed; `hook` is None when it failed outside a hook, as when loading."""

    exit_code = 4

    def __init__(self, plugin: str, hook: str | None, message: str) -> None:
        self.plugin, self.hook, self.message = plugin, hook, message
        super().__init__(plugin, hook, message)

    @property
    def text(self) -> str:
        """The plugin, the hook and what happened."""
        plugin = _("plugin {plugin}", plugin=self.plugin)
        return joined(": ", filter(None, (plugin, self.hook, self.message)))


class Refused(DealwrightError):
    """A command was refused and changed nothing; `findings` say why, the blocking ones and the warnings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings)

    @property
    def text(self) -> str:
        """Every finding on a line."""
        return joined("\n", (each.text for each in self.findings))


class Conflict(DealwrightError):
    """Someone else changed `ref` first: read it again and repeat."""

    def __init__(self, message: str, ref: str | None = None) -> None:
        self.message, self.ref = message, ref
        super().__init__(message, ref)

    @property
    def text(self) -> str:
        """The message."""
        return self.message


class NotFound(DealwrightError):
    """There is no such record, or it is hidden from the actor: the two are answered alike."""

    def __init__(self, kind: str, ref: str) -> None:
        self.kind, self.ref = kind, ref
        super().__init__(kind, ref)

    @property
    def text(self) -> str:
        """The kind and the ref that nothing has."""
        return _("no {kind} {ref!r}", kind=Titled(self.kind), ref=self.ref)


class UsageError(DealwrightError):
    """An argument cannot be used; `hint` says what to write instead."""

    exit_code = 2

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message, self.hint = message, hint
        super().__init__(message, hint)

    @property
    def text(self) -> str:
        """The message and the hint."""
        return joined("", (self.message, "; ", self.hint)) if self.hint else self.message


class InvalidValue(UsageError, ValueError):
    """A value is not what its type can hold: wrong form, out of range, or finer than can be kept exactly."""
