"""Families by year: what is written, what follows from it, and what nobody can read in the database."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.families import CARD, Families
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import Change, HelperLink, Household, HouseholdYear, Measure, Member, MemberYear
from webapp.queries import families as reading
from webapp.services import families
from webapp.services.families import FamilyValues
from webapp.services.sealing import Place, key_ring

YEAR = 2018


@pytest.fixture
def home(session) -> Families:
    return Families(session)


def test_what_was_said_is_written_with_what_follows_from_it(session, make, home):
    household = make.household()
    head, child = home.member(household, name="杨大", relation="01"), home.member(household, 2, name="杨小", relation="03")
    values = FamilyValues(
        {"wage_income": 12e3, "business_income": 3000.5, "business_expense": 1e3, "pension_income": 1236.0, "has_power": True},
        {head.id: {"education": "02"}, child.id: {"student_status": "05", "name": "杨小小"}},
    )
    assert home.write(household, values) == 2
    row = session.get_one(HouseholdYear, (household.id, YEAR))
    sums = (row.transfer_income, row.gross_income, row.net_income, row.per_capita_net, row.member_count, row.has_power)
    assert sums == (1236.0, 16236.5, 15236.5, 7618.25, 2, True)
    assert session.get_one(MemberYear, (child.id, YEAR)).student_status == "05"
    assert session.get_one(Member, child.id).name == "杨小小"
    assert home.write(household, FamilyValues({"wage_income": 0.0})) == 3


def test_phones_are_told_of_the_family_and_of_the_household(session, make, home):
    household = make.household()
    rev = home.write(household, FamilyValues({"has_tv": True}))
    assert session.get_one(Change, (household.area_code[:12], "family", household.id)).rev == rev
    assert make.fresh(Household, household.id).rev == 2


def test_numbers_of_people_lie_sealed_masked_and_findable(session, make, home):
    household = make.household()
    member = home.member(household)
    certificate = CARD + "44"
    values = FamilyValues(
        {"bank_account": "6217 0000 0000 1234", "phone": "12990001234"},
        {member.id: {"id_no": CARD.lower(), "disability_cert_no": certificate}},
    )
    home.write(household, values)
    kept = make.fresh(Member, member.id)
    life, row = session.get_one(MemberYear, (member.id, YEAR)), session.get_one(HouseholdYear, (household.id, YEAR))
    assert (kept.id_no_masked, row.bank_account_masked, life.disability_cert_no_masked) == (
        f"990***********{CARD[-4:]}", "**** 1234", "990" + "*" * 17,
    )  # fmt: skip
    assert home.ring.open(families.place_of("member", member.id, "id_no"), kept.id_no_sealed) == CARD
    assert kept.id_no_index == home.ring.blind("id_no", f" {CARD} ") == home.ring.blind("id_no", certificate)
    assert CARD.encode() not in kept.id_no_sealed
    assert make.fresh(Household, household.id).phone_masked == "129****1234"


def test_the_same_number_is_found_after_the_keys_were_changed(home):
    newer = key_ring("v2:" + "B" * 43 + "=,v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    assert home.ring.blind("id_no", CARD) in newer.blinds("id_no", CARD)
    assert newer.blind("id_no", CARD) != home.ring.blind("id_no", CARD)
    assert newer.blind("id_no", CARD) != newer.blind("phone", CARD)
    assert newer.seal(Place("member", uuid7(), "id_no"), CARD)


def test_people_and_rows_of_others_are_refused(make, home):
    household, other = make.household(), make.household()
    stranger = home.member(other)
    rows = [(uuid7(), {})]
    for values in (FamilyValues(members={stranger.id: {}}), FamilyValues(helpers=rows), FamilyValues(measures=rows)):
        with pytest.raises(Problem, match="invalid_payload"):
            home.write(household, values)
    with pytest.raises(Problem, match="not_found"):
        families.written(home.session, uuid7(), YEAR, FamilyValues(), uuid7(), now(), home.ring)


def test_a_row_of_last_year_is_carried_over_once_with_what_is_sealed_in_it(session, make, home):
    household, answer = make.household(), uuid7()
    home.write(household, FamilyValues(helpers=[(None, {"helper_name": "李四", "phone": "12990005678"})]), year=YEAR - 1)
    old = session.scalars(select(HelperLink)).one()
    for _ in range(2):
        said = FamilyValues(helpers=[(old.id, {"helper_name": "李四四"})], measures=[(None, {"name": "养鸡"})])
        home.write(household, said, answer=answer)
    session.expire_all()
    last, this = session.scalars(select(HelperLink).order_by(HelperLink.year)).all()
    assert (last.helper_name, this.helper_name, this.phone_masked, this.year) == ("李四", "李四四", "129****5678", YEAR)
    assert home.ring.open(families.place_of("helper_link", this.id, "phone"), this.phone_sealed) == "12990005678"
    assert session.scalar(select(func.count(Measure.id))) == 1


def test_the_register_keeps_the_attribute_in_step(make, home):
    household = make.household()
    home.write(household, FamilyValues({"household_attribute": "04"}))
    assert make.fresh(Household, household.id).attribute == "04"


def test_a_family_is_read_with_last_year_beside_this_year(make, home):
    household = make.household()
    assert reading.family(home.session, household.id, YEAR) == {"year": YEAR, "last": None, "this": None}
    member = home.member(household, name="杨大", relation="01", birth_date=date(1960, 10, 9))
    home.member(household, 2, name="走了", member_status="2")
    before = FamilyValues({"other_causes": "02 03", "farmland_mu": 2.5}, {member.id: {"health": "01"}})
    home.write(household, before, year=YEAR - 1)
    home.write(household, FamilyValues({"collected_on": date(2018, 10, 9)}, {member.id: {"id_no": CARD}}))
    read = reading.family(home.session, household.id, YEAR)
    last, this = read["last"], read["this"]
    assert last["household_year"] == {"other_causes": "02 03", "farmland_mu": 2.5, "member_count": 1}
    assert this["household_year"] == {"collected_on": "2018-10-09", "member_count": 1}
    (one,) = last["members"]
    assert (one["id"], one["no"], one["member_year"]) == (str(member.id), 1, {"health": "01"})
    assert (one["member"]["age"], this["members"][0]["member"]["age"]) == (56, 57)
    assert one["member"]["id_no_masked"] == f"990***********{CARD[-4:]}"
    assert "id_no" not in str(one).replace("id_no_masked", "")
    assert reading.rev(home.session, household.id, YEAR) == 2


def test_another_choice_of_what_counts_counts_this_year_anew(session, make, home):
    household = make.household()
    home.member(household)
    for year in (YEAR - 1, YEAR):
        home.write(household, FamilyValues({"pension_income": 1236.0, "wage_income": 1000.0}), year=year)
    home.choose(["dibao_income"])
    session.expire_all()
    grosses = session.scalars(select(HouseholdYear.gross_income).order_by(HouseholdYear.year)).all()
    assert grosses == [2236.0, 1000.0]
    assert reading.rev(session, household.id, YEAR) == 3
