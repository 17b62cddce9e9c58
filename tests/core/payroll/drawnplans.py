"""Plans that Hypothesis draws: how sales are credited, measured and paid, each in some of the ways there are."""

from collections.abc import Mapping
from fractions import Fraction
from textwrap import dedent

from attrs import frozen
from hypothesis import strategies as st

NAME = "Drawn"
KINDS = {
    "orders": "kinds = {order = 1}",
    "bookings": "kinds = {booking = 1}",
    "both": 'kinds = {order = 1, booking = "1/3"}',
}
ALL, THIRD, NONE = Fraction(1), Fraction(1, 3), Fraction(0)
WEIGHTS = {
    "orders": {"transaction": ALL, "opportunity": NONE},
    "bookings": {"transaction": NONE, "opportunity": ALL},
    "both": {"transaction": ALL, "opportunity": THIRD},
}
SHARES = {
    "owner": "",
    "thirds": 'shares = {owner = "1/3", manager = "2/3"}',
    "named": 'shares = {owner = "60 %", CAT = "40 %"}',
}
# What a curve pays, in percent or as an amount.
RATES = ("5.1", "7", "1.7")
CURVES = {
    "flat": 'rate = "{rate} %"',
    "slab": """
        quota = 3000
        scheme = "slab"
        tiers = [
            {{from = "0 %", rate = "3.3 %"}},
            {{from = "50 %", rate = "{rate} %"}},
            {{from = "100 %", rate = "2 %"}},
        ]
        """,
    "whole": """
        scheme = "whole"
        tiers = [{{from = 0, rate = "3.3 %"}}, {{from = 1500, rate = "{rate} %"}}]
        """,
    "lookup": 'scheme = "lookup"\ntiers = [{{from = 500, pays = 33}}, {{from = 2000, pays = {rate}}}]',
    "interpolated": """
        scheme = "interpolated"
        points = [{{at = 300, pays = 0}}, {{at = 2100, pays = {rate}}}, {{at = 9000, pays = 700}}]
        """,
    "target-bonus": """
        quota = 3000
        target = {rate}
        scheme = "target-bonus"
        tiers = [{{from = "0 %", times = "33 %"}}, {{from = "100 %", times = "150 %"}}]
        """,
    "held": 'rate = "{rate} %"\ncap = 150\nfloor = 7',
    "by its amount": 'by = "amount"\n' + 'scheme = "whole"\ntiers = [{{from = 700, rate = "{rate} %"}}]',
    "by the year": 'by = {{window = "year"}}\n'
    + 'scheme = "whole"\ntiers = [{{from = 2000, rate = "{rate} %"}}]',
}
GATE = 'gate = {window = "quarter", from = 1000}\n'
OVERRIDES = {
    "none": "",
    "on sales": '[[pay]]\nname = "override"\nfor = "manager"\ncredit = "team"\nrate = "1.3 %"\n',
    "on pay": """
        [[pay]]
        name = "override"
        for = "manager"
        credit = "team"
        measure = "pay.commission"
        rate = "10 %"
        """,
}
PARTS = "".join(
    f'[[release]]\nshare = "1/3"\non = "{on}"\n' for on in ("booking", "+2 months", "quarter end")
)
WAITING = "".join(
    f'[[release]]\nshare = "1/4"\non = "{on}"\n' for on in ("booking", "collection", "delivery", "hold")
)
CLAWBACKS = {
    "all of it": "[clawback.refund]\n",
    "half of what was paid": '[clawback.refund]\nshare = "50 %"\nlimit = "paid"\n',
    "what was not served": "[clawback.refund]\nterm_months = 3\ncancels = true\n",
}
DRAW = '[draw]\namount = 60\nperiods = 2\nrecover = "50 %"\n'
# What of a plan stands before its tables, and behind them.
PAYMENTS = {
    "all at once": ("", ""),
    "in parts": ("", PARTS),
    "when the customer has": ("", WAITING),
    "with a draw": ("", DRAW),
    "up to a cap": ('pay_cap = {amount = 25, excess = "later"}', ""),
    "and no more": ('pay_cap = {amount = 25, excess = "never"}', ""),
    "in euros": ('pay_in = {currency = "EUR", fx = "0.9"}', ""),
    "in all of it": ('pay_cap = {amount = 25, excess = "later"}', f"{WAITING}{DRAW}"),
}
WINDOWS = ("deal", "week", "month", "quarter", "year")


@frozen(kw_only=True)
class DrawnPlan:
    """A plan by what was drawn for it."""

    kinds: str
    shares: str
    is_split: bool
    basis: str
    at: str
    half: str
    window: str
    curve: str
    rate: str
    is_gated: bool
    override: str
    payment: str
    clawback: str | None

    @property
    def is_allowed(self) -> bool:
        """Whether plans may have all of it together."""
        is_plain = self.window != "deal" and self.at == "window" and self.curve != "by its amount"
        if self.basis == "original" and (self.is_split or not is_plain):
            return False
        if self.is_split and self.shares == "owner":
            return False
        return not (self.is_gated and self.window == "year")

    def rounds_by_window(self, pay: str) -> bool:
        """Whether a pay rounds each member's window once, as a whole."""
        is_whole = pay == "override" or (self.window != "deal" and self.curve != "by its amount")
        return self.at == "window" and is_whole and not self.is_split

    @property
    def waits(self) -> bool:
        """Whether parts of the pay wait for what happens, and none for a day."""
        return WAITING in PAYMENTS[self.payment][1]

    @property
    def weights(self) -> Mapping[str, Fraction]:
        """What sales of a kind of record count."""
        return WEIGHTS[self.kinds]

    @property
    def text(self) -> str:
        """The file of the plan."""
        head, foot = PAYMENTS[self.payment]
        split = 'split = "pay"' if self.is_split else ""
        lines = (
            f'name = "{NAME}"', head, f'round = {{at = "{self.at}", half = "{self.half}"}}',
            "[credit]", KINDS[self.kinds], SHARES[self.shares], split, "[refund]", f'basis = "{self.basis}"',
            "[[pay]]", 'name = "commission"', f'window = "{self.window}"', GATE if self.is_gated else "",
            dedent(CURVES[self.curve]).format(rate=self.rate), dedent(OVERRIDES[self.override]), foot,
            "" if self.clawback is None else CLAWBACKS[self.clawback],
        )  # fmt: skip
        return "\n".join(each for each in lines if each)


drawn_plans = st.builds(
    DrawnPlan,
    kinds=st.sampled_from(list(KINDS)),
    shares=st.sampled_from(["owner", *SHARES]),
    is_split=st.booleans(),
    basis=st.sampled_from(["window", "current", "original"]),
    at=st.sampled_from(["window", "window", "step", "payment"]),
    half=st.sampled_from(["away", "even", "down"]),
    window=st.sampled_from(WINDOWS),
    curve=st.sampled_from(list(CURVES)),
    rate=st.sampled_from(RATES),
    is_gated=st.booleans(),
    override=st.sampled_from(list(OVERRIDES)),
    payment=st.sampled_from(list(PAYMENTS)),
    clawback=st.none() | st.sampled_from(list(CLAWBACKS)),
).filter(lambda each: each.is_allowed)
