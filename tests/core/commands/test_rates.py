"""Exchange rates: nothing is kept that no amount can be converted with."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dealwright import Refused
from dealwright_core.importing.run import import_files
from dealwright_core.store.rates import FEW, BaseAmounts
from dealwright_testing.deployments import MakePlatform

GOOD: dict[str, Any] = {
    "base": "EUR",
    "quote": "USD",
    "on": "2020-01-01",
    "numerator": 108,
    "denominator": 100,
}
WRONG = [
    ({"numerator": 0}, "numerator of a rate is 1 or more"),
    ({"numerator": -5}, "numerator of a rate is 1 or more"),
    ({"denominator": 0}, "denominator of a rate is 1 or more"),
    ({"base": "USD"}, "from one currency to another"),
    ({"base": "eur"}, "unknown currency 'eur', did you mean 'EUR'"),
    ({"quote": "XYZ"}, "unknown currency 'XYZ'"),
]
MAPPING = """\
name = "rates"
[[files]]
path = "rates.csv"
[[files.records]]
record = "exchange_rate"
ref = "ref"
fields = {base = "base", quote = "quote", on = "on", numerator = "numerator", denominator = "denominator"}
"""


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_a_rate_that_converts_nothing_is_refused(
    make_platform: MakePlatform, tmp_path: Path, wrong: dict[str, Any], said: str
) -> None:
    platform = make_platform()
    with pytest.raises(Refused, match=said):
        platform.run("exchange-rate.add", actor="admin", **(GOOD | wrong))
    row = {"ref": "FX"} | GOOD | wrong
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "rates.csv").write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n")
    import_files(platform, tmp_path / "mapping.toml", tmp_path, actor="admin")
    with platform.session("admin") as session:
        assert session.count("exchange_rate") == 0


def test_a_good_rate_converts(make_platform: MakePlatform) -> None:
    platform = make_platform()
    platform.run("exchange-rate.add", actor="admin", **GOOD)
    assert platform.run("opportunity.add", actor="admin", amount="10 EUR").value.amount.minor == 1000


def test_the_rate_of_each_of_many_days_is_the_newest_until_then(
    database_url: str, make_platform: MakePlatform
) -> None:
    platform = make_platform(database_url)
    for day, numerator in ((3, 2), (5, 3), (20, 4)):
        given = GOOD | {"on": f"2020-01-{day:02}", "numerator": numerator, "denominator": 1}
        platform.run("exchange-rate.add", actor="admin", **given)
    inverse: dict[str, Any] = {
        "base": "USD",
        "quote": "EUR",
        "on": "2020-01-10",
        "numerator": 1,
        "denominator": 7,
    }
    platform.run("exchange-rate.add", actor="admin", **inverse)
    with platform.session("admin") as session:
        base = BaseAmounts(session._connection, platform.catalogue.table("exchange_rate"), "USD")
        found = [base.rate("EUR", date(2020, 1, day)) for day in range(3, 31)]
        assert found == [2] * 2 + [3] * 5 + [7] * 10 + [4] * 11
        assert len(found) > FEW
        with pytest.raises(Refused, match="no rate from EUR to USD on or before 2020-01-02"):
            base.rate("EUR", date(2020, 1, 2))
