"""The command line speaks the language that is asked for; what programs read stays the same."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from dealwright.cli.wideformatter import wrapped
from dealwright.tables.texts import width_of

Run = Callable[..., Result]
CHINESE = re.compile("[一-鿿]")
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
# What stands in English within a text of every language.
CODE = re.compile(r"dealwright [a-z-]+.*|--[a-z-]+|\b[A-Z][A-Z_]+\b|bootstrap|Jeffreys|Beta|`[^`]*`")


@pytest.fixture
def sales(shop: Run) -> Run:
    """A shop with a deal that was won."""
    shop("customer", "add", "--name", "华康诊所", "--industry", "health")
    shop("member", "add", "--name", "Anna")
    shop(
        "opportunity",
        "add",
        "--name",
        "CT",
        "--customer",
        "华康诊所",
        "--amount",
        "18000.50 USD",
        "--owner",
        "Anna",
    )
    shop("opportunity", "advance", "O-1", "--to", "engaging")
    shop("opportunity", "advance", "O-1", "--to", "won")
    return shop


def test_the_option_comes_before_the_environment_and_that_before_the_locale(
    shop: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "no customer" in shop("customer", "show", "K-9", code=1).stderr
    monkeypatch.delenv("DEALWRIGHT_LANG")
    assert "没有客户" in shop("customer", "show", "K-9", code=1).stderr
    monkeypatch.setenv("DEALWRIGHT_LANG", "en")
    assert "no customer" in shop("customer", "show", "K-9", code=1).stderr
    assert "没有客户" in shop("customer", "show", "K-9", "--lang", "zh", code=1).stderr
    assert "没有客户" in shop("--lang=zh_CN", "customer", "show", "K-9", code=1).stderr


def test_a_language_that_nobody_speaks_here_is_refused_by_name(
    shop: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        "--lang: the language 'fr' is not spoken here; there is en, zh_CN"
        in shop("--lang", "fr", "customer", "list", code=2).stderr
    )
    monkeypatch.setenv("DEALWRIGHT_LANG", "fr")
    assert "DEALWRIGHT_LANG: the language 'fr'" in shop("customer", "list", code=2).stderr
    monkeypatch.delenv("DEALWRIGHT_LANG")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert shop("customer", "list").stdout == "none\n"


def test_a_command_leaves_the_language_of_the_program_as_it_was(shop: Run) -> None:
    assert "没有客户" in shop("--lang", "zh", "customer", "show", "K-9", code=1).stderr
    assert "no customer" in shop("customer", "show", "K-9", code=1).stderr
    assert "Usage:" in shop("customer", "--help").stdout


def test_help_and_misuse_are_chinese_from_the_first_word_to_the_last(shop: Run) -> None:
    for typed in (
        (),
        ("report",),
        ("report", "won"),
        ("opportunity",),
        ("opportunity", "advance"),
        ("import",),
    ):
        text = shop("--lang", "zh", *typed, "--help").stdout
        left = [
            line
            for line in text.splitlines()
            if ENGLISH.search(CODE.sub("", line)) and "dealwright" not in line
        ]
        assert text.startswith("用法：")
        assert left == []
        assert max(map(width_of, (line for line in text.splitlines() if "dealwright" not in line))) <= 100
    wrong = shop("--lang", "zh", "opportunity", "add", "--nmae", "x", code=2).stderr
    assert "没有选项 '--nmae'" in wrong


def test_reports_have_chinese_headings_and_the_same_figures(sales: Run) -> None:
    english, chinese = sales("report", "won").stdout, sales("--lang", "zh", "report", "won").stdout
    words, figures = ["Owner", "Won", "Deals", "Anna", "Total"], ["18,000.50", "USD", "1"]
    assert [each for each in english.split() if "-" not in each] == [*words[:4], *figures, words[4], *figures]
    words, figures = ["负责人", "赢单", "商机数", "Anna", "合计"], ["US$18,000.50", "1"]
    assert [each for each in chinese.split() if "-" not in each] == [*words[:4], *figures, words[4], *figures]
    forms = [json.loads(sales(*lang, "report", "won", "--json").stdout) for lang in ((), ("--lang", "zh"))]
    assert forms[0]["rows"] == forms[1]["rows"]
    assert [each["name"] for each in forms[0]["columns"]] == [each["name"] for each in forms[1]["columns"]]
    assert [each["title"] for each in forms[1]["columns"]] == ["负责人", "赢单", "商机数"]


def test_every_report_is_chinese(sales: Run) -> None:
    for report in json.loads(sales("report", "--json").stdout):
        wanted = ["--period", "2026"] if report["report"] == "coverage" else []
        form = json.loads(sales("--lang", "zh", "report", report["report"], *wanted, "--json").stdout)
        titles = [form.get("title", "无"), *(each["title"] for each in form["columns"])]
        assert [each for each in titles if not CHINESE.search(each)] == [], report["report"]
        assert not ENGLISH.search(CODE.sub("", form.get("note", ""))), form.get("note")


def test_records_are_shown_with_chinese_titles_and_their_own_values(sales: Run) -> None:
    shown = sales("--lang", "zh", "opportunity", "show", "O-1").stdout
    assert re.search(r"^金额 +18000.50 USD$", shown, re.MULTILINE)
    assert re.search(r"^客户 +CUS?-?1? ?.*华康诊所", shown, re.MULTILINE) or "华康诊所" in shown
    assert "Amount" not in shown


def test_a_page_is_in_the_language_and_its_figures_are_those_of_the_other(sales: Run, tmp_path: Path) -> None:
    sales("--lang", "zh", "report", "page", "--with", "won,funnel", "-o", "zh.html")
    sales("report", "page", "--with", "won,funnel", "-o", "en.html")
    chinese, english = ((tmp_path / name).read_text() for name in ("zh.html", "en.html"))
    assert '<html lang="zh-CN">' in chinese
    assert '<html lang="en">' in english
    for word in ("赢单", "负责人", "条形图", "合计", "生成日期"):
        assert word in chinese
    for word in ("Owner", "Entered", "Bar chart", "Total", "Made on", "As seen by"):
        assert word in english
        assert f">{word}<" not in chinese
    assert "按负责人" in chinese
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日", chinese)


def test_without_babel_amounts_and_days_are_written_plainly(
    sales: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "babel", None)
    assert "18,000.50 USD" in sales("--lang", "zh", "report", "won").stdout


def test_refusals_and_reasons_are_chinese_and_keep_their_codes(sales: Run, ask: Callable[..., Any]) -> None:
    wrong = sales("--lang", "zh", "opportunity", "advance", "O-1", "--to", "engaging", code=1)
    assert "被拒绝" in wrong.stderr or "拒绝" in wrong.stderr
    assert "[opportunity-illegal-move]" in wrong.stderr
    assert "cannot" not in wrong.stderr


def test_lines_break_between_wide_characters_and_never_before_a_closing_mark() -> None:
    text = "每一行要么被接受，要么被拒绝，要么未处理。 --retry FOLDER"
    lines = wrapped(text, 12)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line) <= 14 for line in lines)
    assert not any(line[0] in "，。" for line in lines)


def test_a_plugins_catalogue_is_made_and_checked_by_a_command(shop: Run, tmp_path: Path) -> None:
    package = tmp_path / "visits"
    package.mkdir()
    (package / "__init__.py").write_text(
        'from dealwright import Texts\n_ = Texts("visits")\nA = _("no visit")\n'
    )
    said = shop("plugins", "translate", "visits", "--into", "zh_CN").stdout
    assert "'no visit': is not translated" in said
    catalogue = package / "locale/zh_CN/LC_MESSAGES/visits.po"
    shop("plugins", "translate", "visits", "--into", "zh_CN", "--check", code=5)
    catalogue.write_text(
        catalogue.read_text().replace('msgid "no visit"\nmsgstr ""', 'msgid "no visit"\nmsgstr "没有拜访"')
    )
    shop("plugins", "translate", "visits", "--into", "zh_CN", "--check")
    shop("plugins", "translate", "visits", "--into", "zh_CN")
    assert catalogue.with_suffix(".mo").exists()


def test_the_example_of_the_docs_holds() -> None:
    page = (Path(__file__).parents[3] / "docs" / "languages.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(from dealwright import NotFound.*?)```", page, re.DOTALL)
    assert example is not None
    exec(compile(example[1], "docs/languages.md", "exec"), {})
