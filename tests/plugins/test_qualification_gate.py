"""The gate: from some stage on a deal has to be qualified, whichever way it gets there."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dealwright_qualification
from dealwright import (
    ChangingSession,
    Command,
    Opportunity,
    Platform,
    Refused,
    Waiver,
    hookimpl,
    import_files,
    said,
    speaking,
)
from dealwright_qualification.records import ANSWERS, CONDITIONS, Qualification
from dealwright_testing.deployments import MakePlatform

GATE = '[plugins.qualification]\ngate = "negotiation"\n'
STAGES = ("prospecting", "engaging", "demonstration", "negotiation", "won")
ALL_CODES = {f"qualification-{each.replace('_', '-')}" for each in CONDITIONS}


class Storing:
    """Writes deals without the command that moves them."""

    @hookimpl
    def commands(self) -> Iterator[Command]:
        def place(session: ChangingSession, *, ref: str, stage: str) -> None:
            """Put a deal into a stage."""
            for deal in session.find(Opportunity, ref=ref):
                session.change(deal, stage=stage)

        yield Command("storing.place", place)


PLUGINS = [("qualification", dealwright_qualification), ("storing", Storing())]
Opening = Callable[..., Platform]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a deal, made once."""
    make = MakePlatform(tmp_path_factory.mktemp("stored"))
    with_a_deal(make(plugins=PLUGINS))
    make.close()
    return make.folder / "test.db"


@pytest.fixture
def opening(stored: Path, make_platform: MakePlatform) -> Opening:
    """Opens a deployment that holds a deal."""

    def opening(config: str = GATE, url: str | None = None) -> Platform:
        if url is not None:
            return with_a_deal(make_platform(url, config, plugins=PLUGINS))
        shutil.copy(stored, make_platform.folder)
        return make_platform(config=config, plugins=PLUGINS, upgrade=False)

    return opening


def with_a_deal(platform: Platform) -> Platform:
    platform.run("customer.add", actor="admin", ref="ACME", name="Acme")
    platform.run("opportunity.add", actor="admin", ref="DEAL", customer="ACME")
    return platform


def assess(platform: Platform, ref: str = "DEAL", **answers: Any) -> None:
    platform.run("qualification.assess", actor="admin", ref=ref, evidence="seen", **answers)


def move(platform: Platform, to: str, *waived: str, ref: str = "DEAL") -> list[str]:
    """Move a deal; the codes of the warnings."""
    waivers = [Waiver(code, "admin", "the director agreed") for code in waived]
    moved = platform.run("opportunity.advance", actor="admin", ref=ref, to=to, waivers=waivers)
    return [each.code for each in moved.findings]


def objections(platform: Platform, to: str, *waived: str, ref: str = "DEAL") -> set[str]:
    """The codes with which a move is refused."""
    with pytest.raises(Refused) as refused:
        move(platform, to, *waived, ref=ref)
    return {each.code for each in refused.value.findings if each.level == "block"}


def test_a_deal_of_which_nothing_is_known_does_not_get_through(database_url: str, opening: Opening) -> None:
    platform = opening(url=database_url)
    move(platform, "demonstration")
    assert objections(platform, "negotiation") == ALL_CODES
    assert objections(platform, "won") == ALL_CODES


def test_a_qualified_deal_gets_through_and_is_won(opening: Opening) -> None:
    platform = opening()
    assess(platform, need="yes", purchasing_power="yes", authority="yes")
    assert move(platform, "negotiation") == []
    assert move(platform, "won") == []


def test_the_refusal_says_what_is_missing_and_what_to_type(opening: Opening) -> None:
    platform = opening()
    platform.run("opportunity.add", actor="admin", ref="two words", customer="ACME")
    assess(platform, ref="two words", need="yes", purchasing_power="no")
    with pytest.raises(Refused) as refused:
        move(platform, "negotiation", ref="two words")
    command = "dealwright qualification assess 'two words' --{} yes --evidence \"…\""
    assert [str(each.message) for each in refused.value.findings] == [
        "two words is not qualified for negotiation: purchasing power is no; once that has changed: "
        + command.format("purchasing-power"),
        "two words is not qualified for negotiation: authority is unknown; once you know: "
        + command.format("authority"),
    ]
    with speaking("zh_CN"):
        assert said(refused.value.findings[1].message).startswith("two words 尚不具备进入 negotiation 的条件")


def test_each_condition_is_waived_by_its_own_code(opening: Opening) -> None:
    platform = opening()
    assess(platform, need="yes")
    assert objections(platform, "negotiation", "qualification-authority") == {
        "qualification-purchasing-power"
    }
    codes = ("qualification-authority", "qualification-purchasing-power")
    assert sorted(move(platform, "negotiation", *codes)) == sorted(codes)


def test_a_waiver_lets_one_move_pass(opening: Opening) -> None:
    platform = opening()
    move(platform, "negotiation", *ALL_CODES)
    assert objections(platform, "won") == ALL_CODES


def test_a_deal_may_always_go_back_be_lost_and_stay(opening: Opening) -> None:
    platform = opening('[plugins.qualification]\ngate = "demonstration"\n')
    move(platform, "negotiation", *ALL_CODES)
    assess(platform, need="no")
    platform.run("opportunity.change", actor="admin", ref="DEAL", amount="5 USD")
    move(platform, "demonstration")
    move(platform, "lost")
    move(platform, "engaging")


def test_an_unknown_condition_may_warn_only_and_no_blocks_all_the_same(opening: Opening) -> None:
    platform = opening(f'{GATE}unknown = "warn"\n')
    assess(platform, need="no")
    assert objections(platform, "negotiation") == {"qualification-need"}
    assess(platform, need="yes")
    assert move(platform, "negotiation") == ["qualification-purchasing-power", "qualification-authority"]


def test_each_condition_may_have_a_stage_of_its_own(opening: Opening) -> None:
    config = '[plugins.qualification]\ngate = {need = "engaging", authority = "won"}\n'
    platform = opening(config)
    assert objections(platform, "engaging") == {"qualification-need"}
    assess(platform, need="yes")
    move(platform, "negotiation")
    assert objections(platform, "won") == {"qualification-authority"}


def test_without_a_gate_nothing_is_asked(opening: Opening) -> None:
    platform = opening("")
    assert move(platform, "negotiation") == []


def test_no_other_way_leads_around_the_gate(opening: Opening) -> None:
    platform = opening()
    with pytest.raises(Refused, match="qualification-need"):
        platform.run("storing.place", actor="admin", ref="DEAL", stage="negotiation")


MAPPING = """\
name = "deals"
[[files]]
path = "deals.csv"
[[files.records]]
record = "opportunity"
ref = "id"
[files.records.fields]
stage = "stage"
customer = "customer"
[[files.records]]
record = "qualification"
ref = "file"
when = {column = "seen", blank = false}
[files.records.fields]
opportunity = {record = "opportunity"}
need = "need"
need_evidence = "seen"
"""
NEEDED = '[plugins.qualification]\ngate = {need = "negotiation"}\n'


def imported(platform: Platform, folder: Path, *rows: str, **options: Any) -> dict[str, str]:
    """Import deals: id, stage, need, evidence, ref of the qualification. Gives the stages of those there are then."""
    (folder / "mapping.toml").write_text(MAPPING)
    lines = ["id,stage,need,seen,file,customer", *(f"{row},ACME" for row in rows)]
    (folder / "deals.csv").write_text("\n".join(lines) + "\n")
    import_files(platform, folder / "mapping.toml", folder, actor="admin", **options)
    with platform.session("admin") as session:
        return {each.ref: each.stage for each in session.find(Opportunity) if each.ref != "DEAL"}


def test_an_import_refuses_the_rows_of_unqualified_deals_alone(
    database_url: str, opening: Opening, tmp_path: Path
) -> None:
    platform = opening(NEEDED, database_url)
    rows = (
        "A,negotiation,yes,it failed,QA",
        "B,negotiation,no,it works,QB",
        "C,won,unknown,,",
        "D,engaging,unknown,,",
    )
    assert imported(platform, tmp_path, *rows) == {"A": "negotiation", "D": "engaging"}


def test_an_import_that_changes_the_answer_with_the_stage_is_taken_at_its_word(
    opening: Opening, tmp_path: Path
) -> None:
    platform = opening(NEEDED)
    before = ("A,engaging,yes,it failed,QA", "B,engaging,no,it works,QB")
    imported(platform, tmp_path, *before)
    after = ("A,negotiation,no,it was repaired,QA", "B,negotiation,yes,it failed,QB")
    assert imported(platform, tmp_path, *after) == {"A": "engaging", "B": "negotiation"}


def test_a_qualification_that_an_import_hangs_on_another_deal_counts_for_that_one(
    opening: Opening, tmp_path: Path
) -> None:
    platform = opening(NEEDED)
    imported(platform, tmp_path, "A,engaging,yes,it failed,Q", "B,engaging,unknown,,")
    after = ("A,negotiation,unknown,,", "B,negotiation,yes,it failed,Q")
    assert imported(platform, tmp_path, *after) == {"A": "engaging", "B": "negotiation"}


def test_deals_of_the_past_are_imported_with_a_waiver(opening: Opening, tmp_path: Path) -> None:
    platform = opening(NEEDED)
    waiver = Waiver("qualification-need", "admin", "sold before we asked")
    assert imported(platform, tmp_path, "A,won,unknown,,", waivers=[waiver]) == {"A": "won"}


@pytest.mark.parametrize(
    ("gate", "line"),
    [('gate = "negotation"', 14), ('gate = "lost"', 14), ('unknown = "warn"\ngate = {need = "sold"}', 15)],
)
def test_a_gate_at_no_stage_of_the_way_is_a_mistake_in_the_configuration(
    make_platform: MakePlatform, gate: str, line: int
) -> None:
    platform = make_platform(config=f"[plugins.qualification]\n{gate}\n", plugins=PLUGINS, upgrade=False)
    (problem,) = platform.host.problems
    assert problem.line == line
    assert "lies on the way of a deal" in problem.message
    assert problem.hint == f"name one of {', '.join(STAGES)}"


@pytest.fixture
def gated(opening: Opening) -> Platform:
    return opening()


STEPS = st.one_of(
    st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(ANSWERS)),
    st.tuples(st.just("move"), st.sampled_from((*STAGES, "lost"))),
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=8))
def test_whatever_happens_no_deal_got_through_without_all_three(
    gated: Platform, steps: list[tuple[str, str]]
) -> None:
    deal: Opportunity = gated.run("opportunity.add", actor="admin", customer="ACME").value
    for what, value in steps:
        if what != "move":
            assess(gated, ref=deal.ref, **{what: value})
            continue
        before = deal.stage
        try:
            move(gated, value, ref=deal.ref)
        except Refused:
            continue
        with gated.session("admin") as session:
            deal = session.get(Opportunity, deal.ref)
            known = session.find(Qualification, opportunity=deal.id)
        if deal.stage in STAGES[3:] and before not in STAGES[3:]:
            assert [getattr(known[0], each) for each in CONDITIONS] == ["yes", "yes", "yes"]
