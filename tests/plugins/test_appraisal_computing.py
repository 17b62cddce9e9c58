"""What a computation makes of a stored run, ratings and the market: on either database, and always the same."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealwright import Platform, Refused, UsageError
from dealwright_appraisal.records import Result
from dealwright_testing.deployments import MakePlatform
from tests.plugins.appraising import CONFIG, PERIOD, PLUGINS, Appraising, appraising

Opened = Callable[..., Appraising]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the company, made once."""
    make = MakePlatform(tmp_path_factory.mktemp("stored"))
    appraising(make(config=CONFIG, plugins=PLUGINS)).open()
    make.close()
    return make.folder / "test.db"


@pytest.fixture
def opened(stored: Path, make_platform: MakePlatform) -> Opened:
    """Opens the company, with its appraisals, where the configuration is changed."""

    def opened(*changes: tuple[str, str]) -> Appraising:
        shutil.copy(stored, make_platform.folder)
        config = CONFIG
        for written, instead in changes:
            assert written in config
            config = config.replace(written, instead)
        company = Appraising(make_platform(config=config, plugins=PLUGINS, upgrade=False))
        if config.partition("[plugins")[0] != CONFIG.partition("[plugins")[0]:
            company.open()  # the scheme is another one
        return company

    return opened


def result(platform: Platform, ref: str) -> Result:
    with platform.session("admin") as session:
        (found,) = session.find(Result, appraisal=session.get("appraisal", ref).id)
    assert isinstance(found, Result)
    return found


def everything(platform: Platform) -> list[dict[str, Any]]:
    with platform.session("admin") as session:
        return [session.kind(Result).to_json(each) for each in session.find(Result)]


def test_three_parts_sum_to_the_total_and_give_the_grade(
    database_url: str, make_platform: MakePlatform
) -> None:
    """Ann sold 1050 of 1000, third of seven; of four scores 1 and 5 are trimmed."""
    company = appraising(make_platform(database_url, CONFIG, PLUGINS))
    company.open()
    company.rate("ann", 5, 4, 3, 1, by=("SUE", "MIA", "DIA", "DAN"))
    assert company.compute()["ann"]["total"] == "88.8333 %"
    found = result(company.platform, company.ref("ann"))
    assert (found.target, found.ranking, found.attitude) == (1_050_000, 666_667, 625_000)
    assert (found.target_points, found.ranking_points, found.attitude_points) == (630_000, 133_333, 125_000)
    assert (found.total, found.grade, found.run) == (888_333, "B", 1)


def test_appraisals_are_opened_for_everybody_in_the_run_once(opened: Opened) -> None:
    company = opened()
    again = company.run("appraisal.open", form="sales", period=PERIOD)
    assert (again["opened"], again["kept"]) == (0, 7)


def test_a_declared_index_of_the_nearest_team_adjusts_attainment_before_the_cap(opened: Opened) -> None:
    company = opened(('cap = "150 %"', 'cap = "105 %"'))
    declare = {"period": PERIOD, "reason": "the market grew"}
    company.run("appraisal-market-index.add", index="200 %", **declare)
    company.run("appraisal-market-index.add", index="105 %", team="NORTH", **declare)
    company.compute()
    targets = {each: result(company.platform, company.ref(each)).target for each in ("ann", "sue", "dia")}
    assert targets == {"ann": 1_000_000, "sue": 1_050_000, "dia": 1_000_000}
    assert company.explained("ann")["measures"][0]["index"] == "105 %"


def test_an_index_of_the_same_team_and_period_is_declared_once_and_above_zero(opened: Opened) -> None:
    company = opened()
    declare = {"period": PERIOD, "reason": "the market grew"}
    company.run("appraisal-market-index.add", index="105 %", **declare)
    with pytest.raises(Refused, match="declared for the same already"):
        company.run("appraisal-market-index.add", index="110 %", **declare)
    with pytest.raises(Refused, match="above 0 %"):
        company.run("appraisal-market-index.add", index="0 %", team="ALPHA", **declare)
    with pytest.raises(Refused, match="may not"):
        company.run("appraisal-market-index.add", "sue", index="50 %", team="ALPHA", **declare)


@pytest.mark.parametrize(
    ("peers", "ties", "percentile"),
    [
        ("all", "best", 500_000),
        ("all", "worst", 333_333),
        ("all", "mean", 416_667),
        ("team", "mean", 166_667),
    ],
)
def test_equals_rank_by_the_stated_policy_among_the_stated_peers(
    opened: Opened, peers: str, ties: str, percentile: int
) -> None:
    """Ben and Cat sold the same."""
    company = opened(('ties = "best"', f'ties = "{ties}"\npeers = "{peers}"'))
    company.compute()
    for each in ("ben", "cat"):
        assert result(company.platform, company.ref(each)).ranking == percentile


def test_a_group_that_is_too_small_leaves_its_weight_to_the_other_parts(opened: Opened) -> None:
    company = opened(('ties = "best"', 'ties = "best"\npeers = "role"'))
    company.rate("sue", 5, 5, by=("MIA", "DIA"))
    company.compute()
    found = result(company.platform, company.ref("sue"))
    assert (found.ranking, found.ranking_points) == (None, None)
    assert (found.target_points, found.attitude_points, found.total) == (900_000, 250_000, 1_150_000)
    said = {each["method"]: each["formula"] for each in company.explained("sue")["methods"]}
    assert said["ranking"] == "left out: 1 peers, fewer than 3"


def test_an_appraisal_says_what_it_lacks_and_has_no_total_then(opened: Opened) -> None:
    company = opened()
    company.rate("ann", 4, by=("SUE",))
    rows = company.compute()
    assert rows["ann"]["total"] is None
    assert rows["ann"]["missing"].startswith("proactivity: 1 of 2 raters; ")
    with pytest.raises(Refused, match="has no result: dealwright appraisal compute sales"):
        company.run("appraisal.review", ref=company.ref("ann"))


def test_a_measure_without_a_target_is_missing_and_not_nothing(opened: Opened) -> None:
    company = opened(('target = "1000 USD"', 'zero_target = "leave out"'))
    rows = company.compute()
    assert rows["ann"]["missing"].startswith("no measure has a target; ")
    assert result(company.platform, company.ref("ann")).target is None


def test_a_gate_of_the_scheme_takes_the_target_method_to_zero(opened: Opened) -> None:
    gate = '[[schemes.sellers.gates]]\nmeasure = "sold"\nbelow = "50 %"\n[plugins.appraisal.forms.sales]\n'
    company = opened(("[plugins.appraisal.forms.sales]\n", gate))
    company.compute()
    assert result(company.platform, company.ref("dan")).target == 0
    assert result(company.platform, company.ref("ben")).target == 800_000


def test_a_self_rating_stands_apart_and_changes_nothing(opened: Opened) -> None:
    company = opened()
    company.rate("ann", 2, 2, by=("SUE", "MIA"))
    company.compute()
    before = everything(company.platform)
    given = {"criterion": "teamwork", "score": 5, "evidence": "trained Ben"}
    company.run("appraisal.self-rate", "ann", ref=company.ref("ann"), **given)
    company.compute()
    assert everything(company.platform) == before
    explained = company.explained("ann")
    assert [each["rater"] for each in explained["self_rating"]] == ["Ann"]
    assert "Ann" not in {each["rater"] for each in explained["ratings"]}


def test_the_same_records_give_the_same_result_whatever_their_order(opened: Opened) -> None:
    company = opened()
    company.rate("ann", 1, 4, 5, by=("SUE", "MIA", "DIA"))
    company.compute()
    first = result(company.platform, company.ref("ann"))
    company.compute()
    assert result(company.platform, company.ref("ann")) == first
    company.rate("ann", 5, 4, 1, by=("SUE", "MIA", "DIA"))
    company.compute()
    assert result(company.platform, company.ref("ann")).working == first.working


def test_without_a_run_of_the_scheme_as_it_is_nothing_is_computed(
    opened: Opened, make_platform: MakePlatform
) -> None:
    company = opened()
    for period, said in (("2026-Q2", "there is no run of sellers"), ("2026", "form sales is for a quarter")):
        with pytest.raises(UsageError, match=said):
            company.run("appraisal.compute", form="sales", period=period)
    with pytest.raises(UsageError, match=r"no appraisal form 'sale', did you mean 'sales'\?"):
        company.run("appraisal.compute", form="sale", period=PERIOD)
    changed = CONFIG.replace('"150 %"', '"140 %"')
    later = Appraising(make_platform(config=changed, plugins=PLUGINS, upgrade=False))
    with pytest.raises(UsageError, match="scheme sellers is another one than in run 1"):
        later.compute()


def test_no_result_is_written_by_hand(opened: Opened) -> None:
    company = opened()
    company.rate("ann", 4, 4, by=("SUE", "MIA"))
    company.compute()
    found = result(company.platform, company.ref("ann"))
    for changed in ({"total": "99 %"}, {"grade": "D"}, {"run": 7}, {"working": "{}"}):
        with pytest.raises(Refused, match="results are computed"):
            company.run("appraisal-result.change", "admin", ref=found.ref, **changed)
    with pytest.raises(Refused):
        company.run("appraisal-result.add", "admin", appraisal=company.ref("ben"), total="99 %")
    with pytest.raises(Refused, match="shown by publishing"):
        company.run("appraisal-result.change", "admin", ref=found.ref, shown_to="ANN")


def test_who_does_not_evaluate_everybody_neither_opens_nor_computes(opened: Opened) -> None:
    company = opened()
    for command in ("appraisal.open", "appraisal.compute"):
        for actor in ("ann", "sue", "mia"):
            with pytest.raises(Refused, match="may not"):
                company.run(command, actor, form="sales", period=PERIOD)
    with pytest.raises(Refused, match="appraisals are opened"):
        company.run("appraisal.add", "sue", member="ANN", form="sales", period="2026-Q2")


def test_reports_rank_who_is_seen_and_spread_grades_over_teams(opened: Opened) -> None:
    company = opened()
    for login, scores in (("ann", (4, 4)), ("ben", (5, 5))):
        company.rate(login, *scores, by=("SUE", "MIA"))
    company.compute()
    rows = company.platform.report("appraisals", actor="dia", form="sales", period=PERIOD).rows
    assert [(row[1], row[8], row[9], row[10]) for row in rows[:2]] == [
        ("Ann", 913_333, "A", 1), ("Ben", 780_000, "B", 2),
    ]  # fmt: skip
    spread = company.platform.report("appraisal-distribution", actor="sue").rows
    assert spread[:2] == (("Alpha", "A", 1, 333_333), ("Alpha", "B", 1, 333_333))
