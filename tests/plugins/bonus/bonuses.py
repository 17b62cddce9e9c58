"""Schemes of the plugin bonus as a plan names them."""

import dealwright_bonus
from tests.plugins.payouts import Schemes

_BUNDLED = Schemes.of(dealwright_bonus.incentive_schemes())
SCHEMES, read, curve = _BUNDLED.by_name, _BUNDLED.read, _BUNDLED.curve
