"""The whole way: from the doorstep to the map, to the reviewer, back to the phone and on to accepted."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from tests.browser import doorstep
from tests.browser.conftest import PASSWORD
from tests.factories import COMMUNITY
from webapp.models import Blob, Capture, Household, Op, ReviewEvent

GOOD, POOR, AWAY, UNTOUCHED = "张三演示", "李四演示", "王五演示", "赵六演示"


def test_from_the_doorstep_to_the_map_and_back(handset, desk, person, walk):
    """F02 F11 F13"""
    board, review = desk(), desk()
    _sign_in_at_desk(board, person("supervisor"))
    _sign_in_at_desk(review, person("office"))

    _in_the_morning_at_the_office(handset, person("cadre", COMMUNITY))
    page = _up_the_hill_without_a_network(handset)
    assert walk.count(Capture) == 0

    _down_again_with_the_first_answer_lost(handset, page)
    assert (walk.count(Capture), walk.count(Op), walk.count(Blob)) == (3, 3, 2)
    assert _coverage(board) == {"registered": 4, "captured": 2, "accepted": 0, "returned": 0, "excepted": 1, "missing": 1}
    _the_supervisor_sees_it(board, walk.numbers[UNTOUCHED])

    _the_office_sends_one_back(review)
    assert _coverage(board) == {"registered": 4, "captured": 1, "accepted": 0, "returned": 1, "excepted": 1, "missing": 1}
    _the_cadre_goes_again(handset, page)

    _the_office_accepts_it(review)
    assert _coverage(board) == {"registered": 4, "captured": 2, "accepted": 1, "returned": 0, "excepted": 1, "missing": 1}
    assert _states_on_map(board) == ["accepted", "uploaded"]
    _sync_by_hand(page)
    expect(page.locator(".row", has_text=POOR)).to_contain_text("已通过", timeout=15_000)
    walk.superseded_the_returned_one()


@pytest.fixture
def walk(served, make, session):
    return Walk(make, session)


class Walk:
    """The server's own records, read beside the browsers."""

    def __init__(self, make, session):
        self.session = session
        self.numbers = {name: make.household(head_name=name).number for name in (GOOD, POOR, AWAY, UNTOUCHED)}

    def count(self, model) -> int:
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(model))

    def superseded_the_returned_one(self) -> None:
        self.session.rollback()
        household = self.session.scalar(select(Household).where(Household.head_name == POOR))
        newest = self.session.get_one(Capture, household.capture_id)
        assert self.session.get_one(Capture, newest.supersedes_id).state == "returned"
        assert self.session.scalars(select(ReviewEvent.move).order_by(ReviewEvent.id)).all() == ["return", "accept"]


def _in_the_morning_at_the_office(handset, cadre: str) -> None:
    """Signed in once, with a network."""
    page = handset.on()
    doorstep.sign_in(page, cadre)
    expect(page.locator(".row", has_text=UNTOUCHED)).to_contain_text("未采集")
    doorstep.ready_for_flight_mode(page)
    handset.context.set_offline(True)
    handset.battery_out()


def _up_the_hill_without_a_network(handset):
    """A cold start in flight mode; a good point, a coarse one, an exception. Answers the page."""
    page = _cold_start(handset)
    doorstep.open_capture(page, GOOD)
    doorstep.stand_at(handset.context, 99.2283, 25.1146, 6)
    doorstep.photograph_the_door(page, seed=1)
    doorstep.save(page)
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()

    handset.battery_out()  # right after 已保存
    page = _cold_start(handset)
    expect(page.locator(".row", has_text=GOOD)).to_contain_text("已存手机")

    doorstep.open_capture(page, POOR)
    doorstep.stand_at(handset.context, 99.2290, 25.1150, 62)
    doorstep.photograph_the_door(page, seed=2)
    doorstep.save(page)  # refused: a coarse point wants a reason
    page.get_by_role("button", name="树木或房屋遮挡信号").click()
    _save_and_go_back(page)

    doorstep.open_capture(page, AWAY)
    page.get_by_role("button", name="登记例外").click()
    page.get_by_role("button", name="举家外出务工").click()
    _save_and_go_back(page)
    return page


def _cold_start(handset):
    page = handset.on(offline=True)
    doorstep.reopen(page)
    return page


def _save_and_go_back(page) -> None:
    doorstep.save(page)
    expect(page.get_by_role("heading", name="已保存")).to_be_visible()
    page.get_by_role("button", name="返回任务列表").click()


def _down_again_with_the_first_answer_lost(handset, page) -> None:
    lost = doorstep.lose_first_answer(handset.context)
    handset.context.set_offline(False)
    page.get_by_role("tab", name="待上传").click()
    expect(page.get_by_text("全部已上传")).to_be_visible(timeout=30_000)
    assert lost == [200]


def _the_supervisor_sees_it(board, number_of_the_missing: str) -> None:
    board.goto(f"/coverage?area={COMMUNITY}01")
    expect(board.locator("#main")).to_contain_text(number_of_the_missing)
    assert _states_on_map(board) == ["uploaded", "uploaded"]


def _the_office_sends_one_back(review) -> None:
    review.goto("/review")
    assert [head.strip() for head in review.locator("td.who a").all_inner_texts()] == [GOOD, POOR, AWAY]
    review.get_by_role("link", name=POOR).click()
    review.wait_for_load_state()  # keys are heard from then on
    review.locator("body").press("r")
    review.locator("input[name=reasons][value=B02]").check()
    review.locator("#return-text").fill("请到门外空旷处重新定位")
    review.locator("#return-dialog .btn-danger").click()
    expect(review.locator(".undo-bar")).to_be_visible()


def _the_cadre_goes_again(handset, page) -> None:
    """The phone shows it first, with the reason."""
    _sync_by_hand(page)
    first = page.locator(".row").first
    expect(first).to_contain_text(POOR, timeout=15_000)
    expect(first).to_contain_text("定位精度太差")
    first.click()
    expect(page.get_by_text("请到门外空旷处重新定位").first).to_be_visible()
    page.get_by_role("button", name="重新采集坐标").click()
    doorstep.stand_at(handset.context, 99.2290, 25.1150, 7)
    doorstep.photograph_the_door(page, seed=3)
    _save_and_go_back(page)
    expect(page.locator(".row", has_text=POOR)).to_contain_text("已上传", timeout=15_000)


def _the_office_accepts_it(review) -> None:
    review.goto("/review?sort=-received")
    review.get_by_role("link", name=POOR).first.click()
    review.wait_for_load_state()
    review.locator("body").press("a")
    expect(review.locator(".undo-bar")).to_be_visible()


def _sync_by_hand(page) -> None:
    page.get_by_role("tab", name="待上传").click()
    page.get_by_role("button", name="立即上传").click()
    page.get_by_role("tab", name="任务").click()
    expect(page.get_by_text("合计")).to_be_visible()


def _sign_in_at_desk(page, username: str) -> None:
    page.goto("/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/coverage*")


def _coverage(page) -> dict[str, int]:
    figures = page.request.get(f"/api/v1/coverage?area={COMMUNITY}").json()["children"][0]
    return {name: figures[name] for name in ("registered", "captured", "accepted", "returned", "excepted", "missing")}


def _states_on_map(page) -> list[str]:
    """Of the points as the map gets them."""
    features = page.request.get(f"/api/v1/coverage.geojson?area={COMMUNITY}").json()["features"]
    return sorted(feature["properties"]["state"] for feature in features if feature["geometry"])
