"""Incentives: what is paid for what was sold. `curve` has the payout curve that a scheme hands over."""
