"""Runs of schemes: what they store, how it is read back, what is kept, and what happens to bad rules."""

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright import NotFound, Platform, Refused, ScoringRule, UsageError, hookimpl
from dealwright_testing.deployments import MakePlatform
from dealwright_testing.postgres import Server
from tests.core.evaluation.scored import CONFIG, DEAL, Rules, add_deals, said

DEALS = (
    ("hospital", "North", 90, 5_000_000, "fair", True),
    ("retail", "embargo", 30, 700_003, None, False),
    (None, None, None, None, "spam", True),
    ("retail", "South", 1_000, 499_999, None, True),
    ("hospital", "North", 90, 5_000_000, "fair", True),
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('runs') / 'runs.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


@pytest.fixture(scope="module")
def platform(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Five deals, which the tests leave as they are."""
    make = MakePlatform(tmp_path_factory.mktemp("deployment"))
    platform = make(url, CONFIG, plugins=[("rules", Rules())])
    assert platform.host.problems == ()
    add_deals(platform, DEALS)
    yield platform
    make.close()


def evaluated(platform: Platform, scheme: str = "leads", **options: Any) -> Any:
    return platform.run("evaluate", actor="admin", scheme=scheme, **options).value


def by_ref(found: Any) -> dict[str, Any]:
    return {each.ref: each for each in found.results}


def test_lines_are_weighed_exactly_and_ranked(platform: Platform) -> None:
    found = evaluated(platform)
    results = by_ref(found)
    assert [each.ref for each in found.results] == ["O-0", "O-4", "O-3", "O-1", "O-2"]
    assert [each.rank for each in found.results] == [1, 1, 3, 4, None]
    best = results["O-0"]
    points = {each.name: each.points for each in best.lines}
    assert points == {"deal-size": 25, "segment": 10, "staff": 30, "model": 10, "owned": 5}
    assert (best.total, best.grade, best.of, best.complete) == (80, "A", 5, True)
    assert results["O-1"].lines[2].points == 10
    assert {each.plugin for each in best.lines} == {"rules", "configuration"}


def test_gates_and_bounds_say_what_they_took(platform: Platform) -> None:
    results = by_ref(evaluated(platform))
    assert (results["O-2"].total, results["O-2"].grade, results["O-2"].gate) == (
        None, "X", "nobody asked for this",
    )  # fmt: skip
    blocked = results["O-1"]
    assert (blocked.total, blocked.gate) == (0, "customer.region is 'embargo'")
    assert (blocked.lines[-1].name, sum(each.points or 0 for each in blocked.lines)) == ("gate", 0)
    bounded = by_ref(evaluated(platform, "bounded"))
    assert [bounded[each].total for each in ("O-0", "O-1", "O-3")] == [Decimal("12.5"), 5, 0]
    assert bounded["O-0"].lines[-1].points == Decimal("-32.5")


def test_out_of_bounds_is_incomplete_and_names_the_plugin(platform: Platform) -> None:
    found = evaluated(platform)
    wrong = by_ref(found)["O-3"]
    assert (found.incomplete, wrong.complete) == (1, False)
    assert wrong.missing == ("staff of plugin rules is out of bounds",)
    assert wrong.lines[2].points is None


def test_a_person_is_told_why(platform: Platform) -> None:
    evaluated(platform)
    text = str(platform.run("explain", actor="guest", ref="O-0", scheme="leads").value)
    assert "opportunity O-0 (O-0): 80, rank 1 of 5, grade A" in text
    assert "10  Segments of ours x 1/2: customer.industry is 'hospital' -> 20 [rules]" in text
    with pytest.raises(UsageError, match="there is no scheme 'lead', did you mean 'leads'"):
        platform.run("explain", actor="guest", ref="O-0", scheme="lead")
    with pytest.raises(NotFound):
        platform.run("explain", actor="guest", ref="O-77", scheme="leads")
    with pytest.raises(NotFound):
        platform.run("explain", actor="guest", ref="O-77")


def test_equal_inputs_give_an_equal_digest(platform: Platform) -> None:
    one, other = evaluated(platform), evaluated(platform)
    assert (one.digest, one.version) == (other.digest, other.version)
    assert platform.run("evaluate", actor="admin", diff=(one.run, other.run)).value == []
    assert one.digest == "c18379d86e9b3b0026253531cdfe57e5"  # on both databases


def test_a_run_is_journalled_and_the_journal_holds(platform: Platform) -> None:
    from dealwright_core.journal.verify import verify
    from dealwright_core.store.engine import reading

    found = evaluated(platform)
    with platform.session("admin") as session:
        event = session.journal(limit=1)[0]
    assert (event.command, event.action, event.ref) == ("evaluate", "evaluate", "leads")
    assert event.change is not None
    assert (event.change["run"], event.change["digest"]) == (found.run, found.digest)
    with reading(platform.engine) as connection:
        assert verify(connection, platform.catalogue).faults == ()


def test_who_may_not_evaluate_everybody_may_not_evaluate(platform: Platform) -> None:
    evaluated(platform)
    with pytest.raises(Refused, match="may not"):
        platform.run("evaluate", actor="guest", scheme="leads")
    assert platform.run("evaluation.list", actor="guest", scheme="leads").value.subjects == 5


def test_the_order_of_plugins_changes_nothing(
    platform: Platform, url: str, make_platform: MakePlatform
) -> None:
    other = make_platform(url, CONFIG, plugins=[("rules", Rules(backwards=True))])
    one, two = evaluated(platform), evaluated(other)
    assert (one.version, one.digest) == (two.version, two.digest)
    assert [said(each) for each in one.results] == [said(each) for each in two.results]


VALUES = st.tuples(
    st.sampled_from(["hospital", "retail", "other", None]),
    st.sampled_from(["North", "embargo", None]),
    st.one_of(st.none(), st.integers(0, 130)),
    st.one_of(st.none(), st.integers(0, 6_000_000), st.just(2**62)),
    st.sampled_from(["fair", "spam", None]),
    st.booleans(),
)
NUMBERS = itertools.count(100)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deals=st.lists(VALUES, min_size=3, max_size=6))
def test_all_at_once_and_one_in_hand_agree_on_both_databases(
    deals: list[tuple[Any, ...]], pair: Sequence[Platform]
) -> None:
    """What is stored is what one deal in hand gives, line by line; lines sum to the total; both databases agree."""
    found = []
    for platform in pair:
        for at, (industry, region, employees, cents, source, owned) in enumerate(deals):
            amount = None if cents is None else f"{cents // 100}.{cents % 100:02} USD"
            platform.run(
                "customer.change",
                actor="admin",
                ref=f"C-{at}",
                industry=industry,
                region=region,
                employees=employees,
            )
            values = {"amount": amount, "source": source, "owner": "M-1" if owned else None}
            platform.run("opportunity.change", actor="admin", ref=f"O-{at}", **values)
        results = evaluated(platform).results
        for each in results:
            now = platform.run("score", actor="admin", ref=each.ref, scheme="leads").value
            assert said(now) == said(each)
            if each.total is not None:
                assert sum(Fraction(line.points or 0) for line in each.lines) == each.total
        found.append([said(each) for each in results])
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def pair(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Platform]]:
    make = MakePlatform(tmp_path_factory.mktemp("pair"))
    with postgres_server.database() as url:
        platforms = [make(each, CONFIG, plugins=[("rules", Rules())]) for each in (None, url)]
        for each in platforms:
            add_deals(each, [(None, None, None, None, None, False)] * 6)
        yield platforms
        make.close()


RETURNED = {"text": "5", "nan": float("nan"), "half": 1.5, "truth": True}


class Bad:
    """A plugin whose rules break when they are run."""

    @hookimpl
    def scoring_rules(self) -> Iterator[ScoringRule]:
        for name in (*RETURNED, "raises", "short"):
            batch = functools.partial(self.points, name)
            yield ScoringRule(name, "Breaks", batch=batch, columns={"amount": DEAL.amount})

    def points(self, name: str, columns: Mapping[str, Sequence[Any]]) -> Any:
        if name == "raises":
            raise ZeroDivisionError("no")
        return [RETURNED[name] for _ in columns["amount"]] if name in RETURNED else []


def test_a_function_that_breaks_spoils_its_own_line_only(
    platform: Platform, url: str, make_platform: MakePlatform
) -> None:
    names = (*RETURNED, "raises", "short")
    rules = ", ".join(f"{each} = 1" for each in ("deal-size", *names))
    config = f"{CONFIG}\n[schemes.mixed]\nsubject = 'opportunity'\nrules = {{{rules}}}\n"
    other = make_platform(url, config, plugins=[("rules", Rules()), ("bad", Bad())])
    found = evaluated(other, "mixed")
    assert found.incomplete == len(DEALS) == len(found.results)
    reasons = (
        "returned str",
        "returned float",
        "returned float",
        "returned bool",
        "raised ZeroDivision",
        "returned 0",
    )
    for name, why, message in zip(names, reasons, found.missing, strict=True):
        assert message.startswith(f"plugin bad: batch of scoring rule {name}: {why}")
    assert by_ref(found)["O-0"].total == 25
    now = other.run("score", actor="admin", ref="O-0", scheme="mixed").value
    assert (now.total, now.complete) == (25, False)


@pytest.mark.usefixtures("platform")
def test_a_rule_that_fails_in_the_database_is_found_and_left_out(
    url: str, make_platform: MakePlatform
) -> None:
    """The table of a plugin is gone: the rules that read it are named, the others count."""
    config = """
    [records.survey]
    on = "opportunity"
    single = true
    [records.survey.fields.budget]
    type = "integer"
    [schemes.mixed]
    subject = "opportunity"
    [schemes.mixed.rules]
    deal-size = 1
    surveyed = {points = "survey.budget"}
    """
    platform = make_platform(url, config.replace("\n    ", "\n"), plugins=[("rules", Rules())])
    writing = platform.engine.execution_options(dealwright_writes=True)
    with writing.connect() as connection, connection.begin():
        connection.execute(sa.text("DROP TABLE survey"))
    found = evaluated(platform, "mixed")
    assert "plugin configuration: scoring rule surveyed" in found.missing[0]
    assert not by_ref(found)["O-0"].complete
    assert [each.points for each in by_ref(found)["O-0"].lines] == [25, None]


def test_a_person_sees_the_first_and_how_many_there_are_besides(make_platform: MakePlatform) -> None:
    platform = make_platform(config=CONFIG, plugins=[("rules", Rules())])
    add_deals(platform, [DEALS[0]] * 53)
    found = evaluated(platform)
    assert len(found.results) == 53
    assert str(found).count("\n   1     80  A") == 50
    assert str(found).endswith("and 3 more: --json has them")
    assert len(evaluated(platform, limit=2).results) == 2
