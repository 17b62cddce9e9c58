"""Amounts in the base currency, at the rate of their day."""

from bisect import bisect_right
from collections import Counter
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dealwright_core.errors import Refused
from dealwright_core.findings import Finding
from dealwright_core.language import core as _
from dealwright_core.values import Money

# After as many days of one pair of currencies, all its rates are read at once.
FEW = 8
Dated = tuple[date, Fraction]


class BaseAmounts:
    """Converts amounts to minor units of the base currency at the newest rate on or before a day.

    A rate may be given either way round; of two from one day the direct one counts.
    """

    def __init__(self, connection: Connection, table: sa.Table, base: str) -> None:
        self._connection, self._table, self._base = connection, table, base
        self._rates: dict[tuple[str, date], Fraction] = {}
        self._asked: Counter[tuple[str, str]] = Counter()
        self._all: dict[tuple[str, str], list[Dated]] = {}

    def minor(self, money: Money, on: date) -> int:
        """Minor units of the base currency. Raises `Refused` where no rate is known for the day."""
        if money.currency == self._base:
            return money.minor
        return money.convert(self._base, self._rate(money.currency, on)).minor

    def rate(self, currency: str, on: date) -> Fraction:
        """What one unit of a currency is worth on a day. Raises `Refused` where no rate is known."""
        return Fraction(1) if currency == self._base else self._rate(currency, on)

    def forget(self) -> None:
        """Read the rates anew: some were written."""
        self._rates.clear()
        self._asked.clear()
        self._all.clear()

    def _rate(self, currency: str, on: date) -> Fraction:
        if (currency, on) not in self._rates:
            self._rates[currency, on] = self._read(currency, on)
        return self._rates[currency, on]

    def _read(self, currency: str, on: date) -> Fraction:
        found = [
            (dated[0], base == currency, dated[1])
            for base, quote in ((currency, self._base), (self._base, currency))
            if (dated := self._newest(base, quote, on)) is not None
        ]
        if found:
            __, is_direct, rate = max(found, key=lambda each: each[:2])
            return rate if is_direct else 1 / rate
        raise Refused(
            [
                Finding(
                    "no-exchange-rate",
                    "block",
                    _(
                        "no rate from {currency} to {base} on or before {on}; add one: dealwright "
                        "exchange-rate add --base {currency} --quote {base} --on {on} --numerator N "
                        "--denominator D",
                        currency=currency,
                        base=self._base,
                        on=on,
                    ),
                )
            ]
        )

    def _newest(self, base: str, quote: str, on: date) -> Dated | None:
        self._asked[base, quote] += 1
        if self._asked[base, quote] <= FEW:
            return next(iter(self._dated(base, quote, self._table.c.on <= on, most=1)), None)
        if (base, quote) not in self._all:
            self._all[base, quote] = self._dated(base, quote)[::-1]
        rates = self._all[base, quote]
        after = bisect_right(rates, on, key=lambda each: each[0])
        return rates[after - 1] if after else None

    def _dated(
        self, base: str, quote: str, *conditions: "sa.ColumnElement[bool]", most: int | None = None
    ) -> list[Dated]:
        """The rates from one currency to another, the newest first."""
        t = self._table.c
        wanted = sa.select(t.on, t.numerator, t.denominator).where(
            t.base == base, t.quote == quote, *conditions
        )
        rows = self._connection.execute(wanted.order_by(t.on.desc()).limit(most))
        return [(row.on, Fraction(row.numerator, row.denominator)) for row in rows]
