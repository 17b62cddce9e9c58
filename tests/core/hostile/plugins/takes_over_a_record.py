"""Wants a kind of record under the core's name."""

import attrs

from dealwright import Record, RecordType, hookimpl


@attrs.frozen(kw_only=True)
class Opportunity(Record):
    mine: str


@hookimpl
def records():
    yield RecordType(Opportunity, name="opportunity")
