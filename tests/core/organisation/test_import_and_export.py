"""An organisation of three levels from files, and out into files and back again."""

from pathlib import Path

import pytest

from dealwright import Platform, Refused, export_records, import_files
from dealwright_core.exporting import mapping_of
from dealwright_core.importing import Report
from dealwright_testing.deployments import MakePlatform
from tests.core.organisation.company import Company, branches

KINDS = ("team", "member", "position", "deputation")
FILES = {
    "teams.csv": """\
code,title,level,above
N1,North one,team,N
N,North,region,HQ
HQ,Head office,company,
N2,North two,team,N
""",
    "people.csv": """\
number,person,account,mail,from,to
7,Ana Ruiz,ana,ana@acme.example,01.01.2020,
8,李伟,liwei,,01.05.2021,
9,Bo Lind,,,01.05.2021,01.03.2026
""",
    "places.csv": """\
id,person,team,job,chief,from,to
A,Ana Ruiz,HQ,director,yes,01.01.2020,
B,李伟,N1,rep,yes,01.05.2021,01.02.2026
C,李伟,N2,站长,yes,01.02.2026,
D,Bo Lind,N,manager,yes,01.05.2021,01.03.2026
E,,N,manager,yes,01.03.2026,
F,Ana Ruiz,N1,supervisor,no,01.02.2026,
""",
    "stand-ins.csv": """\
id,place,person,why,from,to
X,E,李伟,the search goes on,01.03.2026,01.09.2026
""",
}
MAPPING = """\
name = "organisation"
date_formats = ["%d.%m.%Y"]
[[files]]
path = "teams.csv"
[[files.records]]
record = "team"
ref = "code"
fields = {name = "title", kind = "level", parent = "above"}
[[files]]
path = "people.csv"
[[files.records]]
record = "member"
ref = {column = "number", prefix = "E-"}
fields = {name = "person", login = "account", email = "mail", joined_on = "from", left_on = "to"}
[[files]]
path = "places.csv"
[[files.records]]
record = "position"
ref = "id"
[files.records.fields]
member = {column = "person", by = "name"}
team = "team"
role = "job"
main = "chief"
since = "from"
until = "to"
[[files]]
path = "stand-ins.csv"
[[files.records]]
record = "deputation"
ref = "id"
[files.records.fields]
position = "place"
deputy = {column = "person", by = "name"}
reason = "why"
since = "from"
until = "to"
"""


def imported(platform: Platform, folder: Path, files: dict[str, str] = FILES) -> Report:
    """Import the files."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return import_files(platform, mapping, folder, actor="admin")


def exported(platform: Platform, folder: Path) -> dict[str, str]:
    """Export every kind of the organisation with its mapping; what the files hold."""
    folder.mkdir(exist_ok=True)
    for kind in KINDS:
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as to:
            found = export_records(platform, kind, to, actor="admin")
        mapping = mapping_of({f"{kind}.csv": (kind, found.columns)})
        (folder / f"{kind}.toml").write_text(mapping, encoding="utf-8")
    return {kind: (folder / f"{kind}.csv").read_bytes().decode() for kind in KINDS}


def test_an_organisation_comes_in_with_vacancies_and_deputies(
    database_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    platform = make_platform(database_url)
    report = imported(platform, tmp_path / "in")
    assert (report.refused, report.progress.records["position"].created) == (0, 6)
    tree = platform.run("org.tree", actor="admin", on="2026-03-01").value
    places = {each.ref: each for team in branches(tree.teams) for each in team.positions}
    assert [each.ref for each in branches(tree.teams)] == ["HQ", "N", "N1", "N2"]
    assert sorted(places) == ["A", "C", "E", "F"]
    assert places["E"].member is None
    assert [str(each) for each in places["E"].deputies] == ["deputy: E-8 李伟 until 2026-09-01"]
    assert (places["C"].is_known_role, places["F"].main) == (False, False)
    assert imported(platform, tmp_path / "in").progress.records["position"].unchanged == 6


def test_an_organisation_that_goes_out_comes_back_as_it_was(
    database_url: str, make_platform: MakePlatform, tmp_path: Path
) -> None:
    first = make_platform()
    imported(first, tmp_path / "in")
    first.run("member.hire", actor="admin", name='"Li, Wei"', team="N1", since="2026-04-01")
    first.run("member.leave", actor="admin", ref="E-8", on="2026-05-01", vacancy=True)
    out = exported(first, tmp_path / "out")
    second = make_platform(database_url.replace("dealwright.db", "second.db"))
    for kind in KINDS:
        report = import_files(second, tmp_path / "out" / f"{kind}.toml", tmp_path / "out", actor="admin")
        assert report.refused == 0
    assert exported(second, tmp_path / "again") == out
    for day in ("2021-01-01", "2026-01-31", "2026-03-01", "2026-06-01"):
        assert (
            second.run("org.tree", actor="admin", on=day).value
            == first.run("org.tree", actor="admin", on=day).value
        )


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("teams.csv", "HQ,Head office,company,", "HQ,Head office,company,N1", "below itself|leads back"),
        (
            "places.csv",
            "B,李伟,N1,rep,yes,01.05.2021,01.02.2026",
            "B,李伟,N1,rep,yes,01.05.2021,",
            "both main",
        ),
        (
            "places.csv",
            "D,Bo Lind,N,manager,yes,01.05.2021,01.03.2026",
            "D,Bo Lind,N,manager,yes,01.05.2021,",
            "left",
        ),
        ("stand-ins.csv", "01.03.2026,01.09.2026", "01.02.2026,01.09.2026", "outside position E"),
        ("stand-ins.csv", "X,E,", "X,C,", "stand in for themselves"),
    ],
)
def test_rows_that_do_not_fit_are_refused_as_commands_would_be(
    make_platform: MakePlatform, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    assert old in FILES[name]
    report = imported(make_platform(), tmp_path / "in", {**FILES, name: FILES[name].replace(old, new)})
    reasons = [each.reason for _, each in report.examples]
    assert reasons
    import re

    assert any(re.search(said, each) for each in reasons), reasons


def test_an_administrator_exports_the_organisation_and_no_business(
    make_platform: MakePlatform, tmp_path: Path
) -> None:
    company = Company(make_platform(config='clerk = "admin"\n'))
    company.hire("M1", email="m1@acme.example")
    with (tmp_path / "members.csv").open("w+", encoding="utf-8") as to:
        assert export_records(company.platform, "member", to, actor="clerk").left_out == ()
        with pytest.raises(Refused, match="may not export customer"):
            export_records(company.platform, "customer", to, actor="clerk")
