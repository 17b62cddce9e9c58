"""A plan pays by what an appraisal comes to, from its publication on."""

from fractions import Fraction
from typing import Any

from dealwright import Money
from dealwright_appraisal.records import Result
from dealwright_testing.deployments import MakePlatform
from tests.plugins.appraising import CONFIG, PERIOD, PLUGINS, Appraising, appraising

PLAN = """
name = "Sales and appraisal"
period = "quarter"
[[pay]]
for = "rep"
scheme = "interpolated"
points = [{at = "0 %", pays = 0}, {at = "200 %", pays = 8000}]
objectives = [
    {measure = "sold", quota = 1000, weight = "70 %"},
    {measure = "appraisal_sales", quota = 10000, weight = "30 %"},
]
"""


def earned(company: Appraising, member: str) -> Money:
    """What a run of the quarter gives a member."""
    period = company.platform.calendar.parse(PERIOD)
    found = company.run("pay.run", "admin", period=period)
    assert found.without_figure == ()
    amounts: dict[str, Any] = {each.member: each.earned for each in found.members}
    amount: Money = amounts[member]["USD"]
    return amount


def test_a_published_result_is_an_objective(database_url: str, make_platform: MakePlatform) -> None:
    make_platform.folder.joinpath("plan.toml").write_text(PLAN, encoding="utf-8")
    config = f'{CONFIG}\n[incentives]\nplans = ["plan.toml"]\n'
    company = appraising(make_platform(database_url, config, PLUGINS))
    company.open()
    company.rate("ann", 4, 5, 3, 1)
    company.compute()
    # Ann sold 105 % of 1,000; the result is not published yet: 4,000 x 70 % x 105 %.
    assert earned(company, "ANN") == Money(294_000, "USD")
    company.published("ann")
    with company.platform.session("admin") as session:
        (result,) = session.find(Result, appraisal=session.get("appraisal", company.ref("ann")).id)
    assert result.total is not None
    assert result.score == round(result.total / 100)
    assert result.score > 0
    exact = 4_000 * (Fraction(7, 10) * Fraction(105, 100) + Fraction(3, 10) * Fraction(result.score, 10_000))
    assert earned(company, "ANN") == Money(round(exact * 100), "USD")
