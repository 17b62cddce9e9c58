"""Help: an example first, no plugin and no database library loaded, and there whatever else is broken."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import Result

from dealwright.cli.hostcommands import HOST
from dealwright.cli.main import EXAMPLE, hoisted

Run = Callable[..., Result]

ASK = """
import sys
from dealwright.cli.main import cli
try:
    cli.main(sys.argv[1:], prog_name="dealwright")
except SystemExit as ended:
    assert ended.code == 0, ended.code
print(*sys.modules, file=sys.stderr)
"""


def modules_loaded_by(folder: Path, *typed: str) -> set[str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONSAFEPATH": "1"}
    asked = [sys.executable, "-c", ASK, *typed]
    done = subprocess.run(asked, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "typed", [("--help",), ("opportunity", "--help"), ("report", "--help"), ("db", "--help")]
)
def test_help_loads_neither_a_plugin_nor_a_database_library(
    shop: Run, tmp_path: Path, typed: tuple[str, ...]
) -> None:
    modules_loaded_by(tmp_path, "--help")
    loaded = modules_loaded_by(tmp_path, *typed)
    heavy = {"sqlalchemy", "alembic", "attrs", "attr", "cattrs", "pluggy", "rich", "dealwright_direct"}
    assert not loaded & heavy
    assert not {name for name in loaded if name.startswith(("dealwright_core.store", "dealwright_funnel"))}


def test_the_first_help_is_that_of_the_next(shop: Run) -> None:
    assert shop("--help").stdout == shop("--help").stdout


def test_help_starts_with_an_example_that_works(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run("--help").stdout
    assert said.index(EXAMPLE[0]) < said.index("Options:")
    for line in EXAMPLE:
        program, *typed = shlex.split(line)
        if program == "cd":
            monkeypatch.chdir(typed[0])
        else:
            run(*typed)


def test_commands_stand_in_sections(shop: Run) -> None:
    said = shop("--help").stdout
    places = [
        said.index(f"\n{section}:") for section in ("Deployment", "Records", "Reports and scores", "Plugins")
    ]
    assert places == sorted(places)
    assert "opportunity " in said[places[1] : places[2]]


def test_every_host_command_is_where_the_list_says() -> None:
    for name, command in HOST.items():
        found = getattr(import_module(f"dealwright.cli.{command.module}"), command.attribute)
        assert found.name == name


def test_a_command_shows_its_example_before_its_options(shop: Run) -> None:
    said = shop("opportunity", "advance", "--help").stdout
    assert said.index("dealwright opportunity advance O-1 --to engaging") < said.index("Options:")
    assert "--lost-reason" in said
    assert "[required]" in said


def test_without_a_deployment_help_works_and_commands_say_how_to_make_one(run: Run) -> None:
    assert "opportunity" in run("--help").stdout
    assert "advance" in run("opportunity", "--help").stdout
    assert "--lost-reason" in run("opportunity", "advance", "--help").stdout
    for typed in ("opportunity list", "report won", "db status", "visit list", "config show", "doctor"):
        stderr = run(*typed.split(), code=3).stderr
        assert stderr == "no dealwright.toml here; make one: dealwright init DIR\n"


def test_a_broken_configuration_does_not_break_help(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dealwright.toml").write_text('[deployment]\ncurency = "USD"\n')
    for _ in range(2):
        result = run("--help")
        assert "opportunity" in result.stdout
        assert "did you mean 'currency'?" in result.stderr


def test_help_follows_the_configuration(shop: Run, tmp_path: Path) -> None:
    assert "site-visit" not in shop("--help").stdout
    with (tmp_path / "dealwright.toml").open("a") as file:
        file.write(
            '\n[records.site_visit]\non = "customer"\n[records.site_visit.fields.day]\ntype = "date"\n'
        )
    assert "site-visit" in shop("--help").stdout
    assert "add" in shop("site-visit", "--help").stdout


def test_help_follows_what_is_installed(shop: Run, install: Callable[[str, str], None]) -> None:
    assert "greet" not in shop("--help").stdout
    install(
        "greet",
        "from dealwright import Command, hookimpl\n"
        "def hello(session, *, json: str = 'you', key_: bool = False):\n"
        "    '''Say hello.'''\n"
        "    return f'hello {json}'\n"
        "@hookimpl\n"
        "def commands():\n"
        "    yield Command('greet.hello', hello, reads=True)\n",
    )
    assert "greet" in shop("--help").stdout
    assert "Say hello" in shop("greet", "--help").stdout
    assert shop("greet", "hello", "--with-json", "Ann").stdout == "hello Ann\n"


def test_a_plugin_that_was_put_right_is_there_at_once(
    shop: Run, install: Callable[[str, str], None], tmp_path: Path
) -> None:
    install("greet", "raise ImportError('later')")
    assert "greet" not in shop("--help").stdout
    [source] = (tmp_path / "site").glob("*.py")
    source.write_text(
        "from dealwright import Command, hookimpl\n"
        "def hello(session):\n    'Say hello.'\n    return 'hello'\n"
        "@hookimpl\ndef commands():\n    yield Command('greet.hello', hello, reads=True)\n"
    )
    assert shop("greet", "hello").stdout == "hello\n"
    assert "greet" in shop("--help").stdout


def test_without_plugins_help_lists_the_core_alone(shop: Run) -> None:
    assert "direct-territory" in shop("--help").stdout
    assert "direct-territory" not in shop("--no-plugins", "--help").stdout


def test_global_options_may_stand_anywhere() -> None:
    typed = ["customer", "show", "C-1", "--json", "--config=x.toml", "--as", "anna"]
    assert hoisted(typed) == ["--json", "--config=x.toml", "--as", "anna", "customer", "show", "C-1"]
    assert hoisted(["score", "--", "--json"]) == ["score", "--", "--json"]


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").stdout.startswith("dealwright 0.")
