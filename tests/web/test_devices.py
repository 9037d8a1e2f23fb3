"""Phones at the desk: what of them is missing, what may be ordered of them, the code that lets one in."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.models import Account, Device, DeviceEvent, EnrolCode, Op
from webapp.models.engine import begin_write

STREET = "530502005000"


@pytest.fixture
def admin(signed_in):
    return signed_in("admin", "530502000000")


@pytest.fixture
def phone(make):
    """phone(received=[1, 3], stated=5, seen=now()): a cadre's phone whose numbers came in like this."""

    def made(received=(), account: Account | None = None, seen=None, **values) -> Device:
        owner = account or make.account("cadre")
        device, _ = make.phone(owner)
        session = make.session
        session.commit()
        begin_write(session)
        for seq in received:
            session.add(
                Op(
                    id=uuid7(), payload_sha256="0" * 64, device_id=device.id, device_seq=seq, kind="capture.add",
                    entity_id=UUID(int=1), verdict="accepted", taken_at=WHEN, received_at=WHEN,
                )
            )  # fmt: skip
        last = max(received, default=0)
        known = {"last_seq": last, "stated_seq": last, "last_seen_at": seen or now()} | values
        session.execute(update(Device).where(Device.id == device.id).values(**known))
        session.commit()
        return device

    return made


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def test_the_page_of_a_phone_names_its_missing_numbers_and_what_waits_on_it(admin, phone):
    device = phone([1, 4, 6], stated_seq=9)
    page = words(admin.get(f"/setup/devices/{device.id}"))
    assert "手机“test”：第 2–3 号、第 5 号缺失。" in page
    assert "在手机上待传 3 条" in page


def test_a_phone_of_which_everything_arrived_has_no_warning(admin, phone):
    page = words(admin.get(f"/setup/devices/{phone([1, 2]).id}"))
    assert "缺失" not in page
    assert "在手机上待传 0 条" in page


def test_the_list_counts_what_is_missing_and_waiting(admin, phone):
    phone([1, 4], stated_seq=9, clock_skew_s=660.0)
    cells = re.findall(r'<td class="count[^>]*>(\d+)</td>', admin.get("/setup/devices").text)
    assert cells == ["4", "2", "5"]
    assert "快 11 分钟" in words(admin.get("/setup/devices"))


ORDERS = {
    "wipe_after_upload": ("先上传全部记录和照片", {"wipe": "after_upload"}),
    "wipe_at_once": ("没有上传的记录和照片将丢失", {"wipe": "at_once"}),
}


@pytest.mark.parametrize("order", ORDERS)
def test_clearing_a_phone_asks_twice_says_what_will_happen_and_can_be_withdrawn(admin, phone, make, order):
    """F41"""
    device, (warning, _) = phone(), ORDERS[order]
    path = f"/setup/devices/{device.id}"
    assert warning in words(admin.post(f"{path}/{order}"))
    assert make.fresh(Device, device.id).wipe is None
    admin.post(f"{path}/{order}", data={"sure": "1"})
    assert make.fresh(Device, device.id).wipe == ORDERS[order][1]["wipe"]
    assert admin.account.name in words(admin.get(path))

    admin.post(f"{path}/withdraw_wipe", data={"sure": "1"})
    assert make.fresh(Device, device.id).wipe is None
    kinds = make.session.scalars(select(DeviceEvent.kind).where(DeviceEvent.device_id == device.id).order_by(DeviceEvent.at))
    assert list(kinds) == [order, "wipe_withdrawn"]


def test_a_phone_that_was_cleared_is_past_all_orders_and_its_report_stands(admin, phone, make):
    """F41"""
    device = phone(wipe="at_once", wiped_at=now(), wiped_unsent=7, revoked_at=now())
    path = f"/setup/devices/{device.id}"
    page = words(admin.get(path))
    assert "清除时有 7 项没有上传" in page
    assert "无需处理" in page
    refused = admin.post(f"{path}/withdraw_wipe", data={"sure": "1"})
    assert refused.status_code == 409
    assert "已报告清除，不能再更改" in words(refused)


def test_a_cloned_phone_is_shown_as_one(admin, phone):
    """F38"""
    device = phone(forked_at=now(), must_renew=True)
    assert "发现同号" in words(admin.get("/setup/devices"))
    assert "两部手机使用同一编号" in words(admin.get(f"/setup/devices/{device.id}"))


def test_a_code_is_shown_once_as_a_picture_and_in_letters(admin, make, session):
    account = make.account("cadre")
    answer = admin.post(f"/setup/accounts/{account.id}/code")
    assert answer.status_code == 201
    assert 'src="data:image/svg+xml' in answer.text
    code = re.findall(r'class="secret">([^<]+)<', answer.text)[0]
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", code)
    assert session.scalars(select(EnrolCode)).one().account_id == account.id
    assert code not in admin.get(f"/setup/accounts/{account.id}").text


def test_a_code_is_for_active_accounts(admin, make, session):
    account = make.account("cadre")
    admin.post(f"/setup/accounts/{account.id}/disable", data={"sure": "1"})
    assert "生成登录编码" not in admin.get(f"/setup/accounts/{account.id}").text


LONG_AGO = timedelta(days=4)


def test_a_supervisor_sees_which_phones_to_ask_after(signed_in, phone):
    supervisor = signed_in("supervisor", STREET)
    gap, silent, fine = phone([1, 3]), phone([1, 2], seen=now() - LONG_AGO), phone([1])
    assert "2 部手机有缺号或超过 3 天未同步" in words(supervisor.get("/coverage/phones/count"))
    page = words(supervisor.get("/coverage/phones"))
    for device, listed in ((gap, True), (silent, True), (fine, False)):
        assert (device.account.name in page) is listed
    assert "第 2 号缺失" in page
    assert "/coverage/phones/count" in supervisor.get("/coverage").text


def test_a_phone_that_was_replaced_and_sent_everything_is_of_no_concern(signed_in, phone, make):
    supervisor, owner = signed_in("supervisor", STREET), make.account("cadre")
    phone([1, 2], owner, seen=now() - LONG_AGO)
    phone([1], owner, enrolled_at=now())
    assert words(supervisor.get("/coverage/phones/count")).strip() == ""
    phone([1], owner, seen=now() - LONG_AGO, stated_seq=3)
    assert "1 部手机" in words(supervisor.get("/coverage/phones/count"))


@pytest.mark.parametrize("values", [{"revoked_at": WHEN}, {"wiped_at": WHEN}])
def test_a_phone_out_of_use_is_of_no_concern(signed_in, phone, values):
    supervisor = signed_in("supervisor", STREET)
    phone([1, 3], seen=now() - LONG_AGO, **values)
    assert "没有需要关注的手机" in words(supervisor.get("/coverage/phones"))


def test_phones_of_the_community_next_door_are_none_of_ours(signed_in, phone, make):
    community = signed_in("community", COMMUNITY)
    phone([1, 3], make.account("cadre", OTHER_COMMUNITY))
    assert "没有需要关注的手机" in words(community.get("/coverage/phones"))
