"""Refs that people can type and see, and instants that every database keeps."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import InvalidValue
from dealwright_core.records import Customer, RecordType
from dealwright_core.records.fieldtypes import TYPES, Notation

FIRST, LAST = datetime.fromisoformat("1000-01-02"), datetime.fromisoformat("9999-12-30")
CUSTOMERS = RecordType(Customer).named("core")


@pytest.mark.parametrize(
    "ref",
    ["A" * 201, "A\x00", "A\udcff", "A\n", "\tA", " A", "A ", "A\u00a0", "A\x1bB", "A\x85B", "A\u2028B", 5],
)
def test_a_ref_that_nobody_could_type_is_refused(ref: str) -> None:
    with pytest.raises(InvalidValue, match="ref: "):
        CUSTOMERS.check(Customer(ref=ref, name="Acme"))


@pytest.mark.parametrize("ref", ["", "C-1", "A B", "客户-1", "e\u0301", "A" * 200, "a/b:c"])
def test_any_other_ref_may_be(ref: str) -> None:
    CUSTOMERS.check(Customer(ref=ref, name="Acme"))


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "0999-12-31T23:59:59Z",
        "1000-01-01T00:00:00+01:00",
        "9999-12-31T23:00:00-02:00",
    ],
)
def test_an_instant_outside_the_years_that_sort_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="outside the years 1000 to 9999"):
        TYPES["instant"].parse(text, Notation("USD"))
    with pytest.raises(InvalidValue, match="outside the years"):
        TYPES["instant"].check(datetime.fromisoformat(text))


@given(st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.timezones()))
def test_any_other_instant_is_kept_in_utc(moment: datetime) -> None:
    TYPES["instant"].check(moment)
    assert TYPES["instant"].parse(moment.isoformat(), Notation("USD")) == moment.astimezone(UTC)
