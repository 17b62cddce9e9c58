"""Schemes of the plugin commission as a plan names them."""

import dealwright_commission
from tests.plugins.payouts import Schemes

_BUNDLED = Schemes.of(dealwright_commission.incentive_schemes())
SCHEMES, read, curve = _BUNDLED.by_name, _BUNDLED.read, _BUNDLED.curve
