"""The mapping with which an export is imported again."""

import json
import re
from collections.abc import Iterator, Sequence

from dealwright_core.exporting.columns import IN_CURRENCY, REF, Column

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def mapping_of(kind: str, columns: Sequence[Column], path: str) -> str:
    """The text of a mapping file that reads ``path``, a file of comma-separated values, back as records of a kind.

    ``path`` is relative to the folder that the import is given.
    """
    return "\n".join(_lines(kind, columns, path)) + "\n"


def _lines(kind: str, columns: Sequence[Column], path: str) -> Iterator[str]:
    yield f"# Reads what dealwright export {kind} wrote."
    yield f"name = {_text(f'export of {kind}')}"
    yield 'encoding = "utf-8"'
    yield ""
    yield "[[files]]"
    yield f"path = {_text(path)}"
    yield 'delimiter = ","'
    yield ""
    yield "[[files.records]]"
    yield f"record = {_text(kind)}"
    yield f"ref = {_text(REF)}"
    yield ""
    yield "[files.records.fields]"
    for each in columns:
        yield f"{_key(each.field.name)} = {_source(each)}"


def _source(column: Column) -> str:
    if column.field.link is not None:
        return f'{{ column = {_text(column.names[0])}, by = "ref" }}'
    if column.field.type.name in IN_CURRENCY:
        amount, currency = map(_text, column.names)
        return f"{{ column = {amount}, currency_column = {currency} }}"
    return _text(column.names[0])


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    """A basic string of TOML, which writes as JSON does but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
