"""What is known of a group or a community in a year: written, summed up, told to phones."""

from uuid import uuid4

import pytest

from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from webapp.domain.ids import area_id, uuid7
from webapp.models import Area, AreaYear, HouseholdYear, Member, MemberYear
from webapp.models.engine import begin_write
from webapp.queries import area_years
from webapp.services import area_years as writing
from webapp.services.sealing import key_ring

SAID = {"households_total": 40, "population_total": 150, "distance_to_village_km": 2.5, "paved_to_village": False}


@pytest.fixture
def write(app, session):
    ring = key_ring(app.config["DATA_KEYS"])

    def written(code: str, values: dict, year: int = 2018) -> int:
        session.commit()
        begin_write(session)
        rev = writing.written(session, code, year, values, uuid4(), WHEN, ring)
        session.commit()
        return rev

    return written


def test_a_groups_answers_become_its_communitys_sums(make, session, write):
    make.group(no=1), make.group(no=2)
    write(f"{COMMUNITY}01", SAID)
    assert session.get_one(AreaYear, (COMMUNITY, 2018)).households_total is None
    assert write(f"{COMMUNITY}02", SAID) == 1
    community = make.fresh(AreaYear, (COMMUNITY, 2018))
    assert (community.households_total, community.group_count, community.groups_unpaved, community.unpaved_km) == (80, 2, 2, 5)


def test_nobody_edits_what_is_generated(make, session, write):
    make.group()
    write(f"{COMMUNITY}01", SAID)
    write(COMMUNITY, {"households_total": 999, "group_count": 9, "party_members": 31})
    community = make.fresh(AreaYear, (COMMUNITY, 2018))
    assert (community.households_total, community.group_count, community.party_members) == (40, 1, 31)


def test_what_is_not_answered_stays(make, write):
    make.group()
    write(f"{COMMUNITY}01", SAID)
    assert write(f"{COMMUNITY}01", {"households_total": 41}) == 2
    row = make.fresh(AreaYear, (f"{COMMUNITY}01", 2018))
    assert (row.households_total, row.population_total) == (41, 150)


def test_a_telephone_number_is_kept_sealed_and_shown_masked(app, make, session, write):
    group = make.group()
    write(group.code, {"leader_name": "李组长", "leader_phone": "13800005678"})
    row = make.fresh(AreaYear, (group.code, 2018))
    assert row.leader_phone_masked == "138****5678"
    assert b"13800005678" not in row.leader_phone_sealed
    ring = key_ring(app.config["DATA_KEYS"])
    assert ring.open(writing.place_of(group, 2018, "leader_phone"), row.leader_phone_sealed) == "13800005678"
    write(group.code, {"leader_phone": None})
    assert make.fresh(AreaYear, (group.code, 2018)).leader_phone_sealed is None


def test_the_register_is_counted_with_the_newest_that_is_known_of_its_families(make, session):
    poor = make.household(attribute="04", exit_status="0")
    make.household(exit_status="1")
    session.commit()
    begin_write(session)
    session.add(HouseholdYear(household_id=poor.id, year=2017, updated_at=WHEN, in_coop=True, is_dangerous_house=True))
    for no, (status, health) in enumerate((("1", "02 04"), ("4", "01"), ("2", "04")), 1):
        member = Member(id=uuid7(), household_id=poor.id, no=no, created_at=WHEN, updated_at=WHEN, member_status=status)
        session.add(member)
        session.flush()
        session.add(MemberYear(member_id=member.id, year=2017, health="01" if no == 1 else health))
        if no == 1:
            session.add(MemberYear(member_id=member.id, year=2018, health=health))
    session.commit()
    found = area_years.registered(session, COMMUNITY, 2018)
    assert (found.poor_households, found.poor_population, found.disabled_households, found.unattached) == (1, 2, 1, 0)
    assert (found.figures["dibao_poor_households"], found.figures["dibao_poor_population"]) == (1, 2)
    assert (found.figures["disabled_poor_population"], found.figures["dangerous_poor_persons"]) == (1, 2)
    assert found.figures["poor_in_coops"] == 1


def test_a_phone_gets_last_year_and_this_of_the_places_it_shows(app, make, write):
    group, client = make.group(), app.test_client()
    make.group(OTHER_COMMUNITY)
    write(group.code, SAID | {"leader_phone": "13800005678"}, 2017)
    write(group.code, {"households_total": 41})
    write(f"{OTHER_COMMUNITY}01", SAID)
    _, headers = make.phone(make.account("cadre", group.code))
    changes = client.get("/api/v1/sync/pull", headers=headers).get_json()["changes"]
    told = {change["id"]: change for change in changes if change["kind"] == "area_year"}
    assert told.keys() == {str(group.id), str(area_id(COMMUNITY))}
    data = told[str(group.id)]["data"]
    assert (data["year"], data["last"]["year"], data["this"]["households_total"]) == (2018, 2017, 41)
    assert data["last"]["leader_phone_masked"] == "138****5678"
    assert (data["last"]["distance_to_village_km"], data["last"]["paved_to_village"]) == (2.5, False)
    assert "party_members" not in data["last"]
    assert told[str(area_id(COMMUNITY))]["data"]["this"]["group_count"] == 1


def test_an_area_says_both_years_also_when_nothing_is_known(make, session):
    make.group()
    assert area_years.area_year(session, session.get_one(Area, COMMUNITY), 2018) == {
        "rev": 1, "year": 2018, "last": None, "this": None,
    }  # fmt: skip
