"""Where a row ends that the csv module could not split, so that what follows is read neither as part of it
nor twice.
"""

import csv
import re

from attrs import frozen

from dealwright_core.language import core as _
from dealwright_core.language import joined

LINE_END = re.compile(r"\r\n|\r|\n")


def lines_in(row: list[str]) -> int:
    """How many lines of the file a row takes."""
    text = " ".join(row)
    return 1 + (len(LINE_END.findall(text)) if "\n" in text or "\r" in text else 0)


@frozen
class OpenQuote:
    """Follows the quotes of a row line by line: `opened` is the line of the quote that is still open, None
    between rows.
    """

    delimiter: str
    quote: str
    opened: int | None = None

    def after(self, line: str, number: int) -> "OpenQuote":
        """The state behind one more line."""
        opened, at = self.opened, 0
        while at < len(line):
            if opened is not None:
                at = line.find(self.quote, at)
                if at < 0:
                    break
                doubled = line.startswith(self.quote * 2, at)
                at += 2 if doubled else 1
                opened = opened if doubled else None
            elif line[at] == self.quote and (at == 0 or line[at - 1] == self.delimiter):
                opened, at = number, at + 1
            else:
                # No quote can open before the next delimiter.
                at = line.find(self.delimiter, at) + 1 or len(line)
        return OpenQuote(self.delimiter, self.quote, opened)


def explain(error: csv.Error, opened: int | None, first: int, last: int) -> str:
    """Why a row from line `first` to `last` could not be split. `opened` is the line of a quote that is never
    closed.
    """
    said = str(error)
    if opened is not None:
        return _(
            "the quote opened in line {opened} is never closed{swallowed}",
            opened=opened,
            swallowed=_swallowed(first, last),
        )
    if "field larger" in said:
        return _(
            "a cell is longer than {field_size_limit:,} characters{swallowed}",
            field_size_limit=csv.field_size_limit(),
            swallowed=_swallowed(first, last),
        )
    if "expected after" in said:
        return _(
            "text follows a closing quote: double the quotes inside a cell{swallowed}",
            swallowed=_swallowed(first, last),
        )
    return joined("", (said, _swallowed(first, last)))


def _swallowed(first: int, last: int) -> str:
    if last == first:
        return ""
    count = _.counted(last - first, "{count} line", "{count} lines")
    return _(
        "; the {count} after line {first}, to line {last}, stand inside its quotes and were not read as rows",
        count=count,
        first=first,
        last=last,
    )
