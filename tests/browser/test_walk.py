"""The whole way: from the doorstep to the map, to the reviewer, back to the phone and on to accepted."""

from playwright.sync_api import expect
from sqlalchemy import func, select

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.factories import COMMUNITY
from webapp.models import Blob, Capture, Household, Op, ReviewEvent

GOOD, POOR, AWAY, UNTOUCHED = "张三演示", "李四演示", "王五演示", "赵六演示"


def _count(session, model) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def _coverage(page) -> dict:
    answer = page.request.get(f"/api/v1/coverage?area={COMMUNITY}")
    figures = answer.json()["children"][0]
    return {name: figures[name] for name in ("registered", "captured", "accepted", "returned", "excepted", "missing")}


def test_from_the_doorstep_to_the_map_and_back(served, handset, desk, person, make, session):
    numbers = {name: make.household(head_name=name).number for name in (GOOD, POOR, AWAY, UNTOUCHED)}
    cadre, office, supervisor = (person(*who) for who in [("cadre", COMMUNITY), ("office",), ("supervisor",)])

    # In the morning, at the office: signed in once, with a network.
    page = handset.on()
    doorstep.sign_in(page, cadre)
    expect(page.locator(".row", has_text=UNTOUCHED)).to_contain_text("未采集")
    doorstep.ready_for_flight_mode(page)

    # Up the hill: no network, and the battery falls out.
    handset.context.set_offline(True)
    handset.battery_out()
    page = handset.on(offline=True)
    page.goto("/app/")

    # A good point with a photo; the phone dies in the middle and again right after 已保存.
    doorstep.open_capture(page, GOOD)
    doorstep.stand_at(handset.context, 99.2283, 25.1146, 6)
    doorstep.photograph_the_door(page, seed=1)
    doorstep.save(page)
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    handset.battery_out()
    page = handset.on(offline=True)
    page.goto("/app/")
    expect(page.locator(".row", has_text=GOOD)).to_contain_text("已存手机")

    # A coarse point is kept only with a reason.
    doorstep.open_capture(page, POOR)
    doorstep.stand_at(handset.context, 99.2290, 25.1150, 62)
    doorstep.photograph_the_door(page, seed=2)
    doorstep.save(page)
    page.get_by_role("button", name="树木或房屋遮挡信号").click()
    doorstep.save(page)
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回任务列表").click()

    # Nobody lives there any more.
    doorstep.open_capture(page, AWAY)
    page.get_by_role("button", name="登记例外").click()
    page.get_by_role("button", name="举家外出务工").click()
    doorstep.save(page)
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回任务列表").click()
    assert _count(session, Capture) == 0

    # Down again. The first answer gets lost on the way; nothing doubles.
    lost = doorstep.lose_first_answer(handset.context)
    handset.context.set_offline(False)
    page.get_by_role("tab", name="待上传").click()
    expect(page.get_by_text("全部已上传")).to_be_visible(timeout=30_000)
    assert lost == [200]
    assert (_count(session, Capture), _count(session, Op), _count(session, Blob)) == (3, 3, 2)

    # The supervisor sees it.
    board = desk()
    _sign_in_at_desk(board, supervisor)
    assert _coverage(board) == {"registered": 4, "captured": 2, "accepted": 0, "returned": 0, "excepted": 1, "missing": 1}
    board.goto(f"/coverage?area={COMMUNITY}01")
    expect(board.locator("#main")).to_contain_text(numbers[UNTOUCHED])
    _map_shows(board, {"uploaded": 2})

    # The office sends the coarse one back.
    review = desk()
    _sign_in_at_desk(review, office)
    review.goto("/review")
    assert [head.strip() for head in review.locator("td.who a").all_inner_texts()] == [GOOD, POOR, AWAY]
    review.get_by_role("link", name=POOR).click()
    _send_back(review, "B02", "请到门外空旷处重新定位")

    # The phone shows it first, with the reason, and the cadre goes again.
    page.get_by_role("button", name="立即上传").click()
    page.get_by_role("tab", name="任务").click()
    first = page.locator(".row").first
    expect(first).to_contain_text(POOR, timeout=15_000)
    expect(first).to_contain_text("定位精度太差")
    first.click()
    expect(page.get_by_text("请到门外空旷处重新定位").first).to_be_visible()
    page.get_by_role("button", name="重新采集坐标").click()
    doorstep.stand_at(handset.context, 99.2290, 25.1150, 7)
    doorstep.photograph_the_door(page, seed=3)
    doorstep.save(page)
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回任务列表").click()
    expect(page.locator(".row", has_text=POOR)).to_contain_text("已上传", timeout=15_000)

    # Now it is accepted, and the phone and the map know.
    review.goto("/review?sort=-received")
    review.get_by_role("link", name=POOR).first.click()
    review.locator("body").press("a")
    expect(review.get_by_text("撤销").first).to_be_visible()
    assert _coverage(board) == {"registered": 4, "captured": 2, "accepted": 1, "returned": 0, "excepted": 1, "missing": 1}
    _map_shows(board, {"uploaded": 1, "accepted": 1})
    page.get_by_role("tab", name="待上传").click()
    page.get_by_role("button", name="立即上传").click()
    page.get_by_role("tab", name="任务").click()
    expect(page.locator(".row", has_text=POOR)).to_contain_text("已通过", timeout=15_000)

    session.rollback()
    household = session.scalar(select(Household).where(Household.head_name == POOR))
    newest = session.get_one(Capture, household.capture_id)
    assert session.get_one(Capture, newest.supersedes_id).state == "returned"
    moves = session.scalars(select(ReviewEvent.move).order_by(ReviewEvent.id)).all()
    assert moves == ["return", "accept"]


def _sign_in_at_desk(page, username: str) -> None:
    page.goto("/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/coverage*")


def _map_shows(page, states: dict[str, int]) -> None:
    """The points of the community as the map gets them."""
    features = page.request.get(f"/api/v1/coverage.geojson?area={COMMUNITY}").json()["features"]
    seen = [feature["properties"]["state"] for feature in features]
    assert {state: seen.count(state) for state in states} == states


def _send_back(page, code: str, text: str) -> None:
    page.locator("body").press("r")
    page.locator(f"input[name=reasons][value={code}]").check()
    page.locator("#return-text").fill(text)
    page.locator("#return-dialog .btn-danger").click()
    expect(page.get_by_text("撤销").first).to_be_visible()
