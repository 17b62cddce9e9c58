"""The sections of the configuration other than stages and records, and what each value must be."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from dealwright_core.access.rights import Role, RoleTable, Separation
from dealwright_core.access.shipped import SHIPPED
from dealwright_core.config.database import parse_url
from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _
from dealwright_core.values import Calendar, check_currency

CORE = "core"
# Whose what the configuration itself contributes is.
CONFIGURATION = "configuration"


def _check_currency(_: Any, __: Any, value: str) -> None:
    check_currency(value)


def _check_zone(_: Any, __: Any, value: str) -> None:
    Calendar(time_zone=value)


def _check_month(_: Any, __: Any, value: int) -> None:
    Calendar(fiscal_year_start=value)


def _check_url(_: Any, __: Any, value: str) -> None:
    parse_url(value)


@frozen(kw_only=True)
class General:
    """``[deployment]``: its name, base currency, time zone, and the month in which its fiscal year starts."""

    currency: str = field(validator=_check_currency)
    name: str = ""
    time_zone: str = field(default="UTC", validator=_check_zone)
    fiscal_year_start: int = field(default=1, validator=_check_month)


@frozen(kw_only=True)
class Database:
    """``[database]``: where the data is. A relative path of SQLite is relative to the configuration file.

    ``row_level_security`` lets PostgreSQL itself keep back what an actor may not see, behind what sessions do. ``fast``
    lets reports over many records use the extra of that name, where it is installed.
    """

    url: str = field(default="sqlite:///dealwright.db", validator=_check_url)
    row_level_security: bool = False
    fast: bool = True


@frozen(kw_only=True)
class Access:
    """``[access]``: the roles there are, those of actors who are no members, and whom the command line acts for
    where it is not told.
    """

    default_actor: str | None = None
    actors: Mapping[str, tuple[str, ...]] = field(factory=dict)
    roles: Mapping[str, Role] = field(factory=lambda: dict(SHIPPED))
    separate: tuple[Separation, ...] = ()


@frozen(kw_only=True)
class AccessTable:
    """``[access]`` as it is written."""

    default_actor: str | None = None
    actors: Mapping[str, str | tuple[str, ...]] = field(factory=dict)
    roles: Mapping[str, RoleTable] = field(factory=dict)
    separate: tuple[Separation, ...] = ()


@frozen(kw_only=True)
class PluginRules:
    """The keys of ``[plugins]`` that are no plugin's section."""

    disabled: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    allow: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Plugins(PluginRules):
    """``[plugins]``: which to use, in which order. ``sections`` are their settings as written, by name."""

    sections: Mapping[str, Mapping[str, Any]] = field(factory=dict)

    def section(self, plugin: str) -> tuple[str, Mapping[str, Any]]:
        """The key of the plugin's section, and what is in it. The environment writes ``_`` for ``-``."""
        key = plugin if plugin in self.sections else plugin.replace("-", "_")
        return (key, self.sections[key]) if key in self.sections else (plugin, {})


def specifiers(text: str) -> SpecifierSet:
    """The versions that ``text`` allows, such as ``>=1.2,<2``. Raises InvalidValue."""
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        raise InvalidValue(
            _("{text!r} does not say which versions", text=text), _("write it as '>=1.2,<2'")
        ) from None
