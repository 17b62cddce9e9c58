"""What contributions may be called."""

import re

from dealwright_core.config.declared import LONGEST_NAME
from dealwright_core.errors import InvalidValue
from dealwright_core.language import core as _

SLUG = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
DOTTED = re.compile(rf"{SLUG.pattern}(\.{SLUG.pattern})*")


def check_name(name: str, form: re.Pattern[str] = SLUG) -> None:
    """Raise `InvalidValue` where something cannot be called that."""
    if not form.fullmatch(name) or len(name) > LONGEST_NAME:
        raise InvalidValue(
            _("{name!r} cannot be a name", name=name), _("use small letters, digits, and single '-' or '_'")
        )
