"""The desk where filled-in questionnaires are judged."""

import pytest

from tests.answered import YEAR, Answered
from tests.factories import OTHER_COMMUNITY
from tests.families import Families
from webapp.domain.ids import uuid7
from webapp.models import HouseholdYear, Response, ResponseEvent
from webapp.services.families import FamilyValues


@pytest.fixture
def answered(session) -> Answered:
    return Answered(session)


@pytest.fixture
def home(make, session):
    """A household with a pupil, known last year."""
    household, families = make.household(head_name="杨大山"), Families(session)
    child = families.member(household, name="杨小", relation="03")
    known = FamilyValues({"farmland_mu": 3.5, "wage_income": 9000.0, "has_tv": True}, {child.id: {"student_status": "03"}})
    families.write(household, known, year=YEAR - 1)
    household.child = child
    return household


@pytest.fixture
def cadre(make):
    return make.account("cadre")


@pytest.fixture
def office(signed_in):
    return signed_in("office")


def test_the_queue_shows_what_waits_first_reported_first(office, home, cadre, make, answered):
    second = make.household(head_name="李二")
    answered(home, cadre, farmland_mu="900")
    answered(second, cadre)
    page = office.get("/review/responses").text
    assert page.index("杨大山") < page.index("李二")
    assert "问题 1 项" in page
    assert "李二" not in office.get("/review/responses?flags=problems").text
    assert "杨大山" not in office.get("/review/responses?flags=clear").text
    assert "李二" in office.get("/review/responses?words=李二&form=yearly&sort=-changed").text
    assert "杨大山" not in office.get("/review/responses?state=accepted").text


def test_lists_leave_as_files_and_paper(office, home, cadre, answered):
    answered(home, cadre)
    assert "杨大山" in office.get("/review/responses/list.csv").text
    assert office.get("/review/responses/list.xlsx").status_code == 200
    assert "年度信息" in office.get("/review/responses/list/print").text


def test_a_sheet_shows_answers_beside_last_year_in_the_forms_words(office, home, cadre, answered):
    row = answered(home, cadre, members={home.child.id: ("05", "河图中学")}, farmland_mu="900", phone="13812345678")
    page = office.get(f"/review/responses/{row.id}").text
    told = ["一、生产生活条件", "工资性收入(元)", "12000", "9000", "初中", "小学", "杨小", "耕地面积应在0到500亩之间"]
    assert "138****5678" in page
    for words in told:
        assert words in page, words
    assert "13812345678" not in page


def test_accepting_writes_the_year_and_can_be_undone(office, home, cadre, make, answered):
    row = answered(home, cadre)
    answer = office.post(f"/review/responses/{row.id}/accept", data={"state": "received"})
    assert answer.status_code == 302
    assert make.fresh(HouseholdYear, (home.id, YEAR)).wage_income == 12000.0
    assert "已通过：杨大山" in office.get("/review/responses").text
    office.post(f"/review/responses/{row.id}/reopen", data={"state": "accepted"})
    assert make.fresh(Response, row.id).state == "received"
    assert make.fresh(HouseholdYear, (home.id, YEAR)).wage_income is None


def test_problems_are_accepted_only_with_a_word(office, home, cadre, make, answered):
    row = answered(home, cadre, farmland_mu="900")
    refused = office.post(f"/review/responses/{row.id}/accept", data={"state": "received"})
    assert refused.status_code == 422
    assert "data-show-now" in refused.text
    assert make.fresh(Response, row.id).state == "received"
    office.post(f"/review/responses/{row.id}/accept", data={"state": "received", "text": "已核实"})
    assert make.fresh(Response, row.id).state == "accepted"


def test_returning_needs_a_reason_and_keeps_what_was_typed(office, home, cadre, make, session, answered):
    row = answered(home, cadre)
    assert office.post(f"/review/responses/{row.id}/return", data={"state": "received", "reasons": "C99"}).status_code == 422
    sent = {"state": "received", "reasons": ["C03"], "text": "缺工资证明"}
    assert office.post(f"/review/responses/{row.id}/return", data=sent).status_code == 302
    assert make.fresh(Response, row.id).state == "returned"
    assert "缺工资证明" in office.get(f"/review/responses/{row.id}").text


def test_a_conflict_is_decided_by_the_reviewer(office, home, cadre, make, answered):
    first, second = answered(home, cadre, wage_income="10000"), answered(home, make.account("cadre"), wage_income="11000")
    office.post(f"/review/responses/{first.id}/accept", data={"state": "received"})
    assert "冲突 1 项" in office.get("/review/responses?flags=conflicts").text
    page = office.get(f"/review/responses/{second.id}").text
    assert "采集员填报时看到的：9000" in page
    assert office.post(f"/review/responses/{second.id}/accept", data={"state": "received"}).status_code == 422
    chosen = {"state": "received", "choice:/data/living/wage_income": "theirs"}
    assert office.post(f"/review/responses/{second.id}/accept", data=chosen).status_code == 302
    assert make.fresh(HouseholdYear, (home.id, YEAR)).wage_income == 11000.0


def test_versions_lie_beside_each_other(office, home, cadre, answered):
    first = answered(home, cadre, wage_income="10000")
    second = answered(home, cadre, wage_income="11000", replaces=first.id)
    page = office.get(f"/review/responses/{second.id}?with={first.id}").text
    assert "该版本答案" in page
    assert "10000" in page
    assert "11000" in page
    assert "以新版本为准" in office.get(f"/review/responses/{first.id}").text
    assert office.post(f"/review/responses/{first.id}/accept", data={"state": "received"}).status_code == 409
    assert office.get(f"/review/responses/{second.id}?with={uuid7()}").status_code == 404


def test_nobody_decides_over_somebody_elses_head(office, home, cadre, make, session, answered):
    row = answered(home, cadre)
    office.post(f"/review/responses/{row.id}/return", data={"state": "received", "text": "x"})
    assert office.post(f"/review/responses/{row.id}/accept", data={"state": "received"}).status_code == 409
    session.rollback()
    assert session.query(ResponseEvent).filter_by(kind="accepted").count() == 0


def test_another_community_sees_nothing(signed_in, home, cadre, answered):
    row = answered(home, cadre)
    stranger = signed_in("community", OTHER_COMMUNITY)
    assert "杨大山" not in stranger.get("/review/responses").text
    assert stranger.get(f"/review/responses/{row.id}").status_code == 404
    assert stranger.post(f"/review/responses/{row.id}/return", data={"state": "received", "text": "x"}).status_code == 404


def test_the_other_language_has_every_word(office, home, cadre, answered):
    office.post("/language/en", data={"next": "/"})
    row = answered(home, cadre, farmland_mu="900")
    assert "Review of questionnaires" in office.get("/review/responses").text
    assert "responses." not in office.get(f"/review/responses/{row.id}").text.replace("/responses.", "")
