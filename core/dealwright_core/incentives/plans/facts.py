"""What a plan can pay for: kinds of facts, the records they are, and the events that take back or release."""

import re
from collections.abc import Iterable
from typing import Final

from dealwright_core.records.contract import TRANSACTION_KINDS
from dealwright_core.records.lifecycle import Lifecycle

BOOKING: Final = "booking"
# What a pay measures where it says nothing.
AMOUNT: Final = "amount"
# A won opportunity counts as a booking; all else that is paid for is a transaction of its kind.
RECORDS: Final[dict[str, str]] = {BOOKING: "opportunity", **dict.fromkeys(TRANSACTION_KINDS, "transaction")}
# When a part is paid out: with the sale, with the customer's payment, when somebody releases it, or at an end.
COLLECTION: Final = "collection"
HOLD: Final = "hold"
MOMENTS: Final = (BOOKING, COLLECTION, HOLD, "month end", "quarter end", "year end")
_LATER = re.compile(r"\+([1-9][0-9]?[0-9]?) months?")
LEAVING: Final = "leave"
# The kinds of record whose moves are events of a sale.
MOVED: Final = ("opportunity", "contract", "customer")
OWNER: Final = "owner"


def events_of(lifecycles: Iterable[Lifecycle]) -> frozenset[str]:
    """The events there are: a transaction of a kind, a member who leaves; a move of an opportunity, a contract or a
    customer, and the state it leads to.
    """
    moves = [move for each in lifecycles if each.record in MOVED for move in each.moves]
    return frozenset(
        {LEAVING, *TRANSACTION_KINDS, *(each.event for each in moves), *(each.to for each in moves)}
    )


def months_later(moment: str) -> int | None:
    """How many months ``+2 months`` are; None for another moment."""
    found = _LATER.fullmatch(moment.strip())
    return None if found is None else int(found[1])
