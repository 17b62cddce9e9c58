"""The page in a browser: on a phone and on a wide screen, light and dark."""

from pathlib import Path
from typing import get_args

import pytest

from dealwright.pages import rendered
from tests.sdk.pages.browser import Browser, Scheme
from tests.sdk.pages.samples import CHINESE, NAUGHTY, every_kind

PAGES = {
    "chinese": every_kind(CHINESE),
    "naughty": every_kind(NAUGHTY),
    "wide": every_kind(["Wm" * 60] * 1 + ["MW@"]),
}
TROUBLE = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")

# Texts of charts that are shown, each as left, top, right and bottom; those of letters without what is above and below.
BOXES = """[...document.querySelectorAll('svg')].filter(svg => svg.getClientRects().length).map(svg => {
    const of = element => { const box = element.getBoundingClientRect();
        return [box.left, box.top, box.right, box.bottom]; };
    return {svg: of(svg), texts: [...svg.querySelectorAll('text')].map(each => [each.textContent, ...of(each)])};
})"""
ABOVE_AND_BELOW = 4


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(rendered(PAGES[request.param]), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", get_args(Scheme))
@pytest.mark.parametrize("width", [390, 1280])
def test_it_opens_without_a_request_or_an_error(
    browser: Browser, page: Path, width: int, scheme: Scheme
) -> None:
    browser.open(page, width, scheme)
    asked = [
        each["params"]["request"]["url"]
        for each in browser.events
        if each["method"] == "Network.requestWillBeSent"
    ]
    assert asked == [page.as_uri()]
    assert not [each for each in browser.events if each["method"] in TROUBLE]
    assert browser.value("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("width", [320, 390, 720, 1280])
def test_nothing_is_wider_than_the_screen(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width, "light")
    browser.value("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.value("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [390, 1280])
def test_texts_in_charts_do_not_overlap_or_leave_them(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width, "light")
    charts = browser.value(BOXES)
    assert len(charts) == 6
    for chart in charts:
        left, _, right, _ = chart["svg"]
        boxes = [
            (said, box[0], box[1] + ABOVE_AND_BELOW, box[2], box[3] - ABOVE_AND_BELOW)
            for said, *box in chart["texts"]
            if said
        ]
        for at, one in enumerate(boxes):
            assert one[1] >= left - 1, one
            assert one[3] <= right + 1, one
            assert not [other for other in boxes[at + 1 :] if overlap(one[1:], other[1:])], one


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_each_scheme_has_its_colours(browser: Browser, page: Path) -> None:
    colours = {}
    for scheme in get_args(Scheme):
        browser.open(page, 1280, scheme)
        colours[scheme] = browser.value(
            "[getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.querySelector('svg rect')).fill]"
        )
    assert colours["light"][0] == "rgb(255, 255, 255)"
    assert colours["light"][1] != colours["dark"][1]


def test_one_chart_is_for_a_phone_and_one_for_a_wide_screen(browser: Browser, page: Path) -> None:
    for width, wanted in ((390, "narrow"), (1280, "wide")):
        browser.open(page, width, "light")
        shown = "[...document.querySelectorAll('figure > div')].filter(each => each.getClientRects().length)"
        assert browser.value(f"[...new Set({shown}.map(each => each.className))]") == [wanted]


def test_print_unfolds_the_tables(browser: Browser, page: Path) -> None:
    browser.open(page, 800, "dark")
    browser.ask("Emulation.setEmulatedMedia", media="print")
    try:
        script = (
            "[...document.querySelectorAll('table')].every(each => each.getBoundingClientRect().height > 20)"
        )
        assert browser.value(script)
        assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    finally:
        browser.ask("Emulation.setEmulatedMedia", media="")
