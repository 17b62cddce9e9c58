"""How far runs of schemes come, on stderr where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dealwright_core.language import joined, said

if TYPE_CHECKING:
    from dealwright_core.evaluation.progress import Progress


@contextmanager
def runs_shown() -> Iterator[None]:
    """A bar for each step of the runs that are made within; nothing where nobody looks, or rich is not installed."""
    if not sys.stderr.isatty():
        yield
        return
    from dealwright_core.evaluation.progress import following

    shown = _Bars()
    try:
        with following(shown):
            yield
    finally:
        shown.close()


class _Bars:
    """Bars, from the first step on: most commands make no run, and rich takes its time to load."""

    def __init__(self) -> None:
        self._bars: Any = None  # rich may not be installed
        self._tasks: dict[tuple[str, str], Any] = {}
        self._is_wanted = True

    def __call__(self, progress: "Progress") -> None:
        if self._bars is None and self._is_wanted:
            self._start()
        if self._bars is None:
            return
        key = (progress.phase, progress.name)
        if key not in self._tasks:
            self._finish()
            what = said(joined(": ", (each for each in key if each)))
            self._tasks[key] = self._bars.add_task(what, total=progress.of)
        self._bars.update(self._tasks[key], completed=progress.done, total=progress.of)

    def close(self) -> None:
        """Take the bars away."""
        if self._bars is not None:
            self._bars.stop()

    def _start(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import Progress as Bars
        except ImportError:
            self._is_wanted = False
            return
        console = Console(file=sys.stderr)
        self._is_wanted = console.is_terminal
        if self._is_wanted:
            self._bars = Bars(console=console, transient=True)
            self._bars.start()

    def _finish(self) -> None:
        """Show the steps before as done: one begins when the other has ended."""
        for task in self._tasks.values():
            self._bars.update(task, completed=1, total=1)
