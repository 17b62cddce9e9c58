"""Help in scripts whose characters take two columns of a terminal, and which have no spaces to break lines at."""

import re
from collections.abc import Iterable

import click

from dealwright.tables.texts import width_of

# What may not begin a line: it stays with what stands before it.
CLOSING = "，。；：、？！）》」』”’…%,.;:?!)]}"
ATOMS = re.compile(r"\s+|[⺀-￯]|[^\s⺀-￯]+")


class WideFormatter(click.HelpFormatter):
    """Breaks lines by the columns that their characters take, between any two wide ones."""

    def write_text(self, text: str) -> None:
        """A text, indented and broken into lines."""
        for line in wrapped(text, self.width - self.current_indent):
            self.write(f"{' ' * self.current_indent}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms with what they mean beside them, or below those that are too long."""
        rows = list(rows)
        first = min(max((width_of(term) for term, __ in rows), default=0), col_max) + col_spacing
        for term, text in rows:
            lines = wrapped(text, max(self.width - self.current_indent - first, 10))
            room = first - width_of(term)
            indent = " " * self.current_indent
            if room >= col_spacing and lines:
                self.write(f"{indent}{term}{' ' * room}{lines.pop(0)}\n")
            else:
                self.write(f"{indent}{term}\n")
            for line in lines:
                self.write(f"{indent}{' ' * first}{line}\n")


def wrapped(text: str, width: int) -> list[str]:
    """The text on lines of at most so many columns, but for what cannot be broken."""
    lines: list[str] = []
    for atom in _atoms(text):
        if not lines or (width_of((lines[-1] + atom).rstrip()) > width and lines[-1].strip()):
            lines.append(atom.lstrip())
        else:
            lines[-1] += atom
    return [line.rstrip() for line in lines if line.strip()]


def _atoms(text: str) -> Iterable[str]:
    """What a line is not broken within: a word, or a wide character with the marks that close it."""
    found: list[str] = []
    for each in ATOMS.findall(" ".join(text.split())):
        if found and each[0] in CLOSING and not found[-1].isspace():
            found[-1] += each
        else:
            found.append(each)
    return found
