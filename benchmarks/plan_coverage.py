"""Whether the interval of a plan covers what sellers then needed: run by hand over the CRM export.

    python -m benchmarks.plan_coverage [FOLDER OF THE EXPORT]

Each quarter is held out in turn and planned from the quarters before it, for each seller, with the amount that they
won in it as the target. Covered is who then closed as many deals (won, lost or disqualified) as the plan's interval
for the first stage says. Exit 5 where fewer than 80 % of them are, in any of the quarters.
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from attrs import frozen

from benchmarks.deployments import deployment
from dealwright import Money, Period, Platform, import_files

ROOT = Path(__file__).parents[1]
EXPORT = ROOT.parent / "shared" / "data" / "maven-crm"
BEGUN = date(2017, 1, 1)
HELD_OUT = ("2017-Q2", "2017-Q3", "2017-Q4")
WANTED = 0.8


@frozen
class Outcome:
    """What a seller closed in the quarter, what the plan asked for, and between which bounds."""

    seller: str
    closed: int
    needed: int
    low: int
    high: int

    @property
    def is_covered(self) -> bool:
        return self.low <= self.closed <= self.high


def sellers(platform: Platform, quarter: Period) -> Iterator[tuple[str, Money, int]]:
    """Those who won something in the quarter: who, how much, and how many deals they closed."""
    with platform.session("admin") as session:
        deal, member = session.table("opportunity"), session.table("member")
        won = sa.func.sum(sa.case((deal.c.stage == "won", deal.c.amount_base), else_=0)).label("won")
        statement = (
            sa.select(member.c.ref, won, sa.func.count().label("closed"))
            .select_from(deal.join(member, member.c.id == deal.c.owner))
            .where(deal.c.closed_on.between(quarter.start, quarter.last))
            .group_by(member.c.ref)
            .order_by(member.c.ref)
        )
        rows = session.select(statement)
    for row in rows:
        if row.won:
            yield row.ref, Money(int(row.won), session.currency), row.closed


def outcomes(platform: Platform, quarter: Period) -> Iterator[Outcome]:
    past = Period(BEGUN, quarter.start, f"{BEGUN} to {quarter.start}")
    for seller, won, closed in sellers(platform, quarter):
        plan = platform.run(
            "funnel.plan",
            actor="admin",
            target=won,
            period=quarter,
            history=past,
            where=f"owner.ref == '{seller}'",
        ).value
        places = {column.name: at for at, column in enumerate(plan.columns)}
        first = plan.rows[0]
        if first[places["needed"]] is None:
            print(f"  {seller}: no plan, {plan.note.splitlines()[-1]}")
            continue
        yield Outcome(seller, closed, *(first[places[each]] for each in ("needed", "at_least", "at_most")))


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether the intervals of plans cover what was needed.")
    parser.add_argument("folder", nargs="?", type=Path, default=EXPORT, help="folder of the CRM export")
    folder = parser.parse_args().folder
    if not (folder / "sales_pipeline.csv").is_file():
        raise SystemExit(f"{folder} has no sales_pipeline.csv: name the folder of the export")
    failed = False
    with tempfile.TemporaryDirectory() as name, deployment(Path(name)) as platform:
        import_files(platform, ROOT / "examples" / "crm_export" / "mapping.toml", data=folder, actor="admin")
        for label in HELD_OUT:
            quarter = platform.calendar.parse(label)
            print(f"{label}, planned from {BEGUN} to {quarter.start}")
            found = list(outcomes(platform, quarter))
            for each in found:
                verdict = "" if each.is_covered else "  outside"
                print(
                    f"  {each.seller}: needed {each.needed} ({each.low} to {each.high}), closed {each.closed}{verdict}"
                )
            covered = sum(each.is_covered for each in found)
            print(f"  covered: {covered} of {len(found)} sellers")
            failed |= covered < WANTED * len(found)
    if failed:
        raise SystemExit(5)


if __name__ == "__main__":
    main()
