"""Asking incentive schemes of plugins for their curves."""

from fractions import Fraction
from typing import Any

import attrs

from dealwright_core.contributions import IncentiveScheme
from dealwright_core.errors import ConfigError, PluginError
from dealwright_core.host.border import mistake
from dealwright_core.host.faults import call_function, told
from dealwright_core.host.registry import Contributed
from dealwright_core.incentives.curve import Curve
from dealwright_core.language import core as _


def curve_of(scheme: Contributed[IncentiveScheme], quota: Fraction | None, settings: Any) -> Curve:
    """The curve of a scheme for a quota and for settings, an instance of its class or None.

    Raises ConfigError where the scheme does, because its settings do not fit the quota: paths begin at the settings.
    Raises PluginError, naming plugin and scheme, where the function raises, returns anything but a curve, or alters
    what it was given.
    """
    what = _("curve of incentive scheme {scheme}", scheme=scheme.item.name)
    before = _seen(quota, settings)

    def ask() -> tuple[Any, Any]:
        return scheme.item.curve(quota, settings), _seen(quota, settings)

    try:
        returned, after = call_function(scheme.plugin, what, ask)
    except ConfigError:
        raise
    except Exception as error:
        if isinstance(error, PluginError) and error.hook == what:
            raise
        raise PluginError(scheme.plugin, what, _("raised {told}", told=told(error))) from error
    if after != before:
        raise PluginError(scheme.plugin, what, _("altered its quota or its settings"))
    if type(returned) is not Curve:
        raise PluginError(scheme.plugin, what, _("returned {type}, not Curve", type=type(returned).__name__))
    if (wrong := mistake(returned, Curve, "curve")) is not None:
        raise PluginError(scheme.plugin, what, wrong)
    return returned


def _seen(quota: Fraction | None, settings: Any) -> Any:
    """A copy of the values, to be compared."""
    ratio = None if quota is None else quota.as_integer_ratio()
    return ratio, None if settings is None else attrs.asdict(settings)
