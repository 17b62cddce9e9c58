"""How the texts of columns are read: as the types of fields read them, and as a mapping says."""

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue
from dealwright_core.importing.columns import Words, Wrong
from dealwright_core.importing.mapping import Feed
from dealwright_core.importing.readers import Defaults, column_for, ref_column
from dealwright_core.records import Record, RecordType, about
from dealwright_core.records.fieldtypes import Notation
from dealwright_core.values import Money, Price

DOLLARS = Defaults(currency="USD")
PLAIN = Feed(column="c")


@attrs.frozen(kw_only=True)
class Sample(Record):
    text: str | None = None
    needed: str
    plain: str = "direct"
    whole: int | None = None
    share: int | None = attrs.field(default=None, metadata=about(ratio=True))
    money: Money | None = None
    price: Price | None = None
    day: date | None = None
    flag: bool = True
    other: int | None = attrs.field(default=None, metadata=about(link="customer"))


FIELDS = RecordType(Sample).by_name


def read(name: str, texts: list[Any], feed: Feed = PLAIN, defaults: Defaults = DOLLARS) -> list[Any]:
    """What a column reads; several columns where the texts are tuples."""
    cells = list(zip(*texts, strict=True)) if texts and isinstance(texts[0], tuple) else [texts]
    column = column_for(FIELDS[name], feed, tuple(range(len(cells))), defaults, None)
    values = column.values(cells, len(texts))
    assert column.is_wrong == any(isinstance(each, Wrong) for each in values)
    assert column.values(cells, len(texts)) == values, "what is remembered is what was read"
    return [f"wrong: {each.reason}" if isinstance(each, Wrong) else each for each in values]


def test_texts_stay_as_they_are_and_blank_is_nothing() -> None:
    assert read("text", ["a", " b ", "\t", "", "=cmd()"]) == ["a", " b ", "\t", None, "=cmd()"]


def test_a_blank_cell_gives_the_default_or_is_wrong() -> None:
    assert read("needed", ["a", ""]) == ["a", "wrong: is required, and the cell is blank"]
    assert read("plain", ["agent", ""]) == ["agent", "direct"]
    assert read("whole", ["", " 7 "], Feed(column="c", default=0)) == [0, 7]
    assert read("flag", ["", "no", "是"]) == [True, False, True]
    assert read("money", ["", "1"], Feed(column="c", default="5.5")) == [550, 100]


def test_aliases_come_before_everything_else() -> None:
    feed = Feed(column="c", aliases={"n/a": "", "none": "0", "ten": "10"})
    assert read("whole", ["n/a", " ten ", "none", "3"], feed) == [None, 10, 0, 3]
    assert read("text", ["n/a", " ten ", " x"], feed) == [None, "10", " x"]


def test_a_prefix_and_joined_columns() -> None:
    assert read("text", ["Anna", ""], Feed(column="c", prefix="Team ")) == ["Team Anna", None]
    feed = Feed(columns=("a", "b"), join="-")
    assert read("text", [("x", "1"), ("x", ""), ("", "")], feed) == ["x-1", "x-", None]


def test_refs_lose_the_white_space_around_them_and_are_not_blank() -> None:
    column = ref_column(Feed(column="c"), (0,))
    assert column.values([[" A1 ", "", "B"]], 3) == ["A1", Wrong("ref is blank"), "B"]
    column = ref_column(Feed(columns=("a", "b"), join="/", prefix="X"), (0, 1))
    assert column.values([["1", ""], ["2", ""]], 2) == ["X1/2", Wrong("ref is blank")]


def test_numbers_of_other_lands() -> None:
    feed = Feed(column="c", decimal=",", grouping=".")
    assert read("money", ["1.234.567,89", "12,5", "-3"], feed) == [123456789, 1250, -300]
    assert read("whole", ["1.234", "7"], feed) == [1234, 7]
    assert read("money", ["12.5"], Feed(column="c", decimal=","))[0].startswith("wrong: ")
    assert read("money", ["1,5"])[0].startswith("wrong: '1,5' has a comma")
    assert read("share", ["12,5 %", "0,5"], feed) == [125_000, 500_000]


def test_a_scale_is_exact() -> None:
    millions = Feed(column="c", scale=Decimal(1_000_000))
    assert read("money", ["1100.04", "0.000001"], millions) == [110_004_000_000, 100]
    assert read("whole", ["0.0000015"], millions) == [
        "wrong: 0.0000015 times 1000000 has more than the 0 digits after the point that a whole number has; "
        "state a rounding"
    ]
    assert read("share", ["25"], Feed(column="c", scale=Decimal("0.01"))) == [250_000]
    assert read("price", ["15"], Feed(column="c", scale=Decimal("0.001"))) == [1_500_000]


def test_digits_too_many_are_refused_unless_a_rounding_is_stated() -> None:
    assert read("money", ["1.005"])[0].startswith("wrong: USD has at most 2 digits")
    feed = Feed(column="c", rounding="half away from zero")
    assert read("money", ["1.005", "-1.005", "1.0049"], feed) == [101, -101, 100]
    assert read("money", ["1.005"], Feed(column="c", rounding="half to even")) == [100]


def test_a_price_becomes_money_times_a_quantity() -> None:
    feed = Feed(price="p", times="q")
    assert read("money", [("0.0025", "3"), ("1.005", "1"), ("2", "1.5"), ("", "")], feed) == [
        1,
        101,
        300,
        None,
    ]
    assert read("money", [("2", "")], feed) == ["wrong: one of price and quantity is blank"]
    exact = Feed(price="p", times="q", rounding="towards zero")
    assert read("money", [("1.999", "1")], exact) == [199]


def test_amounts_know_their_currency() -> None:
    assert read("money", ["5 EUR", "USD 5", "5"]) == [Money(500, "EUR"), 500, 500]
    assert read("money", ["5"], Feed(column="c", currency="JPY")) == [5]
    feed = Feed(column="c", currency_column="d")
    assert read("money", [("5", "JPY"), ("5", "USD"), ("", "")], feed) == [Money(5, "JPY"), 500, None]
    assert read("money", [("5 EUR", "USD")], feed) == [
        "wrong: '5 EUR' is in EUR, but the column of currencies says USD"
    ]
    assert read("money", [("5", "US")], feed)[0].startswith("wrong: unknown currency 'US'")
    assert read("price", ["0.125", "1 EUR"]) == [12_500_000, Price.parse("1", "EUR")]


def test_dates_in_several_forms() -> None:
    feed = Feed(column="c", date_formats=("%d/%m/%Y", "%Y%m%d"))
    assert read("day", ["31/12/2012", "20140102", ""], feed) == [date(2012, 12, 31), date(2014, 1, 2), None]
    assert read("day", ["2012-12-31"], feed) == [
        "wrong: '2012-12-31' is not a date of the form %d/%m/%Y or %Y%m%d"
    ]


def test_words_are_known_by_name_or_title_in_any_case() -> None:
    words = Words.of(("won", "best case"), [("won", "Closed won"), ("gone", "Gone")])
    assert [words.read(text) for text in ("won", " WON ", "closed Won", "Best Case")] == [
        "won",
        "won",
        "won",
        "best case",
    ]
    with pytest.raises(InvalidValue, match="'wonn' is not one of won, best case, did you mean 'won'"):
        words.read("wonn")


def test_constants_are_read_once() -> None:
    column = column_for(FIELDS["day"], Feed(constant=date(2026, 1, 31)), (), DOLLARS, None)
    assert column.values([], 3) == [date(2026, 1, 31)] * 3
    with pytest.raises(InvalidValue):
        column_for(FIELDS["whole"], Feed(constant="x"), (), DOLLARS, None)


AMOUNTS = st.one_of(
    st.from_regex(r"[0-9]{1,17}(\.[0-9]{0,4})?", fullmatch=True),
    st.from_regex(r"[-+]?[0-9., ]{0,9}(USD|EUR|JPY)?", fullmatch=True),
    st.text(max_size=6),
)


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
@given(texts=st.lists(AMOUNTS, min_size=1, max_size=8))
def test_a_column_of_amounts_reads_what_the_type_reads(currency: str, texts: list[str]) -> None:
    notation = Notation(currency)

    def one(text: str) -> Any:
        if not text.strip():
            return None
        try:
            money = FIELDS["money"].type.parse(text.strip(), notation)
        except InvalidValue as error:
            return f"wrong: {error}"
        return money.minor if money.currency == currency else money

    assert read("money", texts, defaults=Defaults(currency=currency)) == [one(text) for text in texts]


@given(
    name=st.sampled_from(["whole", "share", "day", "flag"]),
    texts=st.lists(st.text("0123456789-+.% yesno/", max_size=10), min_size=1),
)
def test_every_column_reads_what_its_type_reads(name: str, texts: list[str]) -> None:
    def one(text: str) -> Any:
        if not text.strip():
            return FIELDS[name].default
        try:
            return FIELDS[name].type.parse(text.strip(), Notation("USD"))
        except InvalidValue as error:
            return f"wrong: {error}"

    assert read(name, texts) == [one(text) for text in texts]
