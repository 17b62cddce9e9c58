"""Plans tried out: who is told what."""

from pathlib import Path
from typing import Any

import pytest

from dealwright import Money, NotFound, Refused
from dealwright_core.payroll.trying.simulated import SimulationShown
from dealwright_testing.deployments import MakePlatform
from tests.core.payroll.office import PLAN, Office, codes, opened

FLAT = 'name = "Draft"\n[[pay]]\nrate = "20 %"\n'
# Written to tell ANN what others sell: all of it counts for her.
CURIOUS = 'name = "Curious"\n[credit]\nshares = {ANN = "100 %"}\n[[pay]]\nrate = "100 %"\n'


@pytest.fixture
def office(make_platform: MakePlatform) -> Office:
    return sold(opened(make_platform, PLAN))


def sold(office: Office) -> Office:
    """January, in which ANN, BEN and ZOE sold 1,000, 2,000 and 4,000."""
    for owner, amount in (("ANN", 1_000), ("BEN", 2_000), ("ZOE", 4_000)):
        office.sold(owner, "2026-01-15", amount)
    return office


def file(folder: Path, text: str) -> str:
    path = folder / "draft.toml"
    path.write_text(text, "utf-8")
    return str(path)


def simulate(office: Office, actor: str, plan: str, **given: Any) -> SimulationShown:
    found: SimulationShown = office.run("pay.simulate", actor, plan=plan, period="2026-01", **given)
    return found


def told(found: SimulationShown) -> dict[str, int]:
    """What each member costs, in whole units."""
    return {each.member: each.plan.cost.minor // 100 for each in found.members}


def test_everybody_is_told_of_whom_they_may_see(office: Office, tmp_path: Path) -> None:
    draft = file(tmp_path, FLAT)
    assert told(simulate(office, "lee", draft)) == {"ANN": 200, "BEN": 400, "ZOE": 800, "MIA": 0}
    mia = simulate(office, "mia", draft)
    assert told(mia) == {"ANN": 200, "BEN": 400, "MIA": 0}
    assert (mia.total.plan.cost, mia.is_partial) == (Money.parse("600 USD"), True)
    assert mia.total.against is not None
    assert mia.total.against.cost == Money.parse("330 USD")
    assert "of some members alone" in str(mia)
    ann = simulate(office, "ann", draft)
    assert (told(ann), ann.total.plan.cost) == ({"ANN": 200}, Money.parse("200 USD"))
    assert "ZOE" not in str(ann)
    # A plan of the configuration pays them what a run does, and is told of as little.
    assert told(simulate(office, "mia", "Reps")) == {"ANN": 100, "BEN": 200, "MIA": 30}


def test_a_draft_tells_nobody_what_they_may_not_see(
    make_platform: MakePlatform, database_url: str, tmp_path: Path
) -> None:
    office = sold(opened(make_platform, PLAN, url=database_url))
    draft = file(tmp_path, CURIOUS)
    assert told(simulate(office, "ann", draft, against=("none",))) == {"ANN": 1_000}
    assert told(simulate(office, "mia", draft, against=("none",))) == {"ANN": 3_000}
    assert told(simulate(office, "lee", draft, against=("none",))) == {"ANN": 7_000}
    asked = {"member": "ANN", "pay": "8000", "period": "2026-01", "plan": draft}
    assert [office.run("pay.solve", each, **asked).sold for each in ("ann", "mia", "lee")] == [
        "1000",
        "3000",
        "7000",
    ]


def test_a_draft_does_not_tell_who_is_there(office: Office, tmp_path: Path) -> None:
    """What it says is looked for among those whom the actor sees; reps see all members, and may name them."""
    with pytest.raises(NotFound):
        simulate(office, "ann", file(tmp_path, FLAT), member=("ZOE",))
    with pytest.raises(NotFound):
        simulate(office, "ann", file(tmp_path, FLAT), member=("XYZ",))


def test_a_rep_is_told_what_to_sell(office: Office) -> None:
    asked = {"pay": "500", "period": "2026-01"}
    found = office.run("pay.solve", "ann", member="ANN", **asked)
    assert (found.sold, found.due, found.missing) == ("1000", Money.parse("100 USD"), "3999.95")
    with pytest.raises(NotFound):
        office.run("pay.solve", "ann", member="ZOE", **asked)
    assert office.run("pay.solve", "mia", member="ANN", **asked) == found


def test_a_budget_is_for_who_sees_what_everybody_is_paid(office: Office) -> None:
    asked = {"plan": "Reps", "rate": "pay.commission.rate", "budget": "1540", "period": "2026-01"}
    for actor in ("ann", "mia"):
        with pytest.raises(Refused) as refused:
            office.run("pay.solve", actor, **asked)
        assert codes(refused.value) == {"not-permitted"}
    found = office.run("pay.solve", "guest", **asked)
    # 22 % of all is 20 % of 7,000, and a tenth of that for who leads a team: MIA, of 3,000.
    assert found.cost <= Money.parse("1540 USD") < found.next_cost
    assert found == office.run("pay.solve", "lee", **asked)


def test_the_reasons_of_others_are_not_told(make_platform: MakePlatform) -> None:
    plan = f'zero_quota = "refuse"\n{PLAN}\n[[pay]]\nname = "bonus"\nfor = "rep"\nquota = "won_count"\nrate = "1 %"\n'
    office = opened(make_platform, plan)
    office.sold("ANN", "2026-01-15", 1_000)
    found = simulate(office, "mia", "Reps")
    assert {each["member"] for each in found.without_figure} == {"ANN", "BEN"}
    assert {each["member"] for each in simulate(office, "lee", "Reps").without_figure} == {
        "ANN",
        "BEN",
        "ZOE",
    }
