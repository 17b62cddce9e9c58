"""Text for people: aligned tables and field lists. Data goes to stdout, all else to stderr."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from dealwright.cli.jsonform import form_of, refs_of_links
from dealwright.language import sdk as _
from dealwright.tables.spoken import spoken_table
from dealwright.tables.texts import RIGHT, cell_text, shown, value_text, width_of
from dealwright_core.contributions import Table
from dealwright_core.errors import NotFound
from dealwright_core.language import label, said
from dealwright_core.records import Record
from dealwright_core.reporting.outline import Outline
from dealwright_core.store.session import Session

GAP = "  "


def aligned(rows: Iterable[Sequence[str]], right: Iterable[bool] = ()) -> list[str]:
    """Lines in which the cells of each column stand below one another, those of ``right`` at the right."""
    cells = [[shown(said(cell)) for cell in row] for row in rows]
    if not cells:
        return []
    widths = [max(width_of(cell) for cell in column) for column in zip(*cells, strict=True)]
    sides = [*right][: len(widths)]
    sides += [False] * (len(widths) - len(sides))
    return [
        GAP.join(_padded(*each) for each in zip(row, widths, sides, strict=True)).rstrip() for row in cells
    ]


def _padded(cell: str, width: int, right: bool) -> str:
    space = " " * (width - width_of(cell))
    return space + cell if right else cell + space


def table_lines(table: Table) -> list[str]:
    """A report as text: a heading, the rows, totals below a rule, and its note."""
    table = spoken_table(table)
    right = [column.type in RIGHT for column in table.columns]
    body = [_cells(table, row) for row in table.rows]
    totals = [_cells(table, table.totals)] if table.totals else []
    lines = aligned([[column.title for column in table.columns], *body, *totals], right)
    rule = "-" * max(width_of(line) for line in lines) if lines else ""
    lines.insert(1, rule)
    if totals:
        lines.insert(-1, rule)
    if not body:
        lines.append(said(_("no rows")))
    return [*lines, "", *map(shown, table.note.splitlines())] if table.note else lines


def _cells(table: Table, row: Sequence[Any]) -> list[str]:
    return [cell_text(cell, column.type) for cell, column in zip(row, table.columns, strict=True)]


def record_lines(record: Record, session: Session) -> list[str]:
    """A record as a list of its fields; a link shows the ref and the name of the record it leads to."""
    kind = session.kind(type(record))
    rows = [(label(kind.title), record.ref)]
    for field in kind.fields:
        value = getattr(record, field.name)
        if field.link is not None and value is not None:
            rows.append((label(field.title), _named(session, field.link, value)))
        else:
            rows.append((label(field.title), field.type.to_text(value)))
    rows.append((_("Version"), str(record.version)))
    return aligned(rows)


def _named(session: Session, kind: str, id: int) -> str:
    try:
        linked = session.get(kind, id)
    except NotFound:
        return str(id)  # hidden from whoever reads
    label = getattr(linked, session.kind(kind).label, None)
    return linked.ref if label in (None, linked.ref) else f"{linked.ref} ({label})"


def records_lines(records: Sequence[Record], session: Session, width: int | None = None) -> list[str]:
    """Records of one kind as a table of the fields that any of them has, if they fit into ``width``."""
    if not records:
        return [said(_("none"))]
    kind = session.kind(type(records[0]))
    refs = refs_of_links(records, session)
    columns, right = [[_("Ref"), *(each.ref for each in records)]], [False]
    for field in kind.fields:
        values = [getattr(each, field.name) for each in records]
        if all(value is None for value in values):
            continue
        if field.link is not None:
            values = [None if value is None else refs[field.link].get(value) for value in values]
            cells = ["" if value is None else value for value in values]
        else:
            cells = [field.type.to_text(value) for value in values]
        columns.append([label(field.title), *cells])
        right.append(field.type.name in RIGHT)
    fitting = _fitting(columns, width)
    lines = aligned(zip(*columns[:fitting], strict=True), right)
    left_out = ", ".join(column[0] for column in columns[fitting:])
    return (
        [*lines, said(_("(too wide for this terminal: {left_out})", left_out=left_out))]
        if left_out
        else lines
    )


def _fitting(columns: Sequence[Sequence[str]], width: int | None) -> int:
    """How many columns fit; at least one."""
    if width is None:
        return len(columns)
    taken = 0
    for count, column in enumerate(columns):
        taken += max(width_of(shown(cell)) for cell in column) + (len(GAP) if count else 0)
        if taken > width and count:
            return count
    return len(columns)


def lines_of(value: Any, session: Session | None = None, width: int | None = None) -> list[str]:
    """Anything a command may return, as lines of text."""
    if value is None:
        return []
    if isinstance(value, Table):
        return table_lines(value)
    if isinstance(value, Outline):
        return aligned(value.lines())
    if isinstance(value, Record):
        assert session is not None
        return record_lines(value, session)
    if isinstance(value, Mapping):
        return _answer_lines(value)
    if isinstance(value, list | tuple):
        return _many(list(value), session, width)
    if attrs.has(type(value)) and not _has_text(type(value)):
        return lines_of(form_of(value, session))
    return [shown(each) for each in said(value).splitlines()]


def _has_text(kind: type) -> bool:
    """Whether values of a class say by themselves what they are for people."""
    return any("__str__" in vars(each) for each in kind.__mro__[:-1])


def _answer_lines(answer: Mapping[str, Any]) -> list[str]:
    """What an answer says by name; what has rows of its own comes below as a table."""
    tables = {name: each for name, each in answer.items() if _has_rows(each)}
    lines = aligned(
        [(label(str(name)), value_text(each)) for name, each in answer.items() if name not in tables]
    )
    for name, rows in tables.items():
        lines += [*([""] if lines else []), label(str(name)), *_many(list(rows), None, None)]
    return lines


def _has_rows(value: Any) -> bool:
    return (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(each, Mapping) for each in value)
    )


def _many(values: list[Any], session: Session | None, width: int | None) -> list[str]:
    if session is not None and values and isinstance(values[0], Record) and len({*map(type, values)}) == 1:
        return records_lines(values, session, width)
    if _has_rows(values):
        names = list(dict.fromkeys(name for each in values for name in each))
        rows = [[value_text(each.get(name)) for name in names] for each in values]
        return aligned([[label(str(name)) for name in names], *rows])
    return [line for each in values for line in lines_of(each, session)] or [said(_("none"))]
