"""What evaluations leave in the database: runs, a row for each subject of a run, and what has changed since."""

import sqlalchemy as sa

from dealwright_core.store.tables import BIG, SYSTEM, Instant

# One evaluation of all subjects by a scheme. ``header`` says, as JSON, what the values of the lines are; ``missing`` is
# a JSON list of what could not be computed for anybody, ``incomplete`` counts the subjects that lack something.
run = sa.Table(
    "dw_run",
    SYSTEM,
    sa.Column("id", BIG, primary_key=True, autoincrement=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("period", sa.Text),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("subjects", sa.BigInteger, nullable=False),
    sa.Column("incomplete", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("missing", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Index("dw_run_of_scheme", "scheme", "period", "id"),
)
# ``total`` and the values in ``lines`` are whole: the header gives the factor of each line and the unit of the total.
# ``gate`` is the number of the gate that blocks, ``missing`` lists the numbers of lines that were out of bounds.
result = sa.Table(
    "dw_result",
    SYSTEM,
    sa.Column("run", BIG, primary_key=True, autoincrement=False),
    sa.Column("subject", BIG, primary_key=True, autoincrement=False),
    sa.Column("total", sa.BigInteger),
    sa.Column("lines", sa.Text, nullable=False),
    sa.Column("gate", sa.BigInteger),
    sa.Column("missing", sa.Text),
    sa.Column("digest", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
# Records that changed since scores were computed from them; ``record_id`` 0 stands for any of the kind.
stale = sa.Table(
    "dw_stale",
    SYSTEM,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("record_id", BIG, primary_key=True, autoincrement=False),
    sa.Column("mark", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
# What is computed outside the database for a run, by line and subject; it lives as long as the transaction.
OF_A_RUN = sa.MetaData()
staged = sa.Table(
    "dw_staged",
    OF_A_RUN,
    sa.Column("line", BIG, primary_key=True, autoincrement=False),
    sa.Column("subject", BIG, primary_key=True, autoincrement=False),
    sa.Column("points", sa.BigInteger),
    sa.Column("actual", sa.BigInteger),
    sa.Column("target", sa.BigInteger),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
