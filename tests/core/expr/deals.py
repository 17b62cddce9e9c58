"""A small world to ask: opportunities, what they lead to, and thirty rows with everything that is hard."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from dealwright_core.expr import Accessor, FieldShape, Path, RecordShape, Schema, Type

MAX, MIN = 2**63 - 1, -(2**63)
STAGES = ("lead", "won", "lost")
TODAY = date(2026, 3, 31)

SCHEMA = Schema(
    {
        shape.name: shape
        for shape in (
            RecordShape(
                "opportunity",
                {
                    "id": FieldShape(Type.INTEGER, required=True, low=0, high=1_000_000),
                    "name": FieldShape(Type.TEXT),
                    "stage": FieldShape(Type.TEXT, choices=STAGES),
                    "customer": FieldShape(Type.LINK, link="customer"),
                    "owner": FieldShape(Type.LINK, link="member", required=True),
                    "seats": FieldShape(Type.INTEGER),
                    "grade": FieldShape(Type.INTEGER, low=-100, high=100),
                    "amount": FieldShape(Type.MONEY),
                    "cost": FieldShape(Type.MONEY, required=True),
                    "unit_price": FieldShape(Type.PRICE),
                    "probability": FieldShape(Type.RATIO, low=0, high=1_000_000),
                    "urgent": FieldShape(Type.BOOLEAN),
                    "partner": FieldShape(Type.BOOLEAN, required=True),
                    "opened_on": FieldShape(Type.DATE),
                    "closed_on": FieldShape(Type.DATE),
                    "updated_at": FieldShape(Type.INSTANT),
                },
            ),
            RecordShape(
                "customer",
                {
                    "name": FieldShape(Type.TEXT, required=True),
                    "employees": FieldShape(Type.INTEGER),
                    "owner": FieldShape(Type.LINK, link="member"),
                    "since": FieldShape(Type.DATE),
                },
            ),
            RecordShape(
                "member", {"name": FieldShape(Type.TEXT, required=True), "quota": FieldShape(Type.MONEY)}
            ),
            RecordShape(
                "qualification",
                {
                    "opportunity": FieldShape(Type.LINK, link="opportunity", required=True, unique=True),
                    "authority": FieldShape(Type.TEXT, choices=("yes", "no", "unknown")),
                    "score": FieldShape(Type.INTEGER, required=True, low=0, high=10),
                },
            ),
            RecordShape(
                "activity",
                {
                    "opportunity": FieldShape(Type.LINK, link="opportunity"),
                    "kind": FieldShape(Type.TEXT),
                },
            ),
        )
    },
    base_currency="EUR",
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


_COLUMNS: dict[Type, sa.types.TypeEngine[Any]] = {
    Type.TEXT: sa.Text(),
    Type.BOOLEAN: sa.Boolean(),
    Type.DATE: sa.Date(),
    Type.INSTANT: Moment(),
}
TABLES = {
    shape.name: sa.Table(
        shape.name,
        sa.MetaData(),
        *([] if "id" in shape.fields else [sa.Column("id", sa.BigInteger)]),
        *(sa.Column(name, _COLUMNS.get(field.type, sa.BigInteger())) for name, field in shape.fields.items()),
    )
    for shape in SCHEMA.records.values()
}

NAMES = ("Acme", "acme", "", "Ärzte", "A\u0308rzte", "华东医疗", "🩺 clinic", "50%_off", "O'Brien", "ACME ")
NUMBERS = (
    *(MAX, MIN, MAX - 1, MIN + 1, 0, 1, -1, 2, 4_611_686_018_427_387_904, -4_611_686_018_427_387_904),
    *(3_037_000_500, -3_037_000_500, 5_000_000, 5_000_001, 4_999_999, 1_000_000, 250_000, 100),
)
DATES = (
    *(date(2026, 3, 31), date(2026, 3, 1), date(2025, 12, 31), date(1970, 1, 1), date(2024, 2, 29)),
    *(date.min, date.max, date(2026, 4, 1)),
)
MOMENTS = tuple(datetime(2026, 3, day, 23, 59, 59, 999_999, tzinfo=UTC) for day in (1, 30, 31))
MOMENTS += (datetime(2026, 3, 31, tzinfo=UTC),)


def _pick(values: tuple[Any, ...], row: int, step: int, *, lacking: int = 4) -> Any:
    """A value for a row: every `lacking`-th is None, the rest walk through `values` by their own step."""
    return None if lacking and (row + step) % lacking == 0 else values[(row * step + step) % len(values)]


ROWS: dict[str, list[dict[str, Any]]] = {
    "member": [
        {"id": 1, "name": "Anna", "quota": 100_000_00},
        {"id": 2, "name": "李娜", "quota": None},
        {"id": 3, "name": "", "quota": MAX},
    ],
    "customer": [
        {
            "id": at,
            "name": NAMES[at],
            "employees": _pick(NUMBERS, at, 3),
            "owner": _pick((1, 2, 3), at, 5, lacking=3),
            "since": _pick(DATES, at, 1),
        }
        for at in range(1, 8)
    ],
    "opportunity": [
        {
            "id": at,
            "name": _pick(NAMES, at, 3),
            "stage": _pick(STAGES, at, 5),
            "customer": _pick((1, 2, 3, 4, 5, 6, 7), at, 3, lacking=5),
            "owner": 1 + at % 3,
            "seats": _pick(NUMBERS, at, 5),
            "grade": _pick((-100, 100, 0, 7, -3), at, 2),
            "amount": _pick(NUMBERS, at, 7),
            "cost": _pick(NUMBERS, at, 11, lacking=0),
            "unit_price": _pick(NUMBERS, at, 13),
            "probability": _pick((0, 250_000, 333_333, 1_000_000), at, 3),
            "urgent": _pick((True, False), at, 1, lacking=3),
            "partner": at % 5 < 2,
            "opened_on": _pick(DATES, at, 3),
            "closed_on": _pick(DATES, at, 5),
            "updated_at": _pick(MOMENTS, at, 3),
        }
        for at in range(1, 31)
    ],
    "qualification": [
        {"id": at, "opportunity": at, "authority": _pick(("yes", "no", "unknown"), at, 1), "score": at % 11}
        for at in range(1, 31, 2)
    ],
}


def records() -> list[SimpleNamespace]:
    """The opportunities as objects, each with what it links to as attributes (and its own links as `NAME_id`)."""
    members = {row["id"]: SimpleNamespace(**row) for row in ROWS["member"]}
    customers = {
        row["id"]: SimpleNamespace(**row | {"owner": members.get(row["owner"]), "owner_id": row["owner"]})
        for row in ROWS["customer"]
    }
    qualifications = {row["opportunity"]: SimpleNamespace(**row) for row in ROWS["qualification"]}
    return [
        SimpleNamespace(
            **row
            | {"customer": customers.get(row["customer"]), "customer_id": row["customer"]}
            | {"owner": members[row["owner"]], "owner_id": row["owner"]}
            | {"qualification": qualifications.get(row["id"])}
        )
        for row in ROWS["opportunity"]
    ]


def by_attribute(path: Path) -> Accessor:
    """Read a path as attributes."""
    shape = SCHEMA.records[path.record].fields[path.field]
    last = f"{path.field}_id" if shape.link and path.record != "qualification" else path.field
    return Accessor(*map(str, path.steps), last)


def by_function(path: Path) -> Any:
    """Read a path by calling a function."""

    def read(record: Any) -> Any:
        for name in by_attribute(path).names:
            record = getattr(record, name) if record is not None else None
        return record

    return read


def make_tables(engine: sa.Engine) -> None:
    """Make the tables and fill them."""
    with engine.begin() as connection:
        for name, table in TABLES.items():
            table.create(connection)
            if ROWS.get(name):
                connection.execute(table.insert(), ROWS[name])


class Joined:
    """Columns for paths, and the left joins they need."""

    def __init__(self) -> None:
        self.subject = TABLES["opportunity"]
        self.source: sa.FromClause = self.subject
        self.tables: dict[tuple[Any, ...], sa.FromClause] = {(): self.subject}

    def column(self, path: Path) -> sa.ColumnElement[Any]:
        """The column of a path; its records are joined once."""
        for length in range(1, len(path.steps) + 1):
            steps = path.steps[:length]
            if steps in self.tables:
                continue
            step, origin = steps[-1], self.tables[steps[:-1]]
            target = TABLES[step.target].alias(f"{step.target}_{len(self.tables)}")
            on = target.c[step.link] == origin.c.id if step.back else target.c.id == origin.c[step.link]
            self.source = self.source.outerjoin(target, on)
            self.tables[steps] = target
        return self.tables[path.steps].c[path.field]


def select(columns: Iterable[sa.ColumnElement[Any]], joined: Joined) -> sa.Select[Any]:
    """The columns for every opportunity, in order."""
    named = [column.label(f"c{at}") for at, column in enumerate(columns)]
    return sa.select(*named).select_from(joined.source).order_by(joined.subject.c.id)
