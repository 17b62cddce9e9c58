"""The lines above a chart that say which colour is what, and in which unit."""

from dealwright.charts.figures import Figures
from dealwright.charts.lettering import SIZE, fitted, length
from dealwright.charts.markup import box, letters
from dealwright.charts.scale import unit
from dealwright_core.language import joined

SWATCH, GAP, LINE = 10, 16, 20


def legend(figures: Figures, width: int) -> tuple[list[str], int]:
    """The elements, and the height that they take. One series needs no colour."""
    of = unit(figures)
    if len(figures.series) == 1:
        said = joined(", ", (each for each in (figures.series[0].title, of) if each))
        return [letters(fitted(said, width), 0, SIZE, class_="soft")], LINE + 10
    drawn: list[str] = []
    x, y = 0, SIZE
    for number, name in enumerate([*(each.title for each in figures.series), of], 1):
        is_unit = number > len(figures.series)
        start = 0 if is_unit else SWATCH + 6
        shown = fitted(name, width - start)
        wanted = start + length(shown)
        if x and x + wanted > width:
            x, y = 0, y + LINE
        if not is_unit:
            drawn.append(box(x, y - SWATCH, SWATCH, SWATCH, f"fill s{number}"))
        if shown:
            drawn.append(letters(shown, x + start, y, class_="soft"))
        x += wanted + GAP
    return drawn, y + LINE - SIZE + 10
