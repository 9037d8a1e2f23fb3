"""What leaves the coverage page as a file."""

import csv
import json
from io import StringIO
from urllib.parse import unquote

import pytest

from tests.captured import Captured
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from webapp.exports.csv_file import to_csv

STREET = "530502005000"


@pytest.fixture
def captured(session) -> Captured:
    return Captured(session)


def _rows(answer) -> list[dict]:
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline="")))


def _name(answer) -> str:
    return unquote(answer.headers["Content-Disposition"].split("UTF-8''")[1])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start):
    assert to_csv(["a"], [[f"{start}1+1"]]).decode("utf-8-sig").split("\r\n", 1)[1].strip('"\r\n') == f"'{start}1+1"


def test_a_number_below_zero_stays_a_number():
    assert to_csv(["a"], [[-99.5]]).decode("utf-8-sig") == "a\r\n-99.5\r\n"


def test_the_table_leaves_as_it_is_shown(signed_in, make, captured):
    captured(make.household(COMMUNITY))
    make.household(COMMUNITY)
    make.household(OTHER_COMMUNITY, attribute="04")
    answer = signed_in("office", STREET).get("/coverage/table.csv?sort=-registered")
    rows = _rows(answer)
    assert [row["区域"] for row in rows[:2]] == ["河村社区", "河上村社区"]
    assert (rows[0]["登记"], rows[0]["已采集"], rows[0]["未采集"], rows[0]["覆盖率"]) == ("2", "1", "1", "50%")
    assert (rows[-1]["区域"], rows[-1]["登记"]) == ("合计", "3")
    only = _rows(signed_in("office", STREET).get("/coverage/table.csv?attribute=04"))
    assert only[-1]["登记"] == "1"


def test_the_list_leaves_with_names_datum_and_reasons_but_no_phone(signed_in, make, captured):
    office = make.account("office", STREET)
    back = make.household(head_name="=1+1", phone_masked="138****5678")
    captured.sent_back(captured(back, "returned"), office, ["B02"], "重采")
    captured(make.household(OTHER_COMMUNITY), "accepted")
    answer = signed_in("office", STREET).get(f"/coverage/households.csv?area={COMMUNITY}")
    (row,) = _rows(answer)
    assert (row["户主"], row["采集状态"], row["原因"]) == ("'=1+1", "退回", "定位精度太差；重采")
    assert (row["经度（WGS84）"], row["纬度（WGS84）"], row["接收时间（北京时间）"]) == ("99.24", "25.13", "2018-10-09 10:30")
    assert "138" not in answer.text
    assert _name(answer).startswith("河村社区_户名单_WGS84_")
    assert _name(answer).endswith(".csv")


@pytest.mark.parametrize("role", ["supervisor", "district"])
def test_files_and_papers_name_nobody_to_those_who_only_watch(role, signed_in, make, captured):
    captured(make.household(head_name="张三丰"), "accepted")
    client = signed_in(role, STREET)
    for address in ("households.csv", "households/print", "points.geojson"):
        text = client.get(f"/coverage/{address}").text
        assert ("张三丰" in text, "张*" in text) == (False, True), address


def test_the_list_heeds_filters_search_and_order(signed_in, make):
    for n, head in enumerate(("甲", "乙", "甲")):
        make.household(head_name=head, pinyin=f"p{n}", attribute="04" if n else "01")
    client = signed_in("office", STREET)
    rows = _rows(client.get("/coverage/households.csv?attribute=04&sort=-name"))
    assert [row["户主"] for row in rows] == ["甲", "乙"]
    assert len(_rows(client.get("/coverage/households.csv?q=甲"))) == 2


def test_points_leave_as_geojson_in_wgs84(signed_in, make, captured):
    captured(make.household(head_name="张三丰", phone_masked="138****5678"), "accepted")
    captured(make.household(), "excepted")
    answer = signed_in("office", STREET).get("/coverage/points.geojson?state=accepted&state=excepted")
    whole = json.loads(answer.data)
    (feature,) = whole["features"]
    assert (answer.mimetype, whole["datum"]) == ("application/geo+json", "WGS84")
    assert feature["geometry"]["coordinates"] == [99.24, 25.13]
    assert (feature["properties"]["head"], feature["properties"]["state"]) == ("张三丰", "已通过")
    assert "138" not in answer.text
    assert "WGS84" in _name(answer)


def test_files_are_for_those_who_may_take_them(client, signed_in):
    assert client.get("/coverage/households.csv").status_code == 302
    assert signed_in("cadre").get("/coverage/households.csv").status_code == 403
