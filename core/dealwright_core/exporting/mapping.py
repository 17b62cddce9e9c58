"""The mapping with which an export is imported again."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from dealwright_core.exporting.columns import IN_CURRENCY, REF, Column

MOST_NAMED = 4
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def mapping_of(exported: Mapping[str, tuple[str, Sequence[Column]]]) -> str:
    """The text of a mapping file that reads files of comma-separated values back as records.

    It takes kind and columns of each file by its path, relative to the folder that the import is given; what is linked
    to comes before what links to it.
    """
    return "\n".join(_lines(exported)) + "\n"


def _lines(exported: Mapping[str, tuple[str, Sequence[Column]]]) -> Iterator[str]:
    kinds = (
        " and ".join(kind for kind, _ in exported.values()) if len(exported) < MOST_NAMED else "every kind"
    )
    yield f"# Reads what dealwright export wrote of {kinds}."
    yield f"name = {_text(f'export of {kinds}')}"
    yield 'encoding = "utf-8"'
    for path, (kind, columns) in exported.items():
        yield ""
        yield from _file(kind, columns, path)


def _file(kind: str, columns: Sequence[Column], path: str) -> Iterator[str]:
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
