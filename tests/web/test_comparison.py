"""Comparison sheets: whose, with what on them, and how much of a person."""

import html
import re

import pytest
import segno

from tests.captured import Captured
from tests.factories import COMMUNITY, OTHER_COMMUNITY
from tests.families import CARD, Families
from tests.known import ACCOUNT, LINK, PHONE, known
from webapp.domain import paper_code
from webapp.services.families import FamilyValues

GROUP = f"{COMMUNITY}01"


@pytest.fixture
def families(session) -> Families:
    return Families(session)


@pytest.fixture
def printed(signed_in):
    """printed("cadre", "?area=…") is the page as text, the words of its tags taken out."""

    def page(role: str, address: str, area: str = COMMUNITY) -> str:
        answer = signed_in(role, area).get(address)
        assert answer.status_code == 200
        return answer.text

    return page


def leaves(page: str) -> list[str]:
    return re.findall(r'<section class="leaf".*?</section>', page, re.DOTALL)


def words(part: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def test_last_years_values_stand_beside_empty_boxes(make, families, printed):
    household = make.household(head_name="张三演示", address="下村12号")
    known(families, household)
    page = printed("cadre", f"/coverage/households/{household.id}/comparison")
    found = leaves(page)
    text = words(page)
    assert f"河村社区 1组 户编号 {household.number} 户主 张三演示 第 1 页 共 {len(found)} 页" in words(found[0])
    assert f"第 {len(found)} 页 共 {len(found)} 页" in words(found[-1])
    for said in ("2018 年贫困户信息对照表", "2017 年", "耕地面积(亩) 3.5", "主要致贫原因 因残", "家庭住址 下村12号"):
        assert said in text, said
    assert "李帮扶" in text
    assert "发放仔猪" in text
    assert '<th scope="row">耕地面积(亩)</th><td>3.5</td><td class="box"></td>' in page
    for section in ("一、基本情况", "二、", "三、", "四、", "五、", "六、", "七、", "八、", "九、"):
        assert section in text
    assert "户主（签字/手印）" in words(found[-1])


def test_what_the_notice_singles_out_is_marked(make, families, printed):
    household = make.household()
    known(families, household)
    text = words(printed("cadre", f"/coverage/households/{household.id}/comparison"))
    for item in ("工资性收入(元)", "在校生状况", "低保金(元)", "五保金(特困供养金)(元)"):
        assert f"{item} 必核" in text
    assert "家庭年收入(元) 必核" not in text


def test_numbers_of_people_are_masked(make, families, printed):
    household = make.household()
    known(families, household)
    page = printed("office", f"/coverage/households/{household.id}/comparison", "530502005000")
    assert [number for number in (CARD, PHONE, ACCOUNT, LINK["phone"]) if number in page] == []
    assert {"138****5678", "990***********", "139****1234"} <= set(re.findall(r"138\*+5678|139\*+1234|990\*{11}", page))


def test_the_square_says_which_household_and_nothing_else(make, printed):
    one, two = make.household(), make.household()
    page = printed("cadre", f"/coverage/comparison?area={COMMUNITY}")
    wanted = [segno.make(paper_code.of(each.id), error="q").svg_inline(border=2, omitsize=True) for each in (one, two)]
    drawn = re.findall(r' d="(M[^"]+)"', page)
    assert drawn == [re.search(r' d="(M[^"]+)"', square)[1] for square in wanted]


def test_a_community_is_printed_as_it_is_listed(make, session, printed):
    first, second, captured = make.household(group_no=2), make.household(group_no=1), make.household(group_no=1)
    make.household(OTHER_COMMUNITY)
    Captured(session)(captured)
    order = r'leaf-first.*?户编号 (H\d+)'

    def numbers(query: str) -> list[str]:
        page = printed("community", f"/coverage/comparison?area={query}")
        return re.findall(order, page, re.DOTALL)

    assert numbers(COMMUNITY) == [second.number, captured.number, first.number]
    assert numbers(f"{COMMUNITY}&sort=-number") == [captured.number, second.number, first.number]
    assert numbers(f"{GROUP}&state=missing") == [second.number]
    assert numbers(f"{COMMUNITY}&q={first.number}") == [first.number]
    assert numbers(f"{COMMUNITY}&state=returned") == []


def test_a_cadre_of_one_group_prints_that_group_only(make, printed):
    own = make.household(group_no=1)
    make.household(group_no=2)
    page = printed("cadre", f"/coverage/comparison?area={COMMUNITY}", GROUP)
    assert re.findall(r"户编号 (H\d+)", leaves(page)[0]) == [own.number]
    assert page.count("leaf-first") == 1


def test_a_whole_sub_district_is_not_printed_at_once(signed_in):
    assert signed_in("office", "530502005000").get("/coverage/comparison?area=530502005000").status_code == 400


def test_what_was_told_this_year_goes_before_last_years(make, families, printed):
    household = make.household()
    members = known(families, household, farmland_mu=3.5)
    families.write(household, FamilyValues({"farmland_mu": 4.25}, {members[1].id: {"labour_skill": "02"}}))
    text = words(printed("cadre", f"/coverage/households/{household.id}/comparison"))
    assert "耕地面积(亩) 4.25" in text
    assert "住房面积(平方米) 96.25" in text
    assert "劳动技能 普通劳动力 技能劳动力 普通劳动力" in text
    assert "已登记" in text
    assert "2017 年" not in text


def test_a_household_nothing_is_known_of_gets_an_empty_sheet_with_the_register_on_it(make, printed):
    household = make.household(attribute="04", exit_status="2", head_name="李四演示")
    text = words(printed("cadre", f"/coverage/households/{household.id}/comparison"))
    assert "李四演示" in text
    assert "贫困户属性 低保贫困户" in text
    assert "门口坐标尚未采集" in text


def test_the_sheet_speaks_chinese_whoever_prints_it(make, signed_in):
    household, client = make.household(), signed_in("office", "530502005000")
    client.post("/language/en")
    page = client.get(f"/coverage/households/{household.id}/comparison").text
    assert "comparison sheets" in words(page)
    assert all("户编号" in leaf for leaf in leaves(page))
    assert "Household no." not in page


def test_the_button_comes_last_so_that_a_page_cut_off_has_none(make, printed):
    make.household()
    page = printed("cadre", f"/coverage/comparison?area={COMMUNITY}")
    assert page.index("data-print") > page.rindex('class="leaf"')
    assert "请勿打印" in page


@pytest.mark.parametrize(
    "path", ["/coverage?area={area}", "/coverage/households?area={area}", "/coverage/households/{household}", "/review/{capture}"]
)
def test_sheets_are_offered_where_households_are_shown_to_those_who_may_print_them(make, session, signed_in, path):
    household = make.household()
    capture = Captured(session)(household)
    address = path.format(area=COMMUNITY, household=household.id, capture=capture.id)
    assert "/comparison" in signed_in("community").get(address).text
    if "review" not in path:
        assert "/comparison" not in signed_in("supervisor", "530502005000").get(address).text
