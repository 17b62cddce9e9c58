"""Settings are filled strictly, and every mistake in them is reported at once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from attrs import field, frozen, validators

from dealwright_core.config.document import Document
from dealwright_core.config.settingtypes import Context
from dealwright_core.config.structure import structure
from dealwright_core.errors import ConfigError, Problem
from dealwright_core.records import about
from dealwright_core.values import Calendar, Money, Percent, Period, Price

CONTEXT = Context("USD", Calendar("UTC", 4), "/srv/sales")


@frozen
class Tier:
    above: Money
    rate: int = field(metadata=about(ratio=True))


@frozen
class Quota:
    cap: Money
    accelerator: int = field(default=1_000_000, metadata=about(ratio=True))
    period: Period | None = None
    mode: Literal["slab", "whole"] = "slab"
    tiers: tuple[Tier, ...] = ()
    teams: dict[str, int] = field(factory=dict)
    start: date | None = None
    strict: bool = False
    grace_days: int = field(default=0, validator=validators.ge(0))


def fill(cls: type[Any], text: str) -> tuple[Any, list[str]]:
    document = Document.parse(text, "d.toml")
    value, problems = structure(cls, document.data, document=document, context=CONTEXT)
    return value, [str(each) for each in problems]


def test_a_settings_class_is_filled() -> None:
    value, problems = fill(
        Quota,
        """
        cap = "1500.50 EUR"
        accelerator = "150 %"
        period = "2026-Q1"
        mode = "whole"
        tiers = [{above = 100, rate = 0.05}, {above = 200.50, rate = "1/4"}]
        teams = {north = 3, "far east" = 4}
        start = 2026-01-31
        strict = true
        """,
    )
    assert problems == []
    assert value == Quota(
        cap=Money(150050, "EUR"),
        accelerator=1_500_000,
        period=Period(date(2025, 4, 1), date(2025, 7, 1), "2026-Q1"),
        mode="whole",
        tiers=(Tier(Money(10000, "USD"), 50_000), Tier(Money(20050, "USD"), 250_000)),
        teams={"north": 3, "far east": 4},
        start=date(2026, 1, 31),
        strict=True,
    )


def test_every_mistake_is_reported_with_its_line_and_a_suggestion() -> None:
    value, problems = fill(
        Quota,
        """\
acelerator = "150 %"
period = "2026-Q5"
mode = "hole"
tiers = [
    {above = 100, rate = "5 %"},
    {above = 1.005, rate = "a lot"},
]
teams = {north = "3"}
grace_days = -1
strict = "true"
""",
    )
    assert value is None
    assert sorted(problems) == sorted(
        [
            "d.toml: cap: is missing",
            "d.toml:1: unknown key 'acelerator', did you mean 'accelerator'?",
            "d.toml:2: period: '2026-Q5' is not a period,"
            " write a year, quarter or month: 2026, 2026-Q1, 2026-03",
            "d.toml:3: mode: 'hole' is not one of slab, whole, did you mean 'whole'?",
            "d.toml:6: tiers[2].above: USD has at most 2 digits after the point, got 3: 1.005",
            "d.toml:6: tiers[2].rate: 'a lot' is not a number, write it as 1234.50",
            "d.toml:8: teams.north: expected a whole number, got text '3', leave out the quotes",
            "d.toml:9: grace_days: 'grace_days' must be >= 0: -1",
            "d.toml:10: strict: expected true or false, got text 'true', write true without quotes",
        ]
    )


def one_of_type(kind: Any) -> type:
    @frozen
    class Of:
        value: kind

    return Of


@pytest.mark.parametrize(
    ("kind", "toml", "value"),
    [
        (str, '"a"', "a"),
        (int, "-5", -5),
        (bool, "false", False),
        (Decimal, "0.10", Decimal("0.10")),
        (Decimal, "3", Decimal(3)),
        (Fraction, '"1/3"', Fraction(1, 3)),
        (Fraction, "0.5", Fraction(1, 2)),
        (Percent, '"12.5 %"', Percent(1, 8)),
        (Fraction | Percent, '"5 %"', Percent(1, 20)),
        (Fraction | Percent, "0.05", Fraction(1, 20)),
        (date, "2026-01-31", date(2026, 1, 31)),
        (date, '"2026-01-31"', date(2026, 1, 31)),
        (datetime, "2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        (Money, "7", Money(700, "USD")),
        (Price, "0.125", Price(Decimal("0.125"), "USD")),
        (Path, '"scores.csv"', Path("/srv/sales/scores.csv")),
        (Path, '"/etc/hosts"', Path("/etc/hosts")),
        (int | str, '"a"', "a"),
        (int | None, "1", 1),
        (tuple[int, str], '[1, "a"]', (1, "a")),
        (list[int], "[1, 2]", [1, 2]),
        (frozenset[str], '["a", "a"]', frozenset({"a"})),
        (dict[str, tuple[int, ...]], "{a = [1]}", {"a": (1,)}),
        (Annotated[int, "days"], "1", 1),
        (Literal[1, "auto"], '"auto"', "auto"),
        (Any, "[1.5]", [Decimal("1.5")]),
    ],
)
def test_what_a_type_reads(kind: Any, toml: str, value: Any) -> None:
    filled, problems = fill(one_of_type(kind), f"value = {toml}")
    assert problems == []
    assert filled.value == value


@pytest.mark.parametrize(
    ("kind", "toml", "said"),
    [
        (str, "1", "expected text, got the whole number 1, put it in quotes"),
        (str, '"a\\u0000"', "text holds a null character, which a database cannot keep: remove it"),
        (int, "true", "expected a whole number, got true"),
        (int, "1.0", "expected a whole number, got the decimal number 1.0"),
        (int, "9223372036854775808", "9223372036854775808 does not fit into 64 bits"),
        (bool, "1", "expected true or false, got the whole number 1"),
        (Decimal, "nan", "NaN is not a number"),
        (Decimal, '"1"', "expected a number, got text '1'"),
        (Percent, "5", "expected percent such as '5 %', got the whole number 5"),
        (Percent, '"5"', "'5' is not in percent, write it as '5 %'"),
        (Fraction, '"5 %"', "'5 %' is not a fraction, write it as '1/3'"),
        (Fraction, '"1 2"', "'1 2' is not a fraction, write it as '1/3'"),
        (Fraction, '"1/0"', "'1/0' is not a fraction, write it as '1/3'"),
        (
            date,
            "2026-01-31T12:00:00Z",
            "expected a date such as 2026-01-31, got the moment 2026-01-31 12:00:00+00:00",
        ),
        (Money, "inf", "Infinity is not a number"),
        (Money, "true", "expected an amount such as '100 USD', got true"),
        (Money, '"5 XAU"', "XAU has no minor unit in ISO 4217, so no amount can be kept in it"),
        (Price, "[]", "expected a price such as '0.125 USD', got a list"),
        (tuple[str, ...], '"ab"', "expected a list, got text 'ab'"),
        (tuple[int, str], "[1]", "expected a list of 2, got one of 1"),
        (dict[str, int], "[]", "expected a table, got a list"),
        (int | str, "true", "expected a whole number, got true; expected text, got true, put it in quotes"),
        (Literal[1, 2], "true", "true is not one of 1, 2"),
        (Tier, "1", "expected a table, got the whole number 1"),
    ],
)
def test_what_a_type_refuses(kind: Any, toml: str, said: str) -> None:
    assert fill(one_of_type(kind), f"value = {toml}") == (None, [f"d.toml:1: value: {said}"])


def test_of_several_forms_the_one_that_fits_says_what_is_wrong() -> None:
    _, problems = fill(one_of_type(str | tuple[str, ...]), 'value = ["a", 1]')
    assert problems == ["d.toml:1: value[2]: expected text, got the whole number 1, put it in quotes"]


@frozen
class Range:
    low: int
    high: int = field()

    @high.validator
    def _above_low(self, attribute: Any, value: int) -> None:
        if value < self.low:
            raise ValueError(f"high is below {self.low}")


def test_a_validator_may_look_at_other_fields() -> None:
    assert fill(Range, "low = 1\nhigh = 2") == (Range(1, 2), [])
    assert fill(Range, "low = 3\nhigh = 2")[1] == ["d.toml: high is below 3"]


def _unhelpful(_: Any, __: Any, value: str) -> None:
    raise KeyError(value)


def test_a_validator_that_fails_is_reported_whatever_it_raises() -> None:
    @frozen
    class Named:
        name: str = field(validator=_unhelpful)

    assert fill(Named, 'name = "x"')[1] == ["d.toml:1: name: is refused with KeyError 'x'"]


@frozen
class Chosen:
    basis: str = field(metadata=about(choices=("window", "current")))


def test_choices_of_the_metadata_count() -> None:
    assert fill(Chosen, 'basis = "windw"')[1] == [
        "d.toml:1: basis: 'windw' is not one of window, current, did you mean 'window'?"
    ]


@frozen
class Band:
    start: int = field(metadata=about("From", key="from"))
    import_: tuple[int, ...] = field(default=(), metadata=about(key="import"))


def test_a_field_is_filled_from_the_key_that_it_names() -> None:
    assert fill(Band, "from = 1\nimport = [2]") == (Band(1, (2,)), [])


def test_mistakes_are_told_with_the_key_and_not_with_the_field() -> None:
    assert fill(Band, "")[1] == ["d.toml: from: is missing"]
    assert sorted(fill(Band, 'start = 1\nform = 2\nfrom = "x"\nimport = [1, "y"]')[1]) == sorted(
        [
            "d.toml:1: unknown key 'start'",
            "d.toml:2: unknown key 'form', did you mean 'from'?",
            "d.toml:3: from: expected a whole number, got text 'x'",
            "d.toml:4: import[2]: expected a whole number, got text 'y'",
        ]
    )


def test_two_fields_of_one_key_are_the_author_s_mistake() -> None:
    @frozen
    class Twice:
        low: int = field(metadata=about(key="at"))
        at: int = 0

    with pytest.raises(TypeError, match="Twice has two fields of key at"):
        fill(Twice, "")


def _ascending(_: Any, __: Any, bands: tuple[Band | None, ...]) -> None:
    starts = [None if each is None else each.start for each in bands]
    places = [
        place
        for place, (one, other) in enumerate(pairwise(starts), 1)
        if one is not None and other is not None and other <= one
    ]
    if places:
        raise ConfigError([Problem(f"[{each + 1}].from", "does not ascend", hint="sort") for each in places])


def test_a_validator_may_find_several_mistakes_each_with_its_line() -> None:
    @frozen
    class Scale:
        bands: tuple[Band, ...] = field(validator=_ascending)

    assert fill(Scale, "bands = [\n{from = 3},\n{from = 2},\n{from = 1},\n]") == (
        None,
        [
            "d.toml:3: bands[2].from: does not ascend, sort",
            "d.toml:4: bands[3].from: does not ascend, sort",
        ],
    )


def test_a_validator_sees_what_could_be_read_of_a_list() -> None:
    @frozen
    class Scale:
        bands: tuple[Band, ...] = field(validator=_ascending)

    assert sorted(
        fill(Scale, 'bands = [\n{from = "x"},\n{from = 2},\n{from = 1},\n{from = 0, form = 1},\n]')[1]
    ) == [
        "d.toml:2: bands[1].from: expected a whole number, got text 'x'",
        "d.toml:4: bands[3].from: does not ascend, sort",
        "d.toml:5: bands[4]: unknown key 'form', did you mean 'from'?",
    ]


def _wants_all(_: Any, __: Any, bands: tuple[Band, ...]) -> None:
    if sum(each.start for each in bands) > 5:
        raise ValueError("they sum to more than 5")


@pytest.mark.parametrize("kind", [tuple[Band, ...], dict[str, Band]])
def test_a_validator_that_wants_every_item_hides_no_mistake(kind: Any) -> None:
    @frozen
    class Scale:
        bands: kind = field(validator=_wants_all)

    text = (
        'bands = [{from = "x"}, {from = 9}]' if kind == tuple[Band, ...] else 'bands = {"1" = {from = "x"}}'
    )
    assert [each.split(": ", 2)[2] for each in fill(Scale, text)[1]] == [
        "expected a whole number, got text 'x'"
    ]


def test_a_settings_class_may_find_several_mistakes_when_it_is_complete() -> None:
    @frozen
    class Range:
        low: Band
        high: int = 0

        def __attrs_post_init__(self) -> None:
            raise ConfigError([Problem("low.from", "is too high"), Problem("", "is no range")])

    assert fill(Range, "high = 1\nlow = {from = 5}")[1] == [
        "d.toml:2: low.from: is too high",
        "d.toml: is no range",
    ]


@pytest.mark.parametrize("kind", [float, bytes, complex, dict[int, str], tuple, list, set[float], "Unknown"])
def test_a_type_that_settings_cannot_have_is_the_author_s_mistake(kind: Any) -> None:
    with pytest.raises(TypeError):
        fill(one_of_type(kind), "")


def test_a_float_setting_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="settings cannot have the type float: use Decimal, Fraction, Money"):
        fill(one_of_type(float), "")


def test_one_class_is_read_in_the_currency_of_each_deployment() -> None:
    @frozen
    class Fee:
        amount: Money

    for currency in ("USD", "JPY", "USD"):
        fee, problems = structure(Fee, {"amount": "12"}, context=Context(currency))
        assert (fee, problems) == (Fee(Money.parse("12", currency)), [])


def test_what_reads_settings_while_settings_are_read_keeps_its_own_currency() -> None:
    @frozen
    class Fee:
        amount: Money

    def also_in_yen(_instance: object, _attribute: object, _value: Money) -> None:
        assert structure(Fee, {"amount": "1"}, context=Context("JPY"))[0] == Fee(Money(1, "JPY"))

    @frozen
    class Fees:
        first: Money = field(validator=also_in_yen)
        then: Money

    fees, problems = structure(Fees, {"first": "1", "then": "1"}, context=Context("USD"))
    assert (fees, problems) == (Fees(Money(100, "USD"), Money(100, "USD")), [])
