"""Normal forms: spellings of one name have one, different companies have different ones."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dealwright_core.likeness.forms import digest, forms_of, name_form, number_form, reasons
from tests.core.likeness.spellings import (
    CHINESE_ENDINGS,
    chinese_names,
    full_width,
    names,
    plain,
    spellings,
)

NUMBER_CASES: tuple[Callable[[str], str], ...] = (str, str.lower, full_width)
WAYS = st.text() | st.text(alphabet="aZ9 .-&éßİ有限公司株式会社集団(主)ＬＴＤltdınc̈ﬁ")


@given(WAYS)
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert name_form(name_form(text)) == name_form(text)


@given(WAYS)
def test_the_form_of_a_number_is_its_own(text: str) -> None:
    form = number_form(text)
    assert form is None or number_form(form) == form


@given(st.data(), names)
def test_spellings_of_one_name_have_one_form(data: st.DataObject, words: list[str]) -> None:
    one, other = (data.draw(spellings(words)) for _ in range(2))
    assert name_form(one) == name_form(other) == plain("".join(words))


@given(st.data(), chinese_names)
def test_spellings_of_one_chinese_name_have_one_form(data: st.DataObject, words: list[str]) -> None:
    one, other = (data.draw(spellings(words, CHINESE_ENDINGS)) for _ in range(2))
    assert name_form(one) == name_form(other) == "".join(words)


@given(st.data(), names, names)
def test_different_companies_have_different_forms(
    data: st.DataObject, one: list[str], other: list[str]
) -> None:
    assume("".join(one) != "".join(other))
    assert name_form(data.draw(spellings(one))) != name_form(data.draw(spellings(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿克梅集团有限公司", "阿克梅有限公司"),
        ("阿克梅上海分公司", "阿克梅有限公司"),
        ("Acme North Ltd", "Acme South Ltd"),
        ("Acme 1 Ltd", "Acme 2 Ltd"),
        ("कंपनी", "कपनी"),
        ("ハハ", "パパ"),
        ("***", "!!!"),
        ("Ltd", "Inc"),
        ("Йота", "Иота"),
    ],
)
def test_what_tells_companies_apart_stays(one: str, other: str) -> None:
    assert name_form(one) != name_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Société Générale S. A.", "SOCIETE GENERALE SA"),
        ("Smith & Sons", "Smith and Sons, Inc."),
        ("阿克梅（中国）有限公司", "阿克梅 (中国) 有限责任公司"),
        ("株式会社アクメ", "アクメ㈱"),
        ("ООО «Ромашка»", "Ромашка"),
        ("Foo Sp. z o.o.", "FOO"),
        ("ＡＣＭＥ　２０５０", "Acme 2050 GmbH"),
        ("阿克梅集团公司", "阿克梅集团"),
        ("阿克梅Co., Ltd.", "阿克梅有限公司"),
        ("Общество с ограниченной ответственностью «Ромашка»", "ООО Ромашка"),
        ("Acme Aktiengesellschaft", "Acme AG"),
        ("Foo Spółka z ograniczoną odpowiedzialnością", "Foo Sp. z o.o."),
    ],
)
def test_what_does_not_tell_them_apart_goes(one: str, other: str) -> None:
    assert name_form(one) == name_form(other)


@given(st.from_regex(r"[A-Z]{2}[0-9]{5,11}", fullmatch=True), st.data())
def test_a_tax_id_is_one_however_it_is_grouped(number: str, data: st.DataObject) -> None:
    assume(len(set(number)) > 1)
    gaps = data.draw(
        st.lists(st.sampled_from(("", " ", ".", "-", "/")), min_size=len(number), max_size=len(number))
    )
    spelt = "".join(map("".join, zip(number, gaps, strict=True)))
    way = data.draw(st.sampled_from(NUMBER_CASES))
    assert number_form(way(spelt)) == number


@pytest.mark.parametrize("text", ["", "-", "n/a", "None", "000000000", "x", " unknown "])
def test_what_says_that_there_is_no_number_is_none(text: str) -> None:
    assert number_form(text) is None


@pytest.mark.parametrize("text", ["erased", "Unknown", ""])
def test_what_stands_for_no_name_is_not_compared(text: str) -> None:
    assert forms_of(("name",), "name", [text]) == {}


def alike(one: tuple[str | None, str], other: tuple[str | None, str]) -> tuple[str, ...]:
    known = ("tax_id", "name")
    return reasons("name", forms_of(known, "name", one), forms_of(known, "name", other))


def test_one_tax_id_is_one_company_whatever_it_is_called() -> None:
    assert alike(("DE 12", "Acme"), ("de12", "Orion")) == ("tax_id",)
    assert alike(("DE 12", "Acme"), ("de12", "ACME")) == ("tax_id", "name")


def test_one_name_is_one_company_unless_tax_ids_contradict() -> None:
    assert alike((None, "Acme"), ("DE12", "ACME Ltd")) == ("name",)
    assert alike(("DE12", "Acme"), ("DE13", "Acme")) == ()
    assert alike((None, "Acme"), (None, "Orion")) == ()


def test_forms_of_two_fields_are_looked_up_apart() -> None:
    assert digest("name", "12ab") != digest("tax_id", "12ab")
    assert -(2**63) <= digest("name", "acme") < 2**63
