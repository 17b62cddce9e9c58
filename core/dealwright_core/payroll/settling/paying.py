"""What a member is paid by one plan, one pay period after the other: debt, draw, recovery and cap of the payment.

All amounts are whole minor units of the plan's currency, unless it is said otherwise.
"""

from fractions import Fraction

from attrs import frozen

from dealwright_core.errors import InvalidValue
from dealwright_core.incentives.plans.tables import Draw, PayCap
from dealwright_core.language import core as _
from dealwright_core.values import Rounding, rounded


@frozen
class Balance:
    """What one pay period leaves to the next.

    ``debt``, zero or below, is pay that was below zero; ``owed`` is what was drawn and is still to be recovered;
    ``excess`` was above the cap and is paid later. In ``drawn`` pay periods so far a draw was in force, whether it was
    needed or not: a draw for six months ends after six months, good ones among them.
    """

    debt: int = 0
    owed: int = 0
    excess: int = 0
    drawn: int = 0

    def __attrs_post_init__(self) -> None:
        assert self.debt <= 0 <= min(self.owed, self.excess, self.drawn)


NOTHING = Balance()


@frozen
class Terms:
    """The draw and the cap of a plan, as they hold for a member. Their amounts, in whole units of the currency, are
    rounded to its minor units, of which ten to the power ``digits`` make one. Who ``may_draw`` has a new draw; of whom
    may not, what is owed is recovered all the same.
    """

    draw: Draw | None
    cap: PayCap | None
    digits: int
    rounding: Rounding = Rounding.HALF_AWAY
    may_draw: bool = True

    @property
    def most(self) -> int | None:
        """The most that is paid in a pay period; None where there is no cap."""
        return None if self.cap is None else self._minor(self.cap.amount)

    def draw_in_force(self, before: Balance) -> Draw | None:
        """The draw that a pay period has, which may have ended."""
        if self.draw is None or not self.may_draw:
            return None
        if self.draw.periods is None:
            return self.draw
        return self.draw if before.drawn < self.draw.periods else None

    def recovered(self, pay: int, before: Balance, number: int) -> int:
        """What is recovered from a period's pay of zero or more. Without a draw in the terms nothing is."""
        if self.draw is None or number < self.draw.recover_from:
            return 0
        current = self.draw_in_force(before)
        kept = self._level(current) if current is not None and current.pays == "up to" else 0
        return min(before.owed, rounded(self.draw.recover * max(0, pay - kept), self.rounding))

    def drawn(self, earned: int, before: Balance) -> int:
        """What is advanced, beside what is paid of earnings."""
        current = self.draw_in_force(before)
        if current is None:
            return 0
        if current.pays == "up to":
            return max(0, self._level(current) - earned)
        amount = self._minor(current.amount)
        return amount if self.most is None else min(amount, self.most - earned)

    def _level(self, draw: Draw) -> int:
        """What a draw fills the payment up to: the cap, where that is less."""
        amount = self._minor(draw.amount)
        return amount if self.most is None else min(amount, self.most)

    def _minor(self, amount: Fraction) -> int:
        return rounded(amount * 10**self.digits, self.rounding)


@frozen
class Payment:
    """What is paid in a pay period, and what it is made of. Nothing vanishes:

        released + debt_before + from_excess + draw - recovered - capped - forfeited - after.debt == paid

    All but ``released`` and ``debt_before`` are zero or above. ``capped`` is what the cap leaves for later and
    ``forfeited`` what it leaves for never; ``from_excess`` was left for later before. The balance goes on:

        after.excess == before.excess + capped - from_excess
        after.owed == before.owed + draw - recovered, without the draw where it is kept
    """

    released: int
    debt_before: int
    draw: int
    recovered: int
    capped: int
    from_excess: int
    forfeited: int
    paid: int
    after: Balance


def settle(released: int, before: Balance, terms: Terms, number: int) -> Payment:
    """The payment of one pay period. ``number`` counts the member's pay periods, the first with a draw being 1.

    1. Debt. What was released pays off the debt; what is below zero is carried on as debt. Excess that waits is set
       off against it first: nobody is paid while in debt, except by a draw.
    2. Draw. "Up to" fills the payment up to the amount, "on top" is added to it. No more than the amount is advanced,
       so that a draw leaves a debt where it is. Earnings go first: excess that can be paid makes a draw smaller, and
       the draw has the room that they leave under the cap, since an advance that is not paid cannot be owed.
    3. Recovery. From the period ``recover_from`` on, the part ``recover`` of the period's pay goes into what was owed
       at its start, and never more than that. While a draw "up to" is in force, it is that part of what exceeds its
       level, since a draw that is taken back below its own level would only be drawn again. With a ``recover`` of 0
       nothing becomes owed: the draw is kept, and "up to" guarantees its amount.
    4. Cap. At most its amount is paid, draw included. What is recovered is not paid, and does not count. The rest is
       excess, or forfeited. Excess is paid as soon as there is room, after the period's own pay; it has given its part
       to recovery in the period in which it was earned, and gives none again.
    """
    total = released + before.debt
    set_off = min(before.excess, max(0, -total))
    pay, debt = max(0, total), min(0, total + set_off)

    recovered = terms.recovered(pay, before, number)
    payable, waiting, most = pay - recovered, before.excess - set_off, terms.most
    over = 0 if most is None else max(0, payable - most)
    later = waiting if most is None else min(waiting, max(0, most - payable))
    earned = payable - over + later
    draw = terms.drawn(earned, before)

    forfeits = terms.cap is not None and terms.cap.excess == "never"
    capped, forfeited = (0, over) if forfeits else (over, 0)
    is_owed = terms.draw is not None and terms.draw.recover > 0
    after = Balance(
        debt=debt,
        owed=before.owed - recovered + (draw if is_owed else 0),
        excess=waiting - later + capped,
        drawn=before.drawn + (terms.draw_in_force(before) is not None),
    )
    return Payment(
        released=released,
        debt_before=before.debt,
        draw=draw,
        recovered=recovered,
        capped=capped,
        from_excess=set_off + later,
        forfeited=forfeited,
        paid=earned + draw,
        after=after,
    )


def in_currency(minor: int, digits: int, rate: Fraction, to_digits: int, rounding: Rounding) -> int:
    """A payment in the currency that is paid out, in its minor units: the second rounding, after that of the pay.

    ``rate`` is the price of one whole unit of the plan's currency. Raises InvalidValue where it is not above zero.
    """
    if rate <= 0:
        raise InvalidValue(_("an exchange rate is above zero, got {exact}", exact=rate))
    return rounded(minor * rate * Fraction(10) ** (to_digits - digits), rounding)
