"""The plans of a deployment: found, checked when it opens, and asked for by commands."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dealwright import ConfigError, Curve, IncentiveScheme, Platform, UsageError, hookimpl
from dealwright.cli.output import lines_of
from dealwright_testing.deployments import MakePlatform
from tests.core.incentives.plans.stand_ins import Schemes

GOOD = 'name = "Reps"\nvalid = "{year}"\n[[pay]]\nfor = "rep"\nscheme = "test-flat"\nrate = "5 %"\n'
BAD = 'name = "Bad"\n[[pay]]\nscheme = "test-flat"\nrat = "5 %"\n[draw]\namount = -1\n'
FALLING = (
    'name = "Down"\n[[pay]]\nscheme = "test-whole"\n'
    'tiers = [{from = 0, rate = "20 %"}, {from = 100, rate = "10 %"}]\n'
)


class Plans:
    """Writes plans and opens deployments with them."""

    def __init__(self, make: MakePlatform, folder: Path) -> None:
        self.make, self.folder = make, folder

    def write(self, name: str, text: str) -> str:
        (self.folder / "plans" / name).write_text(text, "utf-8")
        return str(self.folder / "plans" / name)

    def open(self, named: str, *, upgrade: bool = False, plugins: Sequence[Any] = ()) -> Platform:
        config = f"[incentives]\nplans = {named}\n"
        found = [("schemes", Schemes()), *plugins]
        return self.make(config=config, plugins=found, upgrade=upgrade)


@pytest.fixture
def plans(make_platform: MakePlatform, folder: Path) -> Plans:
    return Plans(make_platform, folder.parent)


def told(platform: Platform) -> list[str]:
    """The problems of a deployment, files by their names."""
    return [str(each).rpartition("/")[2] for each in platform.host.problems]


def names(platform: Platform) -> list[str]:
    return [Path(each.path).name for each in platform.deployment.incentives.files]


def test_plans_are_named_by_files_and_by_folders(plans: Plans) -> None:
    plans.write("b.toml", GOOD.format(year=2026))
    plans.write("a.toml", GOOD.format(year=2025))
    plans.write("notes.txt", "no plan")
    platform = plans.open('["plans/b.toml", "plans"]')
    assert names(platform) == ["b.toml", "a.toml"]
    assert told(platform) == []
    assert [each.name for each in platform.catalogue.incentive_plans.plans] == ["Reps", "Reps"]
    assert platform.deployment.as_dict()["incentives"] == {"plans": ["plans/b.toml", "plans"]}


def test_what_is_not_there_is_told_with_its_line(plans: Plans) -> None:
    platform = plans.open('[\n"plans",\n"plans/2027.toml"]')
    assert told(platform) == [
        "deployment0.toml:15: incentives.plans[1]: the folder 'plans' has no plans,"
        " a plan is a file that ends with .toml",
        "2027.toml', name it relative to this file",
    ]


def test_a_deployment_opens_in_spite_of_a_bad_plan(plans: Plans) -> None:
    plans.write("bad.toml", BAD)
    plans.write("broken.toml", "name = ")
    platform = plans.open('["plans"]')
    assert told(platform) == [
        "bad.toml:2: pay[1].rate: is missing",
        "bad.toml:4: pay[1]: unknown key 'rat', did you mean 'rate'?",
        "bad.toml:6: draw.amount: is not above zero",
        "broken.toml:1: Invalid value at the end of the file",
    ]
    assert platform.catalogue.incentive_plans.plans == ()


def test_a_mistake_in_the_section_itself(plans: Plans) -> None:
    with pytest.raises(ConfigError, match=r"incentives.plans: expected a list, got text 'plans'"):
        plans.open('"plans"')


def test_two_plans_of_one_name_do_not_overlap(plans: Plans) -> None:
    plans.write("a.toml", GOOD.format(year=2026))
    plans.write("b.toml", 'name = "Reps"\nvalid = {from = 2026-12-31}\n[[pay]]\nscheme = "test-bare"\n')
    (found,) = told(plans.open('["plans"]'))
    assert found == "a.toml is valid on the same days, let one end before the other begins"


def test_without_plugins_no_scheme_is_missed(plans: Plans, folder: Path) -> None:
    plans.write("a.toml", GOOD.format(year=2026))
    platform = plans.open('["plans"]')
    with Platform.open(platform.deployment.document.path, plugins=False, environ={}) as alone:
        assert alone.host.problems == ()


def test_the_plans_are_checked(plans: Plans) -> None:
    file = plans.write("a.toml", GOOD.format(year=2026))
    platform = plans.open('["plans"]', upgrade=True)
    assert platform.run("plan.check", actor="guest").value == [{"plan": "Reps", "file": file, "holds": True}]


def test_a_file_that_is_no_plan_of_the_deployment_is_checked(plans: Plans) -> None:
    plans.write("a.toml", GOOD.format(year=2026))
    platform = plans.open('["plans/a.toml"]', upgrade=True)
    bad, other = plans.write("bad.toml", BAD), plans.write("gone.toml", "")
    with pytest.raises(ConfigError) as refused:
        platform.run("plan.check", actor="guest", files=(bad, other))
    assert refused.value.exit_code == 3
    assert len(refused.value.problems) == 5


def test_what_pays_less_for_more_is_a_warning_with_its_place(plans: Plans) -> None:
    file = plans.write("down.toml", FALLING)
    platform = plans.open('["plans"]', upgrade=True)
    outcome = platform.run("plan.check", actor="guest")
    (warning,) = outcome.findings
    assert warning.message == f"{file}:2: pay[1]: pays less for more: 10 less at 100"
    assert warning.level == "warn"


def test_members_are_looked_for_in_the_database(plans: Plans) -> None:
    plans.write("a.toml", 'name = "Own"\n[[pay]]\nfor = ["M-1", "M-2"]\nscheme = "test-bare"\n')
    platform = plans.open('["plans"]', upgrade=True)
    assert told(platform) == []
    platform.run("member.add", actor="admin", name="Anna")
    with pytest.raises(ConfigError, match="there is neither a role nor a member 'M-2'"):
        platform.run("plan.check", actor="guest")
    platform.run("member.add", actor="admin", name="Tom")
    assert len(platform.run("plan.check", actor="guest").value) == 1


def test_the_plans_are_listed(plans: Plans) -> None:
    now = plans.write("now.toml", GOOD.replace('valid = "{year}"\n', ""))
    then = plans.write(
        "then.toml", GOOD.format(year=2001).replace("Reps", "Old").replace('for = "rep"\n', "")
    )
    platform = plans.open('["plans"]', upgrade=True)
    rows = platform.run("plan.list", actor="guest").value
    assert rows == [
        {"plan": "Reps", "valid": "valid always", "in_force": True, "for": "rep", "mistakes": 0, "file": now},
        {
            "plan": "Old", "valid": "valid from 2001-01-01 to 2001-12-31", "in_force": False, "for": "*",
            "mistakes": 0, "file": then,
        },
    ]  # fmt: skip


def test_a_plan_is_shown_by_its_name_or_by_its_file(plans: Plans) -> None:
    old = plans.write("a.toml", GOOD.format(year=2001).replace("5 %", "7 %"))
    plans.write("b.toml", GOOD.format(year=date.today().year))  # noqa: DTZ011  # any day of this year
    platform = plans.open('["plans"]', upgrade=True)
    by_name, by_file = (platform.run("plan.show", actor="guest", ref=each).value for each in ("Reps", old))
    assert "always: 5 % of the measure" in str(by_name)
    assert "always: 7 % of the measure" in str(by_file)
    assert by_name.curves[0].curve.due(100) == 5


def test_a_plan_that_is_not_there(plans: Plans) -> None:
    plans.write("a.toml", GOOD.format(year=2026))
    platform = plans.open('["plans"]', upgrade=True)
    with pytest.raises(UsageError, match=r"there is no plan 'Repps'; did you mean 'Reps'\?"):
        platform.run("plan.show", actor="guest", ref="Repps")
    with pytest.raises(ConfigError, match=r"gone.toml: there is no such file"):
        platform.run("plan.show", actor="guest", ref="gone.toml")


def raising(quota: Fraction | None, settings: object) -> Curve:
    raise ZeroDivisionError("no quota")


class Broken:
    """A plugin whose scheme fails."""

    @hookimpl
    def incentive_schemes(self) -> list[IncentiveScheme]:
        return [IncentiveScheme("broken", "Broken", curve=raising)]


def test_a_scheme_that_fails_is_told_with_its_plugin(plans: Plans) -> None:
    plans.write("a.toml", 'name = "Own"\n[[pay]]\nscheme = "broken"\n')
    (found,) = told(plans.open('["plans"]', plugins=[("ours", Broken())]))
    assert (
        "a.toml:2: pay[1]: plugin ours: curve of incentive scheme broken: raised ZeroDivisionError" in found
    )


def test_terms_of_a_member_are_shown_to_who_may_read_their_targets(plans: Plans) -> None:
    own = "[member.M-1]\ncap = 1\n[member.tom]\ncap = 2\n"
    plans.write("a.toml", GOOD.replace('valid = "{year}"\n', "") + own)
    platform = plans.open('["plans"]', upgrade=True)
    platform.run("team.add", actor="admin", name="North", ref="T-1")
    for name in ("Anna", "Tom"):
        platform.run("member.hire", actor="admin", name=name, login=name.lower(), team="T-1", role="rep")

    def seen(actor: str) -> list[str]:
        found = platform.run("plan.show", actor=actor, ref="Reps").value
        lines = {str(each.title): each.lines for each in found.sections}
        return [str(each) for each in lines.get("Members with terms of their own", ())]

    assert seen("M-1") == ["M-1: pay: at most 1 USD each month"]
    assert seen("tom") == ["tom: pay: at most 2 USD each month"]
    assert len(seen("guest")) == 2


def test_a_plan_cannot_steer_the_terminal(plans: Plans) -> None:
    plans.write("a.toml", 'name = "R\\u001b[31m"\n[[pay]]\nscheme = "test-bare"\n')
    platform = plans.open('["plans"]', upgrade=True)
    shown = platform.run("plan.show", actor="guest", ref="R\x1b[31m").value
    assert not any("\x1b" in line for line in lines_of(shown))
