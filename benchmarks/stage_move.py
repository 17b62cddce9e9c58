"""One stage move with ten plugins against the same rows written with SQLAlchemy Core in one transaction."""

import itertools
import secrets
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.deployments import deployment
from benchmarks.paired import Result, paired, timed
from dealwright import Changes, Event, Finding, Platform, hookimpl

WARM_UP, MOVES = 50, 1_500  # single moves in turn: both sides then meet the same noise


class Plugin:
    """A plugin that guards every change and observes every event."""

    @hookimpl
    def guard_changes(self, changes: Changes) -> Iterator[Finding]:
        for change in changes.of("contract"):
            yield Finding("never", "block", "no contract is changed here", change.after.ref)

    @hookimpl
    def on_events(self, events: list[Event]) -> None:
        return None


class Floor:
    """The rows of a move, written with SQLAlchemy Core: update, move, two events."""

    def __init__(self, platform: Platform) -> None:
        self.engine = platform.engine
        tables = platform.catalogue.metadata.tables
        self.opportunity, self.move = tables["opportunity"], tables["stage_move"]
        self.event = sa.Table("dw_event", sa.MetaData(), autoload_with=platform.engine)
        with self.engine.connect() as connection:
            self.numbers = itertools.count(10_000_000)
            self.id = connection.execute(sa.select(sa.func.min(self.opportunity.c.id))).scalar_one()

    def write(self, stage: str) -> int:
        now = datetime.now(UTC)
        with (
            self.engine.connect().execution_options(dealwright_writes=True) as connection,
            connection.begin(),
        ):
            connection.execute(
                sa.update(self.opportunity)
                .where(self.opportunity.c.id == self.id)
                .values(stage=stage, probability=1, forecast_category="pipeline", version=2, updated_at=now)
            )
            number = next(self.numbers)
            connection.execute(
                sa.insert(self.move).values(
                    id=number, ref=f"MV-{number}", created_at=now, updated_at=now, version=1, opportunity=self.id,
                    sequence=number, from_stage="engaging", to_stage=stage, on=date(2026, 1, 1), by="admin",
                )
            )  # fmt: skip
            connection.execute(sa.insert(self.event), [self._event(now) for _ in range(2)])
        return number

    def _event(self, now: datetime) -> dict[str, Any]:
        digest = "0" * 64
        return {
            "seq": next(self.numbers), "xid": 0, "at": now.isoformat(), "actor": "admin",
            "command": "opportunity.advance", "action": "change", "record": "opportunity", "last_id": 1, "ref": "O-1",
            "record_id": next(self.numbers),
            "version": 1, "plugins": "0" * 16, "payload": '{"stage": "engaging"}', "salt": secrets.token_hex(16),
            "digest": digest, "previous": digest, "hash": digest,
        }  # fmt: skip


def measure(rows: int) -> Iterator[Result]:
    """One result."""
    plugins = [(f"plugin{number}", Plugin()) for number in range(10)]
    with tempfile.TemporaryDirectory() as name, deployment(Path(name), plugins) as platform:
        refs = [platform.run("opportunity.add", actor="admin").value.ref for _ in range(2)]
        stages = itertools.cycle(["engaging", "prospecting"])
        floor_side, turns = Floor(platform), itertools.cycle(["engaging", "prospecting"])

        def ours() -> float:
            to = next(stages)
            return timed(lambda: platform.run("opportunity.advance", actor="admin", ref=refs[1], to=to))

        def floor() -> float:
            stage = next(turns)
            return timed(lambda: floor_side.write(stage))

        paired(ours, floor, WARM_UP)
        moved, written = paired(ours, floor, MOVES)
    yield Result(
        "one stage move with ten plugins",
        "the same rows written with SQLAlchemy Core, one transaction",
        moved,
        written,
        2.0,
    )
