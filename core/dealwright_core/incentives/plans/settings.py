"""The settings of a pay's scheme, and the curve that the scheme makes of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from dealwright_core.config.document import KeyPath, keys_of, meant
from dealwright_core.config.settingtypes import Context
from dealwright_core.config.structure import structure
from dealwright_core.contributions import IncentiveScheme
from dealwright_core.errors import Problem
from dealwright_core.incentives.curve import Curve
from dealwright_core.incentives.plans.payreading import PAY_KEYS
from dealwright_core.incentives.plans.plan import Pay
from dealwright_core.language import core as _


def is_named(pay: Pay) -> bool:
    """Whether a pay names its scheme, which otherwise shows by its keys."""
    tables = pay.document.data.get("pay", [])
    return "scheme" in tables[pay.at]


def settings_of(pay: Pay, scheme: IncentiveScheme, context: Context) -> tuple[Any, list[Problem]]:
    """The settings of the scheme of a pay, filled from the keys that are not the pay's."""
    if scheme.settings is None:
        message = _("incentive scheme {scheme} takes no settings", scheme=scheme.name)
        problems = [
            pay.problem((), message, meant(key, PAY_KEYS) or _("leave {key!r} out", key=key), key=key)
            for key in pay.settings
        ]
        return None, problems
    settings, wrong = structure(
        scheme.settings, dict(pay.settings), at=("pay", pay.at), document=pay.document, context=context
    )
    unknown = {str(_("unknown key {key!r}", key=key)): key for key in pay.settings}
    unsaid = None if is_named(pay) else _("set scheme: it is {scheme}, as none is named", scheme=scheme.name)
    problems = [
        evolve(each, hint=meant(unknown[str(each.message)], PAY_KEYS) or unsaid)
        if each.hint is None and str(each.message) in unknown
        else each
        for each in wrong
    ]
    if problems:
        problems += _of_other_rows(pay, scheme.settings, context)
    return settings, problems


def _of_other_rows(pay: Pay, cls: type, context: Context) -> Iterator[Problem]:
    """Mistakes in rows of lists, such as tiers, that only show where other rows have none: first among all rows without
    the keys that cannot be read, then among the rows without mistakes.
    """
    rows = _Rows(pay.settings)
    wrong = rows.mistakes(cls, context)
    if not all(rows.has_key(path) for path in wrong):
        return
    told = {path[:2] for path in wrong}
    for left in (rows.without_keys(wrong), None):
        found = (left or rows.without_rows(told)).mistakes(cls, context)
        for path, each in found.items():
            if len(path) > 1 and path[:2] not in told and path[0] in {key for key, _at in told}:
                yield pay.problem(path, each.message, each.hint)
        told |= {path[:2] for path in found if len(path) > 1}


@frozen
class _Rows:
    """Settings with lists of rows, and the place that each row of a list has in the file where some were left out."""

    settings: Mapping[str, Any]
    places: Mapping[str, Sequence[int]] = field(factory=dict)

    def mistakes(self, cls: type, context: Context) -> dict[KeyPath, Problem]:
        """What is wrong, by its place in the file."""
        __, wrong = structure(cls, dict(self.settings), context=context)
        return {self._place(keys_of(each.path)): each for each in wrong}

    def _place(self, path: KeyPath) -> KeyPath:
        if len(path) > 1 and path[0] in self.places:
            key, at = str(path[0]), int(path[1])
            return (key, self.places[key][at], *path[2:])
        return path

    def has_key(self, path: KeyPath) -> bool:
        """Whether a path leads to a key of a row of a list."""
        return len(path) > 2 and isinstance(self.settings.get(str(path[0])), list)

    def without_keys(self, paths: Collection[KeyPath]) -> "_Rows":
        """The same without some keys of rows."""

        def read(key: str, at: int, row: Any) -> Any:
            if not isinstance(row, Mapping):
                return row
            return {name: each for name, each in row.items() if (key, at, name) not in paths}

        return _Rows(
            {
                key: [read(key, at, row) for at, row in enumerate(rows)] if isinstance(rows, list) else rows
                for key, rows in self.settings.items()
            }
        )

    def without_rows(self, left: Collection[KeyPath]) -> "_Rows":
        """The same without some rows."""
        places = {
            key: [at for at in range(len(rows)) if (key, at) not in left]
            for key, rows in self.settings.items()
            if isinstance(rows, list)
        }
        settings = {
            key: [rows[at] for at in places[key]] if key in places else rows
            for key, rows in self.settings.items()
        }
        return _Rows(settings, places)


def curve_as_paid(pay: Pay, curve: Curve) -> Curve:
    """The curve that a scheme gave, as a pay has it. A target is for attaining the quota, and that is the position's:
    where this is another than the measure, it is paid on the position.
    """
    return curve.of_position() if "target" in pay.settings and pay.is_on_another else curve
