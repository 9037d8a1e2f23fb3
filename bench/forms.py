"""The bars of questionnaires on a slow phone: the update of a household with four members, last year's answers in it.

Measured as bench.phone does: a real Chromium, the page's main thread six times slower, offline.
"""

import json
import tempfile
from pathlib import Path
from statistics import median
from uuid import UUID

from flask import current_app
from playwright.sync_api import Page
from sqlalchemy import select

from bench.phone import ROUNDS, SLOW, Cadre, enrolled, row
from tests.browser import doorstep
from tests.browser.machines import build
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.extensions import db
from webapp.models import Household, Member
from webapp.services import families, forms
from webapp.services.families import FamilyValues
from webapp.services.sealing import key_ring

FORM, YEAR, MEMBERS, FAMILIES = "household_update", 2018, 4, 12
LIVING = {
    "household_attribute": "01", "main_cause": "01", "wage_income": 12000.0, "business_income": 3000.0, "farmland_mu": 3.5,
    "house_area_m2": 80.0, "has_power": True, "has_tv": True, "has_tap_water": True, "is_dangerous_house": False,
}  # fmt: skip
PERSON = {"health": "1", "education": "02", "has_medical_ins": True, "on_dibao": False}
#: From the tap on the row of the household's page to the contents on the screen.
WATCH_OPEN = """() => {
  let tapped
  addEventListener('click', (event) => { if (event.target.closest('.forms-row')) tapped = event.timeStamp }, true)
  new MutationObserver((_, observer) => {
    if (!document.querySelector('.form-contents')) return
    observer.disconnect()
    requestAnimationFrame(() => setTimeout(() => console.info(JSON.stringify({ opened: performance.now() - tapped }))))
  }).observe(document.body, { childList: true, subtree: true })
}"""
#: From the tap on a chip to the frame that shows it chosen.
WATCH_ANSWER = """() => {
  let tapped
  addEventListener('click', (event) => { if (event.target.closest('.chip')) tapped = event.timeStamp }, true)
  new MutationObserver((_, observer) => {
    observer.disconnect()
    requestAnimationFrame(() => setTimeout(() => console.info(JSON.stringify({ answered: performance.now() - tapped }))))
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['aria-pressed'] })
}"""


def run() -> list[dict]:
    build()
    with tempfile.TemporaryDirectory(prefix="hetu-bench-") as folder, enrolled(Path(folder), _lay) as cadre:
        firsts = [_first_open_ms(cadre) for _ in range(3)]
        with cadre.switched_on(offline=True, slow=SLOW) as page:
            later = _later_opens_ms(cadre, page)
            answers = _answers_ms(page)
    return [
        row("first questionnaire of a start of the app, ×6", median(firsts), "ms", 4500),
        row("later ones, ×6", median(later), "ms", 1200),
        row("one answer to the paint, ×6", median(answers), "ms", 100),
        row("the slowest of them", max(answers), "ms", None),
    ]


def _lay() -> None:
    """The shipped questionnaires, and families for the first doors."""
    session = db.session
    forms.lay_shipped(session, YEAR, now())
    for home in session.scalars(select(Household).order_by(Household.number).limit(FAMILIES)):
        ids = [_member(home.id, no) for no in range(1, MEMBERS + 1)]
        session.flush()
        values = FamilyValues(LIVING, dict.fromkeys(ids, PERSON), [], [])
        families.written(session, home.id, YEAR - 1, values, uuid7(), now(), key_ring(current_app.config["DATA_KEYS"]))


def _member(household_id: UUID, no: int) -> UUID:
    row_id = uuid7()
    db.session.add(Member(
        id=row_id, household_id=household_id, no=no, name=f"成员{no}", sex="1", relation=f"0{no}",
        created_at=now(), updated_at=now(),
    ))  # fmt: skip
    return row_id


def _first_open_ms(cadre: Cadre) -> float:
    with cadre.switched_on(offline=True, slow=SLOW) as page:
        doorstep.reopen(page, f"/app/households/{next(cadre.household_ids)}")
        page.wait_for_selector(".forms-row")
        page.wait_for_timeout(4000)  # a person reads the household's page before going on
        return _open_ms(page)


def _open_ms(page: Page) -> float:
    page.evaluate(WATCH_OPEN)
    with page.expect_console_message(lambda message: '"opened"' in message.text, timeout=90_000) as told:
        page.locator(".forms-row", has_text="户信息更新").click()
    return json.loads(told.value.text)["opened"]


def _later_opens_ms(cadre: Cadre, page: Page) -> list[float]:
    """In one start of the app, door after door."""
    doorstep.reopen(page, f"/app/households/{next(cadre.household_ids)}")
    _open_ms(page)
    measured = []
    for _ in range(ROUNDS):
        page.locator(".van-nav-bar__left").click()
        page.wait_for_selector(".forms-row")
        page.wait_for_timeout(2000)
        measured.append(_open_ms(page))
    return measured


def _answers_ms(page: Page) -> list[float]:
    page.locator(".form-contents button", has_text="二、").click()
    page.wait_for_selector(".q .chip")
    page.wait_for_timeout(3000)
    return [_answer_ms(page, index) for index in range(10)]


def _answer_ms(page: Page, index: int) -> float:
    page.wait_for_timeout(1500)  # the answer before is kept
    page.evaluate(WATCH_ANSWER)
    with page.expect_console_message(lambda message: '"answered"' in message.text, timeout=60_000) as told:
        page.locator(".chip[aria-pressed=false]").nth(index).click()
    return json.loads(told.value.text)["answered"]
