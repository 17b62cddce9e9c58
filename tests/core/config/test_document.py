"""A TOML file knows on which line everything in it was written."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.config.document import Document, in_file_order, keys_of, spelt
from dealwright_core.config.positions import KeyPath, lines_of
from dealwright_core.errors import ConfigError

MAPPING = '''\
# how a CRM export is read
[deployment]
name = "Medical" # supplies
"base currency" = "USD"

[plugins.quota]
cap = { amount = 5, currency = "USD" }
rates = [
    1.5, # first

    [2, 3],
    { from = 1, note = """
  two lines, one "" quote""" },
]
site.'geo location'.lat = 1

[[stages]]
name = "open # no comment"
text = \'\'\'
[not.a.table]
\'\'\'

[[stages]]
name = "won"

[stages.extra]
deep = true

[[stages.moves]]
to = "lost"
'''


def document() -> Document:
    return Document.parse(MAPPING, "mapping.toml")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("deployment",), 2),
        (("deployment", "name"), 3),
        (("deployment", "base currency"), 4),
        (("plugins",), 6),
        (("plugins", "quota", "cap"), 7),
        (("plugins", "quota", "cap", "currency"), 7),
        (("plugins", "quota", "rates"), 8),
        (("plugins", "quota", "rates", 0), 9),
        (("plugins", "quota", "rates", 1, 1), 11),
        (("plugins", "quota", "rates", 2), 12),
        (("plugins", "quota", "rates", 2, "note"), 12),
        (("plugins", "quota", "site", "geo location", "lat"), 15),
        (("stages",), 17),
        (("stages", 0), 17),
        (("stages", 0, "name"), 18),
        (("stages", 1, "name"), 24),
        (("stages", 1, "extra", "deep"), 27),
        (("stages", 1, "moves", 0, "to"), 30),
    ],
)
def test_every_key_has_its_line(path: KeyPath, line: int) -> None:
    assert document().line_of(path) == line


def test_what_is_not_written_has_the_line_of_what_would_hold_it() -> None:
    assert document().line_of(("plugins", "quota", "cap", "digits", "deeper")) == 7
    assert document().line_of(("stages", 1, "title")) == 23
    assert document().line_of(("nowhere", "at all")) is None


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_bytes(b"\xef\xbb\xbf" + MAPPING.replace("\n", "\r\n").encode())
    assert Document.read(file).lines == document().lines


def test_a_decimal_is_the_decimal_it_shows() -> None:
    assert Document.parse("rate = 0.10", "x").data == {"rate": Decimal("0.10")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\nb =\n", "plan.toml:2: Invalid value at column 4"),
        ("a = 1\na = 2\n", "plan.toml:2: the key 'a' stands there twice, leave one out"),
        (
            "a = 1\nrate = 5 %\n",
            'plan.toml:2: Expected newline or end of document after a statement at column 10, put it in quotes: "5 %"',
        ),
        (
            "a = {b = '1 %', c = 33 1/3 %}  # 7 %\n",
            'plan.toml:1: Unclosed inline table at column 24, put it in quotes: "33 1/3 %"',
        ),
        ("a = 1\na = 2", "plan.toml:2: the key 'a' stands there twice, leave one out"),
        ("a = [1,\n", "plan.toml:2: Invalid value at the end of the file"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Document.parse(text, "plan.toml")
    assert str(refused.value) == said


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="nested too deeply"):
        Document.parse("a = " + "[" * 100_000, "plan.toml")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        Document.read(tmp_path / "none.toml", hint="try 'dealwright init DIR'")
    assert str(refused.value).endswith("none.toml: there is no such file, try 'dealwright init DIR'")


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        Document.read(tmp_path)


def test_an_encoding_other_than_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes("a = 1\nname = 'Müller'\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.toml:2: is not UTF-8, save it as UTF-8"):
        Document.read(file)


def test_paths_are_spelt_for_people() -> None:
    assert spelt(("stages", 2, "to", 0)) == "stages[3].to[1]"
    assert spelt(("plugins", "allow", "my plugin")) == 'plugins.allow."my plugin"'


def test_a_path_for_people_leads_back_to_its_keys() -> None:
    for path in [(), ("tiers", 6, "back_to"), (2, "rate"), ("plugins", "my plugin", 0), ("", "a.b", "c")]:
        assert keys_of(spelt(path)) == path


def test_problems_come_in_the_order_of_the_file_and_once() -> None:
    problems = [document().problem(path, "wrong") for path in [("nowhere",), ("stages",), ("deployment",)]]
    assert [each.line for each in in_file_order([*problems, *problems])] == [2, 17, None]


BARE_KEYS = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
KEYS = BARE_KEYS | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=4)
TEXTS = st.text(st.sampled_from("ab =#\"'[]{},.\n\t\\"), max_size=12)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def _key(key: str) -> str:
    plain = key.isascii() and key and all(sign.isalnum() or sign in "_-" for sign in key)
    return key if plain else _quoted(key)


class _Writer:
    """Writes values as TOML in any of the forms that TOML has, and notes the line of everything."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def note(self, path: KeyPath) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def tables(self, data: dict[str, Any], path: KeyPath) -> None:
        later = {}
        for key, value in data.items():
            is_table = isinstance(value, dict) and self.draw(st.booleans())
            is_tables = isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
            if is_table or (is_tables and self.draw(st.booleans())):
                later[key] = value
                continue
            self.put(self.draw(st.sampled_from(["", "  ", "# [no] = 1\n", "\n"])))
            self.note((*path, key))
            self.put(f"{_key(key)} = ")
            self.value(value, (*path, key))
            self.put(self.draw(st.sampled_from(["\n", " # end\n"])))
        for key, value in later.items():
            self.header(key, value, path)

    def header(self, key: str, value: Any, path: KeyPath) -> None:
        tables = [(value, (*path, key), "[]")]
        if isinstance(value, list):
            self.lines[(*path, key)] = self.text.count("\n") + 1
            tables = [(each, (*path, key, at), "[[]]") for at, each in enumerate(value)]
        for table, place, signs in tables:
            self.note(place)
            name = ".".join(_key(part) for part in place if isinstance(part, str))
            half = len(signs) // 2
            self.put(f"{signs[:half]}{name}{signs[half:]}\n")
            self.tables(table, place)

    def value(self, value: Any, path: KeyPath) -> None:
        if isinstance(value, dict):
            self.put("{")
            for at, (key, inner) in enumerate(value.items()):
                self.put(", " if at else " ")
                self.note((*path, key))
                self.put(f"{_key(key)} = ")
                self.value(inner, (*path, key))
            self.put("}")
        elif isinstance(value, list):
            self.put("[")
            for at, inner in enumerate(value):
                self.put(self.draw(st.sampled_from(["", " ", "\n", "\n# , ]\n"])))
                self.note((*path, at))
                self.value(inner, (*path, at))
                self.put(",")
            self.put("]")
        elif isinstance(value, str):
            self.put(self.string(value))
        else:
            self.put(str(value).lower())

    def string(self, value: str) -> str:
        if "'" not in value and "\n" not in value and self.draw(st.booleans()):
            return f"'{value}'"
        if "'''" not in value and not value.endswith("'") and self.draw(st.booleans()):
            return f"'''\n{value}'''"
        if self.draw(st.booleans()):
            return (
                '"""\n'
                + value.replace("\\", "\\\\").replace('"""', '""\\"').removesuffix('"')
                + ('\\""""' if value.endswith('"') else '"""')
            )
        return _quoted(value)


VALUES = st.recursive(
    st.integers(-99, 99) | st.booleans() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.data(), st.dictionaries(KEYS, VALUES, max_size=4))
def test_the_lines_of_any_toml_are_right(data: st.DataObject, values: dict[str, Any]) -> None:
    writer = _Writer(data.draw)
    writer.tables(values, ())
    if tomllib.loads(writer.text) != values:
        raise AssertionError(f"written wrongly: {writer.text}")
    assert lines_of(writer.text) == writer.lines
