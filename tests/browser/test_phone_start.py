"""What keeps the start short on a slow phone; how short it is, the bench says."""

import pytest
from playwright.sync_api import expect

from tests.browser import doorstep
from tests.factories import COMMUNITY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["spatialite"], indirect=True),
]


@pytest.fixture
def known_phone(handset, person, make):
    """A phone that has signed in and been switched off."""
    make.household(head_name="张三演示")
    page = handset.on()
    doorstep.sign_in(page, person("cadre", COMMUNITY))
    doorstep.ready_for_flight_mode(page)
    handset.off()
    return handset


def test_nothing_is_thrown_while_the_app_opens_in_flight_mode(known_phone):
    """F11: not even what is caught; the browser would read the whole script once more to say where it was."""
    page = known_phone.on()
    known_phone.context.set_offline(True)
    debugger, thrown = page.context.new_cdp_session(page), []
    debugger.on("Debugger.paused", lambda event: (thrown.append(event["data"]), debugger.send("Debugger.resume")))
    debugger.send("Debugger.enable")
    debugger.send("Debugger.setPauseOnExceptions", {"state": "all"})

    doorstep.reopen(page, "/app/tasks")
    expect(page.locator(".row-head", has_text="张三演示")).to_be_visible()

    assert thrown == []


def test_the_app_opens_from_what_was_compiled_while_it_was_installed(known_phone):
    page = known_phone.on()
    known_phone.context.set_offline(True)
    tracing, events, ended = page.context.new_cdp_session(page), [], []
    tracing.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    tracing.on("Tracing.tracingComplete", lambda _: ended.append(True))
    tracing.send("Tracing.start", {"traceConfig": {"includedCategories": ["v8", "devtools.timeline"]}})

    doorstep.reopen(page, "/app/tasks")
    expect(page.locator(".row-head", has_text="张三演示")).to_be_visible()
    tracing.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)

    compiled = [event["args"]["data"] for event in events if event["name"] == "v8.compile" and "data" in event["args"]]
    entry = next(data for data in compiled if "/phone-" in data["url"])
    assert entry["consumedCacheSize"] > 500_000
    assert not entry["cacheRejected"]
