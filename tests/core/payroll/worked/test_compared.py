"""What a draft costs beside the plan in force: who wins, who loses, what is refused; and that nothing is stored."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dealwright import ConfigError, UsageError
from dealwright_core.evaluation.progress import Progress, following
from dealwright_core.payroll.trying.simulated import SimulationShown
from tests.core.payroll.worked.opening import Opening
from tests.core.payroll.worked.payday import Shop
from tests.core.payroll.worked.trials import (
    DRAW,
    FLAT,
    FORFEITS,
    KEPT,
    OVERRIDE,
    POINTS,
    history,
)


def simulate(
    shop: Shop, plan: str, period: str = "2026-Q1", actor: str = "admin", **given: Any
) -> SimulationShown:
    found: SimulationShown = shop.platform.run(
        "pay.simulate", actor=actor, plan=plan, period=shop.label(period), **given
    ).value
    return found


def draft(folder: Path, text: str, name: str = "draft") -> str:
    """A file with a draft."""
    path = folder / f"{name}.toml"
    path.write_text(text if "name =" in text.partition("[")[0] else f'name = "{name}"\n{text}', "utf-8")
    return str(path)


def costs(found: SimulationShown) -> dict[str, tuple[int, int | None, int | None]]:
    """What each member costs, against what, and the difference, in whole units."""
    return {
        each.member: (
            each.plan.cost.minor // 100,
            None if each.against is None else each.against.cost.minor // 100,
            None if each.difference is None else each.difference.minor // 100,
        )
        for each in found.members
    }


def test_winners_and_losers_are_told_apart(opening: Opening, tmp_path: Path) -> None:
    shop = opening(FLAT)
    shop.sold("ANN", ("2026-01-10", 10_000))
    shop.sold("BEN", ("2026-02-10", 2_000))
    shop.sold("CAT", ("2026-03-10", 5_000))
    # 2 % below 5,000, which is 40 of 2,000; above that 8 % for all of it: 800 and 400; now 5 %.
    tiers = 'scheme = "whole"\ntiers = [{from = 0, rate = "2 %"}, {over = 5000, rate = "8 %"}]'
    found = simulate(shop, draft(tmp_path, f"[[pay]]\n{tiers}\n[member.CAT]\n{_only('5 %')}"))
    assert costs(found) == {"ANN": (800, 500, 300), "CAT": (250, 250, 0), "BEN": (40, 100, -60)}
    assert (found.winners, found.losers, found.unchanged, found.paid) == (1, 1, 1, 3)
    assert [each.member for each in found.members] == ["ANN", "CAT", "BEN"]
    assert found.total.difference is not None
    assert (found.total.plan.cost.minor, found.total.difference.minor) == (1_090_00, 240_00)
    assert [each.plan.cost.minor for each in found.periods] == [800_00, 40_00, 250_00]
    assert "winners: 1, losers: 1, unchanged: 1" in str(found)


def _only(rate: str) -> str:
    return f'tiers = [{{from = 0, rate = "{rate}"}}]\n'


def test_a_draft_takes_the_place_of_the_plan_of_its_name(opening: Opening, tmp_path: Path) -> None:
    shop = opening(f'name = "Reps"\n{FLAT}', f'name = "Others"\n{FLAT}')
    shop.sold("ANN", ("2026-01-10", 1_000))
    of_name = simulate(shop, draft(tmp_path, 'name = "Reps"\n[[pay]]\nrate = "7 %"\n'))
    assert (of_name.against, costs(of_name)) == (("Reps",), {"ANN": (70, 50, 20)})
    other = simulate(shop, draft(tmp_path, 'name = "New"\n[[pay]]\nrate = "7 %"\n'))
    assert (other.against, costs(other)) == (("Reps", "Others"), {"ANN": (70, 100, -30)})
    named = simulate(shop, draft(tmp_path, 'name = "New"\n[[pay]]\nrate = "7 %"\n'), against=("Others",))
    assert (named.against, costs(named)) == (("Others",), {"ANN": (70, 50, 20)})
    alone = simulate(shop, draft(tmp_path, FLAT), against=("none",))
    assert (alone.against, costs(alone), alone.winners) == ((), {"ANN": (50, None, None)}, None)
    assert costs(simulate(shop, "Reps")) == {"ANN": (50, None, None)}


def test_dated_plans_of_one_name_are_one(opening: Opening) -> None:
    shop = opening(
        f'name = "Reps"\nvalid = {{to = 2026-01-31}}\n{FLAT}',
        f'name = "Reps"\nvalid = {{from = 2026-02-01}}\n{FLAT.replace("5 %", "8 %")}',
    )
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 1_000))
    assert costs(simulate(shop, "Reps")) == {"ANN": (130, None, None)}


def test_the_longest_pay_periods_are_the_rows(opening: Opening) -> None:
    later = FLAT.replace("5 %", "8 %")
    shop = opening(
        f'name = "Reps"\nvalid = {{to = 2026-03-31}}\n{FLAT}',
        f'name = "Reps"\nperiod = "quarter"\nvalid = {{from = 2026-04-01}}\n{later}',
    )
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 1_000), ("2026-05-10", 1_000))
    found = simulate(shop, "Reps", "2026")
    rows = [(each.period, each.plan.cost.minor) for each in found.periods]
    assert rows == [("2026-Q1", 10_000), ("2026-Q2", 8_000), ("2026-Q3", 0), ("2026-Q4", 0)]


def test_a_draft_is_paid_from_where_it_begins(opening: Opening, tmp_path: Path) -> None:
    shop = opening(FLAT)
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 1_000), ("2026-03-10", 1_000))
    found = simulate(shop, draft(tmp_path, f"valid = {{from = 2026-02-01, to = 2026-02-28}}\n{FLAT}"))
    # March is run for what is corrected of February, and not compared.
    assert [(each.period, each.plan.cost.minor) for each in found.periods] == [
        ("2026-02", 5000),
        ("2026-03", 0),
    ]
    assert costs(found) == {"ANN": (50, 50, 0)}


def test_pay_periods_of_other_lengths_count_where_they_end(opening: Opening, tmp_path: Path) -> None:
    shop = opening(f'period = "quarter"\n{FLAT}')
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-02-10", 1_000))
    found = simulate(shop, draft(tmp_path, FLAT))
    against = [each.against.cost.minor for each in found.periods if each.against is not None]
    assert against == [0, 0, 10_000]
    month = simulate(shop, draft(tmp_path, FLAT), "2026-01")
    assert (month.left_out, month.against, month.winners) == (("plan-1",), (), None)
    assert "left out: plan-1" in str(month)
    with pytest.raises(UsageError, match="2026-01 is no whole one"):
        simulate(shop, "plan-1", "2026-01")


def test_what_is_kept_of_draws_is_a_cost_and_what_a_cap_forfeits_is_none(opening: Opening) -> None:
    shop = opening(KEPT)
    shop.sold("ANN", ("2026-01-10", 1_000))
    guaranteed = simulate(shop, "plan-1", "2026-01").total.plan
    # 50 are earned; each of the three reps has 120.
    assert (guaranteed.earned.minor, guaranteed.paid.minor, guaranteed.cost.minor) == (5000, 36_000, 36_000)
    shop = opening.again(FORFEITS)
    shop.sold("ANN", ("2026-01-11", 3_000))
    capped = simulate(shop, "plan-1", "2026-01").total.plan
    assert (capped.earned.minor, capped.paid.minor, capped.cost.minor) == (20_000, 10_000, 10_000)
    shop = opening.again(DRAW.replace("[[pay]]", '[[pay]]\nfor = ["BEN"]'))
    advanced = simulate(shop, "plan-1", "2026-01").total.plan
    assert (advanced.earned.minor, advanced.paid.minor, advanced.cost.minor) == (0, 20_000, 0)


def test_rewards_that_are_not_money_stand_by_themselves(opening: Opening, tmp_path: Path) -> None:
    shop = opening(POINTS)
    shop.sold("ANN", ("2026-01-10", 1_000), ("2026-01-11", 1_000))
    found = simulate(shop, draft(tmp_path, POINTS.replace("each = 1", "each = 3")), "2026-01")
    (reward,) = found.rewards
    assert reward.unit == "points"
    assert [reward.plan, reward.against, reward.difference] == [6, 2, 4]
    assert found.unchanged == 1
    assert "6 points, against 2 points" in str(found)


def test_who_has_no_figure_is_listed_and_neither_wins_nor_loses(opening: Opening, tmp_path: Path) -> None:
    shop = opening(FLAT)
    shop.sold("ANN", ("2026-01-10", 1_000))
    shop.sold("BEN", ("2026-01-10", 1_000))
    shop.target("ANN", "won_amount", "2026-01", 500)
    targeted = 'zero_quota = "refuse"\n[[pay]]\nquota = "won_amount"\nscheme = "slab"\n'
    found = simulate(shop, draft(tmp_path, targeted + 'tiers = [{from = "0 %", rate = "9 %"}]\n'), "2026-01")
    assert costs(found) == {"ANN": (90, 50, 40), "BEN": (0, 50, None)}
    assert (found.winners, found.losers, found.unchanged) == (1, 0, 0)
    (missing,) = found.without_figure
    assert (missing["member"], missing["plan"], missing["periods"]) == ("BEN", "draft", "2026-01")
    assert "has no quota above zero" in str(found)


def test_every_mistake_of_a_draft_is_told_at_once(opening: Opening, tmp_path: Path) -> None:
    shop = opening(FLAT)
    wrong = draft(tmp_path, '[[pay]]\nrate = "5 %"\nwhere = "amont > 5"\nfor = "repp"\n')
    with pytest.raises(ConfigError) as mistakes:
        simulate(shop, wrong)
    assert sorted((each.line, each.file) for each in mistakes.value.problems) == [(4, wrong), (5, wrong)]


@pytest.mark.parametrize(
    ("plan", "period", "given", "said"),
    [
        ("nothing", "2026-Q1", {}, "there is no plan 'nothing'"),
        ("plan-1", "2025", {}, "plan plan-1 is valid from 2026-01-01 on: on no day of 2025"),
        ("plan-1", "2026-Q1", {"against": ("none", "plan-1")}, "compares with nothing"),
        ("plan-1", "2026-Q1", {"against": ("euros",)}, "they cannot be compared"),
        ("plan-1", "2026-Q1", {"limit": -1}, "limit is -1"),
    ],
)
def test_what_cannot_be_simulated_is_refused(
    opening: Opening, plan: str, period: str, given: dict[str, Any], said: str
) -> None:
    shop = opening(f"valid = {{from = 2026-01-01}}\n{FLAT}", f'name = "euros"\ncurrency = "EUR"\n{FLAT}')
    with pytest.raises(UsageError, match=said):
        simulate(shop, plan, period, **given)


def test_nothing_is_stored(opening: Opening, tmp_path: Path) -> None:
    shop = history(opening(OVERRIDE))
    shop.pay("2026-01")
    before = everything(shop)
    simulate(shop, draft(tmp_path, DRAW))
    solve = partial(shop.platform.run, "pay.solve", actor="admin")
    solve(member="ANN", pay="5000", period="2026-03", name="own")
    solve(plan=draft(tmp_path, FLAT), rate="rate", budget="500", period="2026-Q1")
    assert everything(shop) == before
    assert before["dw_pay_posting"]


def everything(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with shop.platform.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return {
            each: [tuple(row) for row in connection.execute(sa.text(f'SELECT * FROM "{each}"'))]
            for each in tables
        }


def test_only_who_is_asked_for_is_told(opening: Opening) -> None:
    shop = history(opening(OVERRIDE))
    whole, found = simulate(shop, "plan-1"), simulate(shop, "plan-1", member=("MAX", "ann"))
    told = {each.member: each.plan for each in whole.members}
    assert {each.member: each.plan for each in found.members} == {each: told[each] for each in ("ANN", "MAX")}
    assert found.total.plan.paid == told["ANN"].paid + told["MAX"].paid
    assert (found.is_partial, whole.is_partial) == (True, False)


def test_a_limit_leaves_out_the_middle(opening: Opening) -> None:
    shop = history(opening(OVERRIDE))
    found = simulate(shop, "plan-1", limit=2)
    whole = [each.member for each in simulate(shop, "plan-1").members]
    assert [each.member for each in found.members] == [whole[0], whole[-1]]
    assert f"and {len(whole) - 2} more" in str(found)


def test_progress_is_told(opening: Opening) -> None:
    shop = history(opening(FLAT))
    steps: list[Progress] = []
    with following(steps.append):
        simulate(shop, "plan-1")
    assert [(each.name, each.done, each.of) for each in steps] == [("plan-1", at, 3) for at in range(4)]
