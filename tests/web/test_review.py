"""The review desk as office staff and community clerks use it."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.captured import Captured
from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from webapp.domain.ids import uuid7
from webapp.models import Blob, Capture, Finding, Household, Photo, ReviewEvent

MISMATCH = ("estimate_mismatch", "error", {"off_m": 41.5})
COARSE = ("coarse", "warn", {"accuracy_m": 42.0, "spread_m": 30.0, "reason": "R01"})


@pytest.fixture
def arrive(session, make):
    """arrive("张三"): a household whose capture has just come in; later calls come in a minute later each."""
    captured, minutes = Captured(session), iter(range(1000))

    def arrive(name="户主", community=COMMUNITY, findings=(), state="uploaded", household=None, **values):
        at = WHEN + timedelta(minutes=next(minutes))
        capture = captured(household or make.household(community, head_name=name), state, at=at, **values)
        for code, severity, seen in findings:
            session.add(Finding(id=uuid7(), capture_id=capture.id, code=code, severity=severity, seen=seen))
        session.commit()
        return capture

    return arrive


def _names(html: str) -> list[str]:
    return re.findall(r'<td class="who"><a [^>]*>([^<]+)</a>', html)


def _decide(client, capture, move, state="received", query="", **data):
    return client.post(f"/review/{capture.id}/{move}{query}", data={"state": state} | data)


def test_first_reported_is_first_in_the_queue(signed_in, arrive):
    arrive("先到"), arrive("后到", OTHER_COMMUNITY)
    assert _names(signed_in("office").get("/review").text) == ["先到", "后到"]
    assert _names(signed_in("office").get("/review?sort=-received").text) == ["后到", "先到"]


def test_a_community_sees_its_own_queue_only(signed_in, arrive):
    arrive("本社区"), arrive("外社区", OTHER_COMMUNITY)
    assert _names(signed_in("community", COMMUNITY).get("/review").text) == ["本社区"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["清楚", "粗略", "外出"]),
        ("flags=flagged", ["粗略"]),
        ("flags=clear", ["清楚", "外出"]),
        ("subject=exception", ["外出"]),
        ("subject=household", ["清楚", "粗略"]),
        ("words=粗", ["粗略"]),
        (f"area={OTHER_COMMUNITY}", ["外出"]),
        ("state=accepted", ["通过了"]),
        ("state=all", ["清楚", "粗略", "外出", "通过了"]),
        ("state=nonsense&area=x&account=1&sort=evil", ["清楚", "粗略", "外出"]),
    ],
)
def test_filters_narrow_the_queue(signed_in, arrive, query, expected):
    arrive("清楚"), arrive("粗略", findings=[COARSE]), arrive("外出", OTHER_COMMUNITY, state="excepted")
    arrive("通过了", state="accepted")
    assert _names(signed_in("office").get(f"/review?{query}").text) == expected


def test_a_flag_says_what_was_seen_and_what_the_limit_is(signed_in, arrive):
    arrive(findings=[COARSE])
    words = signed_in("office").get("/review").text
    assert "精度 42 米、离散 30 米（要求不超过 30 米、25 米）" in words
    assert "树木或房屋遮挡信号" in words


def test_a_photo_still_on_the_phone_is_announced_not_shown_broken(session, signed_in, arrive):
    capture = arrive()
    for no, sha256 in enumerate(("a" * 64, "b" * 64)):
        photo = {"kind": "door", "bytes": 9, "width": 4, "height": 3, "taken_at": WHEN}
        session.add(Photo(capture_id=capture.id, sha256=sha256, no=no, **photo))
    session.add(Blob(sha256="a" * 64, bytes=9, media_type="image/jpeg", received_at=WHEN))
    session.commit()
    client = signed_in("office")
    assert "1/2 照片待传" in client.get("/review").text
    page = client.get(f"/review/{capture.id}").text
    assert page.count(f'src="/api/v1/blobs/{"a" * 64}"') == 1
    assert "b" * 64 not in page
    assert "照片还在手机上" in page


def test_the_sheet_tells_the_distance_to_last_years_point(session, signed_in, make, arrive):
    household = make.household()
    Captured(session).before(household, door=(99.24, 25.131))
    page = signed_in("office").get(f"/review/{arrive(household=household).id}").text
    assert "距上年（原有）坐标" in page
    assert '<b class="number">111</b>' in page


def test_accepting_leads_to_the_next_one_and_offers_to_take_it_back(make, signed_in, arrive):
    first, second = arrive("第一户"), arrive("第二户")
    client = signed_in("office")
    answer = _decide(client, first, "accept")
    assert answer.location == f"/review/{second.id}"
    page = client.get(answer.location).text
    assert "已通过：第一户" in page
    assert make.fresh(Household, first.household_id).location_state == "accepted"
    undo = re.search(r'action="([^"]+)" data-undo', page)[1]
    assert client.post(undo, data={"state": "accepted"}).location == f"/review/{first.id}"
    assert make.fresh(Capture, first.id).state == "received"


def test_the_next_one_stays_inside_the_filter(signed_in, arrive):
    first, _outside, third = arrive("甲"), arrive("乙", OTHER_COMMUNITY), arrive("丙")
    answer = _decide(signed_in("office"), first, "accept", query=f"?area={COMMUNITY}")
    assert answer.location == f"/review/{third.id}?area={COMMUNITY}"


def test_after_the_last_one_the_queue_says_all_done(signed_in, arrive):
    client = signed_in("office")
    answer = _decide(client, arrive(), "accept")
    assert answer.location == "/review"
    assert "全部审完了" in client.get("/review").text


def test_a_return_carries_reasons_and_words(session, make, signed_in, arrive):
    capture = arrive()
    client = signed_in("office")
    _decide(client, capture, "return", reasons=["B01", "B03"], text="请到大门口")
    event = session.scalars(select(ReviewEvent)).one()
    assert (event.reasons, event.text) == (["B01", "B03"], "请到大门口")
    assert make.fresh(Household, capture.household_id).location_state == "returned"
    assert "请到大门口" in client.get(f"/review/{capture.id}").text


def test_a_return_without_a_reason_stays_on_the_page(make, signed_in, arrive):
    capture = arrive()
    answer = _decide(signed_in("office"), capture, "return", reasons=["B99"])
    assert answer.status_code == 422
    assert "请至少选择一个退回原因" in answer.text
    assert "data-show-now" in answer.text
    assert make.fresh(Capture, capture.id).state == "received"


def test_an_invented_reason_is_refused(make, signed_in, arrive):
    capture = arrive()
    assert _decide(signed_in("office"), capture, "return", reasons=["B77"], text="x").status_code == 422
    assert make.fresh(Capture, capture.id).state == "received"


def test_who_comes_second_is_told_who_was_first_and_loses_no_word(make, signed_in, arrive):
    capture = arrive()
    _decide(signed_in("office"), capture, "accept")
    answer = _decide(signed_in("office"), capture, "return", reasons=["B01"], text="写了很久的说明")
    assert answer.status_code == 409
    assert "已被他人处理" in answer.text
    assert "写了很久的说明" in answer.text
    assert "位置不在户门口" in answer.text
    assert make.fresh(Capture, capture.id).state == "accepted"


def test_a_capture_superseded_while_on_the_screen_is_not_judged(make, signed_in, arrive):
    older = arrive()
    household = make.fresh(Household, older.household_id)
    newer = arrive(household=household)
    answer = _decide(signed_in("office"), older, "accept")
    assert answer.status_code == 409
    assert "已被替代" in answer.text
    assert f"/review/{newer.id}" in answer.text
    assert make.fresh(Household, household.id).location_state == "uploaded"


def test_a_superseded_capture_leaves_the_queue_and_stays_findable(make, signed_in, arrive):
    older = arrive("同一户")
    arrive(household=make.fresh(Household, older.household_id))
    client = signed_in("office")
    assert _names(client.get("/review").text) == ["同一户"]
    assert str(older.id) in client.get("/review?state=superseded").text


def test_an_error_is_accepted_singly_and_with_words_only(make, signed_in, arrive):
    capture = arrive(findings=[MISMATCH])
    client = signed_in("office")
    answer = _decide(client, capture, "accept")
    assert answer.status_code == 422
    assert "请写明为什么仍可通过" in answer.text
    assert _decide(client, capture, "accept", text="已电话核实").status_code == 302
    assert make.fresh(Capture, capture.id).state == "accepted"


def test_a_community_returns_but_never_accepts(make, signed_in, arrive):
    capture, foreign = arrive(), arrive(community=OTHER_COMMUNITY)
    client = signed_in("community", COMMUNITY)
    assert _decide(client, capture, "accept").status_code == 403
    assert _decide(client, foreign, "return", reasons=["B01"]).status_code == 404
    assert _decide(client, capture, "return", reasons=["B01"]).status_code == 302
    assert make.fresh(Capture, foreign.id).state == "received"


def test_a_community_cannot_take_back_what_the_office_accepted(make, signed_in, arrive):
    capture = arrive(state="accepted")
    assert _decide(signed_in("community", COMMUNITY), capture, "reopen", state="accepted").status_code == 404
    assert make.fresh(Capture, capture.id).state == "accepted"


def _accept_batch(client, *captures):
    return client.post("/review/batch/accept", data={"ids": ",".join(capture.id.hex for capture in captures)})


def test_a_batch_is_confirmed_with_its_number_and_what_it_leaves_out(signed_in, arrive):
    arrive(), arrive(), arrive(findings=[COARSE])
    page = signed_in("office").post("/review/batch/confirm", data={"all": "1"}).text
    assert "确认通过 2 条采集？" in page
    assert "1 条有疑点，请逐条审核" in page


def test_a_batch_follows_the_filter_and_the_ticks(signed_in, arrive):
    first, _second, _elsewhere = arrive(), arrive(), arrive(community=OTHER_COMMUNITY)
    client = signed_in("office")
    assert "确认通过 1 条" in client.post(f"/review/batch/confirm?area={OTHER_COMMUNITY}", data={"all": "1"}).text
    assert "确认通过 1 条" in client.post("/review/batch/confirm", data={"id": str(first.id)}).text
    assert "没有可以批量通过的采集" in client.post("/review/batch/confirm", data={}).text


def test_a_batch_accepts_the_clear_ones_says_what_it_left_out_and_can_be_undone(session, make, signed_in, arrive):
    good, also_good, doubtful = arrive("甲"), arrive("乙"), arrive("丙", findings=[COARSE])
    client = signed_in("office")
    result = _accept_batch(client, good, also_good, doubtful)
    page = client.get(result.location).text
    assert "本批已通过 2 条" in page
    assert "丙：有疑点，请逐条审核" in page
    assert [make.fresh(Capture, row.id).state for row in (good, also_good, doubtful)] == ["accepted", "accepted", "received"]
    _decide(signed_in("office"), also_good, "reopen", state="accepted")
    client.post(f"{result.location}/undo")
    assert make.fresh(Capture, good.id).state == "received"
    assert session.scalar(select(func.count()).where(ReviewEvent.move == "reopen")) == 2


def test_nobody_undoes_the_batch_of_somebody_else(make, signed_in, arrive):
    capture = arrive()
    stamp = _accept_batch(signed_in("office"), capture).location
    signed_in("office").post(f"{stamp}/undo")
    assert make.fresh(Capture, capture.id).state == "accepted"


def test_a_batch_never_reaches_outside_the_scope(make, signed_in, arrive):
    foreign = arrive(community=OTHER_COMMUNITY)
    _accept_batch(signed_in("office", COMMUNITY), foreign)
    assert make.fresh(Capture, foreign.id).state == "received"


@pytest.mark.parametrize("ids", ["", "nonsense", "1,2"])
def test_a_batch_of_nonsense_is_refused(signed_in, ids):
    assert signed_in("office").post("/review/batch/accept", data={"ids": ids}).status_code == 400


def test_a_batch_page_of_no_time_is_not_found(signed_in):
    assert signed_in("office").get("/review/batch/yesterday").status_code == 404


def test_the_table_leaves_as_csv_with_words_and_no_formula(signed_in, arrive):
    arrive("=cmd()", findings=[COARSE]), arrive("外社区", OTHER_COMMUNITY)
    answer = signed_in("community", COMMUNITY).get("/review/queue.csv?flags=flagged")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("户编号,户主或对象")
    assert "'=cmd()" in lines[1]
    assert "定位偏粗" in lines[1]


def test_a_point_of_the_office_itself_is_judged_like_any_other(session, make, signed_in, arrive):
    capture = arrive()
    session.add(office := Capture(
        id=UUID(int=7), year=2018, subject="office", area_code="530502005000", exception="E01", fixes=[], source="gps",
        taken_at=WHEN, received_at=WHEN,
    ))  # fmt: skip
    session.commit()
    client = signed_in("office")
    assert _names(client.get("/review").text) == ["河图街道", "户主"]
    assert _decide(client, office, "accept").location == f"/review/{capture.id}"
    assert "河图街道" in client.get(f"/review/{office.id}").text
