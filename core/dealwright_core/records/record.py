"""What every record has in common, and what a field may say about itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from attrs import frozen

FieldClass = Literal["plain", "personal", "confidential"]

ABOUT = "dealwright"


@frozen(kw_only=True)
class Record:
    """A row of the deployment: subclass it with ``attrs.frozen(kw_only=True)`` to define another kind.

    ``id`` is 0 until the record is added. ``ref`` is unique among records of its kind: given by
    the source, or numbered when left empty. Instants are UTC. ``version`` counts the changes and is
    the optimistic lock.
    """

    id: int = 0
    ref: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    version: int = 0


COMMON = ("id", "ref", "created_at", "updated_at", "version")


@frozen(kw_only=True)
class About:
    """What a field says of itself beside its type."""

    title: str = ""
    link: str | None = None
    choices: tuple[str, ...] | None = None
    ratio: bool = False
    field_class: FieldClass = "plain"
    key: str | None = None


def about(
    title: str = "",
    *,
    link: str | None = None,
    choices: tuple[str, ...] | None = None,
    ratio: bool = False,
    field_class: FieldClass = "plain",
    key: str | None = None,
) -> Mapping[str, Any]:
    """Metadata for ``attrs.field(metadata=...)``.

    ``link`` names the kind of record whose id an integer field holds. ``choices`` lists the texts a
    field may have. ``ratio`` marks an integer in parts per million (``250000`` is 25 %). ``key`` is what settings call
    the field where Python cannot, such as ``from``; a record has no such field.
    """
    return {
        ABOUT: About(
            title=title,
            link=link,
            choices=choices if choices is None else tuple(choices),
            ratio=ratio,
            field_class=field_class,
            key=key,
        )
    }
