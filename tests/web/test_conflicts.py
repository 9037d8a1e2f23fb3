"""The desk of conflicts as office staff use it, and as supervisors read it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.disputed import disputed
from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from tests.sync.conftest import Phone
from tests.sync.payloads import capture, edit_op, exception, fixes, op
from webapp.domain.access import Scope
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.models import Account, Capture, Conflict, Household
from webapp.models.engine import begin_write
from webapp.queries import conflict_desk

STREET = "530502005000"


@pytest.fixture
def cadre(make):
    account = make.account("cadre")
    return account, make.phone(account)[0]


@pytest.fixture
def arrive(session, make, cadre):
    """arrive("张三"): a household whose address waits for a decision; later calls come in a minute later each."""
    minutes = iter(range(1000))

    def arrive(name="张三", community=COMMUNITY, **values) -> Conflict:
        household = make.household(community, head_name=name, address="二组1号")
        return disputed(
            session, household, *cadre, ours="二组1号", at=WHEN + timedelta(minutes=next(minutes)), **values
        )

    return arrive


@pytest.fixture
def phones(app, make):
    def phone(community=COMMUNITY) -> Phone:
        return Phone(app, *make.phone(make.account("cadre", community)))

    return phone


def names(html: str) -> list[str]:
    return re.findall(r'<td class="who"><a [^>]*>([^<]+)</a>', html)


def decide(client, conflict, choice="theirs", query="", seen="二组1号", reasons=("D01",), **data):
    said = {f"choice-{conflict.id}": choice, f"seen-{conflict.id}": seen} if conflict.kind == "field" else {"choice": choice}
    return client.post(f"/review/conflicts/{conflict.id}/decide{query}", data=said | {"reasons": list(reasons)} | data)


def test_first_received_is_first_in_the_list_and_every_column_sorts(signed_in, arrive):
    arrive("先到"), arrive("后到", OTHER_COMMUNITY)
    office = signed_in("office")
    assert names(office.get("/review/conflicts").text) == ["先到", "后到"]
    for sort in conflict_desk.SORTS:
        assert len(names(office.get(f"/review/conflicts?sort=-{sort}").text)) == 2
    assert names(office.get("/review/conflicts?sort=-received").text) == ["后到", "先到"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["甲", "乙"]), (f"area={OTHER_COMMUNITY}", ["乙"]), ("words=甲", ["甲"]), ("kind=field", ["甲", "乙"]),
        ("kind=quarantine", []), ("state=decided", ["丙"]), ("state=all", ["甲", "乙", "丙"]),
        ("state=x&kind=y&sort=z&area=w", ["甲", "乙"]),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(signed_in, arrive, query, expected):
    arrive("甲"), arrive("乙", OTHER_COMMUNITY)
    decided, office = arrive("丙"), signed_in("office")
    assert decide(office, decided).status_code == 302
    assert names(office.get(f"/review/conflicts?{query}").text) == expected


def test_a_community_sees_its_own_and_decides_nothing(signed_in, arrive):
    mine, _other = arrive("本社区"), arrive("外社区", OTHER_COMMUNITY)
    community = signed_in("community", COMMUNITY)
    assert names(community.get("/review/conflicts").text) == ["本社区"]
    page = community.get(f"/review/conflicts/{mine.id}").text
    assert "一组5号" in page
    assert "确认核定" not in page


@pytest.mark.parametrize("role", ["office", "community", "supervisor", "district"])
def test_the_number_that_waits_stands_in_the_navigation_and_on_coverage(signed_in, arrive, role):
    client = signed_in(role, COMMUNITY if role == "community" else STREET)
    page = f"/coverage?area={COMMUNITY if role == 'community' else STREET}"
    before = client.get(page)
    assert "nav-count" not in before.text
    arrive(), arrive()
    after = client.get(page, headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, re.search(r'class="nav-count"[^>]*>(\d+)<', after.text)[1]) == (200, "2")
    assert "2 件冲突待核定" in after.text


def test_the_sheet_shows_base_ours_and_theirs_side_by_side(signed_in, arrive):
    page = signed_in("office").get(f"/review/conflicts/{arrive(note='门牌已换').id}").text
    values = re.findall(r'<span class="value">([^<]+)</span>', page)
    assert values == ["一组3号", "二组1号", "一组5号"]
    assert "门牌已换" in page


def test_deciding_leads_to_the_next_one_and_offers_to_take_it_back(make, signed_in, arrive):
    first, second = arrive("第一户"), arrive("第二户")
    office = signed_in("office")
    answer = decide(office, first, text="已打电话")
    assert answer.location == f"/review/conflicts/{second.id}"
    assert make.fresh(Household, first.household_id).address == "一组5号"
    page = office.get(answer.location).text
    assert "已核定：第一户" in page
    undo = re.search(r'action="([^"]+)" data-undo', page)[1]
    assert office.post(undo).location == f"/review/conflicts/{first.id}"
    assert make.fresh(Household, first.household_id).address == "二组1号"
    history = office.get(f"/review/conflicts/{first.id}").text
    assert "已打电话" in history
    assert "撤回核定" in history


def test_the_next_one_stays_inside_the_filter(signed_in, arrive):
    first, _outside, third = arrive("甲"), arrive("乙", OTHER_COMMUNITY), arrive("丙")
    answer = decide(signed_in("office"), first, query=f"?area={COMMUNITY}")
    assert answer.location == f"/review/conflicts/{third.id}?area={COMMUNITY}"


def test_another_value_may_be_written(make, signed_in, arrive):
    conflict = arrive()
    decide(signed_in("office"), conflict, "other", **{f"value-{conflict.id}": "三组9号"})
    assert make.fresh(Household, conflict.household_id).address == "三组9号"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"choice": ""}, "请选择采用哪一个"), ({"reasons": ()}, "请选择核定依据"), ({"reasons": ("D99",)}, "请选择核定依据"),
        ({"choice": "other"}, None), ({"reasons": ("X",)}, None),
    ],
)  # fmt: skip
def test_a_half_made_decision_stays_on_the_page(make, signed_in, session, cadre, data, sentence):
    household = make.household(head_name="张三")
    conflict = disputed(session, household, *cadre, field="head", base="李四", ours="张三", theirs="王五")
    answer = decide(signed_in("office"), conflict, seen="张三", **data)
    assert answer.status_code == 422
    assert sentence is None or sentence in answer.text
    assert make.fresh(Conflict, conflict.id).state == "open"


def test_nobody_decides_over_what_he_has_not_seen(make, signed_in, arrive):
    conflict = arrive()
    answer = decide(signed_in("office"), conflict, seen="一组3号")
    assert (answer.status_code, "登记内容刚刚有变动" in answer.text) == (409, True)
    assert make.fresh(Household, conflict.household_id).address == "二组1号"


def test_of_several_fields_all_are_decided_or_none(make, signed_in, session, cadre):
    household, op_id = make.household(head_name="张三", address="二组1号"), uuid7()
    address = disputed(session, household, *cadre, ours="二组1号", op_id=op_id)
    head = disputed(session, household, *cadre, field="head", base="李四", ours="张三", theirs="王五", op_id=op_id)
    office = signed_in("office")
    assert len(names(office.get("/review/conflicts").text)) == 1
    both = {f"choice-{row.id}": "theirs" for row in (address, head)} | {f"seen-{address.id}": "二组1号", "reasons": ["D01"]}
    refused = office.post(f"/review/conflicts/{address.id}/decide", data=both | {f"seen-{head.id}": "?"})
    assert (refused.status_code, make.fresh(Household, household.id).address) == (409, "二组1号")
    office.post(f"/review/conflicts/{address.id}/decide", data=both | {f"seen-{head.id}": "张三"})
    kept = make.fresh(Household, household.id)
    assert (kept.address, kept.head_name, kept.pinyin) == ("一组5号", "王五", "wangwu")
    office.post(f"/review/conflicts/{head.id}/reopen")
    kept = make.fresh(Household, household.id)
    assert (kept.address, kept.head_name) == ("二组1号", "张三")


def test_two_captures_stand_side_by_side_with_their_distance(make, signed_in, phones, session):
    household = make.household(head_name="张三")
    door = (99.2312, 25.1304)
    phones().push(op(household.id))
    phones().push(op(household.id, capture(fixes=fixes((door[0], door[1] + 50 / 111_195)))))
    conflict = session.scalars(select(Conflict)).one()
    office = signed_in("office")
    page = office.get(f"/review/conflicts/{conflict.id}").text
    assert re.search(r"两点相距 <b class=\"number\">(\d+)</b>", page)[1] == "50"
    assert page.count("照片待传") == 2
    assert 'id="map"' in page
    assert decide(office, conflict, "ours").status_code == 302
    assert make.fresh(Household, household.id).capture_id == conflict.other_id
    shown = office.get(f"/review/{conflict.other_id}").text
    assert "通过" in shown
    newer = office.get(f"/review/{conflict.op_id}").text
    assert f"/review/{conflict.other_id}" in newer


def test_records_of_a_closed_account_are_shown_masked_and_released(make, signed_in, phones, session, app):
    household, phone = make.household(head_name="张三", address="一组3号"), phones()
    begin_write(session)
    session.get_one(Account, phone.device.account_id).disabled_at = now()
    session.commit()
    phone.push(
        op(household.id, exception("E06", note="全家外出")),
        edit_op(household.id, 2, address=("一组3号", "一组5号"), phone=("", None, "13987654321")),
    )
    office = signed_in("office")
    rows = session.scalars(select(Conflict).order_by(Conflict.op_id)).all()
    pages = "".join(office.get(f"/review/conflicts/{row.id}").text for row in rows)
    assert "账号停用后" in pages
    assert "139****4321" in pages
    assert "13987654321" not in pages
    assert "全家外出" in pages
    for row in rows:
        assert decide(office, row).status_code == 302
    kept = make.fresh(Household, household.id)
    assert (kept.location_state, kept.address, kept.phone_masked) == ("excepted", "一组5号", "139****4321")
    again = office.post(f"/review/conflicts/{rows[0].id}/reopen")
    assert again.status_code == 409


def test_deleted_and_forked_records_have_their_sheets(make, signed_in, phones, session):
    gone, home, phone = make.household(head_name="已删", deleted_at=now()), make.household(), phones()
    phone.push(op(gone.id), edit_op(gone.id, 2, address=("", "一组5号")), sent := op(home.id, seq=3))
    phone.push(op(home.id, capture(note="另一份"), id=sent["id"]))
    office = signed_in("office")
    assert len(names(office.get("/review/conflicts").text)) == 2
    for conflict in session.scalars(select(Conflict).order_by(Conflict.received_at)).all():
        page = office.get(f"/review/conflicts/{conflict.id}")
        assert page.status_code == 200
        assert page.text.count('class="side sheet facts"') == 2
    deleted = session.scalars(select(Conflict).where(Conflict.kind == "deleted")).first()
    assert decide(office, deleted).status_code == 302
    assert make.fresh(Household, gone.id).address == "一组5号"
    fork = session.scalars(select(Conflict).where(Conflict.kind == "op_fork")).one()
    assert decide(office, fork).status_code == 302
    session.rollback()
    assert session.scalar(select(Capture.note).where(Capture.household_id == home.id, Capture.note != "")) == "另一份"
    assert "没有待核定的冲突" in office.get("/review/conflicts").text
    assert office.get(f"/review/conflicts/{fork.id}").status_code == 200


def test_the_list_can_be_taken_away_as_a_table(signed_in, arrive):
    arrive("=1+1")
    body = signed_in("office").get("/review/conflicts/list.csv").get_data(as_text=True)
    assert "'=1+1" in body
    assert "登记信息不一致" in body


def test_every_conflict_verdict_a_phone_got_has_a_row_on_the_desk(make, signed_in, phones, session):
    """conflicts_visible: whatever a phone was told is for a person is laid before one."""
    home, gone = make.household(address="二组1号", head_name="张三"), make.household(deleted_at=now())
    one, other = phones(), phones()
    sent = [edit_op(home.id, 1, address=("一组3号", "一组5号")), edit_op(home.id, 2, address=("一组5号", "一组6号")),
            op(gone.id, seq=3), edit_op(gone.id, 4, head=("甲", "乙")), first := op(home.id, seq=5)]  # fmt: skip
    verdicts = one.push(*sent) + one.push(op(home.id, capture(note="另一份"), 6, id=first["id"]))
    verdicts += other.push(edit_op(home.id, 1, address=("一组3号", "一组7号"), head=("李四", "王五")))
    told = {verdict["id"] for verdict in verdicts if verdict["verdict"] == "conflict"}
    assert len(told) == 6
    office = signed_in("office")
    shown = set()
    for row in conflict_desk.rows(session, Scope(("530502005",)), conflict_desk.Filter(state="")):
        assert office.get(f"/review/conflicts/{row.id}").status_code == 200
        shown |= {str(item.op_id) for item in session.scalars(select(Conflict).where(Conflict.case_id == row.case_id))}
    assert told <= shown
