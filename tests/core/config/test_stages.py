"""Stages are configuration; the legal moves follow from their order and meaning unless they are listed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.config.deployment import Deployment
from dealwright_core.config.loading import load
from dealwright_core.config.stages import DEFAULT, Meaning, StageTable, lifecycle_of, stages_of
from dealwright_core.errors import ConfigError, Refused


def stages(folder: Path, text: str) -> Deployment:
    file = folder / "dealwright.toml"
    file.write_text(f'{text}\n[deployment]\ncurrency = "USD"\n')
    return load(file, {})


def test_the_default_stages_lead_from_prospecting_to_won() -> None:
    moves = {each.name: each.to for each in stages_of(DEFAULT)}
    assert moves == {
        "prospecting": ("engaging", "demonstration", "negotiation", "lost", "disqualified"),
        "engaging": ("prospecting", "demonstration", "negotiation", "won", "lost", "disqualified"),
        "demonstration": ("engaging", "negotiation", "won", "lost", "disqualified"),
        "negotiation": ("demonstration", "won", "lost", "disqualified"),
        "won": (),
        "lost": ("engaging",),
        "disqualified": ("prospecting",),
    }


def test_the_default_stages_say_how_likely_and_how_forecast() -> None:
    assert [(each.title, each.probability, each.forecast) for each in stages_of(DEFAULT)] == [
        ("Prospecting", 100_000, "pipeline"),
        ("Engaging", 250_000, "pipeline"),
        ("Demonstration", 500_000, "best case"),
        ("Negotiation", 750_000, "commit"),
        ("Won", 1_000_000, "closed"),
        ("Lost", 0, "omitted"),
        ("Disqualified", 0, "omitted"),
    ]


def test_the_lifecycle_refuses_what_the_stages_do_not_allow() -> None:
    lifecycle = lifecycle_of(stages_of(DEFAULT))
    assert lifecycle.move("engaging", "Won", "O-1").to == "won"
    with pytest.raises(Refused, match="the legal moves are: engaging, demonstration, negotiation, lost"):
        lifecycle.move("prospecting", "won", "O-1")
    with pytest.raises(Refused, match="this state is final"):
        lifecycle.move("won", "lost", "O-1")


def test_stages_of_one_s_own(tmp_path: Path) -> None:
    deployment = stages(
        tmp_path,
        """
        [[stages]]
        name = "谈判"
        title = "Negotiation"
        means = "open"
        probability = "62.5 %"
        forecast = "commit"
        to = ["签约"]
        [[stages]]
        name = "签约"
        means = "won"
        """,
    )
    assert [(each.name, each.probability, each.to) for each in deployment.stages] == [
        ("谈判", 625_000, ("签约",)),
        ("签约", 1_000_000, ()),
    ]
    assert deployment.lifecycle().move("谈判", "签约", "O-1").event == "advance"
    assert deployment.stage("签约").means == "won"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[stages]]\nname = 'a'\nmeans = 'open'", 'stages: no stage means "won", add one'),
        ("[[stages]]\nname = 'a'\nmeans = 'won'", 'stages: no stage means "open", add one'),
        ("stages = []", "stages: is no list of stages"),
        ("[stages]\nname = 'a'", "stages: is no list of stages"),
        (
            "[[stages]]\nname = 'a'\nmeans = 'opened'",
            "stages[1].means: 'opened' is not one of open, won, lost, disq",
        ),
        (
            "[[stages]]\nname = 'a'\nmeans = 'open'\nprobability = '120 %'",
            "a probability is from 0 % to 100 %",
        ),
        ("[[stages]]\nname = 'a'\nmeans = 'open'\nforecast = 'best'", "did you mean 'best case'?"),
        (
            "[[stages]]\nname = ' '\nmeans = 'open'",
            "stages[1].name: is empty, or starts or ends with a space",
        ),
        (
            "[[stages]]\nname = 'a'\nmeans = 'open'\nto = ['a']",
            "stages[1].to[1]: 'a' leads to itself, leave it out",
        ),
        (
            "[[stages]]\nname = 'a'\nmeans = 'open'\n[[stages]]\nname = 'A'\nmeans = 'won'",
            "'A' is also a stage of line",
        ),
    ],
)
def test_stages_that_cannot_work_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        stages(tmp_path, text)
    assert said in str(refused.value)


def test_one_wrong_stage_does_not_hide_the_mistakes_of_another(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        stages(
            tmp_path,
            "[[stages]]\nname = 'a'\nmeens = 'open'\n"
            "[[stages]]\nname = 'b'\nmeans = 'won'\nto = ['a', 'c']\n",
        )
    assert [each.line for each in refused.value.problems] == [1, 3, 7]


MEANINGS = st.sampled_from(["open", "won", "lost", "disqualified"])


@given(st.lists(MEANINGS, min_size=1, max_size=8).filter(lambda found: "open" in found))
def test_usual_moves_reach_every_stage_and_never_leave_won(meanings: list[Meaning]) -> None:
    tables = [StageTable(name=f"s{at}", means=each) for at, each in enumerate(meanings)]
    lifecycle = lifecycle_of(stages_of(tables))
    means = {each.name: each.means for each in tables}
    reached = {lifecycle.initial}
    for _ in tables:
        reached |= {move.to for state in reached for move in lifecycle.allowed(state)}
    assert reached == set(means)
    for move in lifecycle.moves:
        assert move.state != move.to
        assert means[move.state] != "won"
        assert means[move.state] == "open" or means[move.to] == "open"
