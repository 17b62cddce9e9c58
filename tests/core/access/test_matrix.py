"""Every command and report, for every shipped role, on rows of their own, their team's and others'."""

import json
from functools import partial
from io import StringIO
from typing import Any, Final

from dealwright import Command
from dealwright_core.commands.signature import parameters
from dealwright_core.exporting import export_records
from dealwright_core.permissions import needed_by
from tests.core.access import specification as spec
from tests.core.access.arguments import SAMPLES, arguments_for
from tests.core.access.matrix import (
    COVERED,
    OWNED,
    ROWS,
    Asked,
    covered,
    everywhere,
    login_of,
    permitted,
    scope,
    stated,
)


def test_every_command_and_kind_has_its_place_in_the_specification(on_sqlite: Asked) -> None:
    platform = on_sqlite.place.platform
    for name, command in platform.commands.items():
        asked, group = stated(name, platform.catalogue.kinds)
        action, on = needed_by(command.item, platform.catalogue.kinds)
        rights = {
            "write": ("add", "change"),
            "explain": ("report",),
            "audit": ("report",),
            "evaluate": ("run",),
        }
        known = rights.get(asked, (asked,))
        assert action in known, f"{name} requires {action} {on}, the specification says {asked}"
        assert asked not in ("read", "write") or spec.GROUPS.get(on, on) == group, name
    assert set(platform.catalogue.kinds) == set(spec.GROUPS)


@everywhere
def test_commands(asked: Asked, role: str) -> None:
    platform, wrong = asked.place.platform, []
    for name, contributed in platform.commands.items():
        if name.startswith("world."):
            continue
        what, group = stated(name, platform.catalogue.kinds)
        covers = covered(what, group, role)
        kind = aim(name, what)
        for row in asked.rows(kind):
            arguments = arguments_of(asked, name, contributed.item, kind, role, row)
            wanted = is_wanted(what, covers, row, kind, "ref" in arguments or name.endswith(".add"))
            run = partial(platform.run, name, actor=login_of(role), **arguments)
            if permitted(run) != wanted:
                said = "should" if wanted else "should not"
                wrong.append(f"{name} {arguments}: {said} be permitted ({row})")
    assert not wrong, "\n".join(wrong)


def is_wanted(asked: str, covers: str, row: str, kind: str, is_aimed: bool) -> bool:
    """Whether a row is covered; what is about no row, or about one that all share, is so where anything is."""
    if covers == "-":
        return False
    return row in COVERED[covers] if is_aimed and kind in OWNED else covers != "nobody" or not is_aimed


def aim(command: str, asked: str) -> str:
    """The kind of record that a command is about."""
    kind = command.rpartition(".")[0].replace("-", "_")
    special = {
        "access.explain": "customer", "access.grant": "contract", "access.revoke": "access_grant",
        "access.grants": "access_grant", "channel.suggest": "opportunity", "score": "opportunity",
        "pay.statement": "target", "pay.hold": "opportunity", "pay.release": "opportunity",
        "pay.answer": "pay_dispute", "pay.resolve": "pay_dispute",
        "pay.withdraw": "pay_dispute", "pay.adjust": "target", "person.export": "contact", "person.erase": "contact",
        "position.deputise": "position",
        "direct.assign": "direct_territory", "member.hand-over": "customer",
        "qualification.assess": "opportunity", "qualification-traits.assess": "customer", "quota.approve": "target",
        "quota.cascade": "target", "quota.headcount": "target", "quota.reopen": "target", "quota.show": "target",
        "segmentation.assess": "customer", "segmentation.explain": "customer",
        "segmentation-key.nominate": "customer", "segmentation-key.end": "customer",
    }  # fmt: skip
    return special.get(command, kind if kind in spec.GROUPS else "product")


# What single commands are asked with.
ASKED_FOR: Final[dict[str, dict[str, Any]]] = {
    "member.move": {"to": "T-GAMMA"}, "access.grant": {"person": "guest"}, "access.explain": {"action": "read"},
    "segmentation-key.nominate": {"owner": "M-TOM", "reason": ("large",)}, "pay.simulate": {"member": ()},
}  # fmt: skip


def arguments_of(asked: Asked, name: str, command: Command, kind: str, role: str, row: str) -> dict[str, Any]:
    """Arguments that aim a command at the record in a row: by its ref, or by what a new one hangs on."""
    login = (ROWS[row] or login_of(role)).upper()
    given: dict[str, Any] = {"reason": "asked for", "to": "M-UNA", "deputy": "M-UNA", "member": "M-UNA"}
    given |= {"need": "yes" if name.startswith("qualification") else "leader", "evidence": "seen"}
    given |= ASKED_FOR.get(name, {})
    if name.startswith("member."):
        given["role"] = "rep"
    if name.endswith(".add"):
        given |= {"owner": f"M-{login}", "by": f"M-{login}"}
        if kind == "transaction":
            given["contract"] = asked.ref("contract", role, row)
        if kind in ("sales_split", "pay_hold"):
            given["opportunity"] = asked.ref("opportunity", role, row)
    else:
        given["ref"] = asked.ref(kind, role, row)
    if name.endswith(".change"):
        given |= a_change(command)
    if name in ("pay.adjustments", "pay.disputes"):
        del given["member"]
    if name in ("pay.statement", "pay.adjust"):
        given["ref"] = f"M-{login}"
    given |= of_appraisals(name, f"M-{login}")
    if name == "member.hand-over":
        given |= {"ref": f"M-{login}", "to": f"M-{login_of(role).upper()}"}
    if name == "customer.merge":
        given["into"] = asked.ref("customer", role, "own" if row == "team" else row)
    return arguments_for(command, lambda link: asked.ref(link, role, row), **given)


def of_appraisals(command: str, member: str) -> dict[str, str]:
    """An appraisal and a rating belong to a member whom they name."""
    is_written = command.startswith("appraisal") and command.endswith((".add", ".change"))
    return {"member": member, "rater": member} if is_written else {}


def a_change(command: Command) -> dict[str, Any]:
    """Another value for one plain field of a record; for one that has none, another territory."""
    found = [each for each in parameters(command.function) if each.field is not None and each.type in SAMPLES]
    plain = [
        each for each in found if each.field and not each.field.link and each.field.field_class == "plain"
    ]
    free = [{each.name: SAMPLES[each.type]} for each in plain if not each.choices]
    chosen = [{each.name: each.choices[0]} for each in plain if each.choices]
    return next(iter([*free, *chosen]), {"territory": "DT-2"})


@everywhere
def test_lists(asked: Asked, role: str) -> None:
    """A list holds the rows that are covered, and no other."""
    platform = asked.place.platform
    for kind in sorted(OWNED):
        covers = covered("read", spec.GROUPS[kind], role)
        if covers == "-":
            continue
        listed = platform.run(f"{kind.replace('_', '-')}.list", actor=login_of(role), limit=500).value
        refs = {each.ref for each in listed}
        assert {row for row in ROWS if asked.ref(kind, role, row) in refs} == set(COVERED[covers]), kind


@everywhere
def test_reports(asked: Asked, role: str) -> None:
    platform, may = asked.place.platform, covered("report", "report", role) != "-"
    for name in platform.host.registry.reports:
        assert permitted(partial(platform.report, name, actor=login_of(role))) == may, name
    if may:
        rows = {str(row[0]) for row in platform.report("world.customers", actor=login_of(role)).rows}
        names = {row: f"{asked.ref('customer', role, row).partition('-')[0]} customer 0" for row in ROWS}
        covers = covered("read", "customers", role)
        assert {row for row, name in names.items() if name in rows} == set(COVERED[covers])


@everywhere
def test_exports(asked: Asked, role: str) -> None:
    """An export holds the rows that are covered, and is refused where none may be exported."""
    platform = asked.place.platform
    for kind, group in spec.GROUPS.items():
        to = StringIO()
        covers = scope(spec.EXPORT, group, role)
        attempt = partial(export_records, platform, kind, to, actor=login_of(role), form="jsonl")
        assert permitted(attempt) == (covers != "-"), kind
        refs = {json.loads(line)["ref"] for line in to.getvalue().splitlines()}
        rows = {row for row in asked.rows(kind) if asked.ref(kind, role, row) in refs}
        assert rows == set(COVERED[covers]) & set(asked.rows(kind)), kind
