"""A person whose data stands in every place there is, and a look into all of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from attrs import field, frozen

from dealwright import Event, Platform, Record, RecordType, about, hookimpl, import_files
from dealwright_core.journal.verify import verify
from dealwright_core.store.engine import reading

NAME, OLD_NAME = 'Zelda O"Quimby', "Zelda Péréz"
EMAIL, PHONE, OLD_PHONE = "zelda@quimby.example", "+49 30 112233", "+49 30 998877"
ALL = (NAME, OLD_NAME, EMAIL, PHONE, OLD_PHONE)
MAPPING = """\
name = "test"
[[files]]
path = "people.csv"
[[files.records]]
record = "contact"
ref = "id"
[files.records.fields]
customer = "customer"
name = "name"
phone = "phone"
"""


@frozen(kw_only=True)
class ClubCard(Record):
    """What a plugin keeps of a contact: one record for each."""

    contact: int = field(metadata=about("Contact", link="contact"))
    nickname: str = field(metadata=about("Nickname", field_class="personal"))
    points: int = field(default=0, metadata=about("Points"))


class Club:
    """A plugin with records of persons, and an observer that fails and says for whom."""

    @hookimpl
    def records(self) -> list[RecordType]:
        return [RecordType(ClubCard, unique=(("contact",), ("nickname",)))]

    @hookimpl
    def commands(self) -> list[Any]:
        from dealwright import ChangingSession, Command

        def greet(session: ChangingSession, ref: str) -> dict[str, str]:
            """Greet somebody."""
            return {"said": f"hello {session.get('contact', ref).name}"}  # type: ignore[attr-defined]

        return [Command("club.greet", greet, requires="change contact")]

    @hookimpl
    def on_events(self, events: list[Event], platform: Platform) -> None:
        named = [each.change["name"] for each in events if each.record == "contact" and each.change]
        if named:
            raise ValueError(f"nothing known of {named}")


def run(platform: Platform, command: str, **arguments: Any) -> Any:
    """Run a command as admin."""
    return platform.run(command, actor="admin", **arguments).value


def fill(platform: Platform, folder: Path) -> None:
    """Write contact P-1 everywhere: record, plugin's record, journal, key, queue, refused rows; and P-2 beside it."""
    run(platform, "customer.add", ref="C-1", name="Acme")
    run(platform, "contact.add", ref="P-1", customer="C-1", name=OLD_NAME, email=EMAIL, phone=OLD_PHONE)
    run(platform, "contact.change", ref="P-1", name=NAME, phone=PHONE)
    run(platform, "contact.add", ref="P-2", customer="C-1", name="Yann Other", phone="+49 30 445566")
    run(platform, "club-card.add", contact="P-1", nickname="Zeldi", points=7)
    run(platform, "club.greet", ref="P-1", key="once")
    for _ in range(6):
        platform.deliver()
    refuse(
        platform,
        folder,
        [("P-1", "C-1", NAME, PHONE), ("P-9", "C-8", NAME, PHONE), ("P-3", "C-7", "Xeno", "5")],
    )


def refuse(platform: Platform, folder: Path, rows: Iterable[tuple[str, ...]], actor: str = "admin") -> None:
    """Import rows, of which those of customers nobody knows are refused."""
    data = folder.parent / "data"
    data.mkdir(exist_ok=True)
    lines = ["id,customer,name,phone", *(",".join(_quoted(cell) for cell in row) for row in rows)]
    (data / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    mapping = data / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    import_files(platform, mapping, data, actor=actor, encoding="utf-8")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def faults(platform: Platform) -> tuple[str, ...]:
    """What `db verify` finds."""
    with reading(platform.engine) as connection:
        return verify(connection, platform.catalogue).faults


def stored(platform: Platform) -> str:
    """Every value of every table, as one text."""
    metadata = sa.MetaData()
    with reading(platform.engine) as connection:
        metadata.reflect(connection)
        rows = [row for table in metadata.tables.values() for row in connection.execute(sa.select(table))]
    # As the kept results say it, and as everything else does.
    text = "\n".join(str(cell) for row in rows for cell in row)
    return text + "\n" + text.encode().decode("unicode_escape", "replace")


def standing_in(folder: Path, texts: Iterable[str]) -> dict[str, list[str]]:
    """The files below a folder in any byte of which one of the texts stands, also as JSON and CSV write it."""
    found: dict[str, list[str]] = {}
    for path in (each for each in folder.rglob("*") if each.is_file()):
        data = path.read_bytes()
        named = [each for each in texts if any(form in data for form in _forms(each))]
        if named:
            found[str(path.relative_to(folder))] = named
    return found


def _forms(text: str) -> set[bytes]:
    import json

    written = {
        text,
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        text.replace('"', '""'),
    }
    return {each.encode() for each in written}
