"""Schemes over members of some roles: who holds a position of one on the last day of the period, or on the day."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from dealwright import ConfigError, Measure, Platform, UsageError, fields, hookimpl
from dealwright_testing.deployments import MakePlatform
from tests.core.evaluation.scored import said

CONFIG = """
[schemes.reps]
subject = "member"
roles = ["rep", "inside"]
period = "quarter"
[schemes.reps.measures.won]
target = "100 USD"

[schemes.everybody]
subject = "member"
period = "quarter"
[schemes.everybody.measures.won]
target = "100 USD"

[schemes.today]
subject = "member"
where = "email is None"
roles = ["rep"]
rules = {named = {points = "1"}}

[access.roles.inside]
"""
MISTAKEN = """
[schemes.a]
subject = "member"
roles = ["rep", "supervisr"]
rules = {one = {points = "1"}}
[schemes.b]
subject = "customer"
roles = ["rep"]
rules = {one = {points = "1"}}
"""


class Measures:
    @hookimpl
    def measures(self) -> Iterator[Measure]:
        amount = fields("opportunity").amount
        yield Measure("won", "Won", facts="opportunity", on="opened_on", value=amount)


@pytest.fixture
def platform(database_url: str, make_platform: MakePlatform) -> Platform:
    return prepared(make_platform(database_url, CONFIG, plugins=[("measured", Measures())]))


def prepared(platform: Platform) -> Platform:
    """Ann was a rep until the middle of the quarter, Ben became one, Cid left in March, Dan leads, Eve is inside."""
    assert platform.host.problems == ()
    run(platform, "team.add", ref="ONE", name="One")
    for name in ("ANN", "BEN", "CID", "DAN", "EVE", "FAY"):
        run(platform, "member.add", ref=name, name=name, login=name.lower())
    for ref, member, role, since, until in (
        ("P-1", "ANN", "rep", "2024-01-01", "2025-02-15"), ("P-2", "ANN", "supervisor", "2025-02-15", None),
        ("P-3", "BEN", "rep", "2025-03-31", None), ("P-4", "CID", "rep", None, "2025-03-31"),
        ("P-5", "DAN", "supervisor", None, None), ("P-6", "EVE", "inside", None, None),
        ("P-7", "EVE", "rep", None, None),
    ):  # fmt: skip
        main = ref != "P-7"
        run(
            platform,
            "position.add",
            ref=ref,
            member=member,
            team="ONE",
            role=role,
            since=since,
            until=until,
            main=main,
        )
    for owner in ("ANN", "BEN", "EVE"):
        run(platform, "opportunity.add", owner=owner, amount="50 USD", opened_on="2025-02-01")
    return platform


def run(platform: Platform, command: str, **given: Any) -> Any:
    return platform.run(command, actor="admin", **given).value


def refs(found: Any) -> set[str]:
    return {each.ref for each in found.results}


def test_who_holds_a_role_on_the_last_day_of_the_period_counts(platform: Platform) -> None:
    assert refs(run(platform, "evaluate", scheme="reps", period="2025-Q1")) == {"BEN", "EVE"}
    assert refs(run(platform, "evaluate", scheme="reps", period="2024-Q4")) == {"ANN", "CID", "EVE"}
    assert refs(run(platform, "evaluate", scheme="everybody", period="2025-Q1")) == {
        "ANN", "BEN", "CID", "DAN", "EVE", "FAY",
    }  # fmt: skip


def test_without_a_period_the_day_of_the_run_decides(platform: Platform) -> None:
    assert refs(run(platform, "evaluate", scheme="today")) == {"BEN", "EVE"}
    with platform.session("admin") as session:
        ends = session.today - timedelta(days=1)
    run(platform, "position.change", ref="P-3", until=ends)
    (done,) = run(platform, "score", stale=True)[-1:]
    assert (done["scheme"], done["computed"]) == ("today", 1)
    assert refs(run(platform, "evaluation.list", scheme="today")) == {"EVE"}


def test_one_in_hand_is_as_in_the_run_and_others_are_not_what_it_is_about(platform: Platform) -> None:
    for scheme, given in (("reps", {"period": "2025-Q1"}), ("today", {})):
        for each in run(platform, "evaluate", scheme=scheme, **given).results:
            asked = {"kind": "member", "ref": each.ref, "scheme": scheme, **given}
            assert said(run(platform, "score", **asked)) == said(each)
            explained = run(platform, "explain", ref=each.ref, scheme=scheme)
            assert explained.total == each.total
    own = platform.run("score", actor="ben", kind="member", ref="BEN", scheme="reps", period="2025-Q1").value
    stored = {each.ref: each for each in run(platform, "evaluation.list", scheme="reps").results}
    assert said(own) == said(stored["BEN"])
    with pytest.raises(
        UsageError, match=r"reps is not about ANN; it is about members who hold .* rep, inside"
    ):
        run(platform, "score", kind="member", ref="ANN", scheme="reps", period="2025-Q1")


def test_roles_are_of_the_version_and_positions_of_the_digest(make_platform: MakePlatform) -> None:
    platform = prepared(make_platform(config=CONFIG, plugins=[("measured", Measures())]))
    first = run(platform, "evaluate", scheme="reps", period="2025-Q1")
    everybody = run(platform, "evaluate", scheme="everybody", period="2025-Q1")
    assert first.version != everybody.version
    run(platform, "position.change", ref="P-6", since="2024-01-01")
    second = run(platform, "evaluate", scheme="reps", period="2025-Q1")
    changed = [(a.ref, a.digest != b.digest) for a, b in zip(first.results, second.results, strict=True)]
    assert changed == [("BEN", False), ("EVE", True)]
    assert first.digest != second.digest
    assert run(platform, "evaluate", scheme="everybody", period="2025-Q1").digest == everybody.digest
    url = platform.engine.url.render_as_string(hide_password=False)
    swapped = make_platform(
        url, CONFIG.replace('["rep", "inside"]', '["inside", "rep"]'), plugins=[("measured", Measures())]
    )
    again = run(swapped, "evaluate", scheme="reps", period="2025-Q1")
    assert (again.version, again.digest) == (second.version, second.digest)


def test_roles_that_there_are_not_and_roles_of_no_member_are_told(make_platform: MakePlatform) -> None:
    with pytest.raises(ConfigError) as wrong:
        make_platform(config=MISTAKEN)
    told = str(wrong.value)
    assert "schemes.a.roles[2]: there is no role 'supervisr', did you mean 'supervisor'" in told
    assert "schemes.b.roles: roles are of members, and the scheme is about customer, leave them out" in told
    assert [each.line for each in wrong.value.problems] == [16, 20]
