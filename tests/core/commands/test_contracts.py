"""Contracts: what was approved is what is signed, and nobody approves what they wrote."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dealwright import ApprovalRule, Command, Platform, Refused, fields, hookimpl
from dealwright_core.importing.run import import_files
from dealwright_core.records import Contract
from dealwright_core.store.changing import ChangingSession
from dealwright_testing.deployments import MakePlatform

MAPPING = """\
name = "contracts"
[[files]]
path = "contracts.csv"
[[files.records]]
record = "contract"
ref = "ref"
fields = {status = "status", approval = "approval", amount = "amount", customer = "customer"}
"""
LINES = """\
name = "lines"
[[files]]
path = "lines.csv"
[[files.records]]
record = "contract_line"
ref = "ref"
fields = {contract = "contract", product = "product", amount = "amount"}
"""


def in_one_go(session: ChangingSession, *, ref: str, amount: str, approval: str) -> Contract:
    """Set amount and approval of a contract at once."""
    from dealwright import Money

    contract = session.get(Contract, ref)
    return session.change(contract, amount=Money.parse(amount, "USD"), approval=approval)


class Rules:
    @hookimpl
    def approval_rules(self) -> Iterator[ApprovalRule]:
        yield ApprovalRule("large", "over 1,000", when=fields("contract").amount > "1000")

    @hookimpl
    def commands(self) -> Iterator[Command]:
        yield Command("rules.rewrite", in_one_go)


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    platform = make_platform(database_url, plugins=[("rules", Rules())])
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    platform.run("product.add", actor="admin", ref="P", name="P")
    platform.run("contract.add", actor="admin", ref="K", customer="ACME", amount="5000 USD")
    platform.run("contract-line.add", actor="admin", ref="L", contract="K", product="P", amount="5000 USD")
    return platform


def approved(platform: Platform) -> None:
    platform.run("contract.request-approval", actor="admin", ref="K")
    platform.run("contract.approve", actor="anna", ref="K")


def sign(platform: Platform) -> Contract:
    signed = platform.run("contract.advance", actor="admin", ref="K", to="signed").value
    assert isinstance(signed, Contract)
    return signed


def imported(platform: Platform, folder: Path, mapping: str, name: str, rows: str) -> str:
    (folder / "mapping.toml").write_text(mapping)
    (folder / name).write_text(rows)
    progress = import_files(platform, folder / "mapping.toml", folder, actor="admin")
    refused = folder / name.replace(".csv", ".refused.csv")
    return refused.read_text() if refused.exists() else str(progress)


def stored(platform: Platform) -> Contract:
    with platform.session("admin") as session:
        return session.get(Contract, "K")


def test_what_was_approved_is_signed(platform: Platform) -> None:
    approved(platform)
    assert sign(platform).status == "signed"


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("contract.change", {"ref": "K", "amount": "9000000 USD"}),
        ("contract.change", {"ref": "K", "amount": "5000 EUR"}),
        ("contract.change", {"ref": "K", "ends_on": "2030-01-01"}),
        ("contract-line.change", {"ref": "L", "quantity": 1000}),
        ("contract-line.add", {"contract": "K", "product": "P", "amount": "1 USD"}),
    ],
)
def test_a_change_after_the_approval_needs_another(
    platform: Platform, command: str, arguments: dict[str, Any]
) -> None:
    rate: dict[str, Any] = {"base": "EUR", "quote": "USD", "on": "2020-01-01", "numerator": 1}
    platform.run("exchange-rate.add", actor="admin", **rate)
    approved(platform)
    platform.run(command, actor="admin", **arguments)
    assert stored(platform).approval == "not requested"
    with pytest.raises(Refused, match="needs approval before it is signed: over 1,000"):
        sign(platform)
    approved(platform)
    assert sign(platform).status == "signed"


def test_a_line_that_leaves_an_approved_contract_is_a_change_of_it(platform: Platform) -> None:
    platform.run("contract.add", actor="admin", ref="K2", customer="ACME", amount="1 USD")
    approved(platform)
    platform.run("contract-line.change", actor="admin", ref="L", contract="K2")
    assert stored(platform).approval == "not requested"


def test_a_signed_contract_keeps_its_approval_when_it_changes(platform: Platform) -> None:
    approved(platform)
    sign(platform)
    assert (
        platform.run("contract.change", actor="admin", ref="K", amount="1 USD").value.approval == "approved"
    )


def test_who_acts_through_a_plugin_is_still_the_author(platform: Platform) -> None:
    platform.run("contract.request-approval", actor="anna", ref="K")
    for actor in ("admin", "plugin:rules for admin", "plugin:rules for anna"):
        with pytest.raises(Refused, match="somebody else decides"):
            platform.run("contract.approve", actor=actor, ref="K")


def test_who_wrote_a_line_is_an_author_too(platform: Platform) -> None:
    platform.run("contract-line.change", actor="anna", ref="L", quantity=9)
    platform.run("contract.request-approval", actor="admin", ref="K")
    with pytest.raises(Refused, match="somebody else decides"):
        platform.run("contract.approve", actor="anna", ref="K")


def test_no_command_of_a_plugin_approves_what_it_writes_or_keeps_what_is_stale(platform: Platform) -> None:
    with pytest.raises(Refused, match="author-approves"):
        platform.run("rules.rewrite", actor="anna", ref="K", amount="7000", approval="approved")
    approved(platform)
    with pytest.raises(Refused, match="contract-approval-stale"):
        platform.run("rules.rewrite", actor="anna", ref="K", amount="7000", approval="approved")


@pytest.mark.parametrize("status", ["signed", "in force", "completed"])
@pytest.mark.parametrize("approval", ["not requested", "approved"])
def test_an_import_cannot_sign_what_waits_for_somebody_else(
    platform: Platform, tmp_path: Path, status: str, approval: str
) -> None:
    rows = f"ref,status,approval,amount,customer\nK,{status},{approval},5000,ACME\n"
    imported(platform, tmp_path, MAPPING, "contracts.csv", rows)
    assert (stored(platform).status, stored(platform).approval) == ("draft", "not requested")


def test_an_import_cannot_change_what_was_approved(platform: Platform, tmp_path: Path) -> None:
    approved(platform)
    rows = "ref,status,approval,amount,customer\nK,draft,approved,999999,ACME\n"
    imported(platform, tmp_path, MAPPING, "contracts.csv", rows)
    assert stored(platform).amount.minor == 500_000
    imported(platform, tmp_path, LINES, "lines.csv", "ref,contract,product,amount\nL2,K,P,77\n")
    with platform.session("admin") as session:
        assert session.count("contract_line") == 1


def test_contracts_that_another_system_keeps_are_approved_there(platform: Platform, tmp_path: Path) -> None:
    head = "ref,status,approval,amount,customer\n"
    imported(platform, tmp_path, MAPPING, "contracts.csv", f"{head}OLD,signed,approved,5000,ACME\n")
    imported(platform, tmp_path, MAPPING, "contracts.csv", f"{head}NEW,draft,requested,5000,ACME\n")
    imported(platform, tmp_path, MAPPING, "contracts.csv", f"{head}NEW,signed,approved,6000,ACME\n")
    imported(platform, tmp_path, MAPPING, "contracts.csv", f"{head}BAD,signed,requested,5000,ACME\n")
    with platform.session("admin") as session:
        found = {each.ref: each.status for each in session.find(Contract)}
    assert found == {"K": "draft", "OLD": "signed", "NEW": "signed"}


def test_an_approval_rule_about_anything_else_is_refused(make_platform: MakePlatform) -> None:
    class Astray:
        @hookimpl
        def approval_rules(self) -> Iterator[ApprovalRule]:
            yield ApprovalRule("o", "O", when=fields("opportunity").amount > "1", record="opportunity")

    platform = make_platform(plugins=[("astray", Astray())])
    status = platform.host.status("astray")
    assert status is not None
    assert (status.state, "about contracts" in status.reason) == ("failed", True)
