"""Killing a process at its n-th database statement, as a power cut or an impatient operator would."""

import os
import signal
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.engine import Engine

COMMIT = "COMMIT"


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


def statements_of(work: Callable[[Callable[[Engine], None]], None]) -> list[str]:
    """The statements that ``work`` runs from beginning to end, in this process; a commit is `COMMIT`."""
    seen: list[str] = []
    work(lambda engine: _before_each_statement(engine, seen.append))
    return seen


def _before_each_statement(engine: Engine, call: Callable[[str], object]) -> None:
    def before(*about: object) -> None:
        statement = str(about[2]) if len(about) > 2 else COMMIT
        if not statement.lstrip().startswith("PRAGMA"):  # it asks for the shape of a table
            call(statement)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "commit", before)


def _be_killed(statement: int, work: Callable[[Callable[[Engine], None]], None]) -> None:
    seen = 0

    def count(_statement: str) -> None:
        nonlocal seen
        seen += 1
        if seen >= statement:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        work(lambda engine: _before_each_statement(engine, count))
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
