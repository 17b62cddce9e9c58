"""What incentive runs leave in the database: runs, postings with what they were computed from, and their lines."""

from typing import Any

import sqlalchemy as sa

from dealwright_core.store.tables import BIG, SYSTEM, Instant


def _of_members() -> "list[sa.Column[Any]]":
    """Whose a row is: of a run, a plan and a member."""
    return [
        sa.Column("run", BIG, primary_key=True, autoincrement=False),
        sa.Column("plan", sa.Text, primary_key=True),
        sa.Column("valid_from", sa.Text, primary_key=True),
        sa.Column("member", BIG, primary_key=True, autoincrement=False),
    ]


def _of_sales() -> "list[sa.Column[Any]]":
    """The same, and the sale that it is about."""
    return [
        *_of_members(),
        sa.Column("about", sa.Text, primary_key=True),
        sa.Column("source", BIG, primary_key=True, autoincrement=False),
    ]


# One calculation of a pay period for all plans that are paid in it. ``header`` says, as JSON, which plans and plugins;
# ``failed`` lists who has no figure, and why; ``mark`` is up to where in the journal it saw.
run = sa.Table(
    "dw_pay_run",
    SYSTEM,
    sa.Column("id", BIG, primary_key=True, autoincrement=False),
    sa.Column("period", sa.Text, nullable=False, unique=True),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("approver", sa.Text),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("failed", sa.Text, nullable=False),
    sa.Column("uncredited", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
)
# What one pay gives one member for one window in one run; ``valid_from`` tells plans of one name apart. Amounts are
# whole units of 10 to the power of -``digits`` of ``unit``; ``measured``, a whole number in parts of ``scale``, and
# ``posted`` are what earlier runs had; ``exact`` is what is due after it, as a fraction, ``kept`` what refunds leave.
posting = sa.Table(
    "dw_pay_posting",
    SYSTEM,
    sa.Column("id", BIG, primary_key=True, autoincrement=False),
    sa.Column("run", sa.BigInteger, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Text, nullable=False),
    sa.Column("pay", sa.Text, nullable=False),
    sa.Column("member", sa.BigInteger, nullable=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("start", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("digits", sa.BigInteger, nullable=False),
    sa.Column("scale", sa.Text, nullable=False),
    sa.Column("measured", sa.Text, nullable=False),
    sa.Column("posted", sa.BigInteger, nullable=False),
    sa.Column("exact", sa.Text, nullable=False),
    sa.Column("kept", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("lines", sa.BigInteger, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Index("dw_pay_posting_of_run", "run", "member"),
    sa.Index("dw_pay_posting_of_account", "plan", "member", "run"),
)
# The lines of a posting, in their order. ``about`` and ``source`` say what a line is for, ``measure`` is what that adds
# in parts of the posting's scale, ``position`` where on the curve it lies, if it has a place of its own, or what else
# its amount goes by.
line = sa.Table(
    "dw_pay_line",
    SYSTEM,
    sa.Column("posting", BIG, primary_key=True, autoincrement=False),
    sa.Column("number", BIG, primary_key=True, autoincrement=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("source", sa.BigInteger, nullable=False),
    sa.Column("deal", sa.BigInteger, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("measure", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("position", sa.Text),
    sqlite_with_rowid=False,
)
# By how much what waits of the pay for a sale changed in a run, by what it waits for: above zero it was set aside,
# below it was released or cancelled.
part = sa.Table(
    "dw_pay_waiting",
    SYSTEM,
    *_of_sales(),
    sa.Column("moment", sa.Text, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
# What events took back of the pay for a sale in a run: of what was released, and, cancelled, of what was not.
clawback = sa.Table(
    "dw_pay_clawback",
    SYSTEM,
    *_of_sales(),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("back", sa.BigInteger, nullable=False),
    sa.Column("cancelled", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
# What a member is paid by a plan in a run, in minor units of the plan's currency, and the balances that it leaves.
# ``number`` counts the member's pay periods; ``paid_in`` and ``paid_out`` are what is paid in the currency of payment.
payment = sa.Table(
    "dw_pay_payment",
    SYSTEM,
    *_of_members(),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("earned", sa.BigInteger, nullable=False),
    sa.Column("released", sa.BigInteger, nullable=False),
    sa.Column("debt_before", sa.BigInteger, nullable=False),
    sa.Column("draw", sa.BigInteger, nullable=False),
    sa.Column("recovered", sa.BigInteger, nullable=False),
    sa.Column("capped", sa.BigInteger, nullable=False),
    sa.Column("from_excess", sa.BigInteger, nullable=False),
    sa.Column("forfeited", sa.BigInteger, nullable=False),
    sa.Column("paid", sa.BigInteger, nullable=False),
    sa.Column("debt", sa.BigInteger, nullable=False),
    sa.Column("owed", sa.BigInteger, nullable=False),
    sa.Column("excess", sa.BigInteger, nullable=False),
    sa.Column("drawn", sa.BigInteger, nullable=False),
    sa.Column("paid_in", sa.Text, nullable=False),
    sa.Column("paid_out", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
# The entries of the ledger: what a run adds to each account of a member. They sum to zero in every run and currency.
entry = sa.Table(
    "dw_pay_entry",
    SYSTEM,
    *_of_members(),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("currency", sa.Text, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
# What of a run hangs on members, and goes with them where it is calculated again.
OF_MEMBERS = (part, clawback, payment, entry)
