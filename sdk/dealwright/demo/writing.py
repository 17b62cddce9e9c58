"""Writing the files of the demo: one CSV file for each kind of row, and the mapping that reads them."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

from attrs import frozen

from dealwright.demo import activities, customers, deals, fulfilment, people, products, rates, targets

SEED = 2025
TODAY = date(2025, 12, 31)
MAPPING = "mapping.toml"
Row = tuple[str, ...]


@frozen
class Generated:
    """What was written: the mapping, the folder of the CSV files, and the number of rows of each by name."""

    mapping: Path
    data: Path
    counts: Mapping[str, int]


def generate(folder: Path, *, seed: int = SEED, today: date = TODAY) -> Generated:
    """Write a year of a made-up medical-supplies seller into ``folder/data`` and ``folder/mapping.toml``.

    The year is that of ``today``, told as it stands on that day. The same ``seed`` and ``today`` give the
    same bytes everywhere. Files of these names are overwritten.
    """
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    mapping = folder / MAPPING
    mapping.write_bytes(files(__package__).joinpath(MAPPING).read_bytes())
    counts = {
        name: write_csv(data / name, columns, rows) for name, (columns, rows) in _tables(seed, today).items()
    }
    return Generated(mapping, data, counts)


def write_csv(path: Path, columns: Row, rows: Iterable[Row]) -> int:
    """Write a file with a header, UTF-8 and a line feed after each line, and return how many rows it has."""
    table = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(table)
    return len(table)


def _tables(seed: int, today: date) -> dict[str, tuple[Row, Iterable[Row]]]:
    """Columns and rows of each file."""
    day = today.toordinal()
    org = people.organisation(seed)
    buyers = customers.customers(seed, org)
    range_of_products = products.products()
    all_deals = deals.deals(seed, org, buyers, range_of_products, today)
    agreed = fulfilment.contracts(seed, all_deals, day)
    return {
        "teams.csv": (people.TEAM_COLUMNS, people.team_rows(org)),
        "employees.csv": (people.MEMBER_COLUMNS, people.member_rows(org, day)),
        "positions.csv": (people.POSITION_COLUMNS, people.position_rows(org, day)),
        "exchange_rates.csv": (rates.RATE_COLUMNS, rates.rate_rows(seed, deals.first_day(today), day)),
        "products.csv": (products.PRODUCT_COLUMNS, products.product_rows(range_of_products)),
        "customers.csv": (customers.CUSTOMER_COLUMNS, customers.customer_rows(buyers, day)),
        "contacts.csv": (customers.CONTACT_COLUMNS, customers.contact_rows(seed, buyers)),
        "opportunities.csv": (deals.DEAL_COLUMNS, deals.deal_rows(all_deals, day)),
        "opportunity_lines.csv": (deals.LINE_COLUMNS, deals.line_rows(all_deals)),
        "stage_history.csv": (deals.MOVE_COLUMNS, deals.move_rows(all_deals)),
        "activities.csv": (activities.ACTIVITY_COLUMNS, activities.activity_rows(seed, all_deals, day)),
        "contracts.csv": (fulfilment.CONTRACT_COLUMNS, fulfilment.contract_rows(agreed)),
        "contract_lines.csv": (fulfilment.LINE_COLUMNS, fulfilment.contract_line_rows(agreed)),
        "transactions.csv": (fulfilment.FACT_COLUMNS, fulfilment.fact_rows(agreed)),
        "targets.csv": (targets.TARGET_COLUMNS, targets.target_rows(seed, org, buyers, today)),
    }
