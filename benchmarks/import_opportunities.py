"""Importing opportunities from CSV, validated and journalled, against the csv module and sqlite3's executemany."""

import csv
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.deployments import deployment
from benchmarks.paired import Result, in_process, paired
from dealwright import Platform, import_files

MODULE = "benchmarks.import_opportunities"
STAGES = ("prospecting", "engaging", "demonstration", "negotiation", "lost")
MAPPING = """
name = "opportunities"
currency = "USD"
[[files]]
path = "opportunities.csv"
[[files.records]]
record = "opportunity"
ref = "id"
[files.records.fields]
stage = "stage"
amount = "amount"
owner = "owner"
customer = "customer"
source = "source"
opened_on = "opened"
expected_close = "expected"
"""
COLUMNS = (
    "id, ref, created_at, updated_at, version, stage, amount_minor, amount_currency, amount_base, owner, customer, "
    "source, opened_on, expected_close, channel"
)


def write_files(folder: Path, rows: int) -> None:
    """A CSV file of opportunities of 5,000 members and 100,000 customers, and its mapping."""
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    days = [(date(2025, 1, 1) + timedelta(days=number)).isoformat() for number in range(365)]
    with (folder / "opportunities.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "stage", "amount", "owner", "customer", "source", "opened", "expected"])
        for n in range(rows):
            amount = f"{n * 7919 % 1_000_000}.{n % 100:02}"
            writer.writerow([
                f"OPP-{n:07}", STAGES[n % 5], amount, f"M-{n * 31 % MEMBERS + 1}", f"C-{n * 37 % CUSTOMERS + 1}",
                ("fair", "referral", "web")[n % 3], days[n % 300], days[n % 300 + 60],
            ])  # fmt: skip


MEMBERS, CUSTOMERS = 500, 10_000


def prepare(folder: Path) -> Platform:
    """A deployment with the members and customers that the opportunities name."""
    platform = deployment(folder)
    lists = folder / "lists"
    lists.mkdir()
    (lists / "members.csv").write_text(
        "ref\n" + "".join(f"M-{n + 1}\n" for n in range(MEMBERS)), encoding="utf-8"
    )
    (lists / "customers.csv").write_text(
        "ref\n" + "".join(f"C-{n + 1}\n" for n in range(CUSTOMERS)), encoding="utf-8"
    )
    mapping = "".join(
        f'[[files]]\npath = "{name}s.csv"\n[[files.records]]\nrecord = "{name}"\nref = "ref"\n'
        f'[files.records.fields]\nname = "ref"\n'
        for name in ("member", "customer")
    )
    (lists / "mapping.toml").write_text(f'name = "lists"\n{mapping}', encoding="utf-8")
    import_files(platform, lists / "mapping.toml", data=lists, actor="admin")
    return platform


def ours(source: str) -> None:
    """Import the file into a new deployment; print seconds and peak memory."""
    with tempfile.TemporaryDirectory() as name, prepare(Path(name)) as platform:
        start = time.perf_counter()
        import_files(platform, Path(source) / "mapping.toml", data=Path(source), actor="admin")
        taken = time.perf_counter() - start
    print(
        json.dumps({"seconds": taken, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})
    )


def floor(source: str) -> None:
    """Read the same file and write the same rows into the same table, unvalidated; print seconds."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name)).close()
        connection = sqlite3.connect(Path(name) / "dealwright.db", isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")  # as the platform has it
        start = time.perf_counter()
        with (Path(source) / "opportunities.csv").open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            next(reader)
            stamp = "2026-01-01T00:00:00.000000Z"
            rows = (
                (
                    n,
                    ref,
                    stamp,
                    stamp,
                    1,
                    stage,
                    minor,
                    "USD",
                    minor,
                    int(owner[2:]),
                    int(customer[2:]),
                    source_,
                    opened,
                    expected,
                    "direct",
                )
                for n, (ref, stage, amount, owner, customer, source_, opened, expected) in enumerate(
                    reader, 1
                )
                for minor in [int(amount.replace(".", ""))]
            )
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                f"INSERT INTO opportunity ({COLUMNS}) VALUES ({', '.join('?' * 15)})", rows
            )
            connection.execute("COMMIT")
        taken = time.perf_counter() - start
        connection.close()
    print(json.dumps({"seconds": taken}))


def measure(rows: int) -> Iterator[Result]:
    """One result; three rounds of the whole import."""
    peaks = []
    with tempfile.TemporaryDirectory() as name:
        write_files(Path(name), rows)

        def run(side: str) -> float:
            found = in_process(MODULE, side, name)
            if "peak_mb" in found:
                peaks.append(found["peak_mb"])
            return found["seconds"]

        imported, written = paired(lambda: run("ours"), lambda: run("floor"), 3)
    per_row = imported / rows * 1e6
    yield Result(
        f"import {rows:,} opportunities from CSV, validated and journalled, into SQLite",
        "csv module and sqlite3 executemany of the same rows into the same table, unvalidated",
        imported,
        written,
        3.0,
        f"{per_row:.1f} us a row, peak memory {max(peaks):.0f} MB (budget 300 MB)",
    )


if __name__ == "__main__":
    {"ours": ours, "floor": floor}[sys.argv[1]](sys.argv[2])
