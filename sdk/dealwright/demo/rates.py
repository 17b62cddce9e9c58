"""Exchange rates of a week each, as exact fractions."""

from collections.abc import Iterator

from dealwright.demo.days import iso
from dealwright.demo.dice import Dice

DENOMINATOR = 10_000
# What one US dollar is worth at first, at least, at most, and the largest step of a week, in ten-thousandths.
QUOTES = {"EUR": (9240, 8650, 9750, 75), "CNY": (71450, 69800, 73400, 320)}

RATE_COLUMNS = ("rate_id", "base_currency", "quote_currency", "valid_from", "numerator", "denominator")


def rate_rows(seed: int, first: int, today: int) -> Iterator[tuple[str, ...]]:
    """Rows of `RATE_COLUMNS`: each Monday's rates, from the last one not after ``first`` until ``today``."""
    dice = Dice(seed, "rates")
    rates = {currency: quote[0] for currency, quote in QUOTES.items()}
    for monday in range(first - (first - 1) % 7, today + 1, 7):
        for currency, (_, lowest, highest, step) in QUOTES.items():
            rate = rates[currency]
            yield (
                f"FX-USD-{currency}-{iso(monday)}",
                "USD",
                currency,
                iso(monday),
                str(rate),
                str(DENOMINATOR),
            )
            rates[currency] = min(max(rate + dice.between(-step, step), lowest), highest)
