"""Every page of the desk, on a wide screen and on a phone: nothing sticks out, nothing is too small, nothing is refused."""

import pytest

from tests.browser.conftest import PASSWORD
from tests.browser.test_shell import FINGER_PX, OVERFLOW_PX, SMALLEST_TEXT_PX
from tests.captured import Captured, village_of
from webapp.models.engine import begin_write
from webapp.services import accounts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]
LONG_NAME = "阿卜杜热西提·买买提艾力·吐尔逊古丽"
PAGES = (
    "/coverage", "/coverage?area=530502005001", "/coverage?area=53050200500101", "/coverage/households", "/coverage/print",
    "/coverage/households/print", "/review", "/review/queue/print", "/review?words=nobody", "/review/{capture}", "/setup",
    "/setup/accounts", "/setup/accounts/new", "/setup/accounts/{account}", "/setup/accounts/print", "/setup/devices",
    "/setup/devices/print", "/setup/campaign", "/setup/register", "/setup/comparison", "/setup/comparison/titles",
    "/setup/forms", "/setup/rescue", "/nowhere",
)  # fmt: skip
#: Also names and figures in tables. A link inside a sentence is exempt, as in WCAG 2.5.8.
TARGETS = "button, input:not([type=hidden]), select, summary, a.btn, nav a, table a, a.count"
SMALL_TARGETS = f"""(least) => [...document.querySelectorAll('{TARGETS}')]
  .map((target) => [target, (target.closest('label') ?? target).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < least || box.width < least))
  .map(([target, box]) => `${{target.outerHTML.slice(0, 80)}} is ${{box.width}} × ${{box.height}}`)"""


@pytest.fixture
def things(session, make):
    """A village with a long name in it, and somebody who may see every page."""
    village = village_of(make, Captured(session))
    capture = Captured(session)(make.household(head_name=LONG_NAME), "uploaded", by=village["cadre"])
    make.phone(village["cadre"])
    everything = make.account("office", "530502005000")
    begin_write(session)
    everything.name, everything.password_hash = LONG_NAME, accounts.hashed(PASSWORD)
    accounts.grant(session, everything, "admin", "530502000000")
    session.commit()
    return {"capture": capture.id, "account": village["cadre"].id, "username": everything.username}


@pytest.mark.parametrize(("size", "language"), [
    ("phone", "zh-CN"), pytest.param("desk", "en", marks=pytest.mark.long),
    pytest.param("phone", "en", marks=pytest.mark.long), pytest.param("desk", "zh-CN", marks=pytest.mark.long),
])
def test_every_page_is_made_for_fingers_and_old_eyes(request, things, trouble, size, language):
    page = request.getfixturevalue(size)(locale=language)
    page.goto("/login")
    page.fill("[name=username]", things["username"])
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/coverage")
    if language == "en":
        page.locator("form[action$='/language/en'] button").click()
    found = {}
    for path in PAGES:
        page.goto(path.format(**things))
        page.wait_for_load_state("networkidle")
        page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true })")
        readable = size == "desk" or page.evaluate(SMALLEST_TEXT_PX) >= 16
        found[path] = page.evaluate(OVERFLOW_PX) <= 0, readable, page.evaluate(SMALL_TARGETS, FINGER_PX)
    trouble.found[:] = [line for line in trouble.found if "404" not in line]
    assert {path: state for path, state in found.items() if state != (True, True, [])} == {}
