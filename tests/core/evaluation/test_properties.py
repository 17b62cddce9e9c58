"""What holds of every run, whatever the records say: of rules, gates, bounds, combiners and measures.

Three deployments see the same changes: one on SQLite, one on PostgreSQL whose plugins come in another order, and one
whose records and changes come in another order, too.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import Measure, Platform, fields, hookimpl
from dealwright_testing.deployments import MakePlatform
from dealwright_testing.postgres import Server
from tests.core.evaluation.scored import CONFIG, Rules, add_deals, said
from tests.core.evaluation.test_combiners import combines

COMBINED = """
[schemes.weakest]
subject = "opportunity"
combine = "weakest-line"
rules = {deal-size = 1, segment = "1/3", staff = "50 %", model = -1}
lowest = "-9/2"
highest = 8
[[schemes.weakest.gates]]
when = "source == 'spam'"
[[schemes.weakest.gates]]
when = "customer.region == 'embargo'"
total = "none"

[schemes.bonus]
subject = "opportunity"
combine = "all-known"
rules = {deal-size = 1, segment = 1}

[schemes.sellers]
subject = "member"
roles = ["rep"]
period = "quarter"
[schemes.sellers.measures.won]
weight = "2/3"
zero_target = "leave out"
cap = "150 %"
[schemes.sellers.measures.deals]
target = 2
floor = "25 %"
weight = "1/3"
[[schemes.sellers.gates]]
measure = "deals"
below = "30 %"
"""
BY_RULE = ("leads", "bounded", "weakest", "bonus")
PERIOD, INSIDE, OUTSIDE = "2025-Q1", "2025-03-31", "2025-04-01"

DEAL = st.tuples(
    st.sampled_from(["hospital", "retail", "other", None]),
    st.sampled_from(["North", "embargo", None]),
    st.one_of(st.none(), st.integers(0, 130)),
    st.one_of(st.none(), st.integers(0, 6_000_000)),
    st.sampled_from(["fair", "spam", None]),
)
FACT = st.tuples(
    st.sampled_from(["M-1", "M-2", "M-3", None]),
    st.one_of(st.none(), st.integers(-500_000, 500_000)),
    st.sampled_from([INSIDE, OUTSIDE]),
)
ROLES = st.sampled_from(["rep", "supervisor"])


class Measures:
    @hookimpl
    def measures(self) -> Iterator[Measure]:
        deal = fields("opportunity")
        yield Measure("won", "Won", facts="opportunity", on="opened_on", value=deal.amount)
        yield Measure("deals", "Deals", facts="opportunity", on="opened_on", aggregate="count")


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Iterator[list[Platform]]:
    make = MakePlatform(tmp_path_factory.mktemp("properties"))
    urls = [
        f"sqlite:///{tmp_path_factory.mktemp('one')}/one.db",
        f"sqlite:///{tmp_path_factory.mktemp('two')}/two.db",
    ]
    plugins: list[tuple[str, object]] = [
        ("rules", Rules()),
        ("combines", combines()),
        ("measured", Measures()),
    ]
    other = [*reversed(plugins[1:]), ("rules", Rules(backwards=True))]
    with postgres_server.database() as url:
        found = [make(urls[0], CONFIG + COMBINED, plugins=plugins)]
        found += [make(each, CONFIG + COMBINED, plugins=other) for each in (url, urls[1])]
        for platform, refs in zip(found, ("0123", "0123", "3120"), strict=True):
            prepared(platform, refs)
        yield found
        make.close()


def prepared(platform: Platform, refs: str) -> None:
    """Four deals of as many customers, and three members with targets, in some order."""
    assert platform.host.problems == ()
    add_deals(platform, [])
    run(platform, "team.add", ref="T", name="Team")
    members = ["M-1", "M-2", "M-3"] if refs == "0123" else ["M-1", "M-3", "M-2"]
    for ref in members:
        if ref != "M-1":
            run(platform, "member.add", ref=ref, name=ref)
        run(platform, "position.add", ref=f"P-{ref}", member=ref, team="T", role="rep")
        target = {"measure": "won", "period": PERIOD}
        run(platform, "target.add", ref=f"T-{ref}", member=ref, amount="1 USD", **target)
    for ref in refs:
        run(platform, "customer.add", ref=f"C-{ref}", name=f"no. {ref}")
        run(platform, "opportunity.add", ref=f"O-{ref}", customer=f"C-{ref}", amount="1 USD")


def run(platform: Platform, command: str, **given: Any) -> Any:
    return platform.run(command, actor="admin", **given).value


def usd(cents: int | None) -> str | None:
    return (
        None if cents is None else f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02} USD"
    )


def evaluated(platform: Platform, scheme: str, **given: Any) -> Any:
    return run(platform, "evaluate", scheme=scheme, **given)


def check_alike(platforms: list[Platform], scheme: str, kind: str, **given: Any) -> Mapping[str, Any]:
    """The evaluations of a scheme, which are the same everywhere, line by line, as those in hand; lines give the total.

    The digest is of ids: it is equal where the records have the same.
    """
    found = [evaluated(each, scheme, **given) for each in platforms]
    one, other, turned = ({each.ref: each for each in run.results} for run in found)
    assert (found[0].version, found[0].digest) == (found[1].version, found[1].digest)
    assert {ref: said(each) for ref, each in one.items()} == {ref: said(each) for ref, each in other.items()}
    assert [plain(each) for _, each in sorted(one.items())] == [
        plain(each) for _, each in sorted(turned.items())
    ]
    for ref, each in one.items():
        assert said(run(platforms[0], "score", ref=ref, kind=kind, scheme=scheme, **given)) == said(each)
        if each.total is not None:
            assert sum(Fraction(line.points or 0) for line in each.lines) == each.total
    return one


def plain(found: Any) -> Any:
    return said(evolve(found, digest="")), found.rank


def expected(deal: tuple[Any, ...]) -> dict[str, int | None]:
    """What the rules give, written down once more."""
    industry, _, employees, cents, _ = deal
    return {
        "deal-size": None if cents is None else 25 if cents >= 5_000_000 else 15 if cents >= 500_000 else 0,
        "segment": None if industry is None else {"hospital": 20, "retail": -10}.get(industry, 0),
        "staff": employees if employees is not None and employees <= 100 else None,
        "model": None if cents is None else cents % 7,
    }


def weighed(deal: tuple[Any, ...]) -> dict[str, Fraction | None]:
    """The totals of the schemes without their gates, None for none."""
    lines = expected(deal)
    size, segment, staff, model = (Fraction(each or 0) for each in lines.values())
    known = None if lines["deal-size"] is None or lines["segment"] is None else size + segment + 2
    least = min(size, segment / 3, staff / 2, -model)
    return {
        "bounded": min(max(size + segment, Fraction(0)), Fraction(25, 2)),
        "weakest": min(max(least, Fraction(-9, 2)), Fraction(8)),
        "bonus": known,
    }


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deals=st.lists(DEAL, min_size=4, max_size=4))
def test_runs_of_rules(platforms: list[Platform], deals: list[tuple[Any, ...]]) -> None:
    for platform, order in zip(platforms, ("0123", "0123", "2031"), strict=True):
        for turn in order:
            industry, region, employees, cents, source = deals[int(turn)]
            customer = {"industry": industry, "region": region, "employees": employees}
            run(platform, "customer.change", ref=f"C-{turn}", **customer)
            run(platform, "opportunity.change", ref=f"O-{turn}", amount=usd(cents), source=source)
    found = {scheme: check_alike(platforms, scheme, "opportunity") for scheme in BY_RULE}
    for at, deal in enumerate(deals):
        ref, totals, blocked = f"O-{at}", weighed(deal), deal[4] == "spam" or deal[1] == "embargo"
        assert (found["bounded"][ref].total, found["bonus"][ref].total) == (
            totals["bounded"],
            totals["bonus"],
        )
        gated = 0 if deal[4] == "spam" else None
        assert found["weakest"][ref].total == (gated if blocked else totals["weakest"])
        values = {each.name: each.value for each in found["leads"][ref].lines}
        assert {name: values[name] for name in expected(deal)} == expected(deal)
        is_out = deal[2] is not None and deal[2] > 100
        assert found["leads"][ref].complete is not is_out
        assert (found["bonus"][ref].rank is None) is (totals["bonus"] is None)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(FACT, min_size=4, max_size=4),
    targets=st.lists(st.one_of(st.just(0), st.integers(1, 1_000_000)), min_size=3, max_size=3),
    roles=st.lists(ROLES, min_size=3, max_size=3),
)
def test_runs_of_measures(
    platforms: list[Platform], facts: list[tuple[Any, ...]], targets: list[int], roles: list[str]
) -> None:
    for platform, order in zip(platforms, ("0123", "0123", "2031"), strict=True):
        for at in order:
            owner, cents, day = facts[int(at)]
            run(platform, "opportunity.change", ref=f"O-{at}", owner=owner, amount=usd(cents), opened_on=day)
        for number, (target, role) in enumerate(zip(targets, roles, strict=True), 1):
            run(platform, "target.change", ref=f"T-M-{number}", amount=usd(target))
            run(platform, "position.change", ref=f"P-M-{number}", role=role)
    found = check_alike(platforms, "sellers", "member", period=PERIOD)
    assert set(found) == {f"M-{number}" for number, role in enumerate(roles, 1) if role == "rep"}
    for ref, each in found.items():
        own = [cents for owner, cents, day in facts if owner == ref and day == INSIDE]
        won, target = sum(filter(None, own)), targets[int(ref[-1]) - 1]
        lines = {line.name: line for line in each.lines}
        assert (lines["won"].actual.minor, lines["deals"].actual) == (won, len(own))
        reached = None if target == 0 else min(rounded(Fraction(won * 100, target)), Fraction(150))
        counted = max(Fraction(len(own) * 50), Fraction(25))
        assert (lines["won"].value, lines["deals"].value) == (reached, counted)
        total = (reached or 0) * Fraction(2, 3) + counted * Fraction(1, 3)
        assert each.total == (0 if counted < 30 else total)


def rounded(points: Fraction) -> Fraction:
    """To a ten-thousandth, half away from zero."""
    whole = (abs(points) * 10_000 + Fraction(1, 2)).__floor__()
    return Fraction(whole if points >= 0 else -whole, 10_000)
