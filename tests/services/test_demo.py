"""The demo sub-district: half done, plausible, and invented through and through."""

import re
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from tests.conftest import DEMO_HOUSEHOLDS
from webapp.domain import area_sums
from webapp.domain.clock import now
from webapp.domain.fix import mismatch_m
from webapp.jobs import demo
from webapp.models import (
    Account,
    Area,
    Blob,
    Campaign,
    Capture,
    Conflict,
    Device,
    Finding,
    Household,
    Op,
    Photo,
    Response,
    ReviewEvent,
)
from webapp.queries import area_years, campaigns
from webapp.services import demo_register, demo_responses
from webapp.services.demo_visits import CHINA
from webapp.services.households import phone_of
from webapp.services.media import Media
from webapp.services.sealing import key_ring
from webapp.sync.receipts import Receipts

PLAUSIBLE_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
PLAUSIBLE_ID = re.compile(r"(?<!\d)[1-8]\d{5}(?:19|20)\d{9}[\dXx](?!\d)")


@pytest.fixture
def server(app) -> demo.Server:
    config = app.config
    ring, receipts = key_ring(config["DATA_KEYS"]), Receipts(config["SECRET_KEY"])
    return demo.Server(Media(config["MEDIA"]), ring, receipts, config["DEMO_PASSWORD"])


@pytest.fixture
def filled(demo_town, session):
    return session


def states(session) -> Counter:
    return Counter(session.scalars(select(Household.location_state)))


def test_the_demo_has_everything_a_page_could_show(filled):
    found = states(filled)
    assert sum(found.values()) == DEMO_HOUSEHOLDS
    assert 0.45 * DEMO_HOUSEHOLDS < DEMO_HOUSEHOLDS - found["missing"] < 0.65 * DEMO_HOUSEHOLDS
    assert min(found[state] for state in ("uploaded", "accepted", "returned", "excepted")) > 0
    subjects = Counter(filled.scalars(select(Capture.subject)))
    assert subjects["office"] == 1
    assert subjects["community"] == 10
    assert subjects["group"] > 10


def test_what_the_demo_answers_is_whole_but_for_what_it_gets_wrong_on_purpose(filled):
    found = filled.scalars(select(Response)).all()
    assert {row.state for row in found} > {"accepted"}
    wrong = [fault for row in found for fault in row.problems if fault["path"] not in demo_responses.WRONG]
    assert wrong == []


def test_a_few_doors_of_the_demo_wait_on_the_desk_of_conflicts(filled):
    assert list(filled.scalars(select(Conflict.kind).where(Conflict.state == "open"))) == ["two_captures"] * 3


def test_groups_and_communities_of_the_demo_have_a_last_year_that_contradicts_itself_nowhere(filled):
    year = campaigns.active(filled).year - 1
    areas = filled.scalars(select(Area).where(Area.level.in_(("group", "community")))).all()
    shapes = {area.code: area_years.area_year(filled, area, year + 1)["last"] for area in areas}
    assert all(shapes.values())
    for area in areas:
        said, known = shapes[area.code], area_years.registered(filled, area.code, year)
        if area.level == "group":
            assert area_sums.of_group(said, known) == [], area.name
        else:
            assert area_sums.of_community(said, area_years.groups(filled, area.code, year), known, {}) == [], area.name


def test_everything_of_the_demo_is_marked(filled):
    assert set(filled.scalars(select(Household.demo))) == {True}
    assert set(filled.scalars(select(Account.demo))) == {True}
    assert set(filled.scalars(select(Area.demo).where(Area.level == "group"))) == {True}
    assert {number[:6] for number in filled.scalars(select(Household.number))} == {"990000"}
    names = [*filled.scalars(select(Area.name).where(Area.level == "group")), *filled.scalars(select(Account.name))]
    assert [name for name in names if "演示" not in name] == []


def test_the_real_communities_and_the_real_campaign_stay_what_they_are(filled):
    assert set(filled.scalars(select(Area.demo).where(Area.level != "group"))) == {False}
    real, shifted = filled.scalars(select(Campaign).order_by(Campaign.year))
    assert (real.year, real.active, real.demo) == (2018, False, False)
    assert (shifted.active, shifted.demo) == (True, True)
    assert "演示" in shifted.name


def test_today_is_the_fifth_day_of_the_collection(filled):
    shifted = filled.scalars(select(Campaign).where(Campaign.active)).one()
    assert now().astimezone(CHINA).date() - shifted.phase(3).start == timedelta(days=4)
    assert shifted.phase(3).end - shifted.phase(3).start == timedelta(days=7)


def test_communities_differ_so_that_the_map_tells_something(filled):
    community, missing = func.substr(Household.area_code, 1, 12), Household.location_state == "missing"
    rows = filled.execute(select(community, missing, func.count()).group_by(community, missing)).all()
    done = Counter({code: n for code, is_missing, n in rows if not is_missing})
    total = Counter()
    for code, _, n in rows:
        total[code] += n
    shares = [done[code] / total[code] for code in total]
    assert max(shares) > 0.85
    assert min(shares) < 0.2


def test_stated_positions_are_the_estimates_of_their_fixes(filled):
    wrong = set(filled.scalars(select(Finding.capture_id).where(Finding.code == "estimate_mismatch")))
    measured = filled.scalars(select(Capture).where(Capture.source == "gps", Capture.lon.is_not(None))).all()
    assert len(measured) > 40
    for capture in measured:
        assert (mismatch_m(capture.lon, capture.lat, capture.fixes) < 0.05) == (capture.id not in wrong)


def test_captures_came_through_the_phones_door(filled):
    captures = set(filled.scalars(select(Capture.id).where(Capture.source != "import")))
    ops = filled.scalars(select(Op)).all()
    assert {op.id for op in ops} == captures
    assert all(op.verdict == "accepted" and op.receipt for op in ops)
    for device in filled.scalars(select(Device)):
        seqs = sorted(op.device_seq for op in ops if op.device_id == device.id)
        assert seqs == list(range(1, device.last_seq + 1))


def test_every_time_lies_in_the_past_and_in_order(filled):
    for capture in filled.scalars(select(Capture).where(Capture.source != "import")):
        assert capture.taken_at < capture.received_at < now()
    for event in filled.scalars(select(ReviewEvent)):
        assert filled.get_one(Capture, event.capture_id).received_at < event.at <= now()


def test_pictures_are_small_all_different_and_lie_under_their_hash(filled, server):
    blobs = filled.scalars(select(Blob)).all()
    assert len(blobs) > 30
    for blob in blobs:
        assert blob.bytes == server.media.whole(blob.sha256).stat().st_size <= 60 * 1024
    listed = filled.scalars(select(Photo.sha256)).all()
    assert len(listed) == len(set(listed))
    assert {blob.sha256 for blob in blobs} <= set(listed)


def test_last_years_points_are_not_this_years_captures(filled):
    imported = filled.scalars(select(Capture).where(Capture.source == "import")).all()
    assert 0.4 * DEMO_HOUSEHOLDS < len(imported) < 0.8 * DEMO_HOUSEHOLDS
    assert {(capture.taken_at.year, capture.state) for capture in imported} == {(2017, "accepted")}
    current = set(filled.scalars(select(Household.capture_id)))
    assert not current & {capture.id for capture in imported}


def test_nothing_in_it_could_be_a_real_person(filled, server):
    for household in filled.scalars(select(Household)):
        text = " ".join((household.number, household.head_name, household.address, household.phone_masked))
        phone = server.ring.open(phone_of(household.id), household.phone_sealed)
        assert PLAUSIBLE_PHONE.search(phone) is None
        assert PLAUSIBLE_PHONE.search(text) is None
        assert PLAUSIBLE_ID.search(text) is None


def test_all_accounts_of_the_contract_open_with_the_one_password(app, filled):
    expected = {f"{role}{n:02d}" for role in ("cadre", "community") for n in range(1, 11)}
    expected |= {"office", "supervisor", "district", "admin"}
    expected |= {f"unit-{unit}" for unit in ("water", "housing", "school", "social", "affairs")}
    assert set(filled.scalars(select(Account.username))) == expected
    answer = app.test_client().post("/login", data={"username": "cadre07", "password": "hetu-demo-2018"})
    assert answer.status_code == 302
    seventh = filled.scalars(select(Account).where(Account.username == "cadre07")).one()
    assert seventh.pairs == [("cadre", "530502005007")]


def test_a_second_demo_is_refused_and_changes_nothing(app, session, server):
    demo.make(session, server, 12, now())
    answer = app.test_cli_runner().invoke(args=["demo", "--households", "12"])
    assert answer.exit_code == 1
    assert "已经有演示数据" in answer.output
    assert session.scalar(select(func.count(Household.id))) == 12


def test_the_demo_does_not_mix_with_a_real_register(app, make):
    make.household()
    answer = app.test_cli_runner().invoke(args=["demo"])
    assert answer.exit_code == 1
    assert "已经有名册" in answer.output


def test_the_same_dice_give_the_same_people(server):
    places = [demo_register.Group("53050200500101", "1", (99.2, 25.1))]

    def people(seed):
        return [row["head_name"] for row, _ in demo_register._rows(Random(seed), places, 20, server.ring, now())]

    assert people(1) == people(1) != people(2)
