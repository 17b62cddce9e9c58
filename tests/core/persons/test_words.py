"""The texts by which a person is known are found as whole words, whatever stands beside them."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.persons.words import ERASED, words_of

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@pytest.mark.parametrize(
    ("word", "text", "stands"),
    [
        ("Ann Li", "ANN LI, and others", True),
        ("Ann Li", "Ann Lind", False),
        ("Ann Li", "Joann Li", False),
        ("Ann Li", "客户Ann Li来电", True),
        ("李伟", "客户李伟来电", True),
        ("+49 30 1", "call +49 30 1.", True),
        ("+49 30 1", "call +49 30 12", False),
        ("A", "A", False),
        ("", "anything", False),
        (ERASED, "was erased", False),
    ],
)
def test_a_word_is_a_whole_word(word: str, text: str, *, stands: bool) -> None:
    words = words_of([word])
    assert words.stand_in(text) is stands
    assert words.taken_out(text) == (text if not stands else words.taken_out(text))


@given(word=TEXT, before=TEXT, after=TEXT)
def test_what_was_taken_out_stands_nowhere(word: str, before: str, after: str) -> None:
    words = words_of([word])
    text = f"{before} {word} {after}"
    said = {"a": [text, {text: None}], "b": 1}
    assert not words.stand_in(words.taken_out(text))
    assert words.taken_out_of(json.loads(json.dumps(said))) == words.taken_out_of(said)
    assert not any(words.stand_in(each) for each in _texts(words.taken_out_of(said)))


@given(words=st.lists(TEXT, max_size=4), text=TEXT)
def test_a_database_misses_no_text(words: list[str], text: str) -> None:
    known = words_of(words)
    with sa.create_engine("sqlite://").connect() as connection:
        for escaped, stored in (
            (None, text),
            (True, json.dumps(text)),
            (False, json.dumps(text, ensure_ascii=False)),
        ):
            column = sa.literal(stored)
            found = connection.execute(sa.select(known.may_stand_in(column, escaped=escaped))).scalar_one()
            assert bool(found) or not known.stand_in(text)


CASED = st.text(alphabet="aÄößñиЙΣǅ'_%/\\ \U00010400", min_size=2, max_size=8)


@given(word=CASED, how=st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
def test_a_database_misses_no_text_in_other_case(word: str, how: Callable[[str], str]) -> None:
    test_a_database_misses_no_text.hypothesis.inner_test([word], how(word))  # type: ignore[attr-defined]  # Hypothesis


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for name, each in value.items() for text in (name, *_texts(each))]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []
