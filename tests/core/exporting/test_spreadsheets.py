"""The form for spreadsheet programs: nothing in it is run, and numbers stay numbers."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright import Platform, export_records
from dealwright_core.exporting.form import inert
from dealwright_testing.deployments import MakePlatform

EDGE = Path(__file__).parents[4] / "shared" / "data" / "csv-edge"
RUN = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\tplain",
    "\rplain",
    "\nplain",
    "\x00plain",
    "  =1",
    "\ufeff=1",
    "\u200b@x",
    "\u00a0-1",
    "\u202e=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\u0301=1",
    "﹢1",
    "⁺1",
    "−1",
]
PLAIN = ["", "Acme", "a=1", "1-2", "x@y.example", "(+49)", "'=1", '"=1"', "李伟", " Acme", "…"]


@pytest.mark.parametrize("text", RUN)
def test_what_a_program_might_run_has_an_apostrophe_before_it(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_what_no_program_runs_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@given(st.text(), st.sampled_from("=+-@＝＋－＠"), st.text())
def test_no_text_begins_a_formula_whatever_white_space_stands_before(
    before: str, sign: str, after: str
) -> None:
    text = f"{before}{sign}{after}"
    written = inert(text)
    assert written in (text, f"'{text}")
    assert written.strip()[0] not in "=+-@＝＋－＠"
    assert written[0] not in "\t\r\n\0"


def rows(platform: Platform, kind: str) -> list[dict[str, str]]:
    to = io.StringIO(newline="")
    export_records(platform, kind, to, actor="admin", form="spreadsheet")
    assert to.getvalue().startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(to.getvalue().removeprefix("\ufeff"), newline="")))


def test_numbers_amounts_and_dates_stay_and_texts_and_refs_are_made_inert(
    make_platform: MakePlatform,
) -> None:
    platform = make_platform()

    def add(of: str, **fields: Any) -> None:
        platform.run(f"{of}.add", actor="admin", **fields)

    add("customer", ref="@1", name="=cmd|' /C calc'!A0", founded=1999)
    add("contract", ref="K-1", customer="@1", amount="10 USD")
    add("transaction", ref="T-1", contract="K-1", kind="refund", on="2026-01-31", amount="-5.00 USD")
    (customer,) = rows(platform, "customer")
    assert (customer["ref"], customer["name"], customer["founded"]) == ("'@1", "'=cmd|' /C calc'!A0", "1999")
    assert rows(platform, "contract")[0]["customer"] == "'@1"
    refund = rows(platform, "transaction")[0]
    assert (refund["amount"], refund["amount_currency"], refund["on"]) == ("-5.00", "USD", "2026-01-31")


@pytest.mark.skipif(not EDGE.exists(), reason="the public files are not here")
def test_public_payloads_and_naughty_strings_start_no_formula() -> None:
    payloads = (EDGE / "csv-injection" / "csv-payload.txt").read_text(encoding="utf-8").splitlines()
    naughty = json.loads((EDGE / "blns" / "blns.json").read_text(encoding="utf-8"))
    assert len(payloads) + len(naughty) > 500
    for text in (*payloads, *naughty):
        written = inert(text)
        assert written.removeprefix("'") == text.removeprefix("'")
        assert not written.lstrip().startswith(tuple("=+-@"))
