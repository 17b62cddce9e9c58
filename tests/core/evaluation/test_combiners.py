"""Combiners of plugins: the total is what they make of the lines, in the database and in hand, exactly."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from typing import Any

import pytest

from dealwright import (
    Combiner,
    Expression,
    Platform,
    PluginError,
    WeightedLine,
    all_of,
    case,
    coalesce,
    fields,
    hookimpl,
)
from dealwright_testing.deployments import MakePlatform
from dealwright_testing.postgres import Server
from tests.core.evaluation.scored import Rules, add_deals, said

DEALS = (
    ("hospital", "North", 90, 5_000_000, "fair", True),
    ("retail", "embargo", 30, 700_003, None, False),
    (None, None, None, None, "spam", True),
    ("retail", "South", 1_000, 499_999, None, True),
)
CONFIG = """
[schemes.weakest]
subject = "opportunity"
combine = "weakest-line"
rules = {deal-size = 1, segment = "1/3", staff = "50 %", model = -1}
lowest = -4
highest = 8
[[schemes.weakest.gates]]
when = "customer.region == 'embargo'"

[schemes.bonus]
subject = "opportunity"
combine = "all-known"
rules = {deal-size = 1, segment = 1}

[schemes.plain]
subject = "opportunity"
rules = {deal-size = 1, segment = 1}
"""
# Below what every deployment of the tests starts with.
CONFIG_LINE = 16


def weakest(lines: Sequence[WeightedLine], unit: int) -> Expression:
    """The least points of any line, of which one that says nothing has none."""
    points = [coalesce(each.points, 0) for each in lines]
    arms = [(all_of(*(each <= other for other in points)), each) for each in points]
    return case(*(part for arm in arms for part in arm))


def all_known(lines: Sequence[WeightedLine], unit: int) -> Expression:
    """Two points more than the sum where every line says something, else no total."""
    total = lines[0].points
    for each in lines[1:]:
        total = total + each.points
    return total + 2 * unit


ALL_KNOWN = Combiner("all-known", "Only whole evaluations", combine=all_known)


def combines(*combiners: Any) -> Any:
    """A plugin with these combiners, or with those above."""
    found = combiners or (
        Combiner("weakest-line", "The weakest line counts", combine=weakest),
        ALL_KNOWN,
    )

    class Plugin:
        @hookimpl
        def combiners(self) -> Iterator[Any]:
            yield from found

    return Plugin()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Four deals, which the tests leave as they are."""
    folder = tmp_path_factory.mktemp("combined")
    make = MakePlatform(folder)
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'combined.db'}"
        if request.param == "postgres":
            server: Server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(server.database())
        platform = make(url, CONFIG, plugins=[("rules", Rules()), ("combines", combines())])
        assert platform.host.problems == ()
        add_deals(platform, DEALS)
        yield platform
        make.close()


def evaluated(platform: Platform, scheme: str) -> dict[str, Any]:
    found = platform.run("evaluate", actor="admin", scheme=scheme).value
    return {each.ref: each for each in found.results}


def adjusting(found: Any) -> dict[str, Any]:
    return {each.name: each.points for each in found.lines if each.name in ("combined", "bounds", "gate")}


def test_the_total_is_what_the_combiner_makes_of_the_lines(platform: Platform) -> None:
    found = evaluated(platform, "weakest")
    assert {ref: each.total for ref, each in found.items()} == {
        "O-0": -4, "O-1": 0, "O-2": 0, "O-3": Fraction(-10, 3),
    }  # fmt: skip
    lines = {ref: {line.name: line.points for line in each.lines} for ref, each in found.items()}
    assert lines["O-3"]["segment"] == Fraction(-10, 3)
    combined = next(each for each in found["O-0"].lines if each.name == "combined")
    assert (combined.plugin, combined.reason) == ("combines", "The weakest line counts")


def test_what_it_gives_beyond_the_sum_is_a_line_of_its_own(platform: Platform) -> None:
    for scheme in ("weakest", "bonus", "plain"):
        for each in evaluated(platform, scheme).values():
            if each.total is not None:
                assert sum(Fraction(line.points or 0) for line in each.lines) == each.total
    found = evaluated(platform, "weakest")
    assert list(adjusting(found["O-1"])) == ["combined", "gate"]
    assert (list(adjusting(found["O-0"])), adjusting(found["O-0"])["bounds"]) == (["combined", "bounds"], 1)
    assert adjusting(found["O-2"]) == {}
    assert adjusting(evaluated(platform, "bonus")["O-0"]) == {"combined": 2}
    text = str(platform.run("explain", actor="guest", ref="O-0", scheme="bonus").value)
    assert "2  Combined: Only whole evaluations [combines]" in text


def test_without_a_value_there_is_no_total_and_no_rank(platform: Platform) -> None:
    found = evaluated(platform, "bonus")["O-2"]
    assert (found.total, found.rank, found.complete, adjusting(found)) == (None, None, True, {})


def test_one_in_hand_gives_the_same(platform: Platform) -> None:
    for scheme in ("weakest", "bonus"):
        for ref, each in evaluated(platform, scheme).items():
            now = platform.run("score", actor="admin", ref=ref, scheme=scheme).value
            assert said(now) == said(each)


def test_as_many_lines_as_the_page_says(database_url: str, make_platform: MakePlatform) -> None:
    """On both databases, which take an expression of limited depth only."""
    rules = ", ".join(f"r{n} = {{points = 'employees - {n}', weight = \"1/{n + 1}\"}}" for n in range(20))
    config = f'[schemes.many]\nsubject = "customer"\ncombine = "weakest-line"\nrules = {{{rules}}}\n'
    platform = make_platform(database_url, config, plugins=[("combines", combines())])
    assert platform.host.problems == ()
    platform.run("customer.add", actor="admin", ref="C-1", name="Acme", employees=19)
    found = evaluated(platform, "many")["C-1"]
    now = platform.run("score", actor="admin", kind="customer", ref="C-1", scheme="many").value
    assert (found.total, said(now)) == (0, said(found))


def test_the_combiner_and_what_it_says_belong_to_the_version(make_platform: MakePlatform) -> None:
    def version(scheme: str, *combiners: Combiner) -> str:
        plugins = [("rules", Rules()), ("combines", combines(*combiners))]
        lines = "rules = {deal-size = 1, segment = 1}"
        config = f'[schemes.one]\nsubject = "opportunity"\ncombine = "{scheme}"\n{lines}\n'
        return make_platform(config=config, plugins=plugins, upgrade=False).catalogue.plans.get("one").version

    other = Combiner("all-known", "Other", combine=weakest)
    versions = [
        version("weighted sum"),
        version("weakest-line"),
        version("all-known"),
        version("all-known", other),
    ]
    assert len(set(versions)) == 4
    assert version("all-known") == versions[2]


def raising(lines: Sequence[WeightedLine], unit: int) -> Expression:
    raise ZeroDivisionError("no line")


def of_text(lines: Sequence[WeightedLine], unit: int) -> Any:
    return "all of them"


def of_truth(lines: Sequence[WeightedLine], unit: int) -> Expression:
    return lines[0].points > 5


def of_records(lines: Sequence[WeightedLine], unit: int) -> Expression:
    return lines[0].points + fields("opportunity").amount


def of_another_line(lines: Sequence[WeightedLine], unit: int) -> Expression:
    return fields("lines")["deal-sise"]


def choosing(lines: Sequence[WeightedLine], unit: int) -> Expression:
    return min(each.points for each in lines)


def blaming(lines: Sequence[WeightedLine], unit: int) -> Expression:
    raise PluginError("rules", "scoring_rules", "it was not me")


@pytest.mark.parametrize(
    ("combine", "reason"),
    [
        (raising, "raised ZeroDivisionError: no line (test_combiners.py:"),
        (of_text, "returned str, not an expression"),
        (of_truth, "gives true or false where a whole number belongs"),
        (of_records, "there is no record 'opportunity'"),
        (of_another_line, "did you mean 'deal-size'?"),
        (choosing, "an expression has no truth value"),
        (blaming, "raised PluginError: plugin rules"),
    ],
)
def test_a_combiner_that_breaks_is_told_with_its_plugin_and_its_scheme(
    make_platform: MakePlatform, combine: Any, reason: str
) -> None:
    broken = combines(Combiner("weakest-line", "Broken", combine=combine), ALL_KNOWN)
    plugins = [("rules", Rules()), ("broken", broken)]
    (problem,) = make_platform(config=CONFIG, plugins=plugins, upgrade=False).host.problems
    assert (problem.path, problem.line) == ("schemes.weakest.combine", CONFIG_LINE)
    assert str(problem.message).startswith("plugin broken: combine of combiner weakest-line: ")
    assert reason in str(problem.message)


def test_only_the_scheme_of_a_broken_combiner_cannot_be_run(make_platform: MakePlatform) -> None:
    broken = combines(Combiner("weakest-line", "Broken", combine=raising), ALL_KNOWN)
    platform = make_platform(config=CONFIG, plugins=[("rules", Rules()), ("broken", broken)])
    with pytest.raises(PluginError, match="plugin broken: combine of combiner weakest-line: "):
        platform.run("evaluate", actor="admin", scheme="weakest")
    (fault,) = platform.faults("admin")
    assert (fault.plugin, fault.hook, fault.times) == ("broken", "combine of combiner weakest-line", 1)
    assert platform.run("evaluate", actor="admin", scheme="bonus").value.subjects == 0


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (5, "yielded int '5', not Combiner"),
        (Combiner("Odd one", "Odd", combine=weakest), "'Odd one' cannot be a name"),
        (Combiner("odd", 5, combine=weakest), "Combiner odd.title: expected str, got int 5"),  # type: ignore[arg-type]  # what is tested
        (Combiner("odd", "Odd", combine=5), "Combiner odd.combine: expected a function, got int 5"),  # type: ignore[arg-type]  # what is tested
        (
            Combiner("odd", "Odd", combine=lambda lines: lines[0].points),  # type: ignore[arg-type, misc]  # what is tested
            "combine is not called as combine(lines, unit); take both",
        ),
    ],
)
def test_a_combiner_that_is_not_what_it_should_be(
    make_platform: MakePlatform, item: Any, reason: str
) -> None:
    platform = make_platform(plugins=[("odd", combines(item))], upgrade=False)
    status = platform.host.status("odd")
    assert status is not None
    assert status.state == "failed"
    assert reason in status.reason


def test_two_combiners_of_one_name_are_refused(make_platform: MakePlatform) -> None:
    platform = make_platform(plugins=[("one", combines()), ("two", combines())], upgrade=False)
    status = platform.host.status("two")
    assert status is not None
    assert "'weakest-line' is contributed by one and by two" in status.reason
    first = platform.host.status("one")
    assert first is not None
    assert first.contributions == {"combiners": 2}


def test_an_unknown_combiner_is_told_with_its_line(make_platform: MakePlatform) -> None:
    config = CONFIG.replace('"weakest-line"', '"weakest-lin"')
    platform = make_platform(
        config=config, plugins=[("rules", Rules()), ("combines", combines())], upgrade=False
    )
    (problem,) = platform.host.problems
    assert (problem.line, str(problem.text).partition("schemes.")[2]) == (
        CONFIG_LINE, "weakest.combine: there is no combiner 'weakest-lin', did you mean 'weakest-line'?",
    )  # fmt: skip
