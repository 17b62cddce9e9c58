"""`dealwright new plugin` writes a plugin that works as it is."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
SITE = next(each for each in sys.path if each.endswith("site-packages"))


def python(folder: Path, executable: str, *arguments: str) -> str:
    known = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run(
        [executable, *arguments], cwd=folder, env=known, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_own_tests_pass(run: Run, tmp_path: Path) -> None:
    assert "pip install -e dealwright-big-deals" in run("new", "plugin", "Big_Deals").stdout
    made = tmp_path / "dealwright-big-deals"
    assert "1 passed" in python(made, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.mark.slow
def test_its_code_has_nothing_to_complain_about(run: Run, tmp_path: Path) -> None:
    run("new", "plugin", "rebates", "--folder", "plugins")
    made = tmp_path / "plugins" / "dealwright-rebates"
    python(
        made,
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "E,F,I,B,UP",
        "--line-length",
        "110",
        ".",
    )
    python(made, sys.executable, "-m", "mypy", "--strict", "dealwright_rebates")


def test_nothing_is_overwritten(run: Run) -> None:
    run("new", "plugin", "rebates")
    assert "is there already" in run("new", "plugin", "rebates", code=1).stderr
    assert "small letters" in run("new", "plugin", "9/../x", code=2).stderr


@pytest.mark.slow
def test_it_works_after_pip_install(run: Run, tmp_path: Path) -> None:
    run("new", "plugin", "rebates")
    made = tmp_path / "dealwright-rebates"
    python(tmp_path, sys.executable, "-m", "venv", "--without-pip", "env")
    environment = tmp_path / "env"
    packages = next((environment / "lib").glob("python*/site-packages"))
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({SITE!r})\n")
    inside = str(environment / "bin" / "python")
    install = (
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-e",
        str(made),
    )
    python(tmp_path, inside, *install)
    tell = ("-m", "dealwright.cli.main")
    python(tmp_path, inside, *tell, "init", "shop")
    config = ("--config", "shop/dealwright.toml")
    assert "rebates.large" in python(tmp_path, inside, *tell, "plugins", "info", "rebates", *config)
    python(tmp_path, inside, *tell, "opportunity", "add", "--amount", "70000", *config)
    assert "O-1" in python(tmp_path, inside, *tell, "rebates", "large", *config)
