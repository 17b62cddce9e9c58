"""Who sees what of an appraisal, who may do what with it and when, and that nothing changes once it is final."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from dealwright import NotFound, Platform, Refused, UsageError
from dealwright.cli.output import lines_of
from dealwright_appraisal.records import Appraisal, Rating, Result
from dealwright_testing.deployments import MakePlatform
from tests.plugins.appraising import CONFIG, PERIOD, PLUGINS, Appraising, appraising

SAID = {"criterion": "teamwork", "score": 4, "evidence": "covered for Ben in May"}


def prepared(platform: Platform) -> Appraising:
    """Appraisals that are computed; those of Ann and Sue are complete."""
    company = appraising(platform)
    company.open()
    company.rate("ann", 4, 4, by=("SUE", "MIA"))
    company.rate("sue", 5, 3, by=("MIA", "DIA"))
    company.compute()
    return company


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of such a company, made once."""
    make = MakePlatform(tmp_path_factory.mktemp("stored"))
    prepared(make(config=CONFIG, plugins=PLUGINS))
    make.close()
    return make.folder / "test.db"


@pytest.fixture
def company(stored: Path, make_platform: MakePlatform) -> Appraising:
    shutil.copy(stored, make_platform.folder)
    return Appraising(make_platform(config=CONFIG, plugins=PLUGINS, upgrade=False))


def codes(company: Appraising, command: str, actor: str, **arguments: Any) -> set[str]:
    """Why a command is refused."""
    with pytest.raises(Refused) as refused:
        company.run(command, actor, **arguments)
    return {each.code for each in refused.value.findings}


def seen(company: Appraising, actor: str, kind: type[Result] | type[Rating]) -> int:
    """How many results or ratings of Ann's and Sue's appraisals somebody sees."""
    with company.platform.session("admin") as session:
        ids = [session.get("appraisal", company.ref(each)).id for each in ("ann", "sue")]
    with company.platform.session(actor) as session:
        return session.count(kind, appraisal=ids)


def test_until_publication_a_member_sees_that_there_is_an_appraisal_and_no_score(
    database_url: str, make_platform: MakePlatform
) -> None:
    company = prepared(make_platform(database_url, CONFIG, PLUGINS))
    ref = company.ref("ann")
    company.run("appraisal.review", "sue", ref=ref, summary="a good quarter")
    assert company.explained("ann", "ann")["result"] == "none that you may see"
    (row,) = company.platform.report("appraisals", actor="ann").rows
    assert row[:2] == (ref, "Ann")
    assert row[5:11] == (None,) * 6
    with company.platform.session("ann") as session:
        assert (session.count(Result), session.count(Rating)) == (0, 0)
    company.run("appraisal.publish", "sue", ref=ref)
    explained = company.explained("ann", "ann")
    assert (explained["total"], explained["summary"]) == ("91.3333 %", "a good quarter")
    assert explained["ratings"] == []


def test_results_and_ratings_are_for_who_leads_whom_they_are_about(company: Appraising) -> None:
    people = ("ann", "ben", "dan", "sue", "mia", "dia")
    assert [seen(company, each, Result) for each in people] == [0, 0, 0, 1, 2, 2]
    assert seen(company, "sue", Rating) == 6  # those of Ann; what is said of herself she does not see
    assert seen(company, "ben", Rating) == 0


def test_a_leader_is_reviewed_from_above_and_not_by_themselves(company: Appraising) -> None:
    ref = company.ref("sue")
    assert codes(company, "appraisal.review", "sue", ref=ref) == {"appraisal-incomplete"}
    assert [seen(company, each, Result) for each in ("sue", "mia")] == [1, 2]
    company.run("appraisal.review", "mia", ref=ref)


def test_who_sees_everything_is_reviewed_by_others_who_do(company: Appraising) -> None:
    """Nothing can be hidden from the director, and still she does not review herself."""
    ref = company.ref("dia")
    company.rate("dia", 4, 4, by=("MIA", "ANN"))
    company.compute()
    with company.platform.session("mia") as session, pytest.raises(NotFound):
        session.get("appraisal", ref)
    assert codes(company, "appraisal.review", "dia", ref=ref) == {"appraisal-own"}
    assert company.run("appraisal.review", "admin", ref=ref).state == "reviewed"


def test_reviewing_and_publishing_ones_own_appraisal_is_refused(company: Appraising) -> None:
    """Also where somebody could write it: the member may change what belongs to the member."""
    ref = company.ref("ann")
    assert "appraisal-own" in codes(company, "appraisal.advance", "ann", ref=ref, to="reviewed")
    company.run("appraisal.review", "sue", ref=ref)
    assert "appraisal-own" in codes(company, "appraisal.advance", "ann", ref=ref, to="published")
    company.run("appraisal.publish", "sue", ref=ref)
    assert codes(company, "appraisal-result.change", "ann", ref="APS-1", summary="the best") == {
        "appraisal-summary"
    }
    company.run("appraisal.advance", "ann", ref=ref, to="acknowledged")
    assert codes(company, "appraisal.advance", "ann", ref=ref, to="final") == {"appraisal-own"}


def test_only_the_member_acknowledges_or_appeals_or_another_program_for_them(company: Appraising) -> None:
    ref = company.published("ann")
    for actor in ("sue", "mia", "dia"):
        assert codes(company, "appraisal.advance", actor, ref=ref, to="acknowledged") == {"appraisal-member"}
        assert codes(company, "appraisal.appeal", actor, ref=ref, reason="too low") == {"appraisal-member"}
    with pytest.raises(NotFound):
        company.run("appraisal.advance", "ben", ref=ref, to="acknowledged")
    assert company.run("appraisal.advance", "admin", ref=ref, to="acknowledged").state == "acknowledged"


def test_an_appeal_takes_a_reason_and_may_open_the_appraisal_again(company: Appraising) -> None:
    ref = company.published("ann")
    assert codes(company, "appraisal.appeal", "ann", ref=ref, reason=" ") == {"appraisal-appeal-reason"}
    assert codes(company, "appraisal.advance", "ann", ref=ref, to="appealed") == {"appraisal-appeal-reason"}
    company.run("appraisal.appeal", "ann", ref=ref, reason="a deal is missing")
    assert company.explained("ann")["appeal"] == "a deal is missing"
    assert codes(company, "appraisal.reopen", "ann", ref=ref) == {"not-permitted"}
    assert codes(company, "appraisal.advance", "ann", ref=ref, to="draft") >= {"appraisal-own"}
    company.run("appraisal.reopen", "mia", ref=ref)
    assert company.explained("ann", "ann")["result"] == "none that you may see"
    company.run("appraisal.rate", "sue", ref=ref, **SAID)


def test_once_final_nothing_changes_any_more(company: Appraising) -> None:
    ref = company.published("ann")
    company.run("appraisal.advance", "ann", ref=ref, to="acknowledge")
    company.run("appraisal.advance", "mia", ref=ref, to="finalise")
    with company.platform.session("admin") as session:
        before = (session.find(Result), session.find(Rating))
    for to in ("draft", "reviewed", "published", "acknowledged", "appealed"):
        assert codes(company, "appraisal.advance", "admin", ref=ref, to=to) == {"appraisal-illegal-move"}
    assert codes(company, "appraisal.change", "sue", ref=ref, form="other") == {"appraisal-final"}
    assert "appraisal-summary" in codes(company, "appraisal-result.change", "sue", ref="APS-1", summary="x")
    assert codes(company, "appraisal.rate", "sue", ref=ref, **SAID) == {"appraisal-ratings-closed"}
    assert codes(company, "appraisal.invite", "sue", ref=ref, rater=["DAN"]) == {"appraisal-ratings-closed"}
    rating = f"{ref}-SUE-teamwork"
    assert "appraisal-ratings-closed" in codes(
        company, "appraisal-rating.change", "sue", ref=rating, closed=False
    )
    company.run("evaluate", scheme="sellers", period=PERIOD)
    company.compute()
    with company.platform.session("admin") as session:
        held = {each.ref: each for each in session.find(Result)}
        assert held["APS-1"] == next(each for each in before[0] if each.ref == "APS-1")
        assert session.find(Rating) == before[1]


def test_ratings_close_with_the_review_and_not_before(company: Appraising) -> None:
    ref = company.ref("ann")
    assert codes(company, "appraisal.advance", "sue", ref=ref, to="reviewed") == {"appraisal-ratings-open"}
    company.run("appraisal.review", "sue", ref=ref)
    assert codes(company, "appraisal.rate", "sue", ref=ref, **SAID) == {"appraisal-ratings-closed"}
    given = {"criterion": "teamwork", "score": 5, "evidence": "trained Ben"}
    assert codes(company, "appraisal.self-rate", "ann", ref=ref, **given) == {"appraisal-ratings-closed"}


def test_publishing_takes_more_than_another_state(company: Appraising) -> None:
    ref = company.ref("ann")
    company.run("appraisal.review", "sue", ref=ref)
    assert codes(company, "appraisal.advance", "sue", ref=ref, to="published") == {"appraisal-shown"}


def test_a_colleague_who_is_asked_rates_without_seeing_the_appraisal(company: Appraising) -> None:
    ref = company.ref("ann")
    with pytest.raises(NotFound):
        company.run("appraisal.rate", "ben", ref=ref, **SAID)
    assert len(company.run("appraisal.invite", "sue", ref=ref, rater=["ben"])) == 3
    company.run("appraisal.rate", "ben", ref=ref, **SAID)
    with company.platform.session("ben") as session:
        assert {each.criterion: each.score for each in session.find(Rating)} == {
            "proactivity": None, "responsibility": None, "teamwork": 4,
        }  # fmt: skip
    with pytest.raises(NotFound):
        company.run("appraisal.explain", "ben", ref=ref)
    company.run("appraisal.review", "sue", ref=ref)
    assert codes(company, "appraisal.rate", "ben", ref=ref, **(SAID | {"score": 5})) == {
        "appraisal-ratings-closed"
    }


def test_a_rating_names_an_appraisal_that_its_rater_does_not_see_by_its_number(company: Appraising) -> None:
    rating = company.run("appraisal.invite", "sue", ref=company.ref("ann"), rater=["ben"])[0]
    for actor, named in (("ben", str(rating.appraisal)), ("sue", "AP-1")):
        with company.platform.session(actor) as session:
            shown = lines_of(session.get(Rating, rating.id), session)
        assert shown[1].split() == ["Appraisal", named]


def test_nobody_rates_themselves_or_in_the_name_of_another_member(company: Appraising) -> None:
    ref = company.ref("ann")
    assert "appraisal-own-rating" in codes(company, "appraisal.rate", "ann", ref=ref, **SAID)
    assert codes(company, "appraisal.invite", "ann", ref=ref, rater=["BEN"]) == {"not-permitted"}
    assert codes(company, "appraisal.rate", "mia", ref=ref, rater="DIA", **SAID) == {"appraisal-rater"}
    with pytest.raises(UsageError, match="is about somebody else"):
        company.run("appraisal.self-rate", "sue", ref=ref, **SAID)


def test_a_rating_from_below_would_be_seen_and_is_refused(company: Appraising) -> None:
    ref = company.ref("sue")
    assert codes(company, "appraisal.invite", "mia", ref=ref, rater=["BEN"]) == {"appraisal-rater-below"}
    company.run("appraisal.invite", "mia", ref=ref, rater=["DAN"])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"score": 0}, "appraisal-score"),
        ({"score": 6}, "appraisal-score"),
        ({"evidence": "  "}, "appraisal-evidence"),
    ],
)
def test_a_score_is_from_1_to_5_with_evidence(company: Appraising, given: dict[str, Any], code: str) -> None:
    assert codes(company, "appraisal.rate", "sue", ref=company.ref("ann"), **(SAID | given)) == {code}


def test_a_criterion_that_the_form_lacks_is_refused_with_the_nearest(company: Appraising) -> None:
    with pytest.raises(UsageError, match=r"no criterion 'teamwrk', did you mean 'teamwork'\?"):
        company.run("appraisal.rate", "sue", ref=company.ref("ann"), **(SAID | {"criterion": "teamwrk"}))


def test_only_the_roles_of_the_form_rate(stored: Path, make_platform: MakePlatform) -> None:
    shutil.copy(stored, make_platform.folder)
    config = CONFIG.replace('trim = "25 %"', 'raters = ["supervisor", "manager"]')
    company = Appraising(make_platform(config=config, plugins=PLUGINS, upgrade=False))
    assert codes(company, "appraisal.invite", "sue", ref=company.ref("ann"), rater=["DAN"]) == {
        "appraisal-rater-role"
    }


def test_an_appraisal_that_moves_with_its_member_takes_all_that_hangs_on_it_along(
    company: Appraising,
) -> None:
    company.run("member.move", "admin", ref="ANN", to="BETA", role="rep", since="2026-03-01")
    moved = company.run("appraisal.open", form="sales", period=PERIOD)
    assert (moved["moved"], moved["kept"]) == (1, 6)
    assert [seen(company, each, Result) for each in ("sue", "mia")] == [0, 2]


def test_who_leaves_takes_nothing_of_appraisals_over_to_a_successor(company: Appraising) -> None:
    company.published("ann")
    given = {"ref": "ANN", "on": "2026-06-01", "successor": "BEN"}
    company.run("member.leave", "admin", **given)
    with company.platform.session("admin") as session:
        member = session.get("member", "ANN").id
        assert session.count("appraisal", member=member) == 1
        assert session.count(Result, shown_to=member) == 1


def test_erasing_a_person_takes_the_name_out_of_texts_that_are_closed(company: Appraising) -> None:
    ref = company.ref("ann")
    company.run("appraisal.rate", "sue", ref=ref, **(SAID | {"evidence": "Ann covered for Ben"}))
    company.compute()
    company.published("ann")
    company.run("appraisal.appeal", "ann", ref=ref, reason="Ann sold more")
    company.run("appraisal.advance", "mia", ref=ref, to="final")
    company.run("member.leave", "admin", ref="ANN", on="2026-06-01", successor="BEN")
    company.run("person.erase", "admin", ref="ANN", reason="request of 3 July")
    with company.platform.session("admin") as session:
        rating = session.get(Rating, f"{ref}-SUE-teamwork")
        assert (rating.evidence, rating.score) == ("erased covered for Ben", 4)
        assert session.get(Appraisal, ref).appeal_reason == "erased sold more"
