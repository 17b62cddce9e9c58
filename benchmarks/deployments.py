"""Deployments that the benchmarks run on."""

import resource
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from dealwright import Platform

CONFIG = """
[deployment]
name = "benchmark"
currency = "USD"

[access]
default_actor = "admin"
[access.actors]
admin = ["director", "integrator", "admin"]
"""


def databases() -> Iterator[tuple[str, str | None]]:
    """The databases there are: the name of each and, but for SQLite, the address of an empty one."""
    from dealwright_testing.postgres import PostgresUnavailable, running_server

    yield "SQLite", None
    with ExitStack() as stack:
        try:
            url = stack.enter_context(stack.enter_context(running_server()).database())
        except PostgresUnavailable as reason:
            sys.stderr.write(f"not measured on PostgreSQL: {reason}\n")
            return
        yield "PostgreSQL", url


def deployment(folder: Path, extra_plugins: Sequence[tuple[str, object]] = ()) -> Platform:
    """An empty deployment in a folder, opened and set up."""
    config = folder / "dealwright.toml"
    config.write_text(CONFIG, encoding="utf-8")
    platform = Platform.open(config, extra_plugins=extra_plugins)
    platform.upgrade()
    return platform


def installed_plugins(folder: Path, count: int) -> None:
    """Put plugins into a folder as an installer would: a module and its metadata each, with a rule, a command
    and a report.
    """
    for number in range(count):
        name = f"sample{number:02}"
        (folder / f"{name}.py").write_text(
            textwrap.dedent(f'''
            """A plugin of the benchmark."""
            import sqlalchemy
            from dealwright import Column, Command, Report, ScoringRule, Table, band, fields, hookimpl

            @hookimpl
            def scoring_rules():
                points = band(fields("opportunity").amount, ("50000", 25), ("5000", 15))
                yield ScoringRule("{name}-size", "Large deals first", points=points)

            def ask(session, ref: str):
                """Ask something."""
                return session.get("opportunity", ref)

            @hookimpl
            def commands():
                yield Command("{name}.ask", ask, reads=True)

            def table(session):
                """Nothing yet."""
                return Table((Column("a", "A"),), ())

            @hookimpl
            def reports():
                yield Report("{name}", table)
            '''),
            encoding="utf-8",
        )
        info = folder / f"dealwright_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: dealwright-{name}\nVersion: 1.0\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(f"[dealwright.plugins]\n{name} = {name}\n", encoding="utf-8")


def console_script() -> str:
    """The installed ``dealwright`` beside the running interpreter."""
    return str(Path(sys.executable).with_name("dealwright"))


def load(platform: Platform, table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
    """Write rows of a table at the speed of the driver."""
    names = columns.split()
    with platform.engine.connect() as plain, plain.begin():
        driver: Any = plain.connection.driver_connection
        if platform.engine.dialect.name == "sqlite":
            marks = ", ".join("?" * len(names))
            driver.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)  # ours
            return
        plain.exec_driver_sql("SET TRANSACTION READ WRITE")
        with driver.cursor().copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def writing(platform: Platform, *statements: str) -> None:
    """Execute statements in one transaction, as a command would."""
    engine = platform.engine.execution_options(dealwright_writes=True)
    with engine.connect() as connection, connection.begin():
        for each in statements:
            connection.exec_driver_sql(each)


def memory() -> float:
    """The most memory that this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
