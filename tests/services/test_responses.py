"""Filled-in questionnaires: kept once, every version of them, and written into the year by a person only."""

import pytest
from sqlalchemy import func, select

from tests.answered import RING, WHEN, YEAR, Answered
from tests.families import Families
from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Household, HouseholdYear, MemberYear, Response, ResponseEvent, ResponseFile
from webapp.models.engine import begin_write
from webapp.queries import families as family_reads
from webapp.services import response_contents, response_review, responses
from webapp.services.families import FamilyValues
from webapp.services.responses import StatedFile


@pytest.fixture
def answered(session) -> Answered:
    made = Answered(session)
    made.publish()
    return made


@pytest.fixture
def home(session) -> Families:
    return Families(session)


@pytest.fixture
def village(make, home):
    """A household with a pupil, and what was known of it last year."""
    household, cadre, office = make.household(), make.account("cadre"), make.account("office", "530502005000")
    child = home.member(household, name="杨小", relation="03")
    known = FamilyValues({"farmland_mu": 3.5, "wage_income": 9000.0, "has_tv": True}, {child.id: {"student_status": "03"}})
    home.write(household, known, year=YEAR - 1)
    return household, cadre, office, child


def act(session, step, *args, **more):
    session.commit()
    begin_write(session)
    step(session, *args, **more)
    session.commit()


def by_path(row: Response) -> dict[str, dict]:
    return {change["path"].rpartition("/")[2]: change for change in row.changes}


def test_what_was_answered_stands_beside_last_year(session, village, answered):
    household, cadre, _office, child = village
    row = answered(household, cadre, members={child.id: ("05", "河图中学")}, phone="13812345678")
    found = by_path(row)
    assert (found["farmland_mu"]["kind"], found["has_tv"]["kind"]) == ("same", "same")
    assert (found["wage_income"]["before"], found["wage_income"]["after"], found["wage_income"]["kind"]) == (
        "9000",
        "12000",
        "changed",
    )
    assert (found["student_status"]["row"], found["student_status"]["before"]) == (str(child.id), "03")
    assert found["school_name"]["kind"] == "new"
    assert (found["phone"]["after"], row.problems) == ("138****5678", [])
    assert b"13812345678" not in row.xml_sealed
    assert "13812345678" in response_contents.opened(RING, row)


def test_the_same_again_is_the_same_and_another_text_a_conflict(session, village, answered):
    household, cadre, *_ = village
    new = answered.new(household, cadre, members={})
    for _ in range(2):
        act(session, responses.add, RING, new, WHEN)
    assert session.scalar(select(func.count()).select_from(Response)) == 1
    assert session.scalar(select(func.count()).select_from(ResponseEvent)) == 1
    with pytest.raises(Problem, match="conflict"):
        act(session, responses.add, RING, new._replace(xml=new.xml.replace("12000", "13000")), WHEN)


def test_what_the_form_finds_wrong_is_noted_and_kept(village, answered):
    household, cadre, *_ = village
    row = answered(household, cadre, farmland_mu="900", phone="139123456789")
    assert [(found["path"], found["code"]) for found in row.problems] == [
        ("/data/living/farmland_mu", "constraint"), ("/data/living/phone", "constraint"),
    ]  # fmt: skip
    assert row.problems[0]["message"] == "耕地面积应在0到500亩之间"
    assert "139123456789" not in str(row.problems)


@pytest.mark.parametrize("wrong", ["form", "version", "instance", "household", "member", "helper", "xml", "deprecated"])
def test_what_is_no_answer_of_this_household_is_refused(session, village, answered, wrong):
    household, cadre, *_ = village
    stranger = {"members": {uuid7(): ("03", "")}} if wrong == "member" else {"helpers": [(uuid7(), "农业局")]}
    new = answered.new(household, cadre, **(stranger if wrong in ("member", "helper") else {}))
    spoiled = {
        "form": new._replace(form_id="nothing"), "version": new._replace(version="9"), "instance": new._replace(id=uuid7()),
        "household": new._replace(xml=new.xml.replace(str(household.id), str(uuid7()))),
        "xml": new._replace(xml="<!DOCTYPE x [<!ENTITY a 'b'>]><data>&a;</data>"),
        "deprecated": new._replace(replaces_id=uuid7()),
    }  # fmt: skip
    with pytest.raises(Problem, match="invalid_payload"):
        act(session, responses.add, RING, spoiled.get(wrong, new), WHEN)


def test_versions_make_one_chain_in_whatever_order_they_come(session, make, village, answered):
    household, cadre, *_ = village
    ids = [uuid7() for _ in range(3)]
    replaced = {ids[0]: None, ids[1]: ids[0], ids[2]: ids[1]}
    for response_id in (ids[2], ids[0], ids[1]):
        act(session, responses.add, RING, answered.new(household, cadre, id=response_id, replaces=replaced[response_id]), WHEN)
    rows = {row.id: (row.root_id, row.newest) for row in session.scalars(select(Response))}
    assert rows == {ids[0]: (ids[0], False), ids[1]: (ids[0], False), ids[2]: (ids[0], True)}


def test_files_are_expected_until_their_hash_is_told(session, village, answered):
    household, cadre, *_ = village
    row = answered(household, cadre, door="1.jpg", files=[StatedFile("1.jpg")])
    act(session, responses.tell_files, row.id, [StatedFile("1.jpg", "a" * 64, 5)])
    assert session.get_one(ResponseFile, (row.id, "1.jpg")).sha256 == "a" * 64


def test_nothing_is_written_before_somebody_accepts(session, make, village, answered):
    household, cadre, office, child = village
    row = answered(household, cadre, members={child.id: ("05", "河图中学")}, helpers=[("", "区农业局")], phone="13812345678")
    assert session.get(HouseholdYear, (household.id, YEAR)) is None
    act(session, response_review.accept, RING, row, office, WHEN)
    year = make.fresh(HouseholdYear, (household.id, YEAR))
    assert (year.wage_income, year.farmland_mu, year.has_tv, year.response_id) == (12000.0, 3.5, True, row.id)
    assert session.get_one(MemberYear, (child.id, YEAR)).school_name == "河图中学"
    assert [helper["org_name"] for helper in family_reads.family(session, household.id, YEAR)["this"]["helpers"]] == ["区农业局"]
    assert make.fresh(Household, household.id).phone_masked == "138****5678"


def test_problems_need_a_word_before_they_are_accepted(session, village, answered):
    household, cadre, office, _child = village
    row = answered(household, cadre, farmland_mu="900")
    with pytest.raises(Problem, match="review_explanation_missing"):
        act(session, response_review.accept, RING, row, office, WHEN)
    session.rollback()
    act(session, response_review.accept, RING, row, office, WHEN, "已核实,承包了集体土地")
    assert row.state == "accepted"


def test_a_year_written_meanwhile_is_a_conflict_for_the_reviewer(session, make, village, answered, home):
    household, cadre, office, _child = village
    first = answered(household, cadre, wage_income="10000")
    second = answered(household, make.account("cadre"), wage_income="11000")
    act(session, response_review.accept, RING, first, office, WHEN)
    rows = {row["path"]: row for row in response_review.fresh_changes(session, RING, second)}
    disputed = rows["/data/living/wage_income"]
    assert (disputed["base"], disputed["before"], disputed["after"], disputed["conflict"]) == ("9000", "10000", "11000", True)
    assert not rows["/data/living/farmland_mu"]["conflict"]
    with pytest.raises(Problem, match="conflict_choice_missing"):
        act(session, response_review.accept, RING, second, office, WHEN)
    session.rollback()
    act(session, response_review.accept, RING, second, office, WHEN, "", {disputed["path"]: "ours"})
    assert make.fresh(HouseholdYear, (household.id, YEAR)).wage_income == 10000.0


def test_reopening_takes_back_what_acceptance_wrote(session, make, village, answered):
    household, cadre, office, child = village
    row = answered(household, cadre, members={child.id: ("05", "河图中学")})
    act(session, response_review.accept, RING, row, office, WHEN)
    act(session, response_review.reopen, RING, row, office, WHEN)
    assert row.state == "received"
    assert make.fresh(HouseholdYear, (household.id, YEAR)).wage_income is None
    assert session.get_one(MemberYear, (child.id, YEAR)).school_name is None


def test_what_is_sent_back_says_why_and_the_phones_hear_of_it(session, make, village, answered):
    household, cadre, office, _child = village
    row = answered(household, cadre)
    before = make.fresh(Household, household.id).rev
    with pytest.raises(Problem, match="review_reason_missing"):
        act(session, response_review.send_back, row, [], "", office, WHEN)
    session.rollback()
    act(session, response_review.send_back, row, ["C03"], "工资条未附", office, WHEN)
    assert make.fresh(Household, household.id).rev == before + 1
    with pytest.raises(Problem, match="move_not_allowed"):
        act(session, response_review.accept, RING, row, office, WHEN)
