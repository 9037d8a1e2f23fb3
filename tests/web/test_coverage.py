"""The coverage page as people see it, and the same figures for machines."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.captured import Captured, village_of
from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from webapp.domain.ids import uuid7
from webapp.models import Finding, Photo
from webapp.models.engine import begin_write

STREET, COUNTY, ELSEWHERE = "530502005000", "530502000000", "530599000000"


@pytest.fixture
def captured(session) -> Captured:
    return Captured(session)


@pytest.fixture
def village(make, captured):
    return village_of(make, captured)


def _links(page: str, css_class: str = "count") -> list[tuple[str, int]]:
    found = re.findall(rf'<a class="{css_class}" href="([^"]+)"[^>]*>(\d+)</a>', page)
    return [(unescape(href), int(number)) for href, number in found]


def _part(page: str, name: str) -> str:
    """From the part with this id to the next part that follows the figures."""
    return page.split(f'id="{name}"')[1].split("data-live=")[1]


def _listed(page: str) -> int:
    return int(re.search(r'class="list-count"[^>]*>共 (\d+) 户', page)[1])


@pytest.mark.parametrize(
    ("role", "granted", "title"),
    [
        ("community", COMMUNITY, "河村社区"),
        ("office", STREET, "河图街道"),
        ("supervisor", STREET, "河图街道"),
        ("district", COUNTY, "隆阳区"),
    ],
)
def test_the_page_opens_for_the_persons_widest_area(signed_in, role, granted, title):
    page = signed_in(role, granted).get("/coverage").text
    assert f"<h1>{title} · 采集覆盖</h1>" in page
    assert 'aria-current="page">' + title in page


@pytest.mark.parametrize("role", ["cadre", "unit", "admin"])
def test_the_desk_page_is_not_for_everybody(signed_in, role):
    assert signed_in(role).get("/coverage").status_code == 403


@pytest.mark.parametrize("query", ["", "?state=returned&state=uploaded", "?attribute=04", "?from=2018-10-09&to=2018-10-09"])
def test_every_number_opens_the_list_behind_it(signed_in, village, make, captured, query):
    another = make.account("cadre", OTHER_COMMUNITY)
    captured(make.household(OTHER_COMMUNITY, attribute="04"), "uploaded", by=another, at=WHEN + timedelta(days=1))
    captured(make.household(OTHER_COMMUNITY), "accepted", by=another, at=WHEN)
    client = signed_in("supervisor", STREET)
    page = client.get(f"/coverage{query}").text
    numbers = _links(page)
    assert [part for part in ("cov-summary", "cov-table", "cov-progress") if not _links(_part(page, part))] == []
    for href, number in numbers:
        assert _listed(client.get(href).text) == number, href


def test_one_drills_down_from_the_county_to_the_households_and_back(signed_in, village):
    client = signed_in("district", COUNTY)
    href = "/coverage"
    for name in ("河图街道", "河村社区", "1组"):
        page = client.get(href).text
        href = unescape(re.search(rf'<th role="rowheader" scope="row"><a href="([^"]+)">{name}</a>', page)[1])
    page = client.get(f"{href}&state=returned").text
    assert village["returned"].number in page
    assert village["missing"].number not in page
    trail = [parse_qs(urlsplit(unescape(link)).query) for link in re.findall(r'<li><a href="([^"]+)">', page)]
    assert [query["area"] for query in trail[:3]] == [[COUNTY], [STREET], [COMMUNITY]]
    assert all(query["state"] == ["returned"] for query in trail[:3])


def test_figures_are_ordered_as_asked(signed_in, make):
    for community, count in ((COMMUNITY, 2), (OTHER_COMMUNITY, 3)):
        for _ in range(count):
            make.household(community)
    page = signed_in("office", STREET).get("/coverage?sort=-missing").text
    assert page.index("河上村社区</a></th>") < page.index("河村社区</a></th>")
    assert 'aria-sort="descending"' in page


def test_the_households_of_a_group_are_ordered_as_asked(signed_in, make):
    for name, pinyin in (("甲", "b"), ("乙", "a")):
        make.household(head_name=name, pinyin=pinyin)
    page = signed_in("office", STREET).get(f"/coverage?area={COMMUNITY}01&sort=name").text
    assert page.index("乙</a>") < page.index("甲</a>")


def test_somebody_with_a_part_of_an_area_sees_that_part(signed_in, village):
    page = signed_in("community", OTHER_COMMUNITY).get(f"/coverage?area={STREET}").text
    assert "河上村社区" in page
    assert "河村社区" not in page
    assert "仅统计您负责的区域" in page


@pytest.mark.parametrize(
    "path",
    ["", "/households", "/print", "/households/print", "/table.csv", "/households.csv", "/points.geojson", "/shapes.geojson"],
)
@pytest.mark.parametrize("area", [COMMUNITY, ELSEWHERE, "nonsense"])
def test_a_foreign_area_is_not_found(signed_in, path, area):
    assert signed_in("community", OTHER_COMMUNITY).get(f"/coverage{path}?area={area}").status_code == 404


def test_filters_are_shown_and_can_be_taken_away(signed_in, village):
    cadre = village["cadre"]
    client = signed_in("office", STREET)
    query = f"state=accepted&state=uploaded&from=2018-10-09&attribute=01&cadre={cadre.id}"
    page = client.get(f"/coverage?area={COMMUNITY}&{query}").text
    found = re.findall(r'class="chip" href="([^"]+)"><span>(.*?)</span>', page)
    chips = {words: unescape(href) for href, words in found}
    assert list(chips) == ["已通过", "已上传", "接收日期自 2018-10-09", f"采集员：{cadre.name}", "一般贫困户"]
    assert parse_qs(urlsplit(chips["已通过"]).query)["state"] == ["uploaded"]
    assert "from" not in parse_qs(urlsplit(chips["接收日期自 2018-10-09"]).query)
    clear = unescape(re.search(r'class="chip-clear" href="([^"]+)"', page)[1])
    assert 'class="chip"' not in client.get(clear).text


def test_a_filter_on_what_came_in_claims_no_coverage(signed_in, village):
    page = signed_in("office", STREET).get("/coverage?state=accepted").text
    assert re.search(r"<b><a [^>]+>3</a></b> <span>户符合筛选条件", page)
    assert "覆盖率</span></a>" not in page
    assert "预测按全部待采集户计算" in page


@pytest.mark.parametrize("query", ["state=gone", "from=yesterday", "cadre=7", "attribute=99", "sort=height"])
def test_words_nobody_knows_are_refused(signed_in, query):
    assert signed_in("office", STREET).get(f"/coverage?{query}").status_code == 400


def test_days_the_wrong_way_round_are_named(signed_in):
    answer = signed_in("office", STREET).get("/coverage?from=2018-10-09&to=2018-10-08")
    assert answer.status_code == 400
    assert "开始日期晚于结束日期" in answer.text


def test_the_list_says_why(signed_in, make, village, captured):
    office = make.account("office", STREET)
    back = captured(village["returned"], "returned", by=village["cadre"])
    captured.sent_back(back, office, ["B02"], "请站在门口")
    page = signed_in("office", STREET).get("/coverage/households?state=missing&state=returned&state=excepted").text
    for words in ("定位精度太差；请站在门口", "举家外出务工", "尚未入户采集"):
        assert words in page


def test_names_in_lists_are_for_those_who_answer_for_them(signed_in, make):
    make.household(head_name="张三丰")
    listed = [signed_in(role, STREET).get("/coverage/households").text for role in ("office", "supervisor")]
    assert ["张三丰" in page for page in listed] == [True, False]
    assert "张*" in listed[1]


def test_the_list_is_searched_and_keeps_its_filters(signed_in, make):
    make.household(head_name="张三丰", initials="zsf")
    make.household(head_name="李四", initials="ls")
    page = signed_in("office", STREET).get("/coverage/households?q=zs&state=missing").text
    assert _listed(page) == 1
    assert 'name="state" value="missing"' in page


def test_a_card_shows_what_the_phone_saw(signed_in, make, captured):
    household, cadre = make.household(head_name="张三丰"), make.account("cadre")
    capture = captured(household, "uploaded", by=cadre, at=datetime(2018, 10, 9, 16, 30, tzinfo=UTC), note="门前有大树")
    card = signed_in("office", STREET).get(f"/coverage/households/{household.id}").text
    for words in ("张三丰", "6 米", cadre.name, "2018-10-10 00:30", "门前有大树", 'data-fixes="[[0,'):
        assert words in card
    assert f'href="/review/{capture.id}"' in card
    assert "/review/" not in signed_in("supervisor", STREET).get(f"/coverage/households/{household.id}").text


def test_a_card_names_the_doubts_and_the_photos_still_to_come(signed_in, session, make, captured):
    capture = captured(make.household())
    begin_write(session)
    seen = {"accuracy_m": 48.0, "n_seen": 9}
    session.add(Finding(id=uuid7(), capture_id=capture.id, code="constant_accuracy", severity="warn", seen=seen))
    photo = Photo(capture_id=capture.id, sha256="a" * 64, no=1, kind="door", bytes=9, width=4, height=3, taken_at=WHEN)
    session.add(photo)
    session.commit()
    card = signed_in("supervisor", STREET).get(f"/coverage/households/{capture.household_id}").text
    assert "9 个定位点精度全部为 48 米" in card
    assert "照片待传" in card


def test_a_foreign_household_has_no_card(signed_in, make):
    household = make.household(COMMUNITY)
    assert signed_in("community", OTHER_COMMUNITY).get(f"/coverage/households/{household.id}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/coverage", "/coverage/households", "/coverage/shapes.geojson", "/api/v1/coverage", "/api/v1/coverage.geojson"],
)
def test_an_unchanged_page_costs_next_to_nothing(signed_in, make, captured, path):
    household = make.household(COMMUNITY)
    client = signed_in("community", COMMUNITY)
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    captured(household)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_one_persons_page_is_not_anothers(signed_in, make):
    make.household(COMMUNITY)
    tag = signed_in("community", COMMUNITY).get("/coverage").headers["ETag"]
    assert signed_in("community", COMMUNITY).get("/coverage", headers={"If-None-Match": tag}).status_code == 200


def test_the_paper_names_area_time_filters_and_who_signs(signed_in, village):
    page = signed_in("office", STREET).get(f"/coverage/print?area={COMMUNITY}&attribute=04").text
    for words in ("河村社区农户坐标采集覆盖统计表", "统计时间：", "统计范围： 河图街道 / 河村社区", "低保贫困户", "制表人："):
        assert words in page
    names = signed_in("office", STREET).get("/coverage/households/print?state=missing").text
    assert village["missing"].head_name in names
    assert village["accepted"].number not in names


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_every_word_is_in_the_catalogue_and_nothing_breaks_the_policy(signed_in, village, locale):
    client = signed_in("office", STREET)
    client.post(f"/language/{locale}")
    group = f"/coverage?area={COMMUNITY}01"
    card = f"/coverage/households/{village['excepted'].id}"
    papers = ("/coverage/print", "/coverage/households/print")
    for path in ("/coverage?state=missing", group, "/coverage/households?q=x", card, *papers):
        page = client.get(path).text
        assert not re.search(r"(?<![/\w])coverage\.[a-z_]+\b(?!\?|geojson)", page), path
        assert not re.search(r"<[^>]+ (style|on\w+)=", page), path
    assert ("Missing" in client.get("/coverage").text) == (locale == "en")
