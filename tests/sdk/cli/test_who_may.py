"""Commands about the database and about observers ask who is asking, too."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

READING = [("db", "status"), ("db", "verify"), ("events", "status"), ("events", "parked")]
OPERATED = {"db": "database", "events": "events", "plugins": "plugins"}
CHANGING = [
    ("db", "upgrade"), ("db", "backup", "copy.db"), ("events", "deliver"), ("events", "retry"),
    ("plugins", "forget", "funnel"),
]  # fmt: skip


@pytest.fixture
def shared(shop: Run, tmp_path: Path) -> Run:
    """A shop with an auditor, and somebody who sells."""
    file = tmp_path / "dealwright.toml"
    text = file.read_text()
    assert "[access.actors]" in text
    file.write_text(text.replace("[access.actors]", '[access.actors]\nguest = "auditor"\nrita = "rep"'))
    return shop


@pytest.mark.parametrize("typed", [*READING, *CHANGING])
def test_strangers_get_no_answer(shared: Run, tmp_path: Path, typed: tuple[str, ...]) -> None:
    assert "nobody here is called 'nobody'" in shared("--as", "nobody", *typed, code=1).stderr
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("typed", CHANGING)
def test_auditors_neither_copy_nor_change(shared: Run, tmp_path: Path, typed: tuple[str, ...]) -> None:
    said = shared("--as", "guest", *typed, code=1).stderr
    assert f"guest (auditor) may not operate {OPERATED[typed[0]]}" in said
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("typed", READING)
def test_auditors_read(shared: Run, typed: tuple[str, ...]) -> None:
    shared("--as", "guest", *typed)


@pytest.mark.parametrize("typed", [*READING, *CHANGING])
def test_who_sells_operates_nothing(shared: Run, typed: tuple[str, ...]) -> None:
    said = shared("--as", "rita", *typed, code=1).stderr
    assert f"rita (rep) may not operate {OPERATED[typed[0]]}" in said


STAGES = """
[[stages]]
name = "{first}"
title = "First"
means = "open"
probability = "10 %"
forecast = "pipeline"
to = ["won"]
[[stages]]
name = "won"
title = "Won"
means = "won"
probability = "100 %"
forecast = "closed"
to = []
"""


def test_doctor_names_the_records_in_a_stage_that_was_renamed(shop: Run, tmp_path: Path) -> None:
    file = tmp_path / "dealwright.toml"
    plain = file.read_text()
    file.write_text(plain + STAGES.format(first="talking"))
    shop("db", "upgrade")
    for _ in range(2):
        shop("opportunity", "add")
    assert "holds  every record stands in a state" in shop("doctor").stdout
    file.write_text(plain + STAGES.format(first="chatting"))
    assert "opportunity.stage: 2 records stand in 'talking'" in shop("doctor", code=5).stdout
