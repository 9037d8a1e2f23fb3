"""A whole street on one phone: 2,000 households stay a list one can work with."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert

from tests.browser import doorstep
from tests.browser.machines import DOOR
from tests.captured import Captured
from tests.factories import COMMUNITY, WHEN
from webapp.domain.ids import uuid7
from webapp.models import Household
from webapp.models.engine import begin_write
from webapp.services import feeds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
MANY, GROUPS = 2000, 10
RARE = {"number": "H1234", "head_name": "欧阳海棠", "pinyin": "ouyanghaitang", "initials": "oyht"}
#: Metres north of the phone, by number; most of the others have no point.
AWAY = {"H1500": 4000, "H0700": 30, "H0001": 600}
METRES_PER_DEGREE = 111_195

#: Through the whole list in thumb-sized flings: the most rows ever in the document, and the flings that showed nothing.
FLING = """async () => {
  const list = document.querySelector('.virtual-list')
  const frame = () => new Promise(requestAnimationFrame)
  let [most, empty] = [0, 0]
  for (let top = 600; top < list.scrollHeight; top += 3000) {
    list.scrollTop = top
    await frame()
    await frame()
    most = Math.max(most, list.querySelectorAll('.virtual-rows > li').length)
    if (!document.elementFromPoint(195, 400)?.closest('.virtual-rows .row')) empty += 1
  }
  return [most, empty]
}"""


def _row(n: int) -> dict:
    row = {
        "id": uuid7(), "number": f"H{n:04d}", "head_name": f"户主{n}", "pinyin": f"huzhu{n}", "initials": f"hz{n}",
        "area_code": f"{COMMUNITY}{n % GROUPS + 1:02d}", "attribute": "01", "exit_status": "0",
        "created_at": WHEN, "updated_at": WHEN,
    }  # fmt: skip
    return row | RARE if row["number"] == RARE["number"] else row


@pytest.fixture
def street(session, make):
    """Three of the households have last year's point, two further away are accepted."""
    for no in range(1, GROUPS + 1):
        make.group(COMMUNITY, no)
    rows = [_row(n) for n in range(MANY)]
    begin_write(session)
    session.execute(insert(Household), rows)
    feeds.changed(session, COMMUNITY, "household", [(row["id"], 1) for row in rows])
    session.commit()
    captured, by_number = Captured(session), {row["number"]: row["id"] for row in rows}
    for number, metres in AWAY.items():
        captured.before(session.get_one(Household, by_number[number]), door=_north(metres))
    for number in ("H0005", "H0009"):
        captured(session.get_one(Household, by_number[number]), "accepted", door=_north(9000))


def _north(metres: float) -> tuple[float, float]:
    return DOOR["longitude"], DOOR["latitude"] + metres / METRES_PER_DEGREE


@pytest.fixture
def page(street, phone_told, person):
    opened = phone_told(retention_days=36_500)  # what was accepted in 2018 would be a ghost by now
    doorstep.sign_in(opened, person("cadre", COMMUNITY))
    expect(opened.locator(".task-figure")).to_contain_text(f"/{MANY}", timeout=20_000)
    return opened


def test_two_thousand_households_are_flung_through_searched_filtered_and_sorted(page):
    most, empty = page.evaluate(FLING)
    assert most < 60
    assert empty == 0
    _scroll(page, "list.scrollHeight")
    expect(_heads(page).last).to_have_text(f"户主{MANY - 1}")
    _scroll(page, "0")

    for query in ("oyht", "OUYANG", "1234", "欧阳"):
        page.get_by_role("searchbox").fill(query)
        expect(_heads(page)).to_have_text(["欧阳海棠"])
    page.get_by_role("searchbox").fill("没有这个人")
    expect(page.get_by_text("没有找到符合条件的户")).to_be_visible()
    page.get_by_role("button", name="清除条件").click()

    page.get_by_role("button", name=re.compile("^已通过")).click()
    expect(_heads(page)).to_have_text(["户主5", "户主9"])
    page.get_by_role("button", name=re.compile("^全部 ")).click()

    page.locator(".task-scope").click()
    page.locator(".picker .row", has_text="6组").click()
    expect(page.locator(".task-figure")).to_contain_text(f"1/{MANY // GROUPS}")
    expect(_heads(page).first).to_have_text("户主5")
    expect(_heads(page).nth(1)).to_have_text("户主15")
    page.locator(".task-scope").click()
    page.locator(".picker .row", has_text="全部小组").click()

    page.get_by_role("button", name="按距离").click()
    expect(_heads(page).first).to_have_text("户主700")
    assert _heads(page).all_inner_texts()[:6] == ["户主700", "户主1", "户主1500", "户主5", "户主9", "户主0"]
    expect(page.locator(".virtual-rows .row").first).to_contain_text("30 米")


def _heads(page):
    return page.locator(".virtual-rows .row-head")


def _scroll(page, top: str) -> None:
    page.evaluate(f"() => {{ const list = document.querySelector('.virtual-list'); list.scrollTop = {top} }}")
