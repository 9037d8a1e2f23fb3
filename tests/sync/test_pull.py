"""Pull: every change arrives, nothing is skipped, and what is no longer ours is taken back."""

import base64
import gzip
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from tests.families import CARD, Families
from tests.sync.payloads import capture, op
from webapp.domain.clock import now
from webapp.domain.codes import PHONE_LISTS
from webapp.domain.ids import area_id, campaign_id, uuid7
from webapp.models import Account, Capture, Grant, Household, ReviewEvent
from webapp.models.engine import begin_write
from webapp.services import feeds, households, reviews
from webapp.services.families import FamilyValues
from webapp.services.foundation import COUNTY, STREET


def regrant(make, account, *pairs: tuple[str, str]) -> None:
    """Take away all grants of this person and give these."""
    make.session.rollback()
    begin_write(make.session)
    for grant in make.session.scalars(select(Grant).where(Grant.account_id == account.id)):
        make.session.delete(grant)
    make.session.flush()
    for role, area_code in pairs:
        make.session.add(Grant(id=uuid7(), account_id=account.id, role=role, area_code=area_code))
    make.session.commit()


def touch(make, *rows: Household) -> None:
    make.session.rollback()
    begin_write(make.session)
    households.touch(make.session, [make.session.get_one(Household, row.id) for row in rows], now())
    make.session.commit()


def move(make, household: Household, area_code: str) -> None:
    """As the register does it: taken out of one feed, put into the other."""
    make.session.rollback()
    begin_write(make.session)
    row = make.session.get_one(Household, household.id)
    old, row.area_code = row.area_code[:12], area_code
    households.touch(make.session, [row], now())
    if old != area_code[:12]:
        feeds.changed(make.session, old, "household", [(row.id, row.rev)], deleted=True)
    make.session.commit()


def merged(held: dict, changes: list[dict]) -> dict:
    """What a phone holds after these changes."""
    after = dict(held)
    for change in changes:
        after.pop(change["id"], None)
        if not change["deleted"]:
            after[change["id"]] = change
    return after


def kinds(rows: dict, kind: str) -> set[str]:
    return {row["id"] for row in rows.values() if row["kind"] == kind}


def area_codes(rows: dict) -> set[str]:
    return {row["data"]["code"] for row in rows.values() if row["kind"] == "area"}


def test_an_empty_cursor_brings_campaign_areas_and_households(phone, make):
    mine, foreign = make.household(), make.household(OTHER_COMMUNITY)
    rows = phone.held()
    assert kinds(rows, "household") == {str(mine.id)}
    assert kinds(rows, "campaign") == {str(campaign_id(2018))}
    assert area_codes(rows) == {COUNTY, STREET, COMMUNITY, mine.area_code}
    assert str(foreign.id) not in rows


def test_the_campaign_carries_what_a_phone_needs_offline(phone):
    data = phone.held()[str(campaign_id(2018))]["data"]
    assert (data["year"], data["from"], data["to"], len(data["phases"])) == (2018, "2018-10-01", "2019-01-05", 9)
    assert data["phases"][2] == {"no": 3, "title": "动态管理和信息采集", "start": "2018-10-08", "end": "2018-10-15"}
    assert data["thresholds"]["accuracy_good_m"] == 15
    assert len(data["thresholds"]) == 9
    assert set(data["codes"]) == set(PHONE_LISTS)
    assert data["codes"]["capture_exception"][0] == {"code": "E01", "zh": "无信号/定位失败", "en": "No fix"}


def test_a_family_comes_with_its_household_and_goes_with_it(phone, make, session):
    mine, foreign = make.household(), make.household(OTHER_COMMUNITY)
    home = Families(session)
    for household in (mine, foreign):
        member = home.member(household, name="杨大", relation="01")
        home.write(household, FamilyValues({"wage_income": 1000.0}, {member.id: {"id_no": CARD}}), year=2017)
        home.write(household, FamilyValues({"wage_income": 1200.0}))
    rows, cursor = phone.pull_all()
    (family,) = [row for row in rows if row["kind"] == "family"]
    assert (family["id"], family["rev"], family["deleted"]) == (str(mine.id), 2, False)
    assert (family["data"]["year"], family["data"]["last"]["year"]) == (2018, 2017)
    assert family["data"]["this"]["household_year"]["per_capita_net"] == 1200
    assert family["data"]["this"]["members"][0]["member"]["name"] == "杨大"
    assert CARD not in json.dumps(rows)
    regrant(make, session.get_one(Account, phone.device.account_id), ("cadre", OTHER_COMMUNITY))
    later, _ = phone.pull_all(cursor)
    told = {row["id"]: row["deleted"] for row in later if row["kind"] == "family"}
    assert told == {str(mine.id): True, str(foreign.id): False}


def test_a_household_of_which_nothing_was_told_yet_has_neither_year(phone, make):
    household = make.household()
    begin_write(make.session)
    feeds.changed(make.session, COMMUNITY, "family", [(household.id, 1)])
    make.session.commit()
    (family,) = [row for row in phone.pull_all()[0] if row["kind"] == "family"]
    assert (family["rev"], family["data"]) == (1, {"year": 2018, "last": None, "this": None})


def test_the_county_has_its_outline(phone):
    data = phone.held()[str(area_id(COUNTY))]["data"]
    assert (data["level"], data["boundary_kind"], data["parent"], data["center"]) == ("county", "drawn", None, None)
    assert data["boundary"]["type"] in ("Polygon", "MultiPolygon")


def test_a_household_in_its_whole_shape(phone, make, cadre):
    last_year = uuid7()
    household = make.household(head_name="张三", pinyin="zhangsan", initials="zs", address="河村1组", phone_masked="138****0001")
    make.session.rollback()
    begin_write(make.session)
    row = {"lon": 99.23, "lat": 25.13, "point": "SRID=4326;POINT(99.23 25.13)", "accuracy_m": 12.0, "fixes": [], "note": ""}
    make.session.add(Capture(
        id=last_year, year=2018, subject="household", household_id=household.id, area_code=household.area_code, source="import",
        state="received", taken_at=WHEN - timedelta(days=365), received_at=WHEN, **row,
    ))  # fmt: skip
    make.session.get_one(Household, household.id).previous_capture_id = last_year
    make.session.commit()
    sent = op(household.id, capture(note="门口"))
    (verdict,) = phone.push(sent)
    data = phone.held()[str(household.id)]["data"]
    expected = {
        "number": household.number, "head": "张三", "pinyin": "zhangsan", "initials": "zs", "area": household.area_code,
        "community": COMMUNITY, "group_name": "1组", "state": "uploaded", "attribute": "01", "exit_status": "0",
        "address": "河村1组", "phone": "138****0001", "phone_mark": None, "demo": False, "responses": [],
        "previous": {"lon": 99.23, "lat": 25.13, "accuracy_m": 12.0, "taken_at": "2017-10-09T02:30:00Z", "source": "import"},
    }  # fmt: skip
    assert {name: value for name, value in data.items() if name not in ("capture", "history")} == expected
    shown = data["capture"]
    assert (shown["id"], shown["by"], shown["mine"], shown["state"]) == (sent["id"], cadre.name, True, "received")
    assert shown["review"] is None
    assert [step["event"] for step in data["history"]] == ["imported", "received"]
    assert [step["receipt"] for step in data["history"]] == [None, verdict["receipt"]]


def test_a_return_reaches_the_phone_with_its_reasons(phone, make):
    household, reviewer = make.household(), make.account("office", STREET)
    phone.push(op(household.id))
    cursor = phone.pull_all()[1]
    capture_id = make.fresh(Household, household.id).capture_id
    make.session.rollback()
    begin_write(make.session)
    row = make.session.get_one(Capture, capture_id)
    reviews.send_back(make.session, row, ["B03"], "请重拍门口", make.session.get_one(Account, reviewer.id), now())
    make.session.commit()
    (change,) = phone.pull(cursor)["changes"]
    data = change["data"]
    assert (data["state"], data["capture"]["state"]) == ("returned", "returned")
    assert {name: data["capture"]["review"][name] for name in ("reasons", "text", "by")} == {
        "reasons": ["B03"], "text": "请重拍门口", "by": reviewer.name,
    }  # fmt: skip
    assert data["history"][-1] | {"at": None} == {
        "at": None, "event": "returned", "by": reviewer.name, "receipt": None, "reasons": ["B03"], "text": "请重拍门口",
    }  # fmt: skip
    phone.push(op(household.id, seq=2))
    assert phone.held()[str(household.id)]["data"]["capture"]["review"] is None
    assert make.session.scalar(select(ReviewEvent.move)) == "return"


def test_nothing_new_means_no_changes(phone, make):
    make.household()
    cursor = phone.pull_all()[1]
    device = {"last_seq": 0, "missing": [], "order": None}
    assert phone.pull(cursor) == {"cursor": cursor, "more": False, "changes": [], "device": device}


def test_a_page_is_never_longer_than_asked_and_more_says_so(phone, make):
    expected = {str(make.household().id) for _ in range(5)}
    whole, cursor, pages = [], "", 0
    while True:
        answer = phone.pull(cursor, limit=2)
        assert len(answer["changes"]) <= 2
        whole, cursor, pages = whole + answer["changes"], answer["cursor"], pages + 1
        if not answer["more"]:
            break
    assert {change["id"] for change in whole if change["kind"] == "household"} == expected
    assert pages >= 4


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_between_pages_the_phone_ends_up_with_the_truth(phone, make, cadre, data):
    """Pull pages of any size while households change, move and grants come and go; then drain: the phone holds exactly
    what somebody who starts from nothing gets."""
    places = [make.group(COMMUNITY, 1), make.group(COMMUNITY, 2), make.group(OTHER_COMMUNITY, 1)]
    rows = [make.household(place.parent_code, int(place.code[12:])) for place in places for _ in range(2)]
    codes = [place.code for place in places]
    areas = [COMMUNITY, OTHER_COMMUNITY, f"{COMMUNITY}01", f"{COMMUNITY}02", STREET]
    held, cursor = {}, ""
    for _ in range(data.draw(st.integers(1, 8))):
        what = data.draw(st.sampled_from(["pull", "pull", "touch", "move", "grant"]))
        if what == "pull":
            answer = phone.pull(cursor, data.draw(st.integers(1, 6)))
            held, cursor = merged(held, answer["changes"]), answer["cursor"]
        elif what == "touch":
            touch(make, data.draw(st.sampled_from(rows)))
        elif what == "move":
            move(make, data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(codes)))
        else:
            regrant(make, cadre, *[("cadre", code) for code in data.draw(st.sets(st.sampled_from(areas), max_size=3))])
    held = merged(held, phone.pull_all(cursor, 7)[0])
    assert held == phone.held()


def test_lost_areas_are_taken_back_and_gained_ones_sent(phone, make, cadre):
    mine, theirs = make.household(), make.household(OTHER_COMMUNITY)
    changes, cursor = phone.pull_all()
    held = merged({}, changes)
    regrant(make, cadre, ("cadre", OTHER_COMMUNITY))
    changes, cursor = phone.pull_all(cursor, limit=1)
    held = merged(held, changes)
    assert kinds(held, "household") == {str(theirs.id)}
    assert area_codes(held) == {COUNTY, STREET, OTHER_COMMUNITY, theirs.area_code}
    assert str(mine.id) in {change["id"] for change in changes if change["deleted"]}
    assert phone.pull(cursor)["changes"] == []


def test_the_last_grant_gone_takes_everything_back(phone, make, cadre):
    household = make.household()
    changes, cursor = phone.pull_all()
    regrant(make, cadre)
    held = merged(merged({}, changes), phone.pull_all(cursor)[0])
    assert kinds(held, "household") == set()
    assert str(household.id) not in held


def test_a_grant_for_one_group_shows_that_group_only(phone_of, make):
    first, second = make.household(group_no=1), make.household(group_no=2)
    leader = phone_of(make.account("cadre", first.area_code))
    changes, cursor = leader.pull_all()
    assert str(second.id) not in {change["id"] for change in changes}
    assert kinds(merged({}, changes), "household") == {str(first.id)}
    assert area_codes(merged({}, changes)) == {COUNTY, STREET, COMMUNITY, first.area_code}
    touch(make, first, second)
    assert [change["id"] for change in leader.pull(cursor)["changes"] if not change["deleted"]] == [str(first.id)]


def test_a_household_that_moves_away_is_taken_back(phone, make):
    household = make.household()
    cursor = phone.pull_all()[1]
    move(make, household, make.group(OTHER_COMMUNITY).code)
    (change,) = phone.pull(cursor)["changes"]
    assert (change["id"], change["deleted"], change["data"]) == (str(household.id), True, None)


def test_a_household_that_moves_within_our_areas_stays(phone_of, make):
    office, household = phone_of(make.account("office", STREET)), make.household(OTHER_COMMUNITY)
    group = make.group(COMMUNITY)
    cursor = office.pull_all()[1]
    move(make, household, group.code)
    changes = office.pull_all(cursor, limit=1)[0]
    assert changes
    assert not any(change["deleted"] for change in changes)
    assert changes[-1]["data"]["area"] == group.code


def test_a_deleted_household_is_taken_back(phone, make):
    household = make.household()
    cursor = phone.pull_all()[1]
    make.session.rollback()
    begin_write(make.session)
    row = make.session.get_one(Household, household.id)
    row.deleted_at = now()
    households.touch(make.session, [row], now())
    make.session.commit()
    (change,) = phone.pull(cursor)["changes"]
    assert change["deleted"] is True


def test_a_late_commit_is_not_skipped(phone, make):
    """A writer numbers a change and commits later than another one that began after it."""
    first, second = make.household(), make.household(OTHER_COMMUNITY)
    third = make.household()
    cursor = phone.pull_all()[1]
    make.session.rollback()
    begin_write(make.session)
    households.touch(make.session, [make.session.get_one(Household, first.id)], now())
    early = phone.pull(cursor)
    make.session.commit()
    assert early["changes"] == []
    cursor = early["cursor"]
    touch(make, second, third)
    assert {change["id"] for change in phone.pull_all(cursor)[0]} == {str(first.id), str(third.id)}


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"cursor": "%%%"}, {"cursor": "e30x"},
                                   {"cursor": base64.urlsafe_b64encode(b'{"seqs": 5}').decode()}])  # fmt: skip
def test_a_strange_question_is_a_bad_request(phone, query):
    answer = phone.client.get("/api/v1/sync/pull", query_string=query, headers=phone.headers)
    assert (answer.status_code, answer.json["problem"]["code"]) == (400, "bad_request")


def test_a_forged_cursor_shows_nothing_foreign(phone, make):
    foreign = make.household(OTHER_COMMUNITY)
    forged = {"seqs": {OTHER_COMMUNITY: 0, "": 0}, "scope": [OTHER_COMMUNITY]}
    cursor = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()
    rows = merged({}, phone.pull_all(cursor)[0])
    assert str(foreign.id) not in rows


def test_a_signed_in_page_may_pull_too(signed_in, make):
    household = make.household()
    answer = signed_in("office").get("/api/v1/sync/pull")
    assert str(household.id) in {change["id"] for change in answer.json["changes"]}


def test_a_long_answer_is_packed_for_those_who_understand(phone, make):
    make.household()
    headers = phone.headers | {"Accept-Encoding": "gzip"}
    answer = phone.client.get("/api/v1/sync/pull", headers=headers)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.data))["more"] is False
    assert answer.headers["X-Hetu"] == "1"
