"""Exchange rates: what no batch of changes may do to them."""

from collections.abc import Iterator

from dealwright_core.errors import InvalidValue
from dealwright_core.findings import Finding
from dealwright_core.language import joined
from dealwright_core.records import ExchangeRate
from dealwright_core.store.changes import Changes
from dealwright_core.values.currency import check_currency


def known_currencies(changes: Changes) -> Iterator[Finding]:
    """Rates of what is no currency of ISO 4217: no amount would ever be converted with them."""
    for change in changes.of(ExchangeRate):
        rate = change.after
        assert isinstance(rate, ExchangeRate)
        for name in ("base", "quote"):
            try:
                check_currency(getattr(rate, name))
            except InvalidValue as error:
                yield Finding("unknown-currency", "block", joined(": ", (rate.ref, name, error)), rate.ref)
