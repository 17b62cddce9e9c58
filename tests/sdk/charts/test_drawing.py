"""Charts as SVG: well formed, named, within their width, exact, and nothing in them but drawing."""

import re
from xml.etree import ElementTree

import pytest

from dealwright import Chart, Column, Table
from dealwright.charts import drawn, style
from dealwright.charts.drawing import KINDS
from tests.sdk.pages.samples import CHINESE, NAUGHTY, bars, crossed, funnel, heat, trend, trends

SVG = (
    bars([*NAUGHTY, None]),
    trend(19),
    trend(1),
    trends(NAUGHTY[:7]),
    funnel(CHINESE),
    heat(8),
    crossed(NAUGHTY, ("30", "x" * 40)),
)
PLACES = {"x", "y", "width", "height", "cx", "cy", "r", "x1", "x2", "y1", "y2"}


def parsed(table: Table, width: int = 880) -> ElementTree.Element:
    assert table.chart is not None
    return ElementTree.fromstring(drawn(table, table.chart, width=width, id="c"))


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter("text")]


@pytest.mark.parametrize("width", [342, 880])
@pytest.mark.parametrize("table", SVG, ids=lambda table: table.title)
def test_a_chart_is_well_formed_and_every_place_is_a_whole_pixel(table: Table, width: int) -> None:
    root = parsed(table, width)
    for each in root.iter():
        for name in PLACES & each.attrib.keys():
            assert re.fullmatch(r"-?\d+", each.attrib[name]), each.attrib
        if "points" in each.attrib:
            assert re.fullmatch(r"(-?\d+,-?\d+ ?)+", each.attrib["points"])
    for box in root.iter("rect"):
        assert int(box.attrib["x"]) >= 0
        assert int(box.attrib["x"]) + int(box.attrib["width"]) <= width
        assert int(box.attrib["y"]) + int(box.attrib["height"]) <= int(root.attrib["height"])


@pytest.mark.parametrize("table", SVG, ids=lambda table: table.title)
def test_a_screen_reader_hears_what_it_shows(table: Table) -> None:
    root = parsed(table)
    assert root.attrib["role"] == "img"
    title, described = (root.find(f"*[@id='{id}']") for id in root.attrib["aria-labelledby"].split())
    assert title is not None
    assert described is not None
    assert (title.tag, title.text) == ("title", table.title)
    assert re.match(
        r"(Bar chart|Line chart|Funnel chart|Heat map) of .*; highest .*; lowest ", described.text or ""
    )


@pytest.mark.parametrize("table", SVG, ids=lambda table: table.title)
def test_colours_are_those_of_the_page(table: Table) -> None:
    assert table.chart is not None
    found = drawn(table, table.chart, width=880, id="c")
    assert not re.search(r"#[0-9a-f]{3}|rgb\(|style=|<script|href=", found)
    classes = {name for each in parsed(table).iter() for name in each.attrib.get("class", "").split()}
    known = {"t0", "t1", "t2"}  # letters on a light cell are as any
    assert classes - known <= set(re.findall(r"\.([a-z]+\d?)\b", style()))


def test_a_bar_is_as_long_as_its_figure() -> None:
    rows = (("East", 400), ("West", 100), ("North", None))
    columns = (Column("team", "Team"), Column("deals", "Deals", "integer"))
    root = parsed(Table(columns, rows, chart=Chart("bars", "team", ("deals",))))
    east, west = (int(each.attrib["width"]) for each in root.iter("rect"))
    assert abs(east - 4 * west) <= 4
    assert texts(root) == ["Deals", "East", "400", "West", "100", "North"]


def test_a_funnel_says_which_share_goes_on() -> None:
    rows = (("new", 8), ("offer", 4), ("won", 1), ("paid", 0), ("kept", 0))
    columns = (Column("stage", "Stage"), Column("deals", "Deals", "integer"))
    root = parsed(Table(columns, rows, chart=Chart("funnel", "stage", ("deals",))))
    assert [each for each in texts(root) if each.endswith("%")] == ["50.0 %", "25.0 %", "0.0 %"]


def test_a_gap_breaks_the_line() -> None:
    columns = (Column("month", "Month"), Column("deals", "Deals", "integer"))
    rows = (("2026-01", 1), ("2026-02", 2), ("2026-04", 2), ("2026-05", 3))
    root = parsed(Table(columns, rows, chart=Chart("lines", "month", ("deals",))))
    assert len(list(root.iter("polyline"))) == 2
    assert len(list(root.iter("circle"))) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_no_figures_are_no_chart_and_said_so(kind: str) -> None:
    columns = (Column("team", "Team"), Column("deals", "Deals", "integer"))
    for rows in ((), (("East", None),)):
        chart = Chart(kind, "team", ("deals",))  # type: ignore[arg-type]  # the keys are the kinds
        assert texts(parsed(Table(columns, rows, chart=chart)))[0] == "nothing to draw"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [0, -5, 2**63 - 1, -(2**63)])
def test_any_figure_can_be_drawn(kind: str, value: int) -> None:
    columns = (Column("team", "Team"), Column("deals", "Deals", "integer"))
    chart = Chart(kind, "team", ("deals",))  # type: ignore[arg-type]  # the keys are the kinds
    for rows in ((("East", value),), (("East", value), ("West", 1))):
        parsed(Table(columns, rows, chart=chart), 342)


def test_what_is_left_out_is_said() -> None:
    assert (
        texts(parsed(bars([f"team {each}" for each in range(30)])))[-1] == "in the table alone: 10 more rows"
    )
