"""A message is English to programs, and remembers what it is made of for people."""

import copy
import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import InvalidValue, NotFound, Problem, UsageError
from dealwright_core.language import (
    Speech,
    Text,
    Texts,
    Titled,
    joined,
    know,
    label,
    language_of,
    languages,
    said,
    speaking,
    spoken,
)
from dealwright_core.language.catalogues import catalogue

GERMAN: dict[str | tuple[str, ...], str | tuple[str, ...]] = {
    "no target for {member} in {period}": "kein Ziel für {member} in {period}",
    ("{count} deal", "{count} deals"): ("{count} Abschluss", "{count} Abschlüsse"),
    "Amount": "Betrag",
    "{who}: {why}": "{why} ({who})",
    "left out": "ausgelassen",
    "broken for {member}": "kaputt für {mitglied}",
}


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Texts]:
    """The messages of a package with a German catalogue."""
    package = ModuleType("speaking_plugin")
    package.__file__ = str(tmp_path / "__init__.py")
    monkeypatch.setitem(__import__("sys").modules, "speaking_plugin", package)
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    german = Catalog("de", fuzzy=False)
    for id, string in GERMAN.items():
        german.add(id, string)
    with (folder / "speaking_plugin.mo").open("wb") as file:
        write_mo(file, german)
    catalogue.cache_clear()
    yield Texts("speaking_plugin")
    catalogue.cache_clear()


def test_a_message_is_the_english_text(texts: Texts) -> None:
    message = texts("no target for {member} in {period}", member="M-1", period="2026")
    assert message == "no target for M-1 in 2026"
    assert isinstance(message, Text)
    assert f"{message}!" == "no target for M-1 in 2026!"


def test_it_is_said_in_the_language_of_the_reader(texts: Texts) -> None:
    message = texts("no target for {member} in {period}", member="M-1", period="2026")
    assert said(message) == "no target for M-1 in 2026"
    with speaking("de"):
        assert said(message) == "kein Ziel für M-1 in 2026"
        assert message == "no target for M-1 in 2026"
    assert said(message) == "no target for M-1 in 2026"


def test_the_number_chooses_the_form(texts: Texts) -> None:
    with speaking("de"):
        assert said(texts.counted(1, "{count} deal", "{count} deals")) == "1 Abschluss"
        assert said(texts.counted(3, "{count} deal", "{count} deals")) == "3 Abschlüsse"
    assert texts.counted(1, "{count} deal", "{count} deals") == "1 deal"
    assert texts.counted(0, "{count} deal", "{count} deals") == "0 deals"


def test_messages_within_messages_are_translated_too(texts: Texts) -> None:
    why = texts("left out")
    message = texts("{who}: {why}", who="M-1", why=why)
    listed = joined(", ", ["M-1", why])
    with speaking("de"):
        assert said(message) == "ausgelassen (M-1)"
        assert said(listed) == "M-1, ausgelassen"
        assert said("M-1: " + why) == "M-1: ausgelassen"
        assert said(why + "!") == "ausgelassen!"
    assert message == "M-1: left out"
    assert listed == "M-1, left out"


def test_what_nobody_translated_is_said_in_english(texts: Texts) -> None:
    with speaking("de"):
        assert said(texts("nobody knows {this}", this=1)) == "nobody knows 1"
        assert said(texts.counted(2, "{count} dog", "{count} dogs")) == "2 dogs"
        assert said("plain") == "plain"


def test_titles_are_found_in_the_catalogue_of_any_package_that_contributes(texts: Texts) -> None:
    with speaking("de"):
        assert label("Amount") == "Amount"
        know("speaking_plugin")
        assert label("Amount") == "Betrag"
        assert said(Titled("amount")) == "Betrag"
        assert label("Untold") == "Untold"
    assert label("Amount") == "Amount"
    assert said(Titled("amount")) == "amount"


def test_values_are_written_as_the_language_has_them(texts: Texts) -> None:
    message = texts("no target for {member} in {period}", member="M-1", period=date(2026, 3, 1))
    with speaking(Speech("de", {date: lambda day: f"{day.day}.{day.month}.{day.year}"})):
        assert said(message) == "kein Ziel für M-1 in 1.3.2026"
        assert said(date(2026, 3, 1)) == "1.3.2026"


def test_an_error_is_english_to_programs_and_translated_for_people(texts: Texts) -> None:
    error = UsageError(texts("left out"), texts("no target for {member} in {period}", member=1, period=2))
    assert str(error) == "left out; no target for 1 in 2"
    with speaking("de"):
        assert said(error) == "ausgelassen; kein Ziel für 1 in 2"
        assert said(texts("{who}: {why}", who="x", why=InvalidValue(texts("left out")))) == "ausgelassen (x)"
        assert said(Problem("plugins.quota", texts("left out"), "a.toml", 6).text) == (
            "a.toml:6: plugins.quota: ausgelassen"
        )


def test_what_is_not_found_is_named_by_its_title() -> None:
    error = NotFound("customer", "K-1")
    assert str(error) == "no customer 'K-1'"
    with speaking("zh_CN"):
        assert said(error) == "没有客户 'K-1'"


def test_chinese_lists_have_their_own_mark() -> None:
    with speaking("zh_CN"):
        assert said(joined(", ", ["a", "b"])) == "a、b"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh_CN", "zh_CN"), ("zh-cn", "zh_CN"), ("zh", "zh_CN"), ("zh_CN.UTF-8", "zh_CN"), ("zh-Hans", "zh_CN"),
        ("en", "en"), ("en_GB.UTF-8", "en"), ("C", "en"), ("POSIX", "en"), ("fr", None), ("zh_TW", None),
    ],
)  # fmt: skip
def test_names_of_languages(name: str, language: str | None) -> None:
    assert language_of(name) == language
    assert languages() == ("en", "zh_CN")


@given(st.text(), st.text(), st.integers())
def test_values_stay_as_they_are_whatever_they_hold(one: str, other: str, number: int) -> None:
    message = Texts("nowhere")("{one}, {other!r} and {number:,}", one=one, other=other, number=number)
    assert message == f"{one}, {other!r} and {number:,}"
    with speaking("zh_CN"):
        assert said(message) == message
        assert spoken().language == "zh_CN"
    assert said(copy.deepcopy(message)) == pickle.loads(pickle.dumps(message))


def test_a_wrong_translation_does_not_hide_the_message(texts: Texts) -> None:
    with speaking("de"):
        assert said(texts("broken for {member}", member="M-1")) == "broken for M-1"
