"""Members who count in a scheme because of their role: who holds a position of it on a day."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from dealwright_core.config.schemes import Scheme
from dealwright_core.errors import UsageError
from dealwright_core.language import core as _
from dealwright_core.store.organisation import holds_on
from dealwright_core.values import Period

if TYPE_CHECKING:
    from dealwright_core.store.session import Session

POSITION = "position"
# The fields of a position that decide on it.
DECISIVE = ("member", "role", "since", "until")
FACTOR = 1_009


def deciding_day(period: Period | None, as_of: date) -> date:
    """The day on which roles count: the last of the period, or without one the day of the run."""
    return as_of if period is None else period.last


def holdings(positions: sa.Table, member: Any, roles: Sequence[str], day: date) -> "sa.Select[Any]":
    """What holds of the positions by which a member counts, as one number of the digest; null where there is none.

    ``member`` is the id of a member, or a column with such ids.
    """
    p = positions.alias("held")
    number = sa.cast(sa.func.sum(p.c.id * FACTOR + p.c.version), sa.BigInteger)
    return (
        sa.select(number.label("held"))
        .select_from(p)
        .where(p.c.member == member, p.c.role.in_(sorted(roles)), holds_on(p, day))
    )


def held_by(session: "Session", member: int, roles: Sequence[str], day: date) -> int | None:
    """The same for one member, None for one who does not count."""
    rows = session.select(holdings(session.table(POSITION), member, roles, day))
    found: int | None = rows[0].held
    return found


def not_about(scheme: Scheme, ref: str) -> UsageError:
    """That a member has no role that a scheme is about."""
    return UsageError(
        _("scheme {scheme} is not about {ref}", scheme=scheme.name, ref=ref),
        _("it is about members who hold a position of role {roles}", roles=", ".join(scheme.roles)),
    )
