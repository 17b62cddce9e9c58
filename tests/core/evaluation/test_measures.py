"""Measures against targets: parts of periods, targets without a number, teams, and who sees what was found."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from dealwright import (
    InvalidValue,
    Measure,
    NotFound,
    Platform,
    Refused,
    UsageError,
    fields,
    hookimpl,
    said,
    speaking,
)
from dealwright_testing.deployments import MakePlatform

DEAL = fields("opportunity")
SCHEME = """
[schemes.{name}]
subject = "{subject}"
period = "quarter"
[schemes.{name}.measures.won]
{terms}
"""


class Measures:
    @hookimpl
    def measures(self) -> Iterator[Measure]:
        on, won = "opened_on", DEAL.source == "fair"
        yield Measure("won", "Won", facts="opportunity", on=on, value=DEAL.amount, where=won)
        yield Measure(
            "buyers",
            "Buyers",
            facts="opportunity",
            on=on,
            value=DEAL.customer.id,
            where=won,
            aggregate="distinct",
        )


def scheme(name: str, terms: str = "", subject: str = "member") -> str:
    return SCHEME.format(name=name, subject=subject, terms=terms)


# Targets of the members are not part of a plan: the plugin quota would refuse them.
CONFIG = "".join(
    (
        '[plugins]\ndisabled = ["quota"]\n',
        scheme("strict"),
        scheme("zero", 'zero_target = "zero"'),
        scheme("full", 'zero_target = "full"\ncap = "150 %"\nfloor = "-10 %"'),
        scheme("lenient", 'zero_target = "leave out"'),
        scheme("capped", 'zero_target = "zero"\ncap = "100 %"'),
        scheme("channels", "target = 1000", "channel"),
        scheme("teams", "target = 1000\n[schemes.teams.measures.buyers]\ntarget = 3", "team"),
    )
)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Ann and Ben in one team of a region, Eve in another; what they won in the first quarter."""
    make = MakePlatform(tmp_path_factory.mktemp("measures"))
    platform = make(config=CONFIG, plugins=[("measured", Measures())])
    assert platform.host.problems == ()

    def run(command: str, **given: Any) -> None:
        platform.run(command, actor="admin", **given)

    for ref, parent in (("REGION", None), ("ONE", "REGION"), ("TWO", "REGION")):
        run("team.add", ref=ref, name=ref, parent=parent, kind="team" if parent else "region")
    for name, team, role in (("ANN", "ONE", "supervisor"), ("BEN", "ONE", "rep"), ("EVE", "TWO", "rep")):
        run("member.add", ref=name, name=name, login=name.lower())
        run("position.add", member=name, team=team, role=role, since="2025-01-01")
    for number, (owner, customer, amount) in enumerate(
        (("ANN", "X", "900"), ("BEN", "X", "300"), ("EVE", "Y", "100"), ("EVE", "Z", "50"))
    ):
        if number != 1:
            run("customer.add", ref=customer, name=f"customer {customer}")
        run(
            "opportunity.add", ref=f"O-{number}", owner=owner, customer=customer, amount=f"{amount} USD",
            source="fair", opened_on="2025-02-01",
        )  # fmt: skip
    target = {"measure": "won"}
    run("target.add", ref="T-ANN", member="ANN", period="2025-Q1", amount="600 USD", **target)
    run("target.add", member="ANN", period="2025-Q1", amount="400 USD", parent="T-ANN", **target)
    run("target.add", member="ANN", period="2025-01", amount="1 USD", **target)
    for month in (1, 2, 3):
        run("target.add", member="BEN", period=f"2025-0{month}", amount="300 USD", **target)
    run("target.add", member="EVE", period="2025-01", amount="5 USD", **target)
    yield platform
    make.close()


def lines(platform: Platform, name: str, actor: str = "admin") -> dict[str, Any]:
    platform.run("evaluate", actor="admin", scheme=name, period="2025-Q1")
    found = platform.run("evaluation.list", actor=actor, scheme=name, period="2025-Q1").value
    return {each.ref: (each.lines[0].attainment, each.total, each.rank) for each in found.results}


def test_targets_of_the_period_or_of_all_its_parts_count_once(platform: Platform) -> None:
    """Ann's part of her target does not count again; Eve has a target for one month of three, and so none."""
    assert lines(platform, "zero") == {
        "ANN": ("150 %", 150, 1), "BEN": ("33.3333 %", Decimal("33.3333"), 2), "EVE": ("0 %", 0, 3),
    }  # fmt: skip
    assert lines(platform, "full")["EVE"] == ("100 %", 100, 2)
    assert lines(platform, "lenient")["EVE"] == (None, 0, 3)


def test_without_a_rule_for_it_a_missing_target_is_refused(platform: Platform) -> None:
    with pytest.raises(Refused, match=r"1 of the subjects \(EVE\) have no target above zero for measure won"):
        platform.run("evaluate", actor="admin", scheme="strict", period="2025-Q1")
    with pytest.raises(InvalidValue, match="the scheme is for a quarter"):
        platform.run("evaluate", actor="admin", scheme="strict", period="2025")


def test_what_a_team_reached_is_of_all_above_it_and_different_values_count_once(platform: Platform) -> None:
    platform.run("evaluate", actor="admin", scheme="teams", period="2025-Q1")
    found = platform.run("evaluation.list", actor="admin", scheme="teams").value
    actuals = {each.ref: [line.actual for line in each.lines] for each in found.results}
    assert {ref: (str(won), buyers) for ref, (won, buyers) in actuals.items()} == {
        "REGION": ("1350.00 USD", 3), "ONE": ("1200.00 USD", 1), "TWO": ("150.00 USD", 2),
    }  # fmt: skip


def test_channels_are_evaluated_by_their_names(platform: Platform) -> None:
    found = platform.run("evaluate", actor="admin", scheme="channels", period="2025-Q1").value
    assert {each.ref: (each.title, each.total, str(each.lines[0].actual)) for each in found.results} == {
        "direct": ("Direct sales", 135, "1350.00 USD"),
    }  # fmt: skip
    shown = platform.run("explain", actor="ben", ref="direct", scheme="channels").value
    now = platform.run(
        "score", actor="admin", ref="direct", kind="channel", scheme="channels", period="2025-Q1"
    ).value
    assert (now.total, now.digest, now.lines) == (shown.total, shown.digest, shown.lines)
    with pytest.raises(NotFound, match="no channel 'shop'"):
        platform.run("explain", actor="admin", ref="shop", scheme="channels")


def test_an_evaluation_is_seen_by_who_sees_what_its_subject_owns(platform: Platform) -> None:
    lines(platform, "zero")
    lines(platform, "teams")
    seen = {
        actor: [
            {each.ref for each in platform.run("evaluation.list", actor=actor, scheme=name).value.results}
            for name in ("zero", "teams")
        ]
        for actor in ("ann", "ben", "guest")
    }
    assert seen["ann"] == [{"ANN", "BEN"}, {"ONE"}]
    assert seen["ben"] == [{"BEN"}, set()]
    assert seen["guest"] == [{"ANN", "BEN", "EVE"}, {"REGION", "ONE", "TWO"}]
    shown = platform.run("explain", actor="ben", ref="BEN", scheme="zero").value
    assert (shown.rank, shown.of) == (2, 3)
    with pytest.raises(NotFound, match="no member 'ANN'"):
        platform.run("explain", actor="ben", ref="ANN", scheme="zero")


def test_who_is_evaluated_by_several_schemes_is_explained_by_the_one_named(platform: Platform) -> None:
    for name in ("zero", "capped", "channels"):
        lines(platform, name)
    assert platform.run("explain", actor="admin", ref="direct").value.scheme == "channels"
    with pytest.raises(UsageError, match=r"BEN is evaluated by capped, .*zero"):
        platform.run("explain", actor="admin", ref="BEN")
    first = platform.run("explain", actor="admin", ref="BEN", scheme="zero").value
    assert platform.run("explain", actor="admin", ref="BEN", run=first.run).value == first
    with pytest.raises(UsageError, match=r"run \d+ is of scheme zero, not of capped"):
        platform.run("explain", actor="admin", ref="BEN", run=first.run, scheme="capped")


def test_a_closed_period_does_not_change(platform: Platform) -> None:
    run = platform.run("evaluate", actor="admin", scheme="lenient", period="2025-Q2").value.run
    platform.run("evaluation.close", actor="admin", run=run)
    with pytest.raises(Refused, match="lenient is closed for 2025-Q2"):
        platform.run("evaluate", actor="admin", scheme="lenient", period="2025-Q2")
    assert platform.run("evaluate", actor="admin", scheme="lenient", period="2025-Q3").value.subjects == 3


def test_a_line_says_what_holds_its_attainment_in_the_language_of_the_reader(platform: Platform) -> None:
    lines(platform, "capped")

    def explained(ref: str) -> str:
        given: dict[str, Any] = {"ref": ref, "scheme": "capped", "period": "2025-Q1"}
        text: str = platform.run("explain", actor="admin", **given).value.text
        return text

    assert "100 %, held by the cap" in explained("ANN")
    assert "held" not in explained("BEN")
    with speaking("zh_CN"):
        assert "100 %（受上限限制）" in said(explained("ANN"))
