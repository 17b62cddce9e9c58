"""Exports: as far as somebody may, in one journalled piece, in a form that an import reads back."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dealwright import NotFound, Platform, Refused, UsageError, export_all, export_records, import_files
from dealwright_core.access.actors import System
from dealwright_core.exporting import mapping_of
from dealwright_core.journal.events import Event
from dealwright_core.journal.reading import event_of, stream
from dealwright_core.journal.verify import verify
from dealwright_core.store import bulk, tables
from dealwright_core.store.engine import reading, writing
from dealwright_testing.deployments import MakePlatform
from tests.core.organisation.company import Company

NAUGHTY = Path(__file__).parents[4] / "shared" / "data" / "csv-edge" / "blns" / "blns.json"
ROLES = """\
[access.roles.seller]
like = "rep"
[[access.roles.seller.allow]]
action = ["export"]
on = ["customer", "contact"]
scope = "own"
[[access.roles.seller.deny]]
action = ["export"]
on = ["contract"]
[[access.roles.clerk.allow]]
action = ["read", "export"]
on = ["*"]
"""


@pytest.fixture
def firm(database_url: str, make_platform: MakePlatform) -> Company:
    """Two sellers who may export their own customers, each with one."""
    company = Company(make_platform(database_url, config=ROLES))
    for member, customer in (("M1", "C1"), ("M2", "C2")):
        company.hire(member, role="seller")
        company.run("customer.add", ref=customer, name=f"Customer {customer}", owner=member)
        company.run("contact.add", ref=f"CT-{customer}", customer=customer, name="Ann", email="a@x.example")
    return company


def text(platform: Platform, kind: str, actor: str = "admin", **options: Any) -> str:
    """What an export writes."""
    to = io.StringIO(newline="")
    export_records(platform, kind, to, actor=actor, **options)
    return to.getvalue()


def everything(platform: Platform, actor: str) -> dict[str, str]:
    """What an export of every kind writes, by kind."""
    files: dict[str, io.StringIO] = {}

    @contextmanager
    def opened(kind: str) -> Iterator[io.StringIO]:
        files[kind] = io.StringIO(newline="")
        yield files[kind]

    export_all(platform, opened, actor=actor)
    return {kind: file.getvalue() for kind, file in files.items()}


def rows(platform: Platform, kind: str, actor: str = "admin", **options: Any) -> list[dict[str, str]]:
    """The rows of an export."""
    return list(csv.DictReader(io.StringIO(text(platform, kind, actor, **options), newline="")))


def events(platform: Platform, *actions: str) -> list[Event]:
    """The events of some actions, oldest first."""
    import sqlalchemy as sa

    with reading(platform.engine) as connection:
        every = sa.select(tables.event).order_by(tables.event.c.seq)
        found = [event_of(row) for row in stream(connection, every)]
    return [each for each in found if each.action in actions]


def test_amounts_and_links_are_exact_and_can_be_read_back(firm: Company) -> None:
    firm.run("exchange-rate.add", base="JPY", quote="USD", on="2026-01-01", numerator=1, denominator=150)
    firm.run(
        "opportunity.add", ref="O1", name='a "b",\r\nc', customer="C1", owner="M1", amount="1200 JPY",
        probability="12.5 %", opened_on="2026-02-03",
    )  # fmt: skip
    firm.run("product.add", ref="P1", sku="S", name="Pen", list_price="0.0025 USD")
    (row,) = rows(firm.platform, "opportunity")
    assert (row["amount"], row["amount_currency"]) == ("1200", "JPY")
    assert (row["customer"], row["owner"], row["name"]) == ("C1", "M1", 'a "b",\r\nc')
    assert (row["probability"], row["opened_on"], row["closed_on"]) == ("12.5 %", "2026-02-03", "")
    (product,) = rows(firm.platform, "product")
    assert (product["list_price"], product["list_price_currency"]) == ("0.0025", "USD")
    line = json.loads(text(firm.platform, "opportunity", form="jsonl"))
    assert line["amount"] == {"amount": "1200", "currency": "JPY"}
    assert (line["customer"], line["closed_on"]) == ("C1", None)


def test_only_what_the_scope_of_the_right_covers_is_exported(firm: Company) -> None:
    assert [row["ref"] for row in rows(firm.platform, "customer")] == ["C1", "C2"]
    assert [row["ref"] for row in rows(firm.platform, "customer", "M1")] == ["C1"]
    assert [row["ref"] for row in rows(firm.platform, "contact", "M2")] == ["CT-C2"]
    firm.run("member.hand-over", ref="M1", to="M2")
    assert rows(firm.platform, "customer", "M1") == []


def test_a_link_to_what_is_hidden_is_blank(firm: Company) -> None:
    firm.run("customer.change", ref="C1", parent="C2")
    assert rows(firm.platform, "customer")[0]["parent"] == "C2"
    assert rows(firm.platform, "customer", "M1")[0]["parent"] == ""


def test_fields_of_a_class_without_the_right_are_left_out(firm: Company) -> None:
    exported = export_records(firm.platform, "contact", io.StringIO(), actor="M1")
    assert exported.left_out == ("name", "email", "phone")
    assert set(rows(firm.platform, "contact", "M1")[0]) == {"ref", "customer", "role", "position"}
    assert rows(firm.platform, "contact")[0]["email"] == "a@x.example"
    assert rows(firm.platform, "contact", "M1", where="name == 'Ann'") == []


def test_without_the_right_nothing_is_exported(firm: Company) -> None:
    for actor, kind, said in (
        ("guest", "customer", "guest (auditor) may not export customer: no right to export customer"),
        ("M1", "opportunity", "M1 (seller) may not export opportunity"),
        ("M1", "contract", "role seller by position POS-1 denies it"),
        ("nobody", "customer", "nobody here is called 'nobody'"),
    ):
        with pytest.raises(Refused) as refused:
            text(firm.platform, kind, actor)
        assert said in str(refused.value)
    with pytest.raises(UsageError, match="no record 'custmer', did you mean 'customer'"):
        text(firm.platform, "custmer")
    with pytest.raises(UsageError, match="no format 'xml'"):
        text(firm.platform, "customer", form="xml")
    with pytest.raises(UsageError, match="did you mean 'name'"):
        text(firm.platform, "customer", where="nme == 'x'")
    assert events(firm.platform, "export") == []


def test_a_condition_chooses_the_records(firm: Company) -> None:
    assert [row["ref"] for row in rows(firm.platform, "customer", where="owner.ref == 'M2'")] == ["C2"]
    assert rows(firm.platform, "customer", "M1", where="owner.ref == 'M2'") == []


def test_an_auditor_exports_what_a_grant_lets_go(firm: Company) -> None:
    grants = [
        firm.run("access.grant", ref=ref, person="guest", purpose="audit", export=export)
        for ref, export in (("C1", True), ("C2", False))
    ]
    assert [row["ref"] for row in rows(firm.platform, "customer", "guest")] == ["C1"]
    (read,) = events(firm.platform, "read")
    assert (read.ref, read.actor, read.command, read.change) == ("C1", "guest", "export", {"grant": "G-1"})
    with pytest.raises(Refused):
        text(firm.platform, "contact", "guest")
    firm.run("access.revoke", ref=grants[0].ref)
    with pytest.raises(Refused):
        text(firm.platform, "customer", "guest")


def test_a_role_that_denies_it_counts_for_more_than_a_grant(firm: Company) -> None:
    firm.run("contract.add", ref="K1", customer="C2", owner="M2", amount="10 USD")
    firm.run("access.grant", ref="K1", person="M1", purpose="cover", export=True)
    assert firm.run("contract.show", "M1", ref="K1").ref == "K1"
    with pytest.raises(Refused, match="denies it"):
        text(firm.platform, "contract", "M1")


def test_every_export_is_journalled_and_the_journal_stays_whole(firm: Company) -> None:
    text(firm.platform, "customer", "M1", where="name == 'Customer C1'")
    text(firm.platform, "contact")
    text(firm.platform, "team", System("hand over to the new system"))
    first, second, third = events(firm.platform, "export")
    assert (first.actor, first.ref) == ("M1", "customer")
    assert first.change is not None
    assert (first.change["rows"], first.change["filtered"]) == (1, True)
    assert "owner" in first.change["fields"]
    assert (second.ref, second.change and second.change["rows"]) == ("contact", 2)
    assert (third.actor, third.change and third.change["filtered"]) == ("system", False)
    (entered,) = events(firm.platform, "enter")
    assert entered.change == {"reason": "hand over to the new system"}
    with reading(firm.platform.engine) as connection:
        assert verify(connection, firm.platform.catalogue).faults == ()


def test_what_was_asked_for_stands_in_no_event(firm: Company) -> None:
    text(firm.platform, "contact", where="name == 'Ann'")
    assert "Ann" not in str(events(firm.platform, "export"))


def test_memory_does_not_grow_with_the_records(make_platform: MakePlatform) -> None:
    platform = make_platform()
    add_many(platform, 1, 2_000)
    few = peak(platform)
    add_many(platform, 2_001, 40_000)
    assert peak(platform) < 1.5 * few + 200_000


def add_many(platform: Platform, first: int, last: int) -> None:
    """Add teams past the door."""
    kind = platform.catalogue.kind("team")
    ids = range(first, last + 1)
    names = [f"Team number {id}" for id in ids]
    columns: list[list[Any]] = [names, ["team"] * len(names), [None] * len(names)]
    added = bulk.Rows(kind, ids, [f"T{id}" for id in ids], columns, [None] * len(names), datetime.now(UTC))
    with writing(platform.engine) as connection:
        bulk.insert(connection, platform.catalogue.table("team"), added)


class Discarded(io.StringIO):
    """Keeps nothing of what is written."""

    def write(self, text: str, /) -> int:
        return len(text)


def peak(platform: Platform) -> int:
    """The most bytes that Python holds during an export."""
    export_records(platform, "team", Discarded(), actor="admin", where="name == ''")
    tracemalloc.start()
    try:
        export_records(platform, "team", Discarded(), actor="admin")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_hidden_record_is_exported_no_more_than_shown(firm: Company) -> None:
    with firm.platform.session("M1") as session, pytest.raises(NotFound):
        session.get("customer", "C2")
    assert "C2" not in text(firm.platform, "customer", "M1")


def test_row_level_security_lets_out_the_same(
    postgres_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    company = Company(make_platform(postgres_url, config=ROLES))
    for member, customer in (("M1", "C1"), ("M2", "C2")):
        company.hire(member, role="seller")
        company.run("customer.add", ref=customer, name=f"Customer {customer}", owner=member)
    company.run("access.grant", ref="C2", person="guest", purpose="audit", export=True)
    plain = tmp_path / "deployment0.toml"
    guarded = tmp_path / "guarded.toml"
    guarded.write_text(plain.read_text().replace("[access]", "row_level_security = true\n[access]", 1))
    with Platform.open(guarded, environ={}) as platform:
        platform.upgrade()
        for actor in ("admin", "M1", "guest"):
            assert text(platform, "customer", actor) == text(company.platform, "customer", actor)
            assert everything(platform, actor) == everything(company.platform, actor)
        assert [row["ref"] for row in rows(platform, "customer", "guest")] == ["C2"]


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the public files are not here")
def test_naughty_strings_go_out_and_come_back(make_platform: MakePlatform, tmp_path: Path) -> None:
    """Texts of cells lose white space at their ends, as any cell does; what is left blank is no name."""
    texts = [each.strip() for each in json.loads(NAUGHTY.read_text(encoding="utf-8"))]
    names = [each for each in dict.fromkeys(texts) if each]
    first = make_platform(f"sqlite:///{tmp_path / 'first.db'}")
    first.run("customer.add", actor="admin", ref="C", name="Customer")
    for name in names:
        first.run("contact.add", actor="admin", customer="C", name=name)
    second = make_platform(f"sqlite:///{tmp_path / 'second.db'}")
    second.run("customer.add", actor="admin", ref="C", name="Customer")
    out = text(first, "contact")
    (tmp_path / "contact.csv").write_bytes(out.encode())
    columns = export_records(first, "contact", io.StringIO(), actor="admin").columns
    mapping = tmp_path / "contact.toml"
    mapping.write_text(mapping_of({"contact.csv": ("contact", columns)}), encoding="utf-8")
    assert import_files(second, mapping, tmp_path, actor="admin").refused == 0
    assert text(second, "contact") == out
    assert [each["name"] for each in rows(second, "contact")] == names
