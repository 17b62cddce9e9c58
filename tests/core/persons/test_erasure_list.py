"""The list outside the database: whole lines only, on the disk before anything is decided."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import DealwrightError
from dealwright_core.persons.erasure_list import Erasure, ErasureList

ERASURES = st.builds(
    Erasure,
    database=st.text(max_size=5),
    kind=st.sampled_from(["contact", "member", "customer"]),
    ref=st.text(st.characters(codec="utf-8"), max_size=10),
    id=st.integers(1, 9),
    at=st.just("2026-01-01T00:00:00+00:00"),
    event=st.text("0123456789abcdef", min_size=4, max_size=4),
    mentions=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(erasures=st.lists(st.lists(ERASURES, max_size=3), max_size=4), torn=st.integers(0, 60))
def test_a_line_that_was_never_finished_is_none(
    tmp_path: Path, erasures: list[list[Erasure]], torn: int
) -> None:
    listed = ErasureList(tmp_path / "erasures.jsonl")
    listed.path.unlink(missing_ok=True)
    for each in erasures:
        listed.add(each)
        with listed.path.open("a") as file:
            file.write(
                '{"database": "2026", "kind": "contact", "ref": "P-1", "id": 1, "at": "x", "event": "ab"}'[
                    :torn
                ]
            )
    assert listed.read() == [each for some in erasures for each in some]


def test_what_did_not_come_about_is_taken_back(tmp_path: Path) -> None:
    listed = ErasureList(tmp_path / "erasures.jsonl")
    one, two = (
        Erasure(
            database="d",
            kind="contact",
            ref="P",
            id=1,
            at="2026-01-01T00:00:00+00:00",
            event=event,
            mentions=False,
        )
        for event in ("1", "2")
    )
    listed.add([one, two])
    listed.take_back({"1"})
    assert listed.read() == [two]
    listed.take_back({"2"})
    assert listed.read() == []


def test_a_spoilt_line_is_named(tmp_path: Path) -> None:
    listed = ErasureList(tmp_path / "erasures.jsonl")
    listed.path.write_text('{"kind": "contact"}\n')
    with pytest.raises(DealwrightError, match=r"erasures\.jsonl:1 is no erasure"):
        listed.read()


def test_where_nobody_was_erased_there_is_no_list(tmp_path: Path) -> None:
    assert ErasureList(tmp_path / "erasures.jsonl").read() == []
