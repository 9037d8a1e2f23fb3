"""Keys for ODK Collect, from the administrator's side."""

import base64
import json
import re
import zlib

import pytest

from webapp.models import AppUser
from webapp.openrosa import collect_settings


@pytest.fixture
def admin(signed_in):
    return signed_in("admin", "530502000000")


def _address(page: str) -> str:
    return re.search(r"http://localhost(/v1/key/[^/]+/projects/2018)<", page)[1]


def test_the_code_is_shown_once_and_opens_what_the_account_may_see_until_it_is_revoked(admin, make, client, session):
    account = make.account("cadre")
    made = admin.post(f"/setup/accounts/{account.id}/app-users", data={"label": "王组长的手机"})
    assert made.status_code == 201
    assert 'src="data:image/svg+xml' in made.text
    address = _address(made.text)
    assert client.get(f"{address}/formList").status_code == 200

    page = admin.get(f"/setup/accounts/{account.id}").text
    assert "王组长的手机" in page
    assert address.split("/")[3] not in page
    [revoke] = re.findall(r'action="(/setup/accounts/[^"]+/revoke)"', page)
    assert "不能再获取问卷" in admin.post(revoke).text
    assert client.get(f"{address}/formList").status_code == 200
    assert admin.post(revoke, data={"sure": "1"}).status_code == 302
    assert client.get(f"{address}/formList").status_code == 403
    session.rollback()
    assert session.query(AppUser).one().token_hash not in address


def test_a_key_needs_a_name(admin, make):
    refused = admin.post(f"/setup/accounts/{make.account('cadre').id}/app-users", data={"label": ""})
    assert refused.status_code == 422
    assert "请填写名称" in refused.text


def test_the_code_says_what_collect_reads():
    read = json.loads(
        zlib.decompress(base64.b64decode(collect_settings.code("https://hetu.example/v1/key/k/projects/2018", "河图")))
    )
    assert read["general"]["server_url"] == "https://hetu.example/v1/key/k/projects/2018"
    assert read["project"]["name"] == "河图"
    assert set(read) == {"general", "admin", "project"}
