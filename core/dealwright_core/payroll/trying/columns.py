"""Rows of texts as lines in which the cells of each column stand below one another."""

from collections.abc import Sequence

from dealwright_core.language import said
from dealwright_core.language.width import width_of

GAP = "  "


def columns(rows: Sequence[Sequence[str]], *, left: int) -> list[str]:
    """The lines of some rows; the first columns are aligned at the left, amounts behind them at the right."""
    cells = [[said(each) for each in row] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*cells, strict=True)]
    return [
        GAP.join(_padded(*each, at < left) for at, each in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in cells
    ]


def _padded(cell: str, width: int, is_left: bool) -> str:
    space = " " * (width - width_of(cell))
    return cell + space if is_left else space + cell
