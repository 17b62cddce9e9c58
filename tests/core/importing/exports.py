"""Small exports for tests: files and a mapping in a folder."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dealwright_core.importing import Report, import_files
from dealwright_core.journal.verify import verify
from dealwright_core.platform import Platform
from dealwright_core.store.engine import reading

CUSTOMERS = """\
name = "test"
[[files]]
path = "customers.csv"
[[files.records]]
record = "customer"
ref = "id"
[files.records.fields]
name = "name"
region = "region"
employees = "employees"
annual_revenue = "revenue"
parent = "parent"
"""
CUSTOMER_HEADER = ("id", "name", "region", "employees", "revenue", "parent")

OPPORTUNITIES = """\
name = "test"
[[files]]
path = "opportunities.csv"
[[files.records]]
record = "customer"
ref = "customer"
when = {column = "customer", blank = false}
[files.records.fields]
name = "customer"
[[files.records]]
record = "opportunity"
ref = "id"
[files.records.fields]
customer = {record = "customer"}
stage = "stage"
amount = "amount"
closed_on = "closed"
[[files.records]]
record = "opportunity_line"
name = "line"
when = {column = "product", blank = false}
[files.records.fields]
opportunity = {record = "opportunity"}
product = "product"
amount = "amount"
"""
OPPORTUNITY_HEADER = ("id", "customer", "stage", "amount", "closed", "product")


def table(header: Sequence[str], *rows: Sequence[str]) -> str:
    """The text of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def customers(*rows: Sequence[str]) -> dict[str, str]:
    """A file of customers; cells that are left out are blank."""
    return {"customers.csv": table(CUSTOMER_HEADER, *(_filled(row, CUSTOMER_HEADER) for row in rows))}


def opportunities(*rows: Sequence[str]) -> dict[str, str]:
    """A file of opportunities; cells that are left out are blank."""
    return {
        "opportunities.csv": table(OPPORTUNITY_HEADER, *(_filled(row, OPPORTUNITY_HEADER) for row in rows))
    }


def _filled(row: Sequence[str], header: Sequence[str]) -> list[str]:
    return [*row, *([""] * (len(header) - len(row)))]


class Exports:
    """A folder with an export, which can be written anew and imported again."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform, self.folder = platform, folder
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        self.mapping = folder / "mapping.toml"

    def write(self, mapping: str, files: Mapping[str, str | bytes]) -> None:
        """Write the mapping and the files."""
        self.mapping.write_text(mapping, encoding="utf-8")
        for name, text in files.items():
            path = self.data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def run(self, mapping: str, files: Mapping[str, str | bytes], **options: Any) -> Report:
        """Write them and import."""
        self.write(mapping, files)
        return self.again(**options)

    def again(self, data: Path | None = None, **options: Any) -> Report:
        """Import what is there."""
        report = import_files(self.platform, self.mapping, data or self.data, actor="admin", **options)
        check(report)
        return report

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """The records of a kind as JSON says them."""
        with self.platform.session("admin") as session:
            known = session.kind(kind)
            return [known.to_json(record) for record in session.find(kind)]

    def faults(self) -> tuple[str, ...]:
        """What the journal and the records disagree on."""
        with reading(self.platform.engine) as connection:
            return verify(connection, self.platform.catalogue).faults

    def versions(self, kind: str) -> dict[str, int]:
        """The version of each record by ref."""
        return {row["ref"]: row["version"] for row in self.rows(kind)}


def check(report: Report) -> None:
    """Hold a report to what every report must hold, and see that JSON can say it."""
    for each in report.files:
        assert each.accepted + each.refused + each.unprocessed == each.input, each
        assert not each.waiting
    said = report.to_json()
    totals = said["totals"]
    assert totals["accepted"] + totals["refused"] + totals["unprocessed"] == totals["input"]
    assert json.loads(json.dumps(said)) == said


def reasons(report: Report) -> list[tuple[int, str]]:
    """Line and reason of the refused rows."""
    return [(each.line, each.reason) for _, each in report.examples]


def counts(report: Report, kind: str) -> tuple[int, int, int]:
    """How many records of a kind were created, changed, unchanged."""
    found = report.progress.records[kind]
    return found.created, found.changed, found.unchanged
