"""Guards fail closed, and the way out is printed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dealwright_core import contributions as c
from dealwright_core.errors import PluginError, Refused
from dealwright_core.expr import fields
from dealwright_core.findings import Finding
from dealwright_core.hookspecs import hookimpl
from dealwright_core.host import open_host
from dealwright_testing.deployments import MakePlatform
from tests.core.host.deployments import SmallCore, deployment, host_of, install, status


class Guarding:
    @hookimpl
    def guard_changes(self, changes: Any) -> Iterator[Finding]:
        yield from ()


class Moving:
    @hookimpl
    def lifecycles(self) -> Iterator[c.MoreMoves]:
        yield c.MoreMoves("opportunity", (c.Move("won", "reopen", "engaging"),))


class Approving:
    @hookimpl
    def approval_rules(self) -> Iterator[c.ApprovalRule]:
        yield c.ApprovalRule("all", "All", when=fields("opportunity").amount > "1", record="opportunity")


class Broken:
    @hookimpl
    def channels(self) -> None:
        raise ValueError("no channel today")


def test_what_has_a_say_in_what_is_written_is_told(tmp_path: Path) -> None:
    plugins = {"guard": Guarding(), "moves": Moving(), "approves": Approving(), "silent": object()}
    host = host_of(tmp_path, *plugins.items())
    assert {each.name for each in host.statuses if each.guards} == {"guard", "moves", "approves"}
    assert [each.plugin for each in host.guards] == ["guard"]


def test_all_is_well_where_every_plugin_that_is_needed_works(tmp_path: Path) -> None:
    host = host_of(
        tmp_path, ("guard", Guarding()), ("broken", Broken()), config='plugins.required = ["guard"]'
    )
    assert host.write_blockers({"guard"}) == []


def test_a_new_plugin_that_fails_blocks_nothing(tmp_path: Path) -> None:
    host = host_of(tmp_path, ("broken", Broken()))
    assert status(host, "broken").state == "failed"
    assert host.write_blockers(set()) == []


def test_a_required_plugin_that_is_missing_blocks_every_write(tmp_path: Path) -> None:
    host = host_of(tmp_path, config='plugins.required = ["guard", "other", "more"]\nplugins.disabled = []')
    said = [str(each) for each in host.write_blockers(())]
    assert said[0] == (
        "plugin guard is required and is not installed; put it right,"
        f" or write in {tmp_path}/dealwright.toml:1: "
        'required = ["other", "more"] [plugin-needed]'
    )
    assert len(said) == 3


def test_a_required_plugin_that_failed_blocks_with_its_reason(tmp_path: Path) -> None:
    host = host_of(tmp_path, ("broken", Broken()), config='plugins.required = ["broken"]')
    (found,) = host.write_blockers(())
    assert (
        "plugin broken is required and failed: channels: raised ValueError: no channel today" in found.message
    )
    assert (found.level, found.waivable) == ("block", False)


@pytest.mark.parametrize(
    ("config", "remedy"),
    [
        ("", 'under [plugins]: disabled = ["guard"]'),
        ('plugins.disabled = ["old"]', ':1: disabled = ["old", "guard"]'),
    ],
)
def test_a_plugin_that_guarded_this_database_is_needed_until_it_is_disabled_by_name(
    tmp_path: Path, config: str, remedy: str
) -> None:
    (found,) = host_of(tmp_path, config=config).write_blockers({"guard"})
    assert found.message.startswith(
        "plugin guard has guarded what is written to this database and is not installed"
    )
    assert found.message.endswith(remedy)
    assert host_of(tmp_path, config='plugins.disabled = ["old", "guard"]').write_blockers({"guard"}) == []


def test_without_plugins_nothing_is_written(tmp_path: Path) -> None:
    host = host_of(tmp_path, ("guard", Guarding()), uses_plugins=False)
    (found,) = host.write_blockers(())
    assert found.code == "no-plugins"


def test_more_moves_of_a_plugin_are_in_the_lifecycle(tmp_path: Path) -> None:
    host = host_of(tmp_path, ("moves", Moving()))
    lifecycle = host.registry.lifecycles_with_additions()["opportunity"]
    assert lifecycle.move("won", "engaging", "O-1").event == "reopen"
    assert [each.plugin for each in host.registry.more_moves] == ["moves"]
    assert status(host, "moves").contributions == {"lifecycles": 1}


def test_a_core_that_does_not_work_is_an_error(tmp_path: Path) -> None:
    class Misspelt:
        @hookimpl
        def record(self) -> None: ...

    for core in (Misspelt(), Broken()):
        with pytest.raises(PluginError, match="plugin core"):
            open_host(deployment(tmp_path), core=core, found=(), environ={})


def test_a_declared_record_that_hangs_on_nothing_is_left_out_and_told(tmp_path: Path) -> None:
    config = """\
[records.survey]
on = "custommer"
[records.survey.fields.size]
type = "integer"
[records.answer]
on = "survey"
[records.answer.fields.size]
type = "integer"
[records.visit]
on = "customer"
[records.visit.fields.size]
type = "integer"
"""
    host = host_of(tmp_path, config=config)
    assert list(host.registry.records) == ["member", "customer", "opportunity", "visit"]
    assert [str(each).split(".toml:")[1] for each in host.problems] == [
        "2: records.survey.on: there is no record 'custommer', did you mean 'customer'?"
    ]


def test_a_contribution_can_be_examined_when_all_are_known(tmp_path: Path) -> None:
    def no_direct_channels(hook: str, contributed: Any, registry: Any) -> None:
        if hook == "channels" and contributed.item.kind == "direct":
            raise PluginError(contributed.plugin, hook, "is direct")

    class Direct:
        @hookimpl
        def channels(self) -> Iterator[c.Channel]:
            yield c.Channel("street", "Street", kind="direct")

    host = open_host(
        deployment(tmp_path),
        core=SmallCore(),
        extra_plugins=[("direct", Direct())],
        found=(),
        environ={},
        examine=no_direct_channels,
    )
    assert "is direct" in status(host, "direct").reason


def test_a_package_may_bring_a_folder_of_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "acme_with_history"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text("from .plugin import plugin\n")
    (package / "plugin.py").write_text("class Plugin: ...\nplugin = Plugin()\n")
    found = install(tmp_path, monkeypatch, {"plain = acme_plain": ""}, distribution="acme")
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    module = importlib.import_module("acme_with_history")
    plugins = [("module", module), ("object", module.plugin), ("silent", object())]
    host = host_of(tmp_path, *plugins, found=[found])
    assert list(host.migration_folders()) == [
        ("module", package / "migrations"),
        ("object", package / "migrations"),
    ]


def test_the_real_core_and_the_bundled_plugins_work(tmp_path: Path) -> None:
    host = open_host(deployment(tmp_path), environ={})
    assert [each.reason for each in host.statuses if each.state != "active"] == []
    assert {"customer", "opportunity", "contract"} <= set(host.registry.records)
    assert host.problems == ()


def test_a_database_with_approval_rules_is_not_written_while_they_are_missing(
    make_platform: MakePlatform,
) -> None:
    class Rules:
        def __init__(self, *, is_broken: bool = False) -> None:
            self.is_broken = is_broken

        @hookimpl
        def approval_rules(self) -> Iterator[c.ApprovalRule]:
            if self.is_broken:
                raise ValueError("broken")
            yield c.ApprovalRule("large", "Large", when=fields("contract").amount > "1000")

    make_platform(plugins=[("rules", Rules())]).run("customer.add", actor="admin", name="Acme")
    for plugins in ([], [("rules", Rules(is_broken=True))]):
        with pytest.raises(Refused, match="plugin rules has guarded what is written"):
            make_platform(plugins=plugins, upgrade=False).run("customer.add", actor="admin", name="Acme")
