"""Payout curves: what is due at each position, as a drawing that stands alone in its file."""

from collections.abc import Iterator
from fractions import Fraction
from xml.sax.saxutils import escape

from attrs import frozen

from dealwright.charts.lettering import SIZE, fitted, length
from dealwright.charts.markup import END, element, letters, line, plain
from dealwright.charts.scale import ticks
from dealwright.language import sdk as _
from dealwright_core.incentives.plans.plotting import Drawing
from dealwright_core.incentives.plans.shown import ShownCurve, ShownPlan
from dealwright_core.language import said
from dealwright_core.values import rounded

WIDTH, HEIGHT = 640, 220
ABOVE, BELOW, GAP = 30, 34, 16
# Positions and values are drawn in ten-thousandths of one, so that axes have whole numbers.
FINE = 10_000
# The style sheet of pages names its colours, which a file of its own has to say.
COLOURS = (
    ":root { --ink: #171a1f; --soft: #5a626d; --rule: #e1e5ea; --paper: #ffffff; --series-1: #2f66b0; } "
    "text { font-family: system-ui, sans-serif; }"
)


def drawn_curves(shown: ShownPlan) -> str:
    """Every curve of a plan, one below the other, as one file of SVG."""
    from dealwright.charts import style

    elements: list[str] = []
    top = 0
    for each in shown.curves:
        elements += _curve(each, top, WIDTH)
        top += ABOVE + HEIGHT + BELOW + GAP
    if not shown.curves:
        elements, top = [letters(said(_("nothing to draw")), 0, SIZE, class_="soft")], SIZE + 8
    return element(
        "svg",
        element("title", plain(shown.plan)),
        element("style", escape(f"{COLOURS} {style()}")),
        *elements,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        viewBox=f"0 0 {WIDTH} {top}",
        width=WIDTH,
        height=top,
        role="img",
    )


def drawn_curve(shown: ShownCurve, *, width: int, id: str) -> str:
    """A curve on a page, whose style sheet says how it looks. ``id``, unique there, names it for screen readers."""
    height = ABOVE + HEIGHT + BELOW
    return element(
        "svg",
        element("title", plain(_heading(shown)), id=f"{id}-title"),
        *_curve(shown, 0, width),
        class_="chart",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_labelledby=f"{id}-title",
    )


@frozen
class _Ground:
    """Where a curve may go: from ``left`` to ``width`` and from ``low`` upwards, and the marks of both axes."""

    drawing: Drawing
    along: list[int]
    up: list[int]
    left: int
    low: int
    width: int

    def x(self, position: int) -> int:
        """The pixel of a position, in ten-thousandths of one."""
        return self.left + rounded(Fraction(position * (self.width - self.left), self.along[-1]))

    def y(self, value: int) -> int:
        """The pixel of a value."""
        return self.low - rounded(Fraction((value - self.up[0]) * HEIGHT, self.up[-1] - self.up[0]))

    def axes(self) -> Iterator[str]:
        """Lines and figures at the marks."""
        for each in self.up:
            y = self.y(each)
            yield line(self.left, y, self.width, y, "axis" if each == 0 else "grid")
            there = self.drawing.up(Fraction(each, FINE))
            yield letters(there, self.left - 8, y + SIZE // 3, anchor=END, class_="soft figure")
        for each in self.along:
            there = self.drawing.across(Fraction(each, FINE))
            anchor = END if each else "start"
            yield letters(there, self.x(each), self.low + 20, anchor=anchor, class_="soft figure")

    def curve(self) -> Iterator[str]:
        """A line for each stretch, and a thin one up or down each jump."""
        before: tuple[int, int] | None = None
        for run in self.drawing.runs:
            places = [(self.x(_fine(x)), self.y(_fine(y))) for x, y in run]
            if before is not None:
                yield line(*before, *places[0], "axis")
            points = " ".join(f"{x},{y}" for x, y in places)
            yield element("polyline", points=points, class_="trend s1")
            before = places[-1]


def _heading(shown: ShownCurve) -> str:
    return said(_("{pay}: {up} by {across}", pay=shown.pay, up=shown.up, across=shown.across))


def _curve(shown: ShownCurve, top: int, width: int) -> Iterator[str]:
    drawing = shown.drawing
    up = ticks(_fine(drawing.bottom), _fine(drawing.top))
    margin = max(length(drawing.up(Fraction(each, FINE))) for each in up) + 10
    ground = _Ground(drawing, ticks(0, _fine(drawing.right)), up, margin, top + ABOVE + HEIGHT, width)
    yield letters(fitted(_heading(shown), width), 0, top + SIZE + 2)
    yield from ground.axes()
    yield from ground.curve()


def _fine(value: Fraction) -> int:
    return rounded(value * FINE)
