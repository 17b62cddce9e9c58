"""Making a deployment, looking at its configuration, and caring for its database."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from dealwright.cli.doctor import is_safe

Run = Callable[..., Result]
Ask = Callable[..., Any]


def test_init_makes_a_configuration_that_holds_and_a_database(run: Run, tmp_path: Path) -> None:
    result = run("init", "shop", "--currency", "eur")
    assert "cd shop" in result.stdout
    assert (tmp_path / "shop" / "dealwright.db").exists()
    config = ("--config", "shop/dealwright.toml")
    assert "no mistakes" in run("config", "check", *config).stdout
    assert json.loads(run("config", "show", "--json", *config).stdout)["deployment"]["currency"] == "EUR"
    assert "up to date" in run("db", "status", *config).stdout


def test_init_touches_nothing_that_is_there(shop: Run, tmp_path: Path) -> None:
    before = (tmp_path / "dealwright.toml").read_text()
    assert "is there already" in shop("init", ".", code=1).stderr
    assert (tmp_path / "dealwright.toml").read_text() == before


def test_init_refuses_what_is_no_currency_before_it_writes(run: Run, tmp_path: Path) -> None:
    assert "USDD" in run("init", "shop", "--currency", "USDD", code=2).stderr
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("name", ['my "shop"', "C:\\shop", "店铺", "a\nb"])
def test_any_name_is_written_so_that_it_is_read_again(run: Run, ask: Ask, name: str) -> None:
    run("init", "other", "--name", name)
    assert ask("config", "show", "--config", "other/dealwright.toml")["deployment"]["name"] == name


def test_five_mistakes_are_told_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dealwright.toml").write_text(
        '[deployment]\ncurrency = "USDD"\ntime_zon = "UTC"\nfiscal_year_start = 13\n'
        '[database]\nurl = "mysql://x"\n[plugns]\n'
    )
    stderr = run("config", "check", code=3).stderr
    assert [line.split(":")[1] for line in stderr.splitlines()] == ["2", "3", "4", "6", "7"]
    assert "did you mean 'time_zone'?" in stderr
    assert "did you mean 'plugins'?" in stderr


def test_a_mistake_in_the_settings_of_a_plugin_is_told_by_check(shop: Run, tmp_path: Path) -> None:
    with (tmp_path / "dealwright.toml").open("a") as file:
        file.write("\n[plugins.funel]\nx = 1\n")
    assert "did you mean 'funnel'?" in shop("config", "check", code=3).stderr
    assert shop("doctor", code=5).stdout.startswith("fails  the configuration has no mistakes")


def test_show_with_origin_says_where_a_value_comes_from(
    shop: Run, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEALWRIGHT_DEPLOYMENT__TIME_ZONE", "Asia/Shanghai")
    found = {each["setting"]: each for each in ask("config", "show", "--origin")}
    assert found["deployment.time_zone"]["origin"] == "environment DEALWRIGHT_DEPLOYMENT__TIME_ZONE"
    assert found["deployment.currency"]["origin"] == "dealwright.toml:6"
    assert found["plugins.disabled"]["origin"] == "default"


def test_the_environment_may_name_the_configuration(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init", "shop")
    monkeypatch.setenv("DEALWRIGHT_CONFIG", "shop/dealwright.toml")
    run("customer", "add", "--name", "Acme")
    monkeypatch.setenv("DEALWRIGHT_CONFIG", "none/dealwright.toml")
    assert "there is no none/dealwright.toml; make one" in run("customer", "list", code=3).stderr


def test_a_new_record_waits_for_an_upgrade(shop: Run, ask: Ask, tmp_path: Path) -> None:
    with (tmp_path / "dealwright.toml").open("a") as file:
        file.write(
            '\n[records.site_visit]\non = "customer"\n[records.site_visit.fields.day]\ntype = "date"\n'
        )
    assert ask("db", "status")["state"] == "waits for an upgrade"
    assert "dealwright db upgrade" in shop("customer", "add", "--name", "Acme", code=1).stderr
    assert "add table site_visit" in shop("db", "upgrade").stdout
    assert "nothing was changed" in shop("db", "upgrade").stdout
    shop("customer", "add", "--name", "Acme")
    visit = ask("site-visit", "add", "--customer", "Acme", "--day", "2026-03-02")
    assert (visit["customer"], visit["day"]) == ("C-1", "2026-03-02")


def test_a_backup_is_a_whole_database(shop: Run, run: Run, tmp_path: Path) -> None:
    shop("customer", "add", "--name", "Acme")
    shop("db", "backup", "monday.db")
    with sqlite3.connect(tmp_path / "monday.db") as copy:
        assert copy.execute("SELECT name FROM customer").fetchall() == [("Acme",)]
    assert "exists already" in shop("db", "backup", "monday.db", code=1).stderr


def test_verify_finds_what_was_tampered_with(shop: Run, ask: Ask, tmp_path: Path) -> None:
    shop("customer", "add", "--name", "Acme")
    root = ask("db", "verify")["root"]
    shop("customer", "add", "--name", "Birch")
    assert ask("db", "verify", "--root", root)["holds"]
    with sqlite3.connect(tmp_path / "dealwright.db") as database:
        database.execute("UPDATE dw_event SET actor = 'nobody' WHERE seq = 1")
    result = shop("db", "verify", "--root", root, code=5)
    assert "event 1" in result.stdout
    assert "fails  the journal is whole" in shop("doctor", code=5).stdout


def test_the_doctor_finds_a_healthy_deployment_healthy(shop: Run, ask: Ask) -> None:
    assert {each["state"] for each in ask("doctor")} <= {"holds", "warns"}


def test_the_doctor_works_where_there_is_no_database(shop: Run, tmp_path: Path) -> None:
    (tmp_path / "dealwright.db").unlink()
    said = shop("doctor", code=5).stdout
    assert "fails  the database is there and up to date" in said
    assert "holds  the configuration has no mistakes" in said
    assert "dealwright db upgrade" in shop("customer", "list", code=1).stderr


def test_the_doctor_of_a_broken_configuration_tells_its_mistakes_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dealwright.toml").write_text('[deployment]\ncurency = "USD"\n')
    said = run("doctor", code=5).stdout
    assert said.count("did you mean 'currency'?") == 1
    assert "holds" not in said


def test_which_sqlite_is_safe_for_several_processes() -> None:
    safe = [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 52, 0)]
    unsafe = [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)]
    assert all(map(is_safe, safe))
    assert not any(map(is_safe, unsafe))


def program(folder: Path, *typed: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    known = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), **environment}
    return subprocess.run(
        [str(Path(sys.executable).parent / "dealwright"), *typed],
        cwd=folder, env=known, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_installed_program_ends_with_the_code_of_what_happened(shop: Run, tmp_path: Path) -> None:
    assert program(tmp_path, "customer", "list").returncode == 0
    refused = program(tmp_path, "customer", "show", "C-9")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert program(tmp_path, "customer", "sho").returncode == 2
    assert program(tmp_path, "customer", "list", "--config", "none.toml").returncode == 3


def test_a_reader_that_goes_away_is_no_traceback(shop: Run, tmp_path: Path) -> None:
    for number in range(3):
        shop("customer", "add", "--name", f"Acme {number}")
    typed = f"{Path(sys.executable).parent / 'dealwright'} customer list --json | true"
    done = subprocess.run(["bash", "-c", typed], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_an_unforeseen_error_is_one_line_and_debug_shows_where(
    shop: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("gone")

    monkeypatch.setattr("dealwright.cli.invocation.Invocation.show", broken)
    stderr = shop("customer", "list", code=1).stderr
    assert stderr == "error: this should not happen: KeyError: 'gone'; DEALWRIGHT_DEBUG=1 shows where\n"
    monkeypatch.setenv("DEALWRIGHT_DEBUG", "1")
    assert "Traceback" in shop("customer", "list", code=1).stderr


def test_an_interrupt_ends_with_130(shop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dealwright.cli.invocation.Invocation.show", interrupted)
    assert "interrupted" in shop("customer", "list", code=130).stderr
