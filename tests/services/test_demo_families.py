"""The invented families: plausible, nobody's, and contradictory exactly where the list says so."""

import csv
import re
from collections import Counter

import pytest
from sqlalchemy import func, select

from tests.conftest import DEMO_HOUSEHOLDS, SETTINGS
from webapp.domain import codes, idcards, income
from webapp.domain.clock import now
from webapp.models import HelperLink, Household, HouseholdYear, Member, MemberYear
from webapp.queries import campaigns, families
from webapp.services.demo_families import LIST
from webapp.services.demo_planted import GRADES, RULES, SHARE
from webapp.services.families import place_of
from webapp.services.sealing import key_ring

RING = key_ring(SETTINGS["DATA_KEYS"])
MALE, FEMALE = {"03", "06", "07", "11", "15"}, {"04", "05", "08", "12", "16"}


class Town:
    """Every family of the demo, with the card numbers opened."""

    def __init__(self, session):
        self.session, self.year = session, campaigns.active(session).year
        self.numbers = {row.id: row.number for row in session.scalars(select(Household))}
        self.shapes = families.families(session, list(self.numbers), self.year)
        rows = session.scalars(select(Member))
        self.cards = {str(row.id): RING.open(place_of("member", row.id, "id_no"), row.id_no_sealed) for row in rows}

    def years(self):
        """(number of the household, this year or else last, the year before if both are there)"""
        for household_id, shape in self.shapes.items():
            yield self.numbers[household_id], shape["this"] or shape["last"], shape["last"] if shape["this"] else None


@pytest.fixture
def town(demo_town, session) -> Town:
    return Town(session)


def broken(town: Town, one: dict, last: dict | None):
    """The rules of dq_rules.csv this family breaks, of those that are planted; written from the rules' own words."""
    values, people = one["household_year"], one["members"]
    attribute, lives = values["household_attribute"], [person["member_year"] for person in people]
    found = Counter(rule for person in people for rule in _person_breaks(town, person))
    sums = income.derived(values, len(people))
    before = {person["id"]: person["member_year"] for person in last["members"]} if last else {}
    found["H04"] += any(
        before.get(person["id"], {}).get("student_status") == person["member_year"]["student_status"]
        and person["member_year"]["student_status"] in GRADES for person in people
    )  # fmt: skip
    found["C04"] += values["main_cause"] in values.get("other_causes", "").split()
    found["D01"] += attribute == "04" and not any(life["on_dibao"] for life in lives)
    found["D05"] += attribute == "01" and values["dibao_income"] + values["wubao_income"] > 0
    found["D06"] += attribute == "04" and values["dibao_income"] <= 0
    found["F02"] += values["per_capita_net"] <= 0
    found["F03"] += any(abs(values[name] - sums[name]) > 0.01 for name in income.DERIVED)
    found["F04"] += last is not None and all(values.get(name) == last["household_year"].get(name) for name in income.PARTS)
    found["I04"] += values["irrigated_mu"] > values["farmland_mu"]
    found["I06"] += values["is_dangerous_house"] != (values["house_grade"] in ("C", "D"))
    found["J03"] += max(Counter(person["member"]["relation"] for person in people)[code] for code in ("01", "02")) > 1
    found["L01"] += not one["helpers"]
    return {rule for rule, times in found.items() if times}


def _person_breaks(town: Town, person: dict):
    who, life, card = person["member"], person["member_year"], town.cards[person["id"]]
    status, works, months = life["student_status"], life.get("work_status"), life.get("work_months")
    if idcards.check_digit(card[:17]) != card[17]:
        yield "A03"
    if idcards.sex(card) != who["sex"]:
        yield "A07"
    if "04" in life["health"].split() and not life.get("disability_cert_no_masked"):
        yield "B07"
    if who["age"] < 16 and life["labour_skill"] in ("01", "02"):
        yield "E03"
    if months is not None and not 0 <= months <= 12:
        yield "G01"
    if works and not months:
        yield "G02"
    if months and not works:
        yield "G03"
    if 6 <= who["age"] <= 15 and status == "01" and life.get("education") not in ("03", "04", "05"):
        yield "H07"
    if life.get("education") and status != "01":
        yield "H09"


def test_the_list_names_every_contradiction_there_is_and_no_other(app, town):
    with (app.config["MEDIA"] / LIST).open(encoding="utf-8-sig", newline="") as file:
        listed = {(row["household"], row["rule"]): row["what"] for row in csv.DictReader(file)}
    assert len(listed) == round(DEMO_HOUSEHOLDS * SHARE)
    assert {rule for _, rule in listed} <= set(RULES)
    assert all(len(what) > 5 for what in listed.values())
    assert {(number, rule) for number, one, last in town.years() for rule in broken(town, one, last)} == set(listed)


def test_every_household_has_a_family_last_year_and_some_told_of_this_one(town):
    sizes = Counter(len(one["members"]) for _, one, _ in town.years())
    assert sizes.total() == DEMO_HOUSEHOLDS
    assert set(sizes) <= set(range(1, 8))
    assert len(sizes) > 4
    told = sum(shape["this"] is not None for shape in town.shapes.values())
    assert 0.15 * DEMO_HOUSEHOLDS < told < 0.6 * DEMO_HOUSEHOLDS
    assert all(shape["last"] for shape in town.shapes.values())


def test_kin_are_as_old_and_of_the_sex_their_relation_says(town):
    for _, one, _ in town.years():
        ages = {person["member"]["relation"]: person["member"]["age"] for person in one["members"]}
        for person in one["members"]:
            who = person["member"]
            assert who["relation"] not in (MALE if who["sex"] == "2" else FEMALE)
            assert 0 <= who["age"] <= 92
            gap = ages["01"] - who["age"]
            assert not (who["relation"] in ("03", "04") and gap < 13)
            assert not (who["relation"] in ("11", "12", "15", "16") and gap > -13)


def test_schooling_goes_on_by_the_table_of_the_code_list(town):
    following = {row["code"]: row["next_year_expected"].split("|") for row in codes.rows("code_student_status")}
    with_plants = {number for number, one, last in town.years() if broken(town, one, last)}
    for number, one, last in town.years():
        if last is None or number in with_plants:
            continue
        for was, is_now in zip(last["members"], one["members"], strict=True):
            expected = following[was["member_year"]["student_status"]]
            assert "*" in expected or is_now["member_year"]["student_status"] in expected


def test_families_are_marked_and_could_be_nobody(town, session):
    assert set(session.scalars(select(Member.demo))) == {True}
    assert all(re.fullmatch(r"990000\d{11}[\dX]", card) for card in town.cards.values())
    assert len(set(town.cards.values())) == len(town.cards)
    wrong = [card for card in town.cards.values() if idcards.fault(card, now().date(), demo=True)]
    assert len(wrong) <= 1  # the planted one
    assert idcards.fault(next(iter(town.cards.values())), now().date()) == "id_region"
    helpers = session.scalars(select(HelperLink)).all()
    assert {RING.open(place_of("helper_link", row.id, "phone"), row.phone_sealed)[:5] for row in helpers} == {"12999"}


def test_who_is_out_of_poverty_is_above_the_line(town, session):
    poor = select(func.count()).select_from(HouseholdYear).where(
        HouseholdYear.exit_status.in_(("1", "2", "4")), HouseholdYear.per_capita_net <= 3500, HouseholdYear.year == town.year - 1
    )  # fmt: skip
    assert session.scalar(poor) == 0
    assert session.scalar(select(func.count()).select_from(MemberYear)) > 3 * DEMO_HOUSEHOLDS
