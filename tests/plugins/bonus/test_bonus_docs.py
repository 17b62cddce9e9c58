"""docs/bonus.md: every plan has no mistake, every table is what its plan pays, and what else it says is so."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

import dealwright_bonus
from dealwright import Curve, Money, rounded
from dealwright_bonus.settings import Guarantee, TargetBonus
from dealwright_core.config.document import Document
from dealwright_core.incentives.plans.checking import Checked, Surroundings, checked
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.reading import read_plan
from dealwright_testing.deployments import MakePlatform
from tests.plugins.bonus.bonuses import SCHEMES
from tests.plugins.payouts import calculated, is_sum, number

PAGE = (Path(__file__).parents[3] / "docs" / "bonus.md").read_text("utf-8")
DEPLOYMENT = "\n".join(re.findall(r"```toml deployment\n([^`]*)```", PAGE))
PLANS = {name: text for text, name in re.findall(r'```toml\n(name = "([^"]*)"[^`]*)```', PAGE)}
ROWS = r"\n\|[-|]+\n((?:\|.*\n)+)"
TABLES = re.findall(
    rf'```toml\nname = "([^"]*)"[^`]*```\n(?:\n[^`|#]+\n)?\n\| at \| due \| because \|{ROWS}', PAGE
)
PAY_LESS = {"Training", "Sandbagging", "A step down"}


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """The deployment that the page declares, with the bundled plugins and a member."""
    make = MakePlatform(tmp_path_factory.mktemp("bonus"))
    platform = make(config=DEPLOYMENT, plugins=[("bonus", dealwright_bonus)], upgrade=False)
    yield attrs.evolve(platform.catalogue.incentive_plans.around, members=frozenset({"M-1"}))
    make.close()


def read(name: str, around: Surroundings) -> tuple[Plan, Checked]:
    """A plan of the page, which has no mistake."""
    plan, problems = read_plan(Document.parse(PLANS[name], "plan.toml"), around.context)
    found = checked(plan, around)
    assert [str(each) for each in (*problems, *found.problems)] == []
    return plan, found


def curve_of(name: str, around: Surroundings) -> Curve:
    """The curve that a table is about: that of the last pay."""
    plan, found = read(name, around)
    return found.curves[plan.pays[-1].name]


def cells(rows: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()]


def members(name: str) -> list[list[str]]:
    """The table of members behind a plan."""
    found = re.search(rf'name = "{name}"[\s\S]*?\n\| member \|.*{ROWS}', PAGE)
    assert found is not None
    return cells(found[1])


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_has_no_mistake_and_warns_only_where_the_page_says_so(name: str, around: Surroundings) -> None:
    _plan, found = read(name, around)
    assert bool(found.warnings) == (name in PAY_LESS)


@pytest.mark.parametrize(("name", "rows"), TABLES, ids=[name for name, _rows in TABLES])
def test_a_table_is_what_its_plan_pays(name: str, rows: str, around: Surroundings) -> None:
    curve = curve_of(name, around)
    for at, due, because in cells(rows):
        assert curve.due(number(at)) == number(due), at
        sum_of = because.split(", ")[0]
        if is_sum(sum_of):
            assert calculated(sum_of) == number(due), because


def test_every_plan_and_every_table_is_tested() -> None:
    assert len(PLANS) == PAGE.count("```toml\n")
    assert len(TABLES) == PAGE.count("| at | due | because |")
    assert len(TABLES) + 3 == len(PLANS)  # but for two plans of prizes, and a pool


def test_every_scheme_and_every_setting_of_it_is_on_the_page() -> None:
    for scheme in SCHEMES:
        assert f"\n## {scheme}\n" in PAGE
    for terms in (TargetBonus, Guarantee):
        for each in attrs.fields(terms):
            assert f"| `{each.name}` |" in PAGE


def test_a_member_may_have_a_target_of_their_own(around: Surroundings) -> None:
    plan, _found = read("Target bonus in steps", around)
    own = plan.of("M-1")
    assert (own.pays[0].settings["target"], plan.pays[0].settings["target"]) == (8000, 5000)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Objectives", "60 % × 80 % + 25 % × 80 % + 15 % × 125 % = 86.75 %"),
        ("Sales and appraisal", "70 % × 90 % + 30 % × 104 % = 94.2 %"),
    ],
)
def test_attainments_are_blended_by_the_weights_of_the_plan(
    name: str, parts: str, around: Surroundings
) -> None:
    assert parts in PAGE
    weights = [each.weight for each in read(name, around)[0].pays[-1].objectives]
    reached = [number(each) for each in re.findall(r"× ([0-9.]+ %)", parts)]
    blended = sum((one * other for one, other in zip(weights, reached, strict=True)), Fraction(0))
    assert blended == number(parts.partition(" = ")[2])


def test_no_measure_is_of_the_result_of_an_appraisal(make_platform: MakePlatform) -> None:
    measure = '[measures.total]\nfacts = "appraisal_result"\nvalue = "total"\n'
    (problem,) = make_platform(config=measure, upgrade=False).host.problems
    assert "its expression is a ratio, and has to be a whole number or money" in str(problem)


def test_the_merit_of_the_page_is_entered_as_it_says(make_platform: MakePlatform) -> None:
    platform = make_platform(config=DEPLOYMENT, plugins=[("bonus", dealwright_bonus)])
    platform.run("member.add", actor="admin", ref="ANN", name="Ann")
    options = dict(re.findall(r"--(\w+) (\S+)", PAGE.partition("`dealwright merit add")[2].partition("`")[0]))
    platform.run("merit.add", actor="admin", **{**options, "percent": int(options["percent"])})
    with platform.session("admin") as session:
        (merit,) = map(attrs.asdict, session.find("merit"))
    assert (merit["percent"], str(merit["on"])) == (104, "2026-03-31")


def test_the_pool_is_divided_among_who_qualifies(around: Surroundings) -> None:
    plan, found = read("Pool of the quarter", around)
    (pay,) = plan.pays
    assert pay.pool is not None
    assert pay.pool.qualify is not None
    assert isinstance(pay.quota, Fraction)
    table = members(plan.name)
    sold = [number(each[1]) for each in table]
    least = pay.pool.qualify.start.at * pay.quota
    counted = [each if each >= least else Fraction(0) for each in sold]
    pool = Money(rounded(found.curves[pay.name].due(0) * 100), "USD")
    parts = pool.allocate([int(each) for each in counted])
    assert [Fraction(each.minor, 100) for each in parts] == [number(each[2]) for each in table]
    assert [calculated(each[3]) for each in table if is_sum(each[3])] == [18_750, 11_250]


def test_the_prizes_are_those_of_the_places(around: Surroundings) -> None:
    (pay,) = read("Race of the quarter", around)[0].pays
    assert pay.rank is not None
    table = members("Race of the quarter")
    ranked = [number(each[1]) for each in table if number(each[1]) > pay.rank.over.at]
    prizes = [*pay.rank.prizes, *[Fraction(0)] * len(ranked)]
    for place, (_member, sold, split, best, first) in enumerate(table[: len(ranked)]):
        same = [prize for other, prize in zip(ranked, prizes, strict=False) if other == number(sold)]
        assert number(split) == sum(same) / len(same)
        assert number(best) == max(same)
        assert number(first) == prizes[place]
    assert [row[2:] for row in table[len(ranked) :]] == [["0", "0", "0"]]
