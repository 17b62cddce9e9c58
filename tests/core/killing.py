"""Killing a process at its n-th database statement, as a power cut or an impatient operator would."""

import os
import signal
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.engine import Engine


def killed_at(statement: int, work: Callable[[Callable[[Engine], None]], None]) -> bool:
    """Run ``work`` in a child that dies of SIGKILL just before its n-th statement; whether it came to its end instead.

    ``work`` gets a function to call with each engine it makes.
    """
    child = os.fork()
    if child == 0:
        _be_killed(statement, work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the child failed on its own"
    return True


def _be_killed(statement: int, work: Callable[[Callable[[Engine], None]], None]) -> None:
    seen = 0

    def count(*about: object) -> None:
        nonlocal seen
        if len(about) > 2 and str(about[2]).lstrip().startswith("PRAGMA"):
            return  # it asks for the shape of a table
        seen += 1
        if seen >= statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", count)
        event.listen(engine, "commit", count)

    try:
        work(watch)
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
