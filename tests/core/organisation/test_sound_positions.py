"""What no change may do to positions, deputations and teams, whichever command makes it."""

from datetime import date
from typing import Any

import pytest

from dealwright import Waiver
from tests.core.organisation.company import Company

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def test_a_position_does_not_end_before_it_begins(on_sqlite: Company) -> None:
    on_sqlite.hire("M1", since=MARCH)
    assert on_sqlite.refused("position.change", ref="POS-1", until="2026-02-01").code == "position-empty"
    on_sqlite.run("position.change", ref="POS-1", until=MARCH)
    assert on_sqlite.places(MARCH) == []


def test_a_withdrawn_position_overlaps_with_nothing(on_sqlite: Company) -> None:
    on_sqlite.hire("M1")
    on_sqlite.run("position.add", member="M1", team="E2", since=MARCH, until=MARCH)
    found = on_sqlite.refused("position.add", member="M1", team="E2", since=MARCH)
    assert found.code == "position-overlap"


def test_a_gap_between_main_positions_is_refused_unless_waived(company: Company) -> None:
    company.hire("M1")
    company.run("member.move", ref="M1", to="E2", since=APRIL)
    found = company.refused("position.change", ref="POS-1", until=MARCH)
    assert (found.code, found.waivable) == ("position-gap", True)
    assert "between POS-1, until 2026-03-01, and POS-2, from 2026-04-01" in found.message
    waiver = Waiver("position-gap", "admin", "parental leave")
    company.platform.run("position.change", actor="admin", ref="POS-1", until=MARCH, waivers=[waiver])
    assert company.places("2026-03-31") == []


def test_a_gap_that_was_there_does_not_stop_other_changes(on_sqlite: Company) -> None:
    on_sqlite.run("member.add", ref="M1", name="A")
    on_sqlite.run("position.add", ref="P1", member="M1", team="E1", since="2026-01-01", until=MARCH)
    added = on_sqlite.platform.run(
        "position.add", actor="admin", ref="P2", member="M1", team="E1", since=APRIL
    )
    assert [(each.code, each.level) for each in added.findings] == [("position-gap", "warn")]
    on_sqlite.run("position.change", ref="P2", until=MAY)


def test_no_position_outlasts_its_member(company: Company) -> None:
    company.hire("M1")
    company.run("member.leave", ref="M1", on=MARCH)
    for arguments in ({"since": "2026-02-01"}, {"since": "2026-02-01", "until": APRIL}):
        found = company.refused("position.add", member="M1", team="E1", main=False, **arguments)
        assert found.code == "position-after-leaving"
    company.run("position.add", member="M1", team="E1", main=False, since="2026-02-01", until=MARCH)
    company.hire("M2")
    assert company.refused("member.change", ref="M2", left_on=MARCH).code == "position-after-leaving"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"deputy": "M1", "since": MARCH}, "deputy-of-oneself"),
        ({"deputy": "M2", "since": "2026-02-01"}, "deputation-outside"),
        ({"deputy": "M2", "since": MARCH, "until": "2026-07-01"}, "deputation-outside"),
        ({"deputy": "M2", "since": "2026-06-01"}, "deputation-outside"),
        ({"deputy": "M2", "since": APRIL, "until": MARCH}, "deputation-empty"),
        ({"deputy": "M3", "since": APRIL}, "member-left"),
        ({"deputy": "M3", "since": MARCH, "until": MAY}, "deputation-after-leaving"),
    ],
)
def test_a_deputation_that_cannot_be_is_refused(
    on_sqlite: Company, arguments: dict[str, Any], code: str
) -> None:
    on_sqlite.hire("M1", since=MARCH)
    on_sqlite.run("position.change", ref="POS-1", until="2026-06-01")
    on_sqlite.hire("M2")
    on_sqlite.hire("M3")
    on_sqlite.run("member.leave", ref="M3", on=APRIL)
    assert on_sqlite.refused("position.deputise", ref="POS-1", **arguments).code == code


def test_a_deputation_ends_with_its_position_or_before(company: Company) -> None:
    company.hire("M1")
    company.hire("M2")
    deputation = company.run("position.deputise", ref="POS-1", deputy="M2", since=MARCH, until=MAY)
    found = company.refused("position.change", ref="POS-1", until=APRIL)
    assert (found.code, found.ref) == ("deputation-outside", deputation.ref)
    assert company.refused("position.change", ref="POS-1", member="M2").code == "position-overlap"
    ended = company.run("deputation.end", ref=deputation.ref, on=APRIL)
    assert ended.until == APRIL
    company.run("position.change", ref="POS-1", until=APRIL)
    assert company.refused("deputation.end", ref=deputation.ref, on=MAY).code == "deputation-ended"


def test_a_deputation_still_to_come_is_withdrawn(company: Company) -> None:
    company.hire("M1")
    company.hire("M2")
    planned = company.run("position.deputise", ref="POS-1", deputy="M2", since=MAY)
    ended = company.run("deputation.end", ref=planned.ref, on=MARCH)
    assert (ended.since, ended.until) == (MAY, MAY)


def test_a_deputy_has_the_rights_of_the_position_while_it_lasts(company: Company) -> None:
    today = company.hire("M1", role="supervisor").created_at.date()
    company.hire("M2", team="E2")
    company.run("customer.add", ref="C1", name="Acme", owner="M1")
    assert company.run("customer.list", "M2") == []
    deputation = company.run("position.deputise", ref="POS-1", deputy="M2")
    assert [each.ref for each in company.run("customer.list", "M2")] == ["C1"]
    company.run("deputation.end", ref=deputation.ref, on=today)
    assert company.run("customer.list", "M2") == []


def test_no_team_stands_below_itself(company: Company) -> None:
    found = company.refused("team.change", ref="HEAD", parent="E1")
    assert found.code == "team-circle"
    assert found.message == "team HEAD would stand below itself: HEAD below E1 below EAST below HEAD"
    assert company.refused("team.change", ref="E2", parent="E2").code == "team-circle"
    company.run("team.change", ref="E2", parent="HEAD")
