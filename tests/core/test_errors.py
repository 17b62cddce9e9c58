"""What errors say, and what the command line ends with."""

import copy
import pickle

import pytest

from dealwright_core import errors
from dealwright_core.findings import Finding, Waiver
from dealwright_core.spelling import closest, did_you_mean

PROBLEM = errors.Problem(
    "plugins.quota", "unknown key 'acelerator'", "dealwright.toml", 6, "did you mean 'accelerator'?"
)
BLOCKED = Finding("too-large", "block", "the discount is above 20 %", "OPP-1", waivable=True)
EVERY = [
    (errors.DealwrightError("no"), 1, "no"),
    (errors.ConfigError([PROBLEM, errors.Problem("stages", "missing")]), 3, f"{PROBLEM}\nstages: missing"),
    (
        errors.PluginError("quota", "measures", "yielded a float"),
        4,
        "plugin quota: measures: yielded a float",
    ),
    (errors.PluginError("quota", None, "cannot be imported"), 4, "plugin quota: cannot be imported"),
    (errors.Refused([BLOCKED]), 1, "OPP-1: the discount is above 20 % [too-large]"),
    (errors.Conflict("OPP-1 was changed meanwhile", "OPP-1"), 1, "OPP-1 was changed meanwhile"),
    (errors.NotFound("opportunity", "OPP-9"), 1, "no opportunity 'OPP-9'"),
    (errors.UsageError("no such stage", "use won"), 2, "no such stage; use won"),
    (errors.InvalidValue("'x' is not a number"), 2, "'x' is not a number"),
]


@pytest.mark.parametrize(("error", "code", "text"), EVERY)
def test_each_error_says_what_happened_and_how_the_command_line_ends(
    error: errors.DealwrightError, code: int, text: str
) -> None:
    assert error.exit_code == code
    assert str(error) == text


@pytest.mark.parametrize("error", [error for error, _, _ in EVERY])
def test_an_error_survives_the_way_between_processes(error: errors.DealwrightError) -> None:
    for sent in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(sent) is type(error)
        assert str(sent) == str(error)


def test_a_problem_says_where_what_and_what_next() -> None:
    assert str(PROBLEM) == (
        "dealwright.toml:6: plugins.quota: unknown key 'acelerator', did you mean 'accelerator'?"
    )
    assert str(errors.Problem("stages", "missing", line=3)) == "line 3: stages: missing"
    assert str(errors.Problem("", "is not TOML", "dealwright.toml")) == "dealwright.toml: is not TOML"


def test_a_bad_value_is_a_value_error_too() -> None:
    assert issubclass(errors.InvalidValue, ValueError)


def test_a_finding_blocks_or_warns() -> None:
    with pytest.raises(ValueError, match="level"):
        Finding("late", "stop", "too late")  # type: ignore[arg-type]  # what an untyped plugin may pass


def test_a_waiver_names_who_and_why() -> None:
    waiver = Waiver("too-large", "ann", "agreed with the customer")
    assert (waiver.code, waiver.person, waiver.reason) == ("too-large", "ann", "agreed with the customer")


def test_a_misspelt_name_is_recognised() -> None:
    assert closest("acelerator", ["cap", "accelerator", "draw"]) == "accelerator"
    assert closest("WON", ["won", "lost"]) == "won"
    assert closest("xyz", ["won", "lost"]) is None
    assert did_you_mean("stge", ["stage", "amount"]) == ", did you mean 'stage'?"
    assert did_you_mean("xyz", []) == ""
