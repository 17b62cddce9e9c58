"""A contribution that is not what it should be fails its plugin, with the reason, and no other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen

from dealwright_core import contributions as c
from dealwright_core.expr import fields
from dealwright_core.findings import Finding
from dealwright_core.hookspecs import hookimpl
from dealwright_core.records import Record, about
from dealwright_core.values import Money
from tests.core.host.deployments import host_of, status
from tests.core.hostile.bystanders import (
    Decent,
    assert_only_it_failed,
    host_with,
    named,
    yielding,
)


def rule(**changes: Any) -> c.ScoringRule:
    return c.ScoringRule(**{"name": "r", "title": "R", "points": fields("opportunity").amount, **changes})


def command(function: Any, name: str = "hostile.act") -> c.Command:
    return c.Command(name, function)


def no_session() -> None: ...
def no_type(session: Any, *, ref) -> None: ...  # type: ignore[no-untyped-def]  # wrong on purpose
def all_names(session: Any, **options: int) -> None: ...
def taken_name(session: Any, *, actor: str) -> None: ...
def float_default(session: Any, *, share: int = 0.5) -> None: ...  # type: ignore[assignment]  # wrong on purpose
def unknown_type(session: Any, *, ref: "Nothing") -> None: ...  # type: ignore[name-defined]  # noqa: F821
def number_as_ref(session: Any, *, ref: int) -> None: ...


class Undecorated(Record):
    name: str


A_FLOAT: Any = 9.99


@frozen(kw_only=True)
class FloatMoney(Record):
    price: float


@frozen(kw_only=True)
class FloatDefault(Record):
    price: Money = field(default=A_FLOAT, metadata=about("Price"))


@frozen(kw_only=True)
class TwoColumns(Record):
    price: Money
    price_minor: int


@frozen(kw_only=True)
class Linked(Record):
    parent: int = field(metadata=about("Parent", link="custommer"))


@frozen(kw_only=True)
class Renamed(Record):
    start: int = field(metadata=about("From", key="from"))


@frozen(kw_only=True)
class Fine(Record):
    name: str
    stage: str = "new"
    count: int = 0


MOVES = (c.Move("new", "start", "open"),)

# Contributions as authors make them who do not check their types.
made: Any = c

WRONG: list[tuple[str, Any, str]] = [
    ("channels", made.Report("r", no_session), "not Channel"),
    ("channels", made.Channel("Not A Slug", "X", kind="direct"), "'Not A Slug' cannot be a name"),
    ("channels", made.Channel("x", b"X", kind="direct"), "Channel x.title: expected str, got bytes"),
    (
        "channels",
        made.Channel("x", "X", kind="direct", suitability=[rule()]),
        "suitability: expected a tuple, got list",
    ),
    ("channels", made.Channel("x", "X\x00", kind="direct"), "holds signs that no database keeps"),
    ("scoring_rules", rule(points=5), "ScoringRule r.points: expected an expression, got int 5"),
    ("scoring_rules", rule(highest=1e6), "ScoringRule r.highest: expected int, got float 1000000.0"),
    ("scoring_rules", rule(lowest=True), "ScoringRule r.lowest: expected int, got bool True"),
    ("scoring_rules", rule(highest=2**70), "does not fit into 64 bits"),
    ("scoring_rules", rule(lowest=5, highest=4), "lowest is 5, above highest, 4"),
    (
        "scoring_rules",
        rule(subject="oportunity"),
        "there is no record 'oportunity', did you mean 'opportunity'?",
    ),
    ("measures", made.Measure("m", "M", facts="opportunity"), "a sum needs a value"),
    ("measures", made.Measure("m", "M", facts="deal", aggregate="count"), "there is no record 'deal'"),
    (
        "measures",
        made.Measure("m", "M", facts="opportunity", aggregate="average"),
        "'average' is not one of sum, count",
    ),
    (
        "combiners",
        made.Combiner("c", "C", combine="sum"),
        "Combiner c.combine: expected a function, got str 'sum'",
    ),
    (
        "combiners",
        made.Combiner("c", "C", combine=lambda: 0),
        "combine is not called as combine(lines, unit)",
    ),
    ("records", Undecorated, "class Undecorated can be altered; decorate it with attrs.frozen(kw_only=True)"),
    ("records", FloatMoney, "FloatMoney.price: type <class 'float'> cannot be kept"),
    ("records", FloatDefault, "price: expected money, got float 9.99"),
    ("records", TwoColumns, "two fields need the column 'price_minor'"),
    ("records", Linked, "field parent: there is no record 'custommer', did you mean 'customer'?"),
    ("records", Renamed, "Renamed.start: a key is for settings; name the field as it is to be called"),
    ("records", dict, "yielded class dict, which does not inherit Record"),
    ("records", made.RecordType(Fine, label="nmae"), "label: there is no field 'nmae', did you mean 'name'?"),
    ("records", made.RecordType(Fine, dated_by=("count",)), "dated_by: 'count' is no date"),
    ("records", made.RecordType(Fine, unique=(("name", "nmae"),)), "unique: there is no field 'nmae'"),
    (
        "lifecycles",
        made.Lifecycle("x", "oportunity", "stage", "new", MOVES),
        "there is no record 'oportunity'",
    ),
    (
        "lifecycles",
        made.Lifecycle("x", "opportunity", "stag", "new", MOVES),
        "opportunity has no field 'stag'",
    ),
    ("lifecycles", made.Lifecycle("x", "opportunity", "owner", "new", MOVES), "opportunity.owner is no text"),
    ("lifecycles", made.Lifecycle("x", "opportunity", "stage", "", MOVES), "it has no initial state"),
    (
        "lifecycles",
        made.MoreMoves("oportunity", MOVES),
        "there is no lifecycle 'oportunity', did you mean 'opportunity'?",
    ),
    (
        "lifecycles",
        made.MoreMoves("opportunity", (made.Move("", "e", "x"),)),
        "names a state or an event that is empty",
    ),
    ("lifecycles", made.MoreMoves("opportunity", (("a", "b", "c"),)), "moves[0]: expected Move, got tuple"),
    ("commands", command(print), "print(sep): annotate it with a type"),
    ("commands", command(None), "Command hostile.act.function: expected a function, got NoneType"),
    ("commands", command(no_session), "takes no session"),
    ("commands", command(no_type), "no_type(ref): annotate it with a type"),
    ("commands", command(all_names), "name every parameter"),
    ("commands", command(taken_name), "this name belongs to the platform"),
    ("commands", command(float_default), "default of parameter 'share': expected int, got float 0.5"),
    ("commands", command(unknown_type), "its signature cannot be read: NameError"),
    ("commands", command(number_as_ref), "parameter 'ref' is the argument of the command line"),
    ("commands", command(no_session, name="hostile act"), "'hostile act' cannot be a name"),
    ("importers", made.Importer("x", ("csv",), open), "'csv' is no suffix; write it as '.xlsx'"),
    (
        "approval_rules",
        made.ApprovalRule("a", "A", when="amount > 5"),
        "when: expected an expression, got str",
    ),
    ("approval_rules", made.ApprovalRule("a", "A", when=fields("o").a), "there is no record 'contract'"),
    ("checks", made.Check("a", "A", "not a function"), "expected a function, got str"),
]


@pytest.mark.parametrize(("hook", "item", "reason"), WRONG)
def test_a_contribution_that_is_not_what_it_should_be(
    tmp_path: Path, hook: str, item: Any, reason: str
) -> None:
    assert_only_it_failed(host_with(tmp_path, yielding(hook, item)), reason)


def test_one_wrong_contribution_takes_all_others_of_the_plugin_out(tmp_path: Path) -> None:
    class Half(Decent):
        @hookimpl
        def records(self) -> Iterator[Any]:
            yield Fine

        @hookimpl
        def checks(self) -> Iterator[Any]:
            yield None

        @hookimpl
        def guard_changes(self, changes: Any) -> Iterator[Finding]:
            yield from ()

        @hookimpl
        def on_events(self, events: Any) -> None:
            """Observe nothing."""

    host = host_with(tmp_path, Half())
    assert_only_it_failed(host, "checks: yielded NoneType")
    assert host.guards == ()
    assert host.observers == ()
    assert status(host, "hostile").guards


def test_what_builds_on_a_failed_plugin_fails_with_it(tmp_path: Path) -> None:
    class Base(Decent):
        @hookimpl
        def records(self) -> Iterator[Any]:
            yield Fine

        @hookimpl
        def checks(self) -> Iterator[Any]:
            yield "no check"

    class Built:
        @hookimpl
        def scoring_rules(self) -> Iterator[Any]:
            yield rule(subject="base_fine")

    host = host_of(tmp_path, ("base", Base()), ("built", Built()), ("omega", named("omega")))
    assert status(host, "base").state == "failed"
    assert status(host, "built").reason == "scoring_rules: r: there is no record 'base_fine'"
    assert status(host, "omega").state == "active"
