"""A page as HTML: one file that needs nothing else, in which every text is only a text."""

import re
from collections import Counter
from html.parser import HTMLParser

import attrs
import pytest

from dealwright import Column, Money, Table
from dealwright.pages import Page, rendered
from dealwright.pages.rendering import _file
from tests.sdk.pages.samples import CHINESE, NAUGHTY, bars, every_kind, page

VOID = {"meta", "br", "img", "input", "link", "hr"}


class Read(HTMLParser):
    """What stands on a page: elements with their attributes, ids, and the texts of cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


PAGES = {
    "chinese": every_kind(CHINESE),
    "naughty": every_kind(NAUGHTY),
    "empty": page(Table((), ()), bars([])),
}


@pytest.fixture(params=PAGES)
def shown(request: pytest.FixtureRequest) -> Page:
    return PAGES[request.param]


def test_it_is_one_file_that_asks_for_nothing(shown: Page) -> None:
    html = rendered(shown)
    read = Read(html)
    assert not {tag for tag, _ in read.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
    }
    for tag, attributes in read.elements:
        assert not attributes.keys() & {"src", "srcset", "xlink:href", "style", "action", "background"}, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert (attributes.get("href") or "#").startswith("#")
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert not re.search(r"url\(|@import|@font-face|http", style)


def test_a_screen_reader_finds_its_way(shown: Page) -> None:
    read = Read(rendered(shown))
    ids = Counter(each["id"] for _, each in read.elements if "id" in each)
    assert set(ids.values()) == {1}
    for _, each in read.elements:
        named = (each.get("aria-labelledby") or "").split()
        assert set(named) <= ids.keys()
    assert [each["href"] for each in read.all("a")] == [f"#{each['id']}" for each in read.all("section")][
        : len(read.all("a"))
    ]
    assert len(read.all("table")) == len(read.all("caption")) == len(shown.sections)
    assert all(each.get("scope") in ("col", "row") for each in read.all("th"))
    assert read.all("html")[0]["lang"] == "en"
    assert len(read.all("h1")) == 1


def test_every_text_is_only_a_text() -> None:
    html = rendered(PAGES["naughty"])
    assert "&lt;script&gt;alert(1)" in html
    assert "{{ 7 * 7 }}" in Read(html).texts
    assert "a\\x00b\\x1b[2J\\nc" in Read(html).texts
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", html)
    html.encode()


def test_what_the_page_says_of_itself_is_escaped_too() -> None:
    wicked = "<b>&\x00"
    known = PAGES["chinese"]
    section = attrs.evolve(known.sections[0], what=wicked, asked=wicked)
    section = attrs.evolve(section, table=attrs.evolve(section.table, title=wicked, note=wicked))
    told = attrs.evolve(
        known, title=wicked, made_of=wicked, made_for=wicked, asked=((wicked, wicked),), sections=(section,)
    )
    html = rendered(told)
    assert "<b>" not in html
    assert "\x00" not in html


def test_every_figure_stands_in_the_table() -> None:
    table = bars(["East", None])
    texts = Read(rendered(page(table))).texts
    assert {"East", "none", "86,419.69", "43,209.84", "Total", "Amounts in CNY.", "Second line."} <= set(
        texts
    )


def test_a_unit_that_all_share_stands_at_the_head_alone() -> None:
    columns = (Column("name", "Name"), Column("won", "Won", "money"))
    one = Table(columns, (("East", Money(500, "USD")), ("West", None)))
    two = Table(columns, (("East", Money(500, "USD")), ("West", Money(5, "JPY"))))
    assert {"5.00", "USD"} <= set(Read(rendered(page(one))).texts)
    assert {"5.00 USD", "5 JPY"} <= set(Read(rendered(page(two))).texts)


def test_a_long_table_is_folded_and_an_endless_one_is_cut() -> None:
    html = rendered(page(bars([f"team {each}" for each in range(1200)])))
    assert "<summary>All 1,200 rows</summary>" in html
    assert "The first 500 rows; 700 more are in the other forms of the report." in html
    assert html.count("<tr>") == 502


LETTERS = [("ink", "paper"), ("soft", "paper"), ("link", "paper")]
LETTERS += [("ink", f"heat-{each}") for each in range(3)] + [
    ("on-heat", f"heat-{each}") for each in range(3, 6)
]
SHAPES = [(f"series-{each}", "paper") for each in range(1, 6)]


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_contrast_is_as_wcag_asks_for(scheme: str) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", palettes()[scheme]))
    for front, back in LETTERS:
        assert contrast(colours[front], colours[back]) >= 4.5, (front, back)
    for front, back in SHAPES:
        assert contrast(colours[front], colours[back]) >= 3, (front, back)


def palettes() -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", _file("page.css"), re.DOTALL)
    return dict(zip(("light", "dark", "print"), blocks, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, section 1.4.3."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
