"""Whatever a plugin does, its line in the list says so, the others live, and no half of it is used."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field, frozen

from dealwright_core import contributions as c
from dealwright_core.config.deployment import Deployment
from dealwright_core.expr import fields
from dealwright_core.findings import Finding
from dealwright_core.hookspecs import hookimpl
from dealwright_core.host import Host
from dealwright_core.records import Record, about
from dealwright_core.values import Money
from tests.core.host.deployments import host_of, install, status


class Decent:
    """A plugin as it should be."""

    @hookimpl
    def channels(self) -> Iterator[c.Channel]:
        yield c.Channel("decent", "Decent", kind="direct")


def host_with(folder: Path, plugin: object, **how: Any) -> Host:
    """A host with a hostile plugin, and a decent one on either side of it."""
    return host_of(folder, ("alpha", named("alpha")), ("hostile", plugin), ("omega", named("omega")), **how)


def named(name: str) -> object:
    class Named:
        @hookimpl
        def channels(self) -> Iterator[c.Channel]:
            yield c.Channel(name, name.title(), kind="direct")

    return Named()


def assert_only_it_failed(host: Host, reason: str) -> None:
    """The hostile plugin has failed for ``reason``, and gives nothing; the others are as they should be."""
    failed = status(host, "hostile")
    assert failed.state == "failed"
    assert reason in failed.reason
    assert failed.contributions == {}
    assert [each.name for each in host.statuses if each.state == "active"] == ["core", "alpha", "omega"]
    assert list(host.registry.channels) == ["alpha", "omega"]
    contributed = [
        each for hook in ("records", "commands", "lifecycles") for each in host.registry.of(hook).values()
    ]
    assert {each.plugin for each in contributed} == {"core"}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ValueError('broken')", "cannot be imported: it raised ValueError: broken (h_x.py:1)"),
        ("import sys\nsys.exit(3)", "exits when it is imported: SystemExit: 3 (h_x.py:2)"),
        ("raise GeneratorExit", "cannot be imported: it raised GeneratorExit"),
        ("import a_library_that_nobody_has", "cannot be imported: ModuleNotFoundError: No"),
        ("def f(:", "cannot be imported: it raised SyntaxError"),
        ("dealwright_api = '>=2'", "is written for dealwright_api >=2, and this is 0.1"),
        ("dealwright_api = '2.x'", "dealwright_api = '2.x' does not say which versions; write '>=0.1,<1'"),
        ("dealwright_api = 2", "dealwright_api = 2 does not say which versions"),
        ("def __getattr__(name): raise RuntimeError(name)", "cannot be loaded: RuntimeError: dealwright_api"),
    ],
)  # fmt: skip
def test_a_plugin_that_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str
) -> None:
    installed = install(tmp_path, monkeypatch, {"hostile = h_x": source}, distribution="hostile-things")
    host = host_of(tmp_path, ("alpha", named("alpha")), ("omega", named("omega")), found=[installed])
    assert_only_it_failed(host, reason)
    failed = status(host, "hostile")
    assert (failed.distribution, failed.version) == ("hostile-things", "1.0")


def test_an_interrupt_by_the_user_ends_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = install(tmp_path, monkeypatch, {"h = h_i": "raise KeyboardInterrupt"}, distribution="h")
    with pytest.raises(KeyboardInterrupt):
        host_of(tmp_path, found=[installed])


class MisspeltHook:
    @hookimpl
    def scoring_rule(self) -> None:
        """Named as nothing is."""


class MisspeltArguments:
    @hookimpl
    def records(self, setings: Any) -> None:
        """Takes what nobody offers."""

    @hookimpl
    def guard_changes(self, changes: Any, /) -> None:
        """Takes it by place."""


class Wrapping:
    @hookimpl(wrapper=True)
    def channels(self) -> Iterator[None]:
        """Puts itself around others."""
        return (yield)


class Pushing:
    @hookimpl(tryfirst=True)
    def channels(self) -> None:
        """Wants to be first."""


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        (MisspeltHook(), "there is no hook 'scoring_rule', did you mean 'scoring_rules'?"),
        (MisspeltArguments(), "records: unknown argument 'setings', did you mean 'settings'?"),
        (MisspeltArguments(), "guard_changes: argument changes"),
        (Wrapping(), "channels: a hook cannot be wrapped"),
        (Pushing(), "channels: the order of plugins is set by [plugins] order"),
        (Decent, "is the class Decent; offer a module or an object"),
    ],
)
def test_hooks_that_are_not_what_the_host_has(tmp_path: Path, plugin: object, reason: str) -> None:
    assert_only_it_failed(host_with(tmp_path, plugin), reason)


def test_a_hook_of_a_later_version_can_be_optional(tmp_path: Path) -> None:
    class Ahead(Decent):
        @hookimpl(optionalhook=True)
        def forecasts(self) -> None:
            """To come."""

    assert status(host_of(tmp_path, ("ahead", Ahead())), "ahead").hooks == ("channels",)


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
class Fine(Record):
    name: str
    stage: str = "new"
    count: int = 0


MOVES = (c.Move("new", "start", "open"),)

# Contributions as authors make them who do not check their types.
made: Any = c

WRONG: list[tuple[str, Any, str]] = [
    ("channels", "a text", "channels: yielded str 'a text', not Channel"),
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
    ("scoring_rules", rule(lowest=float("nan")), "ScoringRule r.lowest: expected int, got float nan"),
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
    ("records", Undecorated, "class Undecorated can be altered; decorate it with attrs.frozen(kw_only=True)"),
    ("records", FloatMoney, "FloatMoney.price: type <class 'float'> cannot be kept"),
    ("records", FloatDefault, "price: expected money, got float 9.99"),
    ("records", TwoColumns, "two fields need the column 'price_minor'"),
    ("records", Linked, "field parent: there is no record 'custommer', did you mean 'customer'?"),
    ("records", dict, "yielded class dict, which does not inherit Record"),
    ("records", made.RecordType(Fine, name="customer"), "the name 'customer' does not start with hostile_"),
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


def yielding(hook: str, *items: Any, then: BaseException | None = None) -> object:
    """A plugin that yields a good channel, then these items for a hook, then raises."""

    def hook_function(self: Any) -> Iterator[Any]:
        if hook == "channels":
            yield c.Channel("hostile", "Hostile", kind="direct")
        yield from items
        if then is not None:
            raise then

    hook_function.__name__ = hook
    return type("Hostile", (Decent,), {hook: hookimpl(hook_function)})()


@pytest.mark.parametrize(("hook", "item", "reason"), WRONG)
def test_a_contribution_that_is_not_what_it_should_be(
    tmp_path: Path, hook: str, item: Any, reason: str
) -> None:
    assert_only_it_failed(host_with(tmp_path, yielding(hook, item)), reason)


@pytest.mark.parametrize("error", [ValueError("oops"), SystemExit(1), RecursionError("deep"), MemoryError()])
def test_a_hook_that_raises_halfway(tmp_path: Path, error: BaseException) -> None:
    host = host_with(tmp_path, yielding("channels", then=error))
    assert_only_it_failed(host, f"channels: raised {type(error).__name__}")


def test_a_hook_that_yields_without_end(tmp_path: Path) -> None:
    endless = (c.Channel(f"c{number}", "C", kind="direct") for number in count())

    class Endless:
        @hookimpl
        def channels(self) -> Iterator[c.Channel]:
            return endless

    assert_only_it_failed(host_with(tmp_path, Endless()), "channels: gave more than 10,000 items")


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "channels: returned NoneType, not items: yield them, or return a list"),
        (5, "channels: returned int, not items"),
        ("direct", "channels: returned str, not items"),
        ({"direct": 1}, "channels: returned dict, not items"),
    ],
)
def test_a_hook_that_returns_something_else(tmp_path: Path, returned: Any, reason: str) -> None:
    class Wrong:
        @hookimpl
        def channels(self) -> Any:
            return returned

    assert_only_it_failed(host_with(tmp_path, Wrong()), reason)


def test_a_hook_that_cannot_be_awaited(tmp_path: Path) -> None:
    class Asynchronous:
        @hookimpl
        async def channels(self) -> Any:
            return []

    assert_only_it_failed(host_with(tmp_path, Asynchronous()), "channels: returned coroutine, not items")


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


def test_a_name_that_two_plugins_use_is_the_earlier_one_s(tmp_path: Path) -> None:
    first, second = named("shop"), named("shop")
    host = host_of(tmp_path, ("zeta", first), ("beta", second), config='plugins.order = ["zeta"]')
    assert host.registry.channels["shop"].plugin == "zeta"
    assert status(host, "zeta").state == "active"
    assert status(host, "beta").reason == (
        "channels: 'shop' is contributed by zeta and by beta: disable one of the two plugins"
    )


def test_a_clash_names_both_distributions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
        from dealwright_core.contributions import Channel
        from dealwright_core.hookspecs import hookimpl

        @hookimpl
        def channels():
            yield Channel("shop", "Shop", kind="ecommerce")
        """
    found = [
        install(tmp_path, monkeypatch, {"one": source}, distribution="acme-shop", version="1.2"),
        install(tmp_path, monkeypatch, {"two": source}, distribution="other-shop"),
    ]
    reason = status(host_of(tmp_path, found=found), "two").reason
    assert "contributed by one (acme-shop 1.2) and by two (other-shop 1.0)" in reason


def test_a_stranger_cannot_take_a_name_of_the_core_or_of_a_bundled_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        from dealwright_core.contributions import Channel, Lifecycle, Move
        from dealwright_core.hookspecs import hookimpl

        @hookimpl
        def channels():
            yield Channel("direct", "Direct", kind="direct")
        """
    lifecycles = """
        @hookimpl
        def lifecycles():
            yield Lifecycle("opportunity", "opportunity", "stage", "won", (Move("won", "cheat", "won"),))
        """
    found = [
        install(tmp_path, monkeypatch, {"aaa": source}, distribution="stranger"),
        install(tmp_path, monkeypatch, {"bbb": source + lifecycles}, distribution="stranger-2"),
        install(tmp_path, monkeypatch, {"direct": source}, distribution="dealwright"),
    ]
    host = host_of(tmp_path, found=found, config='plugins.order = ["aaa"]')
    assert host.registry.channels["direct"].plugin == "direct"
    assert host.registry.lifecycles["opportunity"].plugin == "core"
    assert [each.name for each in host.statuses if each.state == "failed"] == ["aaa", "bbb"]


def test_a_plugin_that_names_one_thing_twice(tmp_path: Path) -> None:
    twice = c.Channel("x", "X", kind="direct")
    assert_only_it_failed(host_with(tmp_path, yielding("channels", twice, twice)), "contributes 'x' twice")


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


class Settings:
    """Stands for any class that is no attrs class."""


@define
class MutableSettings:
    cap: int = 0


@frozen
class FloatSettings:
    rate: float = 0.5


@frozen
class ExitingSettings:
    cap: int = field(default=0)

    @cap.validator
    def _exit(self, attribute: Any, value: int) -> None:
        raise SystemExit("from a validator")


@pytest.mark.parametrize(
    ("cls", "reason"),
    [
        (Settings, "Settings is not a frozen attrs class"),
        (MutableSettings, "Settings can be altered; decorate it with attrs.frozen"),
        (FloatSettings, "Settings: settings cannot have the type float"),
        (ExitingSettings, "cannot be loaded: SystemExit: from a validator"),
    ],
)
def test_a_settings_class_that_cannot_be_one(tmp_path: Path, cls: type, reason: str) -> None:
    plugin = type("Hostile", (Decent,), {"Settings": cls})()
    assert_only_it_failed(host_with(tmp_path, plugin), reason)


def test_a_plugin_that_alters_what_it_gets_alters_nothing_of_the_others(tmp_path: Path) -> None:
    @frozen
    class Lists:
        names: tuple[str, ...] = ()

    class Altering:
        Settings = Lists

        @hookimpl
        def channels(self, settings: Any, deployment: Deployment) -> Iterator[c.Channel]:
            settings.names = ("others",)
            yield c.Channel("never", "Never", kind="direct")

    class AlteringDeployment:
        @hookimpl
        def channels(self, deployment: Any) -> Iterator[c.Channel]:
            deployment.currency = "EUR"
            yield c.Channel("never", "Never", kind="direct")

    assert_only_it_failed(host_with(tmp_path, Altering()), "channels: raised FrozenInstanceError")
    host = host_with(tmp_path, AlteringDeployment())
    assert_only_it_failed(host, "channels: raised FrozenInstanceError")
    assert host.deployment.currency == "USD"
