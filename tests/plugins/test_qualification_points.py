"""What answers are worth: three rules for a deal, fourteen for its customer, and the report on open deals."""

from collections.abc import Iterator
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dealwright_qualification
from dealwright import Opportunity, Platform, UsageError
from dealwright_qualification import Settings
from dealwright_qualification.assessing import Trait
from dealwright_qualification.records import ANSWERS, CONDITIONS, Traits
from dealwright_testing.deployments import MakePlatform

BAD, GOLDEN = attrs.asdict(Settings().bad), attrs.asdict(Settings().golden)
PLUGINS = [("qualification", dealwright_qualification)]


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return make_platform(database_url, plugins=PLUGINS)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One for all tests that ask about deals of their own."""
    make = MakePlatform(tmp_path_factory.mktemp("points"))
    yield make(plugins=PLUGINS)
    make.close()


def a_deal(platform: Platform, conditions: dict[str, str], traits: dict[str, str]) -> Opportunity:
    """A deal and its customer, of which this is known."""
    at: dict[str, Any] = {"actor": "admin"}
    with platform.session("admin") as session:
        name = f"customer {session.count('customer')}"
    customer = platform.run("customer.add", **at, name=name).value
    deal: Opportunity = platform.run("opportunity.add", **at, customer=customer.ref).value
    known: dict[str, Any] = {**conditions, **{f"{each}_evidence": "seen" for each in conditions}}
    platform.run("qualification.add", **at, opportunity=deal.ref, **known)
    has: dict[str, Any] = {**traits}
    platform.run("qualification-traits.add", **at, customer=customer.ref, **has)
    return deal


def points(platform: Platform, ref: str) -> dict[str, int | None]:
    score = platform.run("score", actor="guest", ref=ref).value
    found = {line.rule: line.points for line in score.lines}
    assert sum(each or 0 for each in found.values()) == score.total
    return found


def test_the_seven_bad_traits_count_against_a_customer_and_the_seven_golden_ones_for_it(
    platform: Platform,
) -> None:
    everything = dict.fromkeys((*BAD, *GOLDEN), "yes")
    deal = a_deal(platform, dict.fromkeys(CONDITIONS, "no"), everything)
    found = points(platform, deal.ref)
    assert [found[f"bad-{each.replace('_', '-')}"] for each in BAD] == [-15, -5, -10, -5, -10, -5, -5]
    assert [found[f"golden-{each.replace('_', '-')}"] for each in GOLDEN] == [10, 10, 10, 5, 10, 5, 5]
    assert [found[f"qualified-{each.replace('_', '-')}"] for each in CONDITIONS] == [-20, -15, -10]
    assert len(found) == 17


def test_of_what_nothing_is_known_the_rules_say_nothing(on_sqlite: Platform) -> None:
    bare = on_sqlite.run("opportunity.add", actor="admin").value
    for deal in (bare, a_deal(on_sqlite, {}, {})):
        assert set(points(on_sqlite, deal.ref).values()) == {None}


def test_a_deployment_gives_points_of_its_own(make_platform: MakePlatform) -> None:
    config = """
[plugins.qualification.conditions]
need = {yes = 50, no = 0}
[plugins.qualification.bad]
haggles = -40
[plugins.qualification.golden]
refers_others = 30
"""
    platform = make_platform(config=config, plugins=PLUGINS)
    deal = a_deal(platform, {"need": "yes"}, {"haggles": "yes", "refers_others": "yes", "pays_late": "yes"})
    found = points(platform, deal.ref)
    assert {name: each for name, each in found.items() if each is not None} == {
        "qualified-need": 50,
        "bad-haggles": -40,
        "golden-refers-others": 30,
        "bad-pays-late": -10,
    }


WRONG = """
[plugins.qualification]
bad = {haggles = 1, hagles = -1}
golden = {pays_on_time = -1}
[plugins.qualification.conditions]
need = {yes = -1, no = 1}
"""


def test_points_have_their_sign(make_platform: MakePlatform) -> None:
    platform = make_platform(config=WRONG, plugins=PLUGINS, upgrade=False)
    assert sorted(
        (each.line, each.path.rpartition(".")[2], each.hint or each.message)
        for each in platform.host.problems
    ) == [
        (15, "bad", "did you mean 'haggles'?"),
        (15, "haggles", "what speaks against a customer has points of 0 or less, not 1"),
        (16, "pays_on_time", "what speaks for a customer has points of 0 or more, not -1"),
        (18, "no", "what speaks against a customer has points of 0 or less, not 1"),
        (18, "yes", "what speaks for a customer has points of 0 or more, not -1"),
    ]


def test_the_traits_have_one_name_everywhere() -> None:
    answers = [each.name for each in attrs.fields(Traits) if each.default == "unknown"]
    assert answers == [*BAD, *GOLDEN] == [*get_args(Trait)]
    assert {f"{each}_evidence" for each in answers} <= {each.name for each in attrs.fields(Traits)}


KNOWN = st.fixed_dictionaries(dict.fromkeys(CONDITIONS, st.sampled_from(ANSWERS)))
TRAITS = st.dictionaries(st.sampled_from([*BAD, *GOLDEN]), st.sampled_from(ANSWERS))


@settings(max_examples=8)
@given(KNOWN, TRAITS)
def test_a_score_is_the_sum_of_what_is_known_and_each_rule_keeps_its_sign(
    on_sqlite: Platform, conditions: dict[str, str], traits: dict[str, str]
) -> None:
    deal = a_deal(on_sqlite, conditions, traits)
    found = points(on_sqlite, deal.ref)
    worth = BAD | GOLDEN
    for name, answer in traits.items():
        kind = "bad" if name in BAD else "golden"
        expected = {"yes": worth[name], "no": 0, "unknown": None}[answer]
        assert found[f"{kind}-{name.replace('_', '-')}"] == expected
    assert all((each or 0) <= 0 for rule, each in found.items() if rule.startswith("bad-"))
    assert all((each or 0) >= 0 for rule, each in found.items() if rule.startswith("golden-"))


def report(platform: Platform, **asked: Any) -> dict[str | None, tuple[Any, ...]]:
    table = platform.report("qualification", actor="guest", **asked)
    assert table.totals is not None
    return {row[0]: row[1:] for row in (*table.rows, table.totals)}


def test_open_deals_are_qualified_partly_not_or_not_known(platform: Platform) -> None:
    for each in (
        dict.fromkeys(CONDITIONS, "yes"),
        {"need": "yes"},
        {"need": "yes", "authority": "no"},
        {},
    ):
        a_deal(platform, each, {})
    platform.run("opportunity.add", actor="admin", ref="BARE")
    lost = a_deal(platform, {}, {})
    platform.run("opportunity.advance", actor="admin", ref=lost.ref, to="lost")
    platform.run("opportunity.advance", actor="admin", ref="BARE", to="engaging")
    assert report(platform) == {
        "prospecting": (4, 1, 1, 1, 1, 250_000, 1, 3, 3),
        "engaging": (1, 0, 0, 0, 1, 0, 1, 1, 1),
        "Total": (5, 1, 1, 1, 2, 200_000, 2, 4, 4),
    }
    assert report(platform, by="qualification.authority", where="qualification.need == 'yes'") == {
        "yes": (1, 1, 0, 0, 0, 1_000_000, 0, 0, 0),
        "no": (1, 0, 0, 1, 0, 0, 0, 1, 1),
        "unknown": (1, 0, 1, 0, 0, 0, 0, 1, 1),
        "Total": (3, 1, 1, 1, 0, 333_333, 0, 2, 2),
    }


@settings(max_examples=6)
@given(KNOWN)
def test_the_four_groups_add_up_to_the_open_deals(on_sqlite: Platform, conditions: dict[str, str]) -> None:
    a_deal(on_sqlite, conditions, {})
    deals, *groups = report(on_sqlite)["Total"][:5]
    assert deals == sum(groups)


def test_the_report_says_what_the_gate_asks_for(make_platform: MakePlatform) -> None:
    config = (
        '[plugins.qualification]\ngate = {need = "engaging", purchasing_power = "won", authority = "won"}\n'
    )
    platform = make_platform(config=config, plugins=PLUGINS)
    note = platform.report("qualification", actor="guest").note
    assert note == "From engaging on: need\nFrom won on: purchasing power, authority"


def test_the_report_is_of_today(on_sqlite: Platform) -> None:
    with pytest.raises(UsageError, match="as they stand today, not on 2025-01-01"):
        on_sqlite.report("qualification", actor="guest", as_of="2025-01-01")
