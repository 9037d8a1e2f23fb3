"""An exported comparison sheet taken in as last year: what its columns mean, what is written, what is refused."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.families import CARD, Families
from tests.imports.books import book
from webapp.domain import comparison, idcards
from webapp.domain.access import Scope
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.imports.sheet import Wanted, read
from webapp.models import HouseholdYear, Member, MemberYear
from webapp.models.engine import begin_write
from webapp.queries import comparison as reading
from webapp.queries import families
from webapp.services import comparison as taking
from webapp.services.comparison_plan import compare
from webapp.services.families import FamilyValues

STREET = Scope(("530502005",))
YEAR, TODAY = 2017, date(2018, 10, 8)
TITLES = ["户编号", "姓名", "证件号码", "与户主关系", "健康状况", "耕地面积(亩)", "低保金", "AAC073", "其他致贫原因"]
TITLES += ["是否通生活用电"]


def card(body: str) -> str:
    return body + idcards.check_digit(body)


HEAD, WIFE = card("53050219600229001"), card("53050219620301002")


def line(number="H0001", name="杨大", id_no=HEAD, **more) -> list:
    cells = [number, name, id_no, "户主", "健康", "2.5", "2160", "8000", "因病、因学", "是"]
    return list((dict(zip(TITLES, cells, strict=True)) | more).values())


class Desk:
    """Sheets compared and taken in."""

    def __init__(self, session, folder):
        self.session, self.folder, self.home = session, folder, Families(session)

    def look(self, rows, titles=TITLES, scope=STREET):
        self.session.rollback()
        return self._compared(rows, titles, scope)

    def take(self, rows, titles=TITLES):
        self.session.rollback()
        begin_write(self.session)
        plan = self._compared(rows, titles, STREET)
        taking.write(self.session, plan, self.home.ring, now())
        self.session.commit()
        self.session.expire_all()
        return plan

    def _compared(self, rows, titles, scope):
        sheet = read(book(self.folder, rows, titles), Wanted(reading.titles(self.session), 1000))
        return compare(self.session, sheet, YEAR, scope, self.home.ring, TODAY)


@pytest.fixture
def desk(session, tmp_path) -> Desk:
    return Desk(session, tmp_path)


def faults(plan) -> list[tuple[str, str]]:
    return [(error.cell, error.code) for error in plan.errors]


def test_members_by_row_become_a_family_of_last_year(session, make, desk):
    household = make.household(number="H0001")
    rows = [line(), line(name="李二", id_no=WIFE, **{"与户主关系": "02", "健康状况": "长期慢性病、残疾"})]
    plan = desk.take(rows)
    assert (len(plan.new), plan.people, plan.errors) == (1, 2, [])
    row = session.get_one(HouseholdYear, (household.id, YEAR))
    told = (row.farmland_mu, row.dibao_income, row.wage_income, row.other_causes, row.has_power, row.member_count)
    assert told == (2.5, 2160, 8000, "01 03", True, 2)
    assert (row.transfer_income, row.per_capita_net, row.rev) == (2160, 5080, 1)
    head, spouse = session.scalars(select(Member).order_by(Member.no)).all()
    assert (head.name, head.relation, head.sex, head.birth_date) == ("杨大", "01", "1", date(1960, 2, 29))
    assert (spouse.relation, session.get_one(MemberYear, (spouse.id, YEAR)).health) == ("02", "02 04")
    assert HEAD.encode() not in head.id_no_sealed
    assert head.id_no_masked == f"530***********{HEAD[-4:]}"
    last = families.family(session, household.id, 2018)["last"]
    assert (last["household_year"]["farmland_mu"], len(last["members"])) == (2.5, 2)


def test_the_same_sheet_again_changes_nothing(session, make, desk):
    make.household(number="H0001")
    desk.take([line()])
    again = desk.look([line()])
    assert (again.good, again.unchanged) == (0, 1)
    plan = desk.take([line(低保金="3000")])
    assert ([one.changed for one in plan.changed], plan.people) == ([["household_year.dibao_income"]], 0)
    assert session.scalars(select(HouseholdYear.per_capita_net)).one() == 11000
    assert session.scalar(select(func.count(Member.id))) == 1


def test_a_person_is_known_by_the_card_whatever_the_name(session, make, desk):
    household = make.household(number="H0001")
    member = desk.home.member(household, name="杨太")
    desk.home.write(household, FamilyValues(members={member.id: {"id_no": HEAD}}), year=2018)
    plan = desk.take([line()])
    assert plan.people == 0
    assert session.scalars(select(Member.name)).all() == ["杨大"]


def test_one_row_for_a_household_needs_no_members(session, make, desk):
    make.household(number="H0001")
    plan = desk.take([["H0001", 3, "泥土路", 120]], ["户编号", "耕地面积", "入户路类型", "住房面积（平方米）"])
    row = session.scalars(select(HouseholdYear)).one()
    assert (plan.people, row.farmland_mu, row.road_type, row.house_area_m2, row.per_capita_net) == (0, 3, "01", 120, None)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"户编号": "H0009"}, ("A2", "number_unknown")),
        ({"户编号": None}, ("A2", "number_missing")),
        ({"姓名": None}, ("B2", "person_nameless")),
        ({"证件号码": HEAD[:-1] + ("0" if HEAD[-1] != "0" else "1")}, ("C2", "id_check")),
        ({"证件号码": "123"}, ("C2", "id_length")),
        ({"证件号码": CARD}, ("C2", "id_region")),
        ({"与户主关系": "邻居"}, ("D2", "code_unknown")),
        ({"健康状况": "健康、不详"}, ("E2", "code_unknown")),
        ({"耕地面积(亩)": "两亩"}, ("F2", "no_number")),
        ({"耕地面积(亩)": "99999999"}, ("F2", "number_large")),
        ({"低保金": "=1+1"}, ("G2", "formula")),
        ({"是否通生活用电": "也许"}, ("J2", "yes_or_no")),
    ],
)
@pytest.mark.parametrize("database_url", ["spatialite"], indirect=True)
def test_a_fault_names_its_cell_and_keeps_the_household_out(make, desk, cells, fault):
    make.household(number="H0001")
    plan = desk.look([line(**cells)])
    assert (faults(plan), plan.good) == ([fault], 0)


def test_rows_of_one_household_must_agree_and_name_everybody_once(make, desk):
    make.household(number="H0001")
    plan = desk.look([line(), line(name="李二", id_no=WIFE, **{"耕地面积(亩)": "9"}), line(name="杨大大")])
    assert faults(plan) == [("F3", "said_otherwise")]
    plan = desk.look([line(), line(name="杨大大")])
    assert faults(plan) == [("B2", "person_twice"), ("B3", "person_twice")]


def test_who_is_registered_elsewhere_is_not_added_here(make, desk):
    make.household(number="H0001")
    make.household(number="H0002")
    desk.take([line()])
    assert faults(desk.look([line("H0002")])) == [("C2", "person_elsewhere")]


def test_invented_people_belong_to_the_demo_only(make, desk):
    make.household(number="H0001", demo=True)
    assert faults(desk.look([line(id_no=CARD)])) == []
    assert faults(desk.look([line()])) == [("C2", "id_region")]


def test_households_of_others_are_unknown(make, desk):
    make.household(number="H0001")
    assert faults(desk.look([line()], scope=Scope(("530502005002",)))) == [("A2", "number_unknown")]


def test_an_unknown_column_is_shown_and_can_be_assigned(session, make, desk):
    household = make.household(number="H0001")
    titles, row = [*TITLES, "土地(亩)多少", "备注"], [*line(), "7", "x"]
    assert desk.look([row], titles).columns.unknown == ["土地(亩)多少", "备注"]
    session.rollback()
    begin_write(session)
    taking.say(session, {"土地(亩)多少": "household_year.forest_mu", "备注": "ignore"}, now())
    session.commit()
    assert desk.take([row], titles).columns.unknown == []
    assert session.get_one(HouseholdYear, (household.id, YEAR)).forest_mu == 7
    session.rollback()
    begin_write(session)
    taking.forget(session, reading.said(session)[0].title)
    session.commit()
    assert len(desk.look([row], titles).columns.unknown) == 1
    with pytest.raises(Problem, match="title_wrong"):
        taking.say(session, {"备注": "household.head_name"}, now())


def test_a_column_that_means_what_another_means_waits_to_be_assigned(make, desk):
    make.household(number="H0001")
    plan = desk.look([[*line(), "李四"]], [*TITLES, "姓名"])
    assert plan.columns.unknown == ["姓名 (2)"]


def test_a_sheet_without_its_key_is_refused(desk):
    with pytest.raises(Problem) as caught:
        desk.look([["1", "2", "3"]], ["姓名", "健康状况", "民族"])
    assert (caught.value.code, caught.value.fields) == ("import_columns_missing", ["household.number"])


def test_every_name_and_code_of_the_dictionary_is_understood():
    targets = set(comparison.targets())
    assert set(comparison.defaults().values()) <= targets
    meant = set(comparison.defaults().values())
    assert {target for target in comparison.fields() if target not in meant} <= {"household_year.member_count"}
