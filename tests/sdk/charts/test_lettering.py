"""How much room names take in a chart."""

from hypothesis import given
from hypothesis import strategies as st

from dealwright.charts.lettering import fitted, length


def test_a_chinese_character_is_as_wide_as_it_is_high() -> None:
    assert 4 * 13 <= length("华东大区") <= 4 * 14


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert fitted("上海市第一人民医院医疗器械采购项目", 80) == "上海市第…"
    assert fitted("West", 80) == "West"


def test_what_a_customer_is_called_is_spelt_out() -> None:
    assert fitted("a\x00\x1b[2J", 200) == "a\\x00\\x1b[2J"


@given(st.text(), st.integers(14, 400))
def test_a_fitted_name_takes_no_more_than_its_room(text: str, room: int) -> None:
    assert length(fitted(text, room)) <= room
