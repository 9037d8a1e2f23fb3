"""Settings: who may sign in, on which phones, and when the year's phases are."""

import re

import pytest
from sqlalchemy import func, select

from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.domain.ids import campaign_id
from webapp.models import Account, Campaign, Change, Device, Grant

COUNTY, STREET = "530502000000", "530502005000"


@pytest.fixture
def admin(signed_in):
    return signed_in("admin", COUNTY)


def _new(client, **values):
    filled = {"username": "Wang.Wu", "name": "王五", "role": "cadre", "area": COMMUNITY} | values
    return client.post("/setup/accounts/new", data=filled)


def _secret(html: str) -> str:
    return re.findall(r'class="secret">([^<]+)<', html)[1]


def _sure(client, path: str):
    return client.post(path, data={"sure": "1"})


def test_each_role_finds_its_own_cards(admin, signed_in):
    assert {"/setup/accounts", "/setup/devices", "/setup/campaign", "/setup/register"} <= set(
        re.findall(r'setup-card" href="([^"]+)"', admin.get("/setup").text)
    )
    cards = re.findall(r'setup-card" href="([^"]+)"', signed_in("office").get("/setup").text)
    assert cards == ["/setup/campaign", "/setup/register", "/setup/forms", "/setup/rescue", "/coverage/households"]


def test_a_new_account_signs_in_with_the_password_shown_once(admin, client, session):
    answer = _new(admin)
    assert answer.status_code == 201
    right = {"username": "wang.wu", "password": _secret(answer.text)}
    assert client.post("/login", data=right).status_code == 302
    account = session.scalars(select(Account).where(Account.username == "wang.wu")).one()
    assert account.pairs == [("cadre", COMMUNITY)]
    assert _secret(answer.text) not in admin.get(f"/setup/accounts/{account.id}").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"username": "王五"}, "用户名为 3–40 位"),
        ({"name": ""}, "请输入姓名"),
        ({"role": ""}, "请选择角色"),
        ({"area": ""}, "请选择区域"),
        ({"role": "unit", "area": STREET}, "请选择部门"),
        ({"username": "admin1"}, "用户名已被使用"),
    ],
)
def test_what_is_wrong_with_a_new_account_stands_at_its_field(admin, session, values, words):
    answer = _new(admin, **values)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_accounts_are_found_and_sorted(admin, make):
    make.account("cadre"), make.account("office", STREET)
    names = re.findall(r'class="lead"><a [^>]*>([^<]+)', admin.get("/setup/accounts?role=cadre").text)
    assert [name[:5] for name in names] == ["cadre"]
    assert "office" in admin.get("/setup/accounts?q=offi").text
    listed = re.findall(r'class="lead"><a [^>]*>([^<]+)', admin.get("/setup/accounts?sort=-username").text)
    assert listed == sorted(listed, reverse=True)
    assert "没有符合条件的账号" in admin.get("/setup/accounts?q=nobody").text


def test_the_list_leaves_as_csv(admin, make):
    make.account("cadre")
    rows = admin.get("/setup/accounts.csv").data.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("用户名,姓名,角色与区域")
    assert len(rows) == 3


def test_a_new_password_ends_the_old_session(admin, app, signed_in, make):
    office = signed_in("office")
    path = f"/setup/accounts/{office.account.id}/password"
    assert "原密码立即失效" in admin.post(path).text
    assert office.get("/coverage").status_code == 200
    password = _secret(_sure(admin, path).text)
    assert office.get("/coverage").location.startswith("/login")
    entered = app.test_client().post("/login", data={"username": office.account.username, "password": password})
    assert entered.status_code == 302


def test_disabling_asks_twice_ends_the_session_and_can_be_taken_back(admin, signed_in, make):
    office = signed_in("office")
    path = f"/setup/accounts/{office.account.id}"
    assert "手机也不能再上传" in admin.post(f"{path}/disable").text
    assert make.fresh(Account, office.account.id).is_active
    _sure(admin, f"{path}/disable")
    assert office.get("/coverage").location.startswith("/login")
    _sure(admin, f"{path}/enable")
    assert make.fresh(Account, office.account.id).is_active


def test_the_last_admin_can_neither_leave_nor_be_disabled(admin, make):
    account = make.fresh(Account, admin.account.id)
    for path in ("disable", f"grants/{account.grants[0].id}/remove"):
        answer = _sure(admin, f"/setup/accounts/{account.id}/{path}")
        assert answer.status_code == 409
        assert "至少要保留一位系统管理员" in answer.text
    assert make.fresh(Account, account.id).is_active


def test_a_disabled_admin_does_not_count_as_one(admin, make):
    other = make.account("admin", COUNTY)
    _sure(admin, f"/setup/accounts/{other.id}/disable")
    assert _sure(admin, f"/setup/accounts/{admin.account.id}/disable").status_code == 409
    _sure(admin, f"/setup/accounts/{other.id}/enable")
    assert _sure(admin, f"/setup/accounts/{admin.account.id}/disable").status_code == 302


def test_grants_come_and_go(admin, make):
    account = make.account("cadre")
    path = f"/setup/accounts/{account.id}/grants"
    admin.post(path, data={"role": "unit", "area": STREET, "unit": "water"})
    granted = make.fresh(Account, account.id).grants
    assert [(row.role, row.area_code, row.unit) for row in granted] == [("cadre", COMMUNITY, None), ("unit", STREET, "water")]
    assert "已经有这个角色和区域" in admin.post(path, data={"role": "cadre", "area": COMMUNITY}).text
    gone = f"{path}/{granted[0].id}/remove"
    assert "未上传的采集会留在手机上" in admin.post(gone).text
    _sure(admin, gone)
    assert make.fresh(Account, account.id).pairs == [("unit", STREET)]


def test_an_admin_of_a_part_reaches_nothing_outside_it(signed_in, make):
    """Or they could reset the password of somebody who may do more."""
    part = signed_in("admin", COMMUNITY)
    wider, elsewhere, inside = make.account("admin", COUNTY), make.account("cadre", OTHER_COMMUNITY), make.account("cadre")
    phone, _ = make.phone(elsewhere)
    for path in (f"accounts/{wider.id}", f"accounts/{elsewhere.id}"):
        assert part.get(f"/setup/{path}").status_code == 404
    assert _sure(part, f"/setup/accounts/{wider.id}/password").status_code == 404
    assert _sure(part, f"/setup/devices/{phone.id}/revoke").status_code == 404
    assert part.post(f"/setup/accounts/{inside.id}/grants", data={"role": "admin", "area": COUNTY}).status_code == 422
    assert inside.username in part.get("/setup/accounts").text
    assert elsewhere.username not in part.get("/setup/accounts").text


def test_a_grant_of_another_account_is_not_found(admin, make):
    mine, other = make.account("cadre"), make.account("cadre")
    grant = make.fresh(Account, other.id).grants[0]
    assert _sure(admin, f"/setup/accounts/{mine.id}/grants/{grant.id}/remove").status_code == 404
    assert make.fresh(Grant, grant.id).account_id == other.id


def test_a_lost_phone_is_revoked_after_a_warning(admin, client, make):
    device, headers = make.phone(make.account("cadre"))
    assert "test" in admin.get("/setup/devices").text
    assert "手机上的数据保留" in admin.post(f"/setup/devices/{device.id}/revoke").text
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    _sure(admin, f"/setup/devices/{device.id}/revoke")
    assert client.get("/api/v1/me", headers=headers).get_json()["problem"]["code"] == "device_revoked"
    assert make.fresh(Device, device.id).revoked_at is not None


def _plan(client) -> dict[str, str]:
    page = client.get("/setup/campaign").text
    fields = (tag for tag in re.findall(r"<input [^>]*>", page) if "csrf" not in tag and 'name="next"' not in tag)
    return {re.search(r'name="([^"]+)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1] for tag in fields}


def test_new_dates_reach_every_phone(signed_in, session, make):
    client = signed_in("office")
    plan = _plan(client)
    assert plan["start_3"] == "2018-10-08"
    assert client.post("/setup/campaign", data=plan | {"end_3": "2018-10-12", "accuracy_fair_m": "25"}).status_code == 302
    campaign = make.fresh(Campaign, 2018)
    assert (campaign.phase(3).end.isoformat(), campaign.thresholds["accuracy_fair_m"], campaign.rev) == ("2018-10-12", 25, 2)
    assert session.get(Change, ("", "campaign", campaign_id(2018))).rev == 2


def test_what_counts_as_income_is_chosen_for_the_year(signed_in, make):
    client = signed_in("office")
    plan = _plan(client)
    del plan["counts_pension_income"]
    assert client.post("/setup/campaign", data=plan).status_code == 302
    parts = make.fresh(Campaign, 2018).income_parts
    assert ("pension_income" in parts, len(parts)) == (False, 5)
    assert 'name="counts_pension_income" type="checkbox" value="y"' in client.get("/setup/campaign").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"end_2": "2018-10-01"}, "结束日期早于开始日期"),
        ({"start_4": "2018-10-15"}, "须在上一阶段结束之后开始"),
        ({"start_4": "Monday"}, "请填写日期"),
        ({"end_9": ""}, "请填写日期"),
        ({"accuracy_fair_m": "5"}, "不能小于前一级的数值"),
        ({"min_fixes": "2.5"}, "须为整数"),
        ({"altitude_max_m": "high"}, "请填写数字"),
        ({"spread_good_m": "nan"}, "须大于 0"),
        ({"name": ""}, "请输入名称"),
    ],
)
def test_a_plan_that_makes_no_sense_says_so_at_the_field_and_is_not_saved(signed_in, make, values, words):
    client = signed_in("office")
    answer = client.post("/setup/campaign", data=_plan(client) | values)
    assert answer.status_code == 422
    assert re.search(rf'id="{next(iter(values))}-error">[^<]*{words}', answer.text)
    assert make.fresh(Campaign, 2018).rev == 1


def test_who_saves_second_is_told(signed_in, make):
    client = signed_in("office")
    plan = _plan(client)
    client.post("/setup/campaign", data=plan | {"name": "先保存的"})
    answer = client.post("/setup/campaign", data=plan | {"name": "后保存的"})
    assert answer.status_code == 409
    assert "刚才有人保存过" in answer.text
    assert "后保存的" in answer.text
    assert make.fresh(Campaign, 2018).name == "先保存的"
