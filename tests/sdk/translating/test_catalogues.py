"""Everything that we say has a translation, and the tools for catalogues find what has none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import dealwright
import dealwright_appraisal
import dealwright_bonus
import dealwright_commission
import dealwright_core
import dealwright_direct
import dealwright_funnel
import dealwright_qualification
import dealwright_quota
import dealwright_segmentation
import dealwright_standings
from dealwright.cli.helptext import paragraphs, text_of
from dealwright.translating import compiled, lacks, messages_in, updated
from dealwright_core.commands.signature import parameters
from dealwright_core.language import label, said, speaking
from dealwright_core.platform import Platform
from dealwright_testing.deployments import MakePlatform

PACKAGES = [
    Path(each.__path__[0])
    for each in (
        dealwright_core,
        dealwright,
        dealwright_funnel,
        dealwright_direct,
        dealwright_qualification,
        dealwright_quota,
        dealwright_segmentation,
        dealwright_standings,
        dealwright_appraisal,
        dealwright_commission,
        dealwright_bonus,
    )
]
CHINESE = re.compile("[一-鿿]")
# These say something to people: their texts are messages, never plain ones.
SPEAKING = {
    "Conflict", "DealwrightError", "Finding", "InvalidValue", "PluginError", "Problem", "Suitability", "Trouble",
    "UnreadableFile", "Unresolved", "UpgradeNeeded", "UsageError", "_Unreadable", "misuse", "refused", "say",
}  # fmt: skip
SENTENCE = re.compile(r"[a-z]{2,} [a-z]")
SOURCE = '''
"""A plugin."""

from dealwright import Column, Report, Table, Texts

_ = Texts("speaking")


def visits(session, period=""):
    """Visits of each member.

    Only those that took place.
    """
    note = _("{count} visits are left out", count=2)
    return Table((Column("member", "Member"),), (), note=note + _.counted(1, "{count} day", "{count} days"))


def reports():
    yield Report("visits", visits)
'''


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_every_message_is_translated_into_chinese(folder: Path) -> None:
    assert [f"{each.text!r}: {each.wrong}" for each in lacks(folder, "zh_CN")] == []


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_what_people_read_is_a_message(folder: Path) -> None:
    assert [f"{file}:{line}: {text}" for file, line, text in _plain_texts(folder)] == []


def _plain_texts(folder: Path) -> Iterator[tuple[str, int, str]]:
    """Texts that are handed as they are to what speaks to people."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = (
                getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            )
            if isinstance(node, ast.Call) and name in SPEAKING:
                for each in (*node.args, *(keyword.value for keyword in node.keywords)):
                    parts = [each] if isinstance(each, ast.Constant) else getattr(each, "values", [])
                    text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
                    if SENTENCE.search(text):
                        yield path.name, node.lineno, text


def test_clicks_own_messages_are_translated() -> None:
    path = Path(dealwright.__path__[0]) / "locale/zh_CN/LC_MESSAGES/click.po"
    with path.open("rb") as file:
        chinese = read_po(file, locale="zh_CN")
    keywords = {"_": None, "ngettext": (1, 2)}
    extracted = extract_from_dir(Path(click.__file__).parent, [("**.py", "python")], keywords=keywords)
    texts = {each[2] if isinstance(each[2], str) else each[2][0] for each in extracted}
    found = {each: chinese.get(each) for each in texts}
    assert [each for each, message in found.items() if message is None or not message.string] == []


def test_everything_that_the_platform_offers_has_a_chinese_title(make_platform: MakePlatform) -> None:
    platform = make_platform()
    with speaking("zh_CN"):
        untold = sorted(
            {each for each in _titles(platform) if each != "SKU" and not CHINESE.search(said(label(each)))}
        )
    assert "\n".join(untold) == ""


def _titles(platform: Platform) -> Iterator[str]:
    """Titles of records and fields, and the help of commands and reports."""
    for kind in platform.catalogue.kinds.values():
        yield kind.title
        yield from (field.title for field in kind.fields)
    registry = platform.host.registry
    functions = [each.item.function for each in platform.commands.values()]
    functions += [each.item.function for each in registry.reports.values()]
    for function in functions:
        yield from paragraphs(text_of(function))
        yield from (each.help for each in parameters(function) if each.help)
    yield from (each.item.title for each in registry.measures.values())
    yield from (each.item.title for each in registry.channels.values())
    yield from (each.item.title for each in registry.scoring_rules.values())


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that says a few things."""
    folder = tmp_path / "speaking"
    folder.mkdir()
    (folder / "__init__.py").write_text(SOURCE, encoding="utf-8")
    return folder


def test_messages_titles_and_help_are_found(package: Path) -> None:
    found = [(each.text, each.plural) for each in messages_in(package)]
    assert sorted(found) == [
        ("Member", ""),
        ("Only those that took place.", ""),
        ("Visits of each member.", ""),
        ("{count} day", "{count} days"),
        ("{count} visits are left out", ""),
    ]


def test_a_new_catalogue_lacks_every_translation(package: Path) -> None:
    path = updated(package, "zh_CN")
    assert path == package / "locale/zh_CN/LC_MESSAGES/speaking.po"
    assert [each.wrong for each in lacks(package, "zh_CN")] == ["is not translated"] * 5


def test_translations_are_kept_when_a_catalogue_is_brought_up_to_date(package: Path) -> None:
    path = updated(package, "zh_CN")
    _translate(path, "Member", "成员")
    (package / "more.py").write_text('from speaking import _\nMORE = _("one more")\n', encoding="utf-8")
    updated(package, "zh_CN")
    assert [each.text for each in lacks(package, "zh_CN") if each.text in ("Member", "one more")] == [
        "one more"
    ]
    assert compiled(package, "zh_CN").stat().st_size > 0


def test_a_translation_with_other_values_is_found(package: Path) -> None:
    _translate(updated(package, "zh_CN"), "{count} visits are left out", "未计入 {number} 次拜访")
    wrong = {each.text: each.wrong for each in lacks(package, "zh_CN")}
    assert wrong["{count} visits are left out"] == (
        "its translation does not name the same values: 未计入 {number} 次拜访"
    )


def test_what_is_said_no_more_is_found(package: Path) -> None:
    path = updated(package, "zh_CN")
    path.write_text(path.read_text() + '\nmsgid "no more"\nmsgstr "不再"\n', encoding="utf-8")
    assert ("no more", "is said nowhere: take it out") in {
        (each.text, each.wrong) for each in lacks(package, "zh_CN")
    }


def _translate(path: Path, message: str, translation: str) -> None:
    text = path.read_text(encoding="utf-8")
    before = f'msgid "{message}"\nmsgstr ""'
    assert before in text
    path.write_text(text.replace(before, f'msgid "{message}"\nmsgstr "{translation}"'), encoding="utf-8")
