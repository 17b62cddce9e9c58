"""Mapping files: all mistakes at once, each with its line and the nearest thing that would be right."""

from pathlib import Path

import pytest

from dealwright import Platform
from dealwright_core.errors import ConfigError
from dealwright_core.importing import read_mapping
from dealwright_core.importing.binding import Binder
from dealwright_core.importing.readers import Defaults
from dealwright_testing.deployments import MakePlatform


def problems(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_mapping(path)
    return [(each.line or 0, each.path, f"{each.message}; {each.hint}") for each in refused.value.problems]


@pytest.fixture
def platform(make_platform: MakePlatform) -> Platform:
    return make_platform(upgrade=False)


def bound(
    platform: Platform, tmp_path: Path, text: str, header: tuple[str, ...]
) -> list[tuple[int | None, str]]:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    mapping, document = read_mapping(path)
    binder = Binder(document, platform.catalogue, Defaults(currency="USD"))
    binder.bind(0, mapping.files[0], header)
    return [(each.line, each.message) for each in sorted(binder.problems, key=lambda each: each.line or 0)]


def test_all_mistakes_of_form_at_once(tmp_path: Path) -> None:
    text = """\
name = "x"
curency = "USD"
[[files]]
path = 7
[[files.records]]
record = "customer"
[files.records.fields]
name = {colum = "name"}
region = {column = "r", by = "id"}
"""
    found = sorted(problems(tmp_path, text))
    assert [(line, path) for line, path, _ in found] == [
        (2, ""),
        (4, "files[1].path"),
        (8, "files[1].records[1].fields.name"),
        (9, "files[1].records[1].fields.region.by"),
    ]
    assert found[0][2] == "unknown key 'curency'; did you mean 'currency'?"
    assert found[2][2] == "unknown key 'colum'; did you mean 'column'?"


def test_contradictions_are_told(tmp_path: Path) -> None:
    text = """\
name = "x"
[[files]]
path = "../secret.csv"
quote = "''"
header = false
records = []
[[files]]
path = "a.csv"
columns = ["a"]
[[files.records]]
record = "team"
[files.records.fields]
name = {}
parent = {column = "p", record = "team"}
[[files.records]]
record = "team"
ref = {price = "p"}
[[files]]
path = "a.csv"
delimiter = ";;"
records = [{record = "customer", fields = {name = {column = "n", decimal = ",", grouping = ","}}}]
"""
    said = [f"{line}: {message}" for line, _, message in problems(tmp_path, text)]
    assert said == ["20: expected one character, got ';;'; None"]
    said = [f"{line}: {message}" for line, _, message in problems(tmp_path, text.replace('";;"', '";"'))]
    assert [each.split("; ")[0] for each in sorted(said, key=lambda each: int(each.split(":")[0]))] == [
        "3: ../secret.csv leads out of the data folder: write it relative to that",
        "4: expected one character or none, got \"''\"",
        "5: a file without a header needs columns = [...]",
        "6: names no record that the file feeds",
        "9: the header names the columns: leave this out, or say header = false",
        "13: names no source",
        "14: has several sources: column and record",
        "15: a second 'team': give it a name of its own",
        "17: price and times go together: an amount is price x times",
        "19: a.csv has an entry already: put all its records there",
        "21: ',' cannot stand for decimal and for grouping",
    ]


def test_what_does_not_fit_the_records_or_the_header(platform: Platform, tmp_path: Path) -> None:
    text = """\
name = "x"
[[files]]
path = "deals.csv"
ignore = ["amuont"]
[[files.records]]
record = "opportunty"
[[files.records]]
record = "opportunity"
ref = "id"
[files.records.fields]
stge = "stage"
amount = {column = "amount", date_formats = ["%d.%m"]}
owner = {record = "member"}
customer = {record = "team"}
opened_on = {column = "opened", date_formats = ["%d.%m"]}
channel = {column = "two"}
probability = {constant = "high"}
name = {column = "name", scale = 10}
[[files.records]]
record = "team"
when = {column = "kidn", equals = "x"}
[files.records.fields]
name = "name"
"""
    header = ("id", "stage", "amount", "opened", "two", "two", "name", "kind")
    assert bound(platform, tmp_path, text, header) == [
        (4, "deals.csv has no column 'amuont', did you mean 'amount'?"),
        (6, "there is no record 'opportunty', did you mean 'opportunity'?"),
        (7, "opportunity needs the field 'stage'"),
        (11, "opportunity has no field 'stge', did you mean 'stage'?"),
        (12, "date_formats means nothing for 'amount', which is money"),
        (12, "'%d.%m' does not read a whole day"),
        (13, "no record 'member' stands above this one in the same file"),
        (14, "no record 'team' stands above this one in the same file"),
        (15, "'%d.%m' does not read a whole day"),
        (16, "deals.csv has 2 columns called 'two': rename all but one"),
        (17, "'high' is not a number; write it as 1234.50"),
        (18, "scale means nothing for 'name', which is text"),
        (21, "deals.csv has no column 'kidn', did you mean 'kind'?"),
    ]


def test_a_header_in_one_piece_asks_for_the_delimiter(platform: Platform, tmp_path: Path) -> None:
    text = 'name = "x"\n[[files]]\npath = "a.csv"\n[[files.records]]\nrecord = "team"\nfields = {name = "team"}\n'
    assert bound(platform, tmp_path, text, ("id;name;city",)) == [
        (6, "a.csv has no column 'team', its only one is 'id;name;city': is the delimiter ';'?")
    ]
    assert bound(platform, tmp_path, text, ("x", "y")) == [(6, "a.csv has no column 'team'; it has 'x', 'y'")]


def test_a_mapping_names_files(tmp_path: Path) -> None:
    assert problems(tmp_path, 'name = "x"\nfiles = []\n') == [(2, "files", "names no file to import; None")]
