"""Mistakes in schemes are told all at once, each with its line; others go on."""

import pytest

from dealwright import ConfigError
from dealwright_testing.deployments import MakePlatform
from tests.core.evaluation.scored import Rules

UNREADABLE = """
[schemes.a]
subject = "opportunity"
perod = "month"
[schemes.b]
subject = "opportunity"
where = "amount >> 5"
[schemes.b.rules]
size = {points = "1", weight = "1.2.3"}
[schemes.d]
subject = "opportunity"
where = ["amount > 5", {field = "stage", op = "=", value = "won"}]
rules = {size = "1"}
[[schemes.d.gates]]
when = {any = [{field = "stage"}]}
[schemes.c]
subject = "member"
[schemes.c.measures]
won_amount = {cap = "10 %", floor = "20 %"}
[[schemes.c.gates]]
measure = "won_amuont"
below = "10 %"
"""
UNFITTING = """
[schemes.good]
subject = "customer"
rules = {staff-of-customer = 1}
[schemes.bad]
subject = "opportunity"
where = "custmer is None"
combine = "weighted summ"
period = "month"
[schemes.bad.rules]
deal-sise = 1
staff-of-customer = 1
text = {points = "stage"}
column = {points = "amuont"}
[schemes.bad.measures]
won_amuont = 1
"""


def test_what_cannot_be_read_keeps_the_deployment_closed(make_platform: MakePlatform) -> None:
    with pytest.raises(ConfigError) as wrong:
        make_platform(config=UNREADABLE)
    said = str(wrong.value)
    for part in (
        "unknown key 'perod', did you mean 'period'",
        "schemes.b.where: column 1: RShift has no place in an expression",
        "schemes.d.where[2]: unknown op '='",
        "schemes.d.gates[1].when.any[1]: a condition has 'field' and 'op'",
        "schemes.b.rules.size.weight: '1.2.3' is not a fraction",
        'schemes.c: measures need a period, set period = "quarter"',
        "schemes.c.measures.won_amount.floor: is above the cap",
        "schemes.c.gates[1].measure: the scheme has no measure 'won_amuont', did you mean 'won_amount'",
    ):
        assert part in said, said
    assert all(each.line for each in wrong.value.problems)


def test_what_does_not_fit_is_told_and_others_go_on(make_platform: MakePlatform) -> None:
    platform = make_platform(config=UNFITTING, plugins=[("rules", Rules())])
    said = "\n".join(map(str, platform.host.problems))
    for part in (
        "schemes.bad.where: custmer: 'custmer' is neither a field of opportunity nor a record, did you mean 'customer'",
        "schemes.bad.combine: there is no combiner 'weighted summ', did you mean 'weighted sum'",
        "schemes.bad.rules.deal-sise: there is no scoring rule 'deal-sise', did you mean 'deal-size'",
        "schemes.bad.rules.staff-of-customer: the rule 'staff-of-customer' is about customer, and the scheme about",
        "schemes.bad.rules.text.points: gives text where a whole number belongs",
        "schemes.bad.rules.column.points: amuont: 'amuont' is neither a field of opportunity nor a record",
        "schemes.bad.measures.won_amuont: there is no measure 'won_amuont', did you mean 'won_amount'",
    ):
        assert part in said, said
    assert platform.run("evaluate", actor="admin", scheme="good").value.subjects == 0
    with pytest.raises(ConfigError, match="deal-sise"):
        platform.run("evaluate", actor="admin", scheme="bad")
