"""``dealwright --help`` with 20 plugins against importing click."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.deployments import CONFIG, console_script, installed_plugins
from benchmarks.paired import Result, paired, timed

ROUNDS = 41


def measure(rows: int) -> Iterator[Result]:
    """One result."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plugins").mkdir()
        installed_plugins(folder / "plugins", 20)
        (folder / "dealwright.toml").write_text(CONFIG, encoding="utf-8")
        # Without byte code every start compiles everything again, and the measurement says nothing.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPATH": str(folder / "plugins"), "XDG_CACHE_HOME": str(folder / "cache")}

        def run(*command: str) -> str:
            done = subprocess.run(
                command, env=environment, cwd=folder, check=True, capture_output=True, text=True
            )
            return done.stdout

        shown = run(console_script(), "--help")
        assert "sample19" in shown, "the help does not know the plugins"
        ours, floor = paired(
            lambda: timed(lambda: run(console_script(), "--help")),
            lambda: timed(lambda: run(sys.executable, "-c", "import click")),
            ROUNDS,
        )
        yield Result("dealwright --help with 20 plugins", 'python -c "import click"', ours, floor, 2.0)
