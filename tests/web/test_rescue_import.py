"""A rescue pack taken in at the desk: nothing written before the yes, a verdict for every record."""

import io
import re
import time

import pytest
from sqlalchemy import func, select

from tests.factories import COMMUNITY, OTHER_COMMUNITY
from tests.packs import Packer, pack
from tests.sync.payloads import capture, op, photo
from tests.sync.test_blobs import jpeg
from webapp.domain.clock import now
from webapp.models import Blob, Capture, Device
from webapp.models.engine import begin_write
from webapp.services import accounts
from webapp.services.rescue_keys import rescue_keys


@pytest.fixture
def cadre(make):
    return make.account("cadre", COMMUNITY)


@pytest.fixture
def phone(make, cadre):
    """(device, headers)"""
    return make.phone(cadre)


@pytest.fixture
def packer(app, phone, cadre):
    return Packer(rescue_keys(app.config["RESCUE_KEY"]), phone[0].id, cadre.id)


@pytest.fixture
def office(signed_in):
    return signed_in("office")


@pytest.fixture
def stored(session):
    def count() -> tuple[int, int]:
        session.rollback()
        return tuple(session.scalar(select(func.count()).select_from(model)) for model in (Capture, Blob))

    return count


def upload(client, data: bytes, name: str = "河图救援包.heturescue"):
    answer = client.post("/setup/rescue", data={"file": (io.BytesIO(data), name)})
    assert answer.status_code == 302, answer.text
    return settled(client, answer.location)


def settled(client, page: str) -> tuple[str, str]:
    """The import's page once nothing runs any more."""
    for _ in range(300):
        if "HX-Redirect" in client.get(f"{page}/progress").headers:
            return page, client.get(page).text
        time.sleep(0.05)
    raise AssertionError("the import did not end")


def confirm(client, page: str) -> str:
    client.post(f"{page}/confirm")
    return settled(client, page)[1]


def numbers(text: str) -> dict[str, str]:
    """The big figures of the page by their words."""
    found = re.findall(r"<strong>([\d/]+)</strong>(.*?)</li>", text.partition('<ul class="counts">')[2].partition("</ul>")[0])
    return {words: figure for figure, words in found}


def test_a_pack_is_shown_then_confirmed_then_written_in_the_cadres_name(office, packer, cadre, make, session, stored):
    data = jpeg()
    household = make.household()
    whole = pack(packer.op(op(household.id, capture(photos=[photo(data)])), title="张三演示"), packer.photo(data))
    page, text = upload(office, whole)
    assert "张三演示" in text
    assert cadre.name in text
    assert numbers(text) == {"可以导入": "1", "系统中已有": "0", "不能导入": "0", "完好照片": "1/1"}
    assert stored() == (0, 0)
    text = confirm(office, page)
    assert "已导入 1 条记录、1 张照片" in text
    assert stored() == (1, 1)
    assert session.scalar(select(Capture.account_id)) == cadre.id


def test_each_record_gets_its_verdict_and_its_reason(office, packer, make, app, phone, stored):
    device, headers = phone
    known, fresh, missing = op(make.household().id), op(make.household().id, seq=2), op(device.id, seq=3)
    answer = app.test_client().post("/api/v1/sync/push", headers=headers, json={"device_id": str(device.id), "ops": [known]})
    assert answer.json["verdicts"][0]["verdict"] == "accepted"
    garbled = packer.op(fresh)[:-3] + b"\0\0\0"
    page, text = upload(office, pack(garbled, packer.op(known), packer.op(fresh), packer.op(missing)))
    assert numbers(text) == {"可以导入": "1", "系统中已有": "1", "不能导入": "1", "完好照片": "0/0"}
    assert "有 1 项内容损坏" in text
    assert "已不在这名采集员的负责范围" in text
    table = office.get(f"{page}/records.csv").data.decode("utf-8-sig")
    assert len(table.strip().splitlines()) == 4
    text = confirm(office, page)
    assert numbers(text) == {"已导入": "1", "系统中已有": "1", "没有导入": "1", "完好照片": "0/0"}
    assert stored()[0] == 2


def test_two_clicks_and_two_uploads_write_once(office, packer, make, stored):
    whole = pack(packer.op(op(make.household().id)))
    page, _ = upload(office, whole)
    office.post(f"{page}/confirm")
    confirm(office, page)
    page, text = upload(office, whole)
    assert "不需要再操作" in text
    confirm(office, page)
    assert stored()[0] == 1


def test_what_was_locked_out_is_for_the_office_to_decide(office, packer, phone, cadre, make, session, stored):
    record = op(make.household().id)
    begin_write(session)
    session.get_one(Device, phone[0].id).revoked_at = now()
    accounts.disable(session, session.merge(cadre), now())
    session.commit()
    page, text = upload(office, pack(packer.op(record)))
    assert "此账号已停用" in text
    assert "此手机已停用" in text
    assert stored()[0] == 0
    assert "已导入 1 条记录" in confirm(office, page)
    assert stored()[0] == 1


def test_phones_of_another_sub_district_are_for_its_own_office(signed_in, packer, make, stored):
    page, text = upload(signed_in("office", OTHER_COMMUNITY), pack(packer.op(op(make.household().id))))
    assert "这部手机属于其他街道" in text
    assert f"{page}/confirm" not in text
    assert stored()[0] == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7", "这不是救援包"),
        (b"HETURESCUE9\n", "由更新的手机应用生成"),
        (b"HETURESCUE1\n\0\0\0", "文件已损坏"),
    ],
)
def test_a_bad_file_is_refused_in_words(office, data, sentence):
    _, text = upload(office, data, "a.bin")
    assert sentence in text
    assert "救援包不能导入" in text


def test_a_pack_that_breaks_off_says_so_and_gives_what_it_has(office, packer, make, stored):
    whole = pack(*(packer.op(op(make.household().id, seq=seq)) for seq in (1, 2)))
    page, text = upload(office, whole[:-10])
    assert "文件不完整" in text
    assert "已导入 1 条记录" in confirm(office, page)
    assert stored()[0] == 1


def test_a_pack_may_be_larger_than_other_uploads_but_only_from_those_who_may(office, signed_in, app, packer, make):
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    data = jpeg()
    record = packer.op(op(make.household().id, capture(photos=[photo(data)])))
    whole = pack(record, packer.photo(data), *[packer.photo(data)] * 40)
    assert len(whole) > 100_000
    upload(office, whole)
    answer = signed_in("cadre", COMMUNITY).post("/setup/rescue", data={"file": (io.BytesIO(whole), "a")})
    assert answer.status_code in (403, 413)


def test_a_discarded_pack_leaves_nothing(office, packer, make, app, stored):
    page, _ = upload(office, pack(packer.op(op(make.household().id))))
    office.post(f"{page}/discard")
    assert office.get(page).status_code == 404
    assert list((app.config["MEDIA"] / "imports").iterdir()) == []
    assert stored() == (0, 0)


def test_an_import_of_one_kind_is_not_found_at_the_other(office, packer, make):
    page, _ = upload(office, pack(packer.op(op(make.household().id))))
    assert office.get(page.replace("/rescue/", "/register/")).status_code == 404
