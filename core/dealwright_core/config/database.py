"""Which database a URL means."""

from pathlib import Path
from urllib.parse import quote_plus

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.spelling import did_you_mean

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
DIALECTS = ("sqlite", "postgresql")
HIDDEN = "***"


def parse_url(text: str) -> URL:
    """The URL of a SQLite or PostgreSQL database. Raises InvalidValue, which does not repeat the password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise InvalidValue(
            _("is not a database URL"), _("write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
        ) from None
    dialect, __, driver = url.drivername.partition("+")
    if dialect not in DIALECTS:
        raise InvalidValue(
            _(
                "there is no database {dialect!r}{near}",
                dialect=dialect,
                near=did_you_mean(dialect, DIALECTS),
            ),
            _("use sqlite or postgresql"),
        )
    if url.drivername not in DRIVERS:
        raise InvalidValue(
            _("the driver {driver!r} is not supported", driver=driver),
            _("write {dialect}://", dialect=dialect),
        )
    return url.set(drivername=DRIVERS[url.drivername])


def resolved(text: str, folder: Path) -> str:
    """The URL with driver and password; the file of a SQLite database is relative to ``folder``."""
    url = parse_url(text)
    if url.drivername == "sqlite":
        if not url.database or url.database.startswith((":memory:", "file:")):
            return text
        url = url.set(database=str(folder / url.database))
    return url.render_as_string(hide_password=False)


def masked(text: str) -> str:
    """The URL without its passwords."""
    url = make_url(text)
    secret = [key for key in url.query if "password" in key.lower()]
    shown = url.update_query_dict(dict.fromkeys(secret, HIDDEN)).render_as_string(hide_password=True)
    return shown.replace(quote_plus(HIDDEN), HIDDEN)
