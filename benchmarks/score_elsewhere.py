"""The same ten rules as Python functions over entities, and in a public rule engine, in place of the database."""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.deployments import writing
from benchmarks.paired import Result, paired, timed
from benchmarks.score_opportunities import BY_HAND, LINES, TABLE, fill, opened
from dealwright import Customer, Money, Opportunity, Platform

ROUNDS = 3
MOST_ROWS = 100_000  # a rule engine takes minutes for more
OF_FUNCTIONS, OF_ENGINE = 0.6, 0.1
CHUNK = 10_000
SOON = date(2026, 6, 30)
READ = """
SELECT o.id, o.amount_minor, o.amount_currency, o.probability, o.source, o.forecast_category, o.stage, o.owner,
  o.customer, o.expected_close, c.employees, c.industry
FROM opportunity AS o LEFT JOIN customer AS c ON o.customer = c.id ORDER BY o.id
"""
WRITE = "INSERT INTO by_hand (run, subject, total, lines) VALUES (1, ?, ?, ?)"
Pair = tuple[Opportunity, Customer | None]
Points = list[int | None]

FUNCTIONS: tuple[Callable[[Opportunity, Customer | None], int | None], ...] = (
    lambda deal, _: None if deal.amount is None else _band(deal.amount.minor, (5_000_000, 25), (500_000, 15)),
    lambda deal, _: _band(deal.probability, (750_000, 20), (400_000, 10)),
    lambda deal, _: _match(deal.source, {"referral": 15, "fair": 5, "cold call": -5}),
    lambda deal, _: _match(deal.forecast_category, {"commit": 20, "best case": 10}),
    lambda deal, _: _match(deal.stage, {"demonstration": 10, "negotiation": 20}),
    lambda deal, _: 5 if deal.owner is not None else -5,
    lambda deal, _: 5 if deal.customer is not None else -10,
    lambda deal, _: 10 if deal.expected_close is not None and deal.expected_close < SOON else 0,
    lambda _, customer: None if customer is None else _band(customer.employees, (1000, 15), (100, 5)),
    lambda _, customer: (
        None if customer is None else _match(customer.industry, {"hospital": 10, "clinic": 5})
    ),
)
# Of each rule the first condition that is true gives the points, and the last what else is given.
CONDITIONS: tuple[tuple[tuple[str, int | None], ...], ...] = (
    (("amount == null", None), ("amount >= 5000000", 25), ("amount >= 500000", 15), ("true", 0)),
    (("probability == null", None), ("probability >= 750000", 20), ("probability >= 400000", 10), ("true", 0)),
    (
        ("source == null", None), ('source == "referral"', 15), ('source == "fair"', 5),
        ('source == "cold call"', -5), ("true", 0),
    ),
    (
        ("category == null", None), ('category == "commit"', 20), ('category == "best case"', 10), ("true", 0),
    ),
    (('stage == "demonstration"', 10), ('stage == "negotiation"', 20), ("true", 0)),
    (("owner != null", 5), ("true", -5)),
    (("customer != null", 5), ("true", -10)),
    (('close != null and close < "2026-06-30"', 10), ("true", 0)),
    (("employees == null", None), ("employees >= 1000", 15), ("employees >= 100", 5), ("true", 0)),
    (("industry == null", None), ('industry == "hospital"', 10), ('industry == "clinic"', 5), ("true", 0)),
)  # fmt: skip
NAMES = (
    "id", "amount", "currency", "probability", "source", "category", "stage", "owner", "customer", "close",
    "employees", "industry",
)  # fmt: skip


def _band(value: int | None, *bounds: tuple[int, int]) -> int | None:
    if value is None:
        return None
    return next((points for bound, points in bounds if value >= bound), 0)


def _match(value: str | None, table: dict[str, int]) -> int | None:
    return None if value is None else table.get(value, 0)


def by_functions(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Points]]:
    """The points of every rule for every row, each row an entity."""
    for row in rows:
        deal, customer = _entities(row)
        yield deal.id, [rule(deal, customer) for rule in FUNCTIONS]


def _entities(row: tuple[Any, ...]) -> Pair:
    id, minor, currency, probability, source, category, stage, owner, customer, close, employees, industry = (
        row
    )
    deal = Opportunity(
        id=id, ref="O", stage=stage, amount=None if minor is None else Money(minor, currency), source=source,
        probability=probability, forecast_category=category, owner=owner, customer=customer,
        expected_close=None if close is None else date.fromisoformat(close),
    )  # fmt: skip
    known = customer is not None
    return deal, Customer(name="C", employees=employees, industry=industry) if known else None


def by_engine(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Points]]:
    """The same by the package rule-engine, each row a dict."""
    import rule_engine  # type: ignore[import-untyped]  # it ships no types

    rules = [[(rule_engine.Rule(text), points) for text, points in each] for each in CONDITIONS]
    for row in rows:
        thing = dict(zip(NAMES, row, strict=True))
        yield row[0], [next(points for rule, points in each if rule.matches(thing)) for each in rules]


def stored(
    platform: Platform, scored: Callable[[Iterable[tuple[Any, ...]]], Iterator[tuple[int, Points]]]
) -> None:
    """Score every row outside the database, and write totals and lines in one transaction."""
    reading, write = (sqlite3.connect(platform.engine.url.database or "") for _ in range(2))
    found = scored(reading.execute(READ))
    with write:
        write.executemany(
            WRITE, ((id, sum(filter(None, points)), json.dumps(points)) for id, points in found)
        )
    for each in (reading, write):
        each.close()


def _checked(platform: Platform, name: str) -> None:
    """What stands in the table is what the statement by hand finds."""
    with platform.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT subject, total FROM by_hand ORDER BY subject").all()
    writing(platform, "DELETE FROM by_hand", BY_HAND.format(lines=LINES["sqlite"]))
    with platform.engine.connect() as connection:
        if kept != connection.exec_driver_sql("SELECT subject, total FROM by_hand ORDER BY subject").all():
            raise SystemExit(f"{name} found something else")


def measure(rows: int) -> Iterator[Result]:
    """Two results: ours against each of them."""
    count = min(rows, MOST_ROWS)
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), None) as platform:
        fill(platform, count)
        writing(platform, TABLE["sqlite"])

        def ours() -> float:
            writing(platform, *(f"DELETE FROM {table}" for table in ("dw_result", "dw_run")))
            return timed(lambda: platform.run("evaluate", actor="admin", scheme="leads", limit=0))

        for name, scored, budget in (
            ("Python functions over entities", by_functions, OF_FUNCTIONS),
            ("the package rule-engine", by_engine, OF_ENGINE),
        ):

            def other(scored: Any = scored) -> float:
                writing(platform, "DELETE FROM by_hand")
                return timed(lambda: stored(platform, scored))

            own, theirs = paired(ours, other, ROUNDS)
            _checked(platform, name)
            work = f"score {count:,} opportunities, ten rules, stored with lines, SQLite"
            each = f"{own / count * 1e6:.1f} us a row against {theirs / count * 1e6:.1f}"
            yield Result(
                work, f"the same rules, read and written by the driver: {name}", own, theirs, budget, each
            )
