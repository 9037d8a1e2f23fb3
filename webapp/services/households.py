"""Keeping the register's copy of what captures say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.access import community_of
from webapp.domain.coverage import location_state
from webapp.models import Capture, Household
from webapp.services.feeds import changed


def show(household: Household, capture: Capture) -> None:
    """Make this capture the household's current one. Call `touch` for all households of the batch afterwards."""
    household.capture_id = capture.id
    household.location_state = location_state(capture.state, capture.lon is not None)


def touch(session: Session, households: Iterable[Household], now: datetime) -> None:
    """Count up the revisions and tell the phones."""
    by_community: dict[str, list[Household]] = defaultdict(list)
    for household in households:
        household.rev += 1
        household.updated_at = now
        by_community[community_of(household.area_code)].append(household)
    for community, rows in sorted(by_community.items()):  # one order for everybody: no deadlocks on the counters
        changed(session, community, "household", [(row.id, row.rev) for row in rows])
