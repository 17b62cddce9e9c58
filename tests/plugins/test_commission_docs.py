"""docs/commission.md: every table is what its plan pays, and what is promised holds where it says so."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

import dealwright_commission
from dealwright import Curve
from dealwright_testing.deployments import MakePlatform
from tests.plugins.commissions import SCHEMES, curve
from tests.plugins.payouts import calculated, is_sum, number

PAGE = (Path(__file__).parents[2] / "docs" / "commission.md").read_text("utf-8")
TABLE = r"```toml\n([^`]*)```\n\n\| sold \| due \| because \|\n\|[-|]+\n((?:\|.*\n)+)"
PLANS = re.findall(TABLE, PAGE)


def curve_of(plan: str) -> Curve:
    """The curve of a table as a plan has it, but for the keys that are not the scheme's."""
    written = tomllib.loads(plan)
    lines = [each for each in plan.splitlines() if not each.startswith(("scheme =", "quota ="))]
    return curve(written["scheme"], "\n".join(lines), written.get("quota"))


@pytest.mark.parametrize(("plan", "table"), PLANS)
def test_a_table_is_what_its_plan_pays(plan: str, table: str) -> None:
    found = curve_of(plan)
    for row in table.splitlines():
        sold, due, because = row.strip("|").split("|")
        assert found.due(number(sold)) == number(due), row
        if is_sum(because):
            assert calculated(because) == number(due), row


def test_every_scheme_has_a_section_with_a_plan() -> None:
    sections = set(re.findall(r"^## (\w+)$", PAGE, re.MULTILINE))
    assert sections == set(SCHEMES)
    assert {tomllib.loads(plan)["scheme"] for plan, _ in PLANS} == set(SCHEMES)
    assert len(PLANS) == PAGE.count("```toml")


def test_the_question_on_the_page_has_its_answer(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("commission", dealwright_commission)])
    found = re.search(r"```console\n\$ dealwright scheme show (\w+) (.*)\n([^`]*)```", PAGE)
    assert found is not None
    options = shlex.split(found[2])
    given = {key.strip("-"): value for key, value in zip(options[::2], options[1::2], strict=True)}
    lists = {key: [given[key]] for key in ("setting", "at")}
    arguments: dict[str, Any] = {"ref": found[1], "quota": given["quota"], **lists}
    shown = platform.run("scheme.show", actor="guest", **arguments).value
    for line in [*(each["tier"] for each in shown["tiers"]), shown["title"]]:
        assert line in found[3]
    assert [f"{each['at']}  {each['due']}" for each in shown["pay"]] == found[3].splitlines()[-1:]


@pytest.mark.parametrize(("plan", "table"), PLANS[-2:])
def test_the_counterexamples_pay_less_for_more(plan: str, table: str) -> None:
    assert curve_of(plan).falls() != ()


@pytest.mark.parametrize(("plan", "table"), PLANS[:-2])
def test_all_else_on_the_page_never_pays_less_for_more(plan: str, table: str) -> None:
    assert curve_of(plan).falls() == ()
