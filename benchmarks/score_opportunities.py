"""Ten rules over opportunities joined to customers, stored with their lines, against the same in SQL by hand."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.deployments import CONFIG, databases, load, memory, writing
from benchmarks.paired import Result, paired, timed
from benchmarks.score_in_hand import RULES, Rules
from dealwright import Platform

ROUNDS = 5
BUDGET = 1.2
MOST_MEMORY = 100  # MB that a run may take beside what the process has
SCHEME = '\n[schemes.leads]\nsubject = "opportunity"\n[schemes.leads.rules]\n'
STAGES = ("prospecting", "engaging", "demonstration", "negotiation", "won")
INDUSTRIES = ("hospital", "clinic", "retail", None)
SOURCES = ("referral", "fair", "cold call", "web", None)
CATEGORIES = ("commit", "best case", "pipeline", None)

# As one would write it for one of the databases: `list` is how it makes a JSON list.
BY_HAND = """
INSERT INTO by_hand (run, subject, total, lines)
WITH points AS MATERIALIZED (
  SELECT o.id AS id,
    CASE WHEN o.amount_base >= 5000000 THEN 25 WHEN o.amount_base >= 500000 THEN 15 WHEN o.amount_base IS NOT NULL
      THEN 0 END AS p0,
    CASE WHEN o.probability >= 750000 THEN 20 WHEN o.probability >= 400000 THEN 10 WHEN o.probability IS NOT NULL
      THEN 0 END AS p1,
    CASE WHEN o.source = 'referral' THEN 15 WHEN o.source = 'fair' THEN 5 WHEN o.source = 'cold call' THEN -5
      WHEN o.source IS NOT NULL THEN 0 END AS p2,
    CASE WHEN o.forecast_category = 'commit' THEN 20 WHEN o.forecast_category = 'best case' THEN 10
      WHEN o.forecast_category IS NOT NULL THEN 0 END AS p3,
    CASE WHEN o.stage = 'demonstration' THEN 10 WHEN o.stage = 'negotiation' THEN 20 ELSE 0 END AS p4,
    CASE WHEN o.owner IS NOT NULL THEN 5 ELSE -5 END AS p5,
    CASE WHEN o.customer IS NOT NULL THEN 5 ELSE -10 END AS p6,
    CASE WHEN o.expected_close < '2026-06-30' THEN 10 ELSE 0 END AS p7,
    CASE WHEN c.employees >= 1000 THEN 15 WHEN c.employees >= 100 THEN 5 WHEN c.employees IS NOT NULL
      THEN 0 END AS p8,
    CASE WHEN c.industry = 'hospital' THEN 10 WHEN c.industry = 'clinic' THEN 5 WHEN c.industry IS NOT NULL
      THEN 0 END AS p9
  FROM opportunity AS o LEFT JOIN customer AS c ON o.customer = c.id
)
SELECT 1, id, coalesce(p0, 0) + coalesce(p1, 0) + coalesce(p2, 0) + coalesce(p3, 0) + coalesce(p4, 0)
  + coalesce(p5, 0) + coalesce(p6, 0) + coalesce(p7, 0) + coalesce(p8, 0) + coalesce(p9, 0), {lines}
FROM points
"""
LINES = {
    "sqlite": "json_array(p0, p1, p2, p3, p4, p5, p6, p7, p8, p9)",
    "postgresql": "CAST(json_build_array(p0, p1, p2, p3, p4, p5, p6, p7, p8, p9) AS TEXT)",
}
TABLE = {
    "sqlite": "CREATE TABLE by_hand (run INTEGER NOT NULL, subject INTEGER NOT NULL, total BIGINT, lines TEXT NOT NULL,"
    " PRIMARY KEY (run, subject)) WITHOUT ROWID",
    "postgresql": "CREATE TABLE by_hand (run BIGINT NOT NULL, subject BIGINT NOT NULL, total BIGINT,"
    " lines TEXT NOT NULL, PRIMARY KEY (run, subject))",
}


def opened(folder: Path, url: str | None) -> Platform:
    """A deployment with the rules of the benchmark in one scheme."""
    names = "".join(f"{name.replace(' ', '-')} = 1\n" for name, _ in RULES)
    database = "" if url is None else f'[database]\nurl = "{url}"\n'
    (folder / "dealwright.toml").write_text(f"{CONFIG}{database}{SCHEME}{names}", encoding="utf-8")
    platform = Platform.open(folder / "dealwright.toml", extra_plugins=[("rules", Rules())])
    platform.upgrade()
    return platform


def fill(platform: Platform, rows: int) -> None:
    """Customers, and ten times as many opportunities."""
    now = "2026-01-01T00:00:00.000000Z"
    days = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(365)]
    count = max(rows // 10, 1)
    customers = (
        (n, f"C-{n}", now, now, 1, f"customer {n}", "company", INDUSTRIES[n % 4], n * 31 % 3000)
        for n in range(1, count + 1)
    )
    deals = (
        (
            n, f"O-{n}", now, now, 1, STAGES[n % 5], "direct", n * 7919 % 10**7, "USD", n * 7919 % 10**7,
            n * 37 % 10**6, CATEGORIES[n % 4], SOURCES[n * 7 % 5], n * 37 % count + 1 if n % 9 else None, days[n % 365],
        )
        for n in range(1, rows + 1)
    )  # fmt: skip
    load(platform, "customer", "id ref created_at updated_at version name kind industry employees", customers)
    columns = (
        "id ref created_at updated_at version stage channel amount_minor amount_currency amount_base probability"
        " forecast_category source customer expected_close"
    )
    load(platform, "opportunity", columns, deals)


def compared(platform: Platform) -> tuple[float, float]:
    """Median seconds of both sides; what one leaves is gone before the other begins."""
    dialect = platform.engine.dialect.name
    writing(platform, TABLE[dialect])
    if dialect == "postgresql":
        writing(platform, "ANALYZE customer", "ANALYZE opportunity")
    statement = BY_HAND.format(lines=LINES[dialect])

    def emptied() -> None:
        kept = "DELETE FROM" if dialect == "sqlite" else "TRUNCATE"
        writing(platform, *(f"{kept} {table}" for table in ("by_hand", "dw_result", "dw_run")))
        if dialect == "sqlite":
            with platform.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def alone(work: Callable[[], object]) -> float:
        emptied()
        return timed(work)

    def ours() -> None:
        platform.run("evaluate", actor="admin", scheme="leads", limit=0)

    found = paired(lambda: alone(ours), lambda: alone(lambda: writing(platform, statement)), ROUNDS)
    ours()
    writing(platform, "DELETE FROM by_hand", statement)
    check(platform)
    return found


def check(platform: Platform) -> None:
    """Both sides found the same."""
    different = (
        "SELECT count(*) FROM by_hand AS h LEFT JOIN dw_result AS r ON r.subject = h.subject"
        " AND r.run = (SELECT max(run) FROM dw_result) WHERE r.total IS DISTINCT FROM h.total"
    )
    if platform.engine.dialect.name == "sqlite":
        different = different.replace("IS DISTINCT FROM", "IS NOT")
    with platform.engine.connect() as connection:
        if connection.execute(sa.text(different)).scalar_one():
            raise SystemExit("the run and the statement by hand differ")


def measure(rows: int) -> Iterator[Result]:
    """One result for each database that there is."""
    for name, url in databases():
        yield _result(rows, name, url)


def _result(rows: int, name: str, url: str | None) -> Result:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), url) as platform:
        fill(platform, rows)
        before = memory()
        ours, floor = compared(platform)
        taken = memory() - before
    if taken > MOST_MEMORY:
        raise SystemExit(f"the runs took {taken:.0f} MB, more than {MOST_MEMORY}")
    work = f"score {rows:,} opportunities, ten rules, joined to {rows // 10:,} customers, stored with lines, {name}"
    return Result(
        work, "the same SQL by hand, materialised CTE", ours, floor, BUDGET, f"{taken:.0f} MB beside the rest"
    )
