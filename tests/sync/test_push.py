"""Push: one verdict an operation, whatever comes with it and however often."""

from tests.sync.payloads import capture, op
from webapp.models import Capture, Household


def test_a_capture_is_kept_and_acknowledged(phone, make):
    household = make.household()
    sent = op(household.id)
    (verdict,) = phone.push(sent)
    assert verdict["verdict"] == "accepted", verdict
    assert verdict["receipt"].startswith(f"ht1.{sent['id']}.{sent['payload_sha256']}.")
    kept = make.fresh(Household, household.id)
    assert (kept.location_state, str(kept.capture_id), kept.rev) == ("uploaded", sent["id"], verdict["rev"])
    row = make.fresh(Capture, kept.capture_id)
    assert (row.lon, row.lat, row.fixes) == (sent["payload"]["lon"], sent["payload"]["lat"], sent["payload"]["fixes"])


def test_pull_shows_it(phone, make):
    household = make.household()
    sent = op(household.id, capture())
    phone.push(sent)
    rows = phone.held()
    assert rows[str(household.id)]["data"]["capture"]["id"] == sent["id"]
