"""What commands and reports return, in a form that JSON can say exactly: no amount ever becomes a float."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

from dealwright.tables.texts import points_text, ratio_text
from dealwright_core.contributions import Table
from dealwright_core.findings import Finding
from dealwright_core.language import Message, label, said
from dealwright_core.records import Record, RecordType
from dealwright_core.store.session import Session
from dealwright_core.values import Money, Period, Price

# Columns of whole numbers that stand for exact decimals.
EXACT: Mapping[str, Callable[[int], str]] = {"ratio": ratio_text, "points": points_text}


def text_of(form: Any) -> str:
    """A JSON form as indented text. Floats, which could only have lost something, are refused."""
    _refuse_floats(form)
    return json.dumps(form, ensure_ascii=False, indent=2)


def form_of(value: Any, session: Session | None = None) -> Any:
    """The JSON form of anything a command may return. Records need a session: it reads the refs of links."""
    if isinstance(value, Record):
        assert session is not None
        return record_forms([value], session)[0]
    if isinstance(value, Table):
        return table_form(value)
    if isinstance(value, Mapping):
        return {str(name): form_of(each, session) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        if session is not None and value and all(isinstance(each, Record) for each in value):
            return record_forms(list(value), session)
        return [form_of(each, session) for each in value]
    if attrs.has(type(value)) and not isinstance(value, Money | Price | Period):
        return {each.name: form_of(getattr(value, each.name), session) for each in attrs.fields(type(value))}
    return _plain(value)


def record_forms(records: Sequence[Record], session: Session) -> list[dict[str, Any]]:
    """Records with every field; a link is the ref of the record it leads to."""
    refs = refs_of_links(records, session)
    return [_record_form(each, session.kind(type(each)), refs) for each in records]


def refs_of_links(records: Iterable[Record], session: Session) -> Mapping[str, Mapping[int, str]]:
    """For each kind that some record links to, the refs by id."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for record in records:
        for field in session.kind(type(record)).fields:
            id = getattr(record, field.name)
            if field.link is not None and id is not None:
                wanted[field.link].add(id)
    return {kind: session.refs_of(kind, ids) for kind, ids in wanted.items()}


def _record_form(record: Record, kind: RecordType, refs: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    form = kind.to_json(record)
    for field in kind.fields:
        if field.link is not None and form[field.name] is not None:
            form[field.name] = refs[field.link].get(form[field.name])
    return form


def table_form(table: Table) -> dict[str, Any]:
    """A report: its columns, its rows as objects by column name, and title, totals, note and chart where it has
    them.
    """
    columns = [{"name": each.name, "title": label(each.title), "type": each.type} for each in table.columns]
    form: dict[str, Any] = {"title": label(table.title)} if table.title else {}
    form |= {"columns": columns, "rows": [_row_form(table, row) for row in table.rows]}
    if table.totals is not None:
        form["totals"] = _row_form(table, table.totals)
    if table.note:
        form["note"] = label(table.note)
    if table.chart is not None:
        form["chart"] = form_of(attrs.evolve(table.chart, title=label(table.chart.title)))
    return form


def _row_form(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    return {
        column.name: EXACT[column.type](cell) if column.type in EXACT and cell is not None else _plain(cell)
        for column, cell in zip(table.columns, row, strict=True)
    }


def finding_form(finding: Finding) -> dict[str, Any]:
    """A finding with everything a program needs to decide what to do."""
    return {**attrs.asdict(finding), "message": said(finding.message)}


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        return said(value)
    if value is None or isinstance(value, bool | int | str | float):
        return value
    if isinstance(value, Money):
        return {"amount": f"{value.major:f}", "currency": value.currency}
    if isinstance(value, Price):
        return {"amount": f"{value.amount:f}", "currency": value.currency}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, Fraction | Period) else repr(value)


def _refuse_floats(form: Any) -> None:
    if isinstance(form, float):
        raise TypeError(f"the float {form!r} is not exact: return Money, Decimal, an integer or text")
    for each in form.values() if isinstance(form, Mapping) else form if isinstance(form, list) else ():
        _refuse_floats(each)
