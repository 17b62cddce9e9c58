"""An import killed at any statement is complete and single after it is run again."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from dealwright import Conflict, Platform
from dealwright_core.importing import import_files
from dealwright_testing.deployments import MakePlatform
from tests.core.importing.exports import (
    CUSTOMERS,
    OPPORTUNITIES,
    Exports,
    check,
    counts,
    customers,
    opportunities,
    reasons,
)
from tests.core.killing import COMMIT, killed_at, statements_of

BATCH = 12
# Most statements only read. So in CI it dies before and after each commit, and at every tenth statement between.
STEP = 10 if os.environ.get("DEALWRIGHT_HYPOTHESIS_PROFILE") == "ci" else 1
PARTS = 2
PRODUCTS = """\
name = "test"
[[files]]
path = "products.csv"
[[files.records]]
record = "product"
ref = "id"
fields = {name = "id"}
"""


def export() -> dict[str, str]:
    """Sixty rows: most good, some refused, customers that many rows name, and products that link upwards."""
    rows = []
    for at in range(54):
        stage = "won" if at % 9 else "wonn"
        rows.append((f"O{at}", f"Customer {at % 7}", stage, f"{at}.50", "2026-01-31", f"P{at % 4}"))
    return {"products.csv": "id\n" + "".join(f"P{at}\n" for at in range(6)), **opportunities(*rows)}


MAPPING = PRODUCTS + OPPORTUNITIES.partition("\n")[2]
KINDS = ("product", "customer", "opportunity", "opportunity_line")


def state(platform: Platform) -> dict[str, list[dict[str, Any]]]:
    """All records, without their ids and times: a killed run may leave gaps in the ids."""
    found: dict[str, list[dict[str, Any]]] = {}
    with platform.session("admin") as session:
        refs = {kind: {each.id: each.ref for each in session.find(kind)} for kind in KINDS}
        for kind in KINDS:
            known = session.kind(kind)
            links = {each.name: each.link for each in known.fields if each.link in KINDS}
            rows = [known.to_json(each) for each in session.find(kind)]
            for row in rows:
                row.update({name: refs[link].get(row[name]) for name, link in links.items() if link})
                for name in ("id", "created_at", "updated_at"):
                    del row[name]
            found[kind] = sorted(rows, key=lambda row: row["ref"])
    return found


def importing(
    platform: Platform, exports: Exports, batch: int = BATCH
) -> Callable[[Callable[[Engine], None]], None]:
    def work(watch: Callable[[Engine], None]) -> None:
        watch(platform.engine)
        import_files(platform, exports.mapping, exports.data, actor="admin", batch=batch)

    return work


def dying(platform: Platform, exports: Exports, statement: int, batch: int = BATCH) -> bool:
    # A connection does not survive the fork.
    platform.engine.dispose()
    return killed_at(statement, importing(platform, exports, batch))


def expected(make_platform: MakePlatform, folder: Path, url: str) -> dict[str, list[dict[str, Any]]]:
    exports = Exports(make_platform(url), folder)
    exports.run(MAPPING, export(), batch=BATCH)
    return state(exports.platform)


def goes_on_after_death(platform: Platform, folder: Path, statement: int, wanted: Any) -> bool:
    """Whether the import came to its end before that statement."""
    exports = Exports(platform, folder)
    ended = dying(platform, exports, statement)
    report = exports.again(batch=BATCH)
    assert state(platform) == wanted, statement
    assert {row["version"] for rows in state(platform).values() for row in rows} == {1}
    assert sum(each.input for each in report.files) == 60
    assert [line for line, _ in reasons(report)] == [2, 11, 20, 29, 38, 47], statement
    done = sum(sum(counts(report, kind)) for kind in KINDS)
    assert done == sum(map(len, wanted.values()))
    assert exports.faults() == (), statement
    if statement % 10 == 0:
        assert counts(exports.again(batch=BATCH), "opportunity") == (0, 0, 48)
    return ended


def ends(statements: Sequence[str]) -> list[int]:
    """Where an import of these statements, counted from 1, is killed."""
    around = [at for at, each in enumerate(statements, 1) if each == COMMIT]
    return sorted({*around, *(at + 1 for at in around[:-1]), *range(1, len(statements), STEP)})


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_statement_it_goes_on(make_platform: MakePlatform, tmp_path: Path, part: int) -> None:
    # The parts can run side by side.
    wanted = expected(make_platform, tmp_path, f"sqlite:///{tmp_path / 'whole.db'}")
    empty = tmp_path / "empty.db"
    make_platform(f"sqlite:///{empty}").close()
    killed = tmp_path / "killed.db"
    platform = make_platform(f"sqlite:///{killed}", upgrade=False)

    def begin_anew() -> None:
        platform.engine.dispose()
        for end in ("-wal", "-shm"):
            killed.with_name(f"{killed.name}{end}").unlink(missing_ok=True)
        copyfile(empty, killed)

    statements: list[str] = []
    for _ in range(2):  # the first time, a platform asks for what it knows afterwards
        begin_anew()
        statements = statements_of(importing(platform, Exports(platform, tmp_path)))
    assert len(statements) > 60
    for statement in ends(statements)[part::PARTS]:
        begin_anew()
        assert not goes_on_after_death(platform, tmp_path, statement, wanted)


@pytest.mark.parametrize("statement", [5, 30, 55, 80])
def test_killed_on_postgresql_it_goes_on(
    make_platform: MakePlatform, tmp_path: Path, postgres_url: str, statement: int
) -> None:
    wanted = expected(make_platform, tmp_path, f"sqlite:///{tmp_path / 'whole.db'}")
    assert not goes_on_after_death(make_platform(postgres_url), tmp_path, statement, wanted)


@pytest.mark.parametrize("statement", [30, 60, 90, 120])
def test_rows_that_wait_are_not_forgotten(
    make_platform: MakePlatform, tmp_path: Path, statement: int
) -> None:
    files = customers(*((f"C{at}", "name", "", "", "", f"C{at + 1}") for at in range(6)), ("C6", "name"))
    exports = Exports(make_platform(), tmp_path)
    exports.write(CUSTOMERS, files)
    assert not dying(exports.platform, exports, statement, batch=1)
    report = exports.again(batch=1)
    assert report.run.is_continued
    assert counts(report, "customer") == (7, 0, 0)
    assert len(exports.versions("customer")) == 7


def test_two_processes_do_not_go_on_with_the_same_run(
    make_platform: MakePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports = Exports(make_platform(), tmp_path)
    exports.write(MAPPING, export())
    assert not dying(exports.platform, exports, 60)
    other = Platform.open(exports.platform.deployment.document.path, environ={})
    seen: list[object] = []

    def interrupt(progress: object) -> None:
        if not seen:
            seen.append(progress)
            check(import_files(other, exports.mapping, exports.data, actor="admin", batch=BATCH))

    with pytest.raises(Conflict, match="another process goes on with the same import"):
        exports.again(batch=BATCH, on_progress=interrupt)
    other.close()
    assert counts(exports.again(batch=BATCH), "opportunity") == (0, 0, 48)
