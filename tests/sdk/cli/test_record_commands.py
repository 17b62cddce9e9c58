"""Working with records: options come from fields and signatures, results are text or exact JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

Run = Callable[..., Result]
Ask = Callable[..., Any]


def deal(shop: Run, *more: str) -> None:
    shop("customer", "add", "--name", "Acme Clinics")
    shop(
        "opportunity",
        "add",
        "--name",
        "Ultrasound",
        "--customer",
        "Acme Clinics",
        "--amount",
        "18000 USD",
        *more,
    )


def test_a_record_is_shown_with_the_names_of_what_it_links_to(shop: Run) -> None:
    deal(shop)
    said = shop("opportunity", "show", "O-1").stdout
    assert "Customer           C-1 (Acme Clinics)" in said
    assert "Amount             18000.00 USD" in said


def test_json_has_refs_for_links_and_exact_amounts(shop: Run, ask: Ask) -> None:
    deal(shop)
    shown = ask("opportunity", "show", "O-1")
    assert (shown["id"], shown["ref"], shown["customer"]) == (1, "O-1", "C-1")
    assert shown["amount"] == {"amount": "18000.00", "currency": "USD"}
    assert ask("opportunity", "list") == [shown]


def test_json_may_be_asked_for_before_or_behind_the_command(shop: Run) -> None:
    deal(shop)
    assert json.loads(shop("--json", "customer", "show", "C-1").stdout) == json.loads(
        shop("customer", "show", "--json", "C-1").stdout
    )


def test_an_illegal_move_is_refused_with_the_legal_ones(shop: Run) -> None:
    deal(shop)
    result = shop("opportunity", "advance", "O-1", "--to", "won", code=1)
    assert result.stdout == ""
    assert result.stderr.startswith(
        "refused: O-1 cannot move from 'prospecting' to 'won'; the legal moves are: engaging,"
    )


def test_with_json_a_refusal_is_data_too(shop: Run) -> None:
    deal(shop)
    result = shop("opportunity", "advance", "O-1", "--to", "won", "--json", code=1)
    [refused] = json.loads(result.stdout)["refused"]
    assert (refused["code"], refused["ref"], refused["waivable"]) == (
        "opportunity-illegal-move",
        "O-1",
        False,
    )
    assert "legal moves" in result.stderr


def test_the_same_key_again_changes_nothing_and_shows_the_same(shop: Run) -> None:
    first = shop("customer", "add", "--name", "Acme", "--key", "monday-1")
    again = shop("customer", "add", "--name", "Acme", "--key", "monday-1")
    assert again.stdout == first.stdout
    assert "nothing was changed again" in again.stderr
    assert "C-2" not in shop("customer", "list").stdout


def test_the_same_key_with_other_arguments_is_refused(shop: Run) -> None:
    shop("customer", "add", "--name", "Acme", "--key", "monday-1")
    assert "use a new key" in shop("customer", "add", "--name", "Birch", "--key", "monday-1", code=1).stderr


def test_a_field_is_emptied_with_clear(shop: Run, ask: Ask) -> None:
    deal(shop, "--source", "fair")
    assert ask("opportunity", "change", "O-1", "--clear", "source")["source"] is None


def test_a_choice_is_checked_whatever_its_case(shop: Run, ask: Ask) -> None:
    assert ask("customer", "add", "--name", "Ann", "--kind", "PERSON")["kind"] == "person"
    result = shop("customer", "add", "--name", "Ann", "--kind", "persn", code=2)
    assert "person" in result.stderr


def test_an_amount_that_is_too_fine_is_a_usage_error(shop: Run) -> None:
    result = shop("opportunity", "add", "--amount", "1.005 USD", code=2)
    assert result.stderr.startswith("error: amount:")


def test_a_required_option_is_named(shop: Run) -> None:
    assert "--name" in shop("customer", "add", code=2).stderr


def test_a_link_that_leads_nowhere_says_where_to_look(shop: Run) -> None:
    result = shop("opportunity", "add", "--customer", "Nobody", code=2)
    assert "dealwright customer list" in result.stderr


def test_a_ref_that_nothing_has_ends_with_one(shop: Run) -> None:
    assert shop("customer", "show", "C-9", code=1).stderr == "error: no customer 'C-9'\n"


def test_a_misspelt_command_is_a_usage_error_with_a_suggestion(shop: Run) -> None:
    assert "did you mean 'customer'?" in shop("custmer", "list", code=2).stderr
    assert "did you mean 'list'?" in shop("customer", "lst", code=2).stderr
    assert "did you mean 'pipeline'?" in shop("report", "pipelin", code=2).stderr


def test_an_auditor_reads_and_changes_nothing(shop: Run, tmp_path: Path) -> None:
    deal(shop)
    config = tmp_path / "dealwright.toml"
    text = config.read_text().replace("# anna", "anna")
    config.write_text(text)
    assert "Acme" in shop("--as", "anna", "customer", "list").stdout
    said = shop("customer", "add", "--name", "Birch", "--as", "anna", code=1).stderr
    assert "anna (auditor) may not run customer.add: no right to add customer" in said


def test_nobody_acts_who_is_not_known(shop: Run) -> None:
    assert "nobody here is called 'bert'" in shop("--as", "bert", "customer", "list", code=1).stderr


def test_without_plugins_reads_work_and_writes_do_not(shop: Run) -> None:
    deal(shop)
    assert "Acme" in shop("--no-plugins", "customer", "list").stdout
    assert "--no-plugins" in shop("--no-plugins", "customer", "add", "--name", "Birch", code=4).stderr


def test_a_list_takes_a_condition_an_order_and_a_limit(shop: Run, ask: Ask) -> None:
    for amount in ("100", "90000", "500"):
        shop("opportunity", "add", "--amount", amount)
    found = ask("opportunity", "list", "--where", "amount >= '500'", "--order", "-amount")
    assert [each["ref"] for each in found] == ["O-2", "O-3"]
    assert len(ask("opportunity", "list", "--limit", "1")) == 1


def test_nothing_found_says_none(shop: Run, ask: Ask) -> None:
    assert shop("customer", "list").stdout == "none\n"
    assert ask("customer", "list") == []


def test_the_history_tells_who_did_what(shop: Run, ask: Ask) -> None:
    deal(shop)
    shop("opportunity", "advance", "O-1", "--to", "engaging")
    events = ask("opportunity", "history", "O-1")
    assert [each["command"] for each in events][-1] == "opportunity.advance"
    assert {each["actor"] for each in events} == {"admin"}


def test_a_report_is_text_or_json(shop: Run, ask: Ask) -> None:
    deal(shop)
    assert "18,000.00 USD" in shop("report", "pipeline", "--by", "stage").stdout
    [row] = ask("report", "pipeline", "--by", "stage")["rows"]
    assert (row["stage"], row["amount"]) == ("prospecting", {"amount": "18000.00", "currency": "USD"})


def test_report_alone_lists_the_reports(shop: Run, ask: Ask) -> None:
    assert {"won", "win-rate", "pipeline"} <= {each["report"] for each in ask("report")}
