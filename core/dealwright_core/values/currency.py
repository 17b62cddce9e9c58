"""Currencies of ISO 4217 and the digits of their minor units."""

from functools import lru_cache

from dealwright_core.errors import InvalidValue
from dealwright_core.spelling import did_you_mean

_ACTIVE = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
        CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
        HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
        MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
        RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
        USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
# Gone since 2010: the records of those years keep them.
_WITHDRAWN = {0: "BYR", 2: "ANG BGN CUC EEK HRK LTL LVL MRO SLL VEF ZMK ZWL"}
_WITHOUT_MINOR_UNIT = frozenset("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split())

DIGITS: dict[str, int] = {
    code: number
    for table in (_ACTIVE, _WITHDRAWN)
    for number, codes in table.items()
    for code in codes.split()
}


def digits(currency: str) -> int:
    """How many decimal places the minor unit of `currency` has: 2 for USD, 0 for JPY, 3 for KWD.

    Raises InvalidValue for a code that is not known, with the one that was probably meant.
    """
    try:
        return DIGITS[currency]
    except (KeyError, TypeError):
        raise InvalidValue(_unknown(str(currency))) from None


def check_currency(currency: str) -> str:
    """`currency` itself, when it is known. Raises InvalidValue as `digits` does."""
    digits(currency)
    return currency


@lru_cache(maxsize=256)
def _unknown(currency: str) -> str:
    if currency in _WITHOUT_MINOR_UNIT:
        return f"{currency} has no minor unit in ISO 4217, so no amount can be kept in it"
    return f"unknown currency {currency!r}{did_you_mean(currency, DIGITS)}"
