"""Captures for tests of what is read: stored as the phones' way in leaves them, without walking it."""

from datetime import datetime

from sqlalchemy.orm import Session

from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN, Make
from webapp.domain.cells import cell
from webapp.domain.ids import uuid7
from webapp.models import Account, Capture, Household, ReviewEvent
from webapp.models.engine import begin_write
from webapp.models.household import LOCATION_STATES
from webapp.services import households

DOOR = (99.24, 25.13)
_CAPTURE_STATE = {"uploaded": "received", "accepted": "accepted", "returned": "returned", "excepted": "received"}


class Captured:
    """captured(household, "accepted", by=cadre): a capture that leaves its household in that state, committed."""

    def __init__(self, session: Session):
        self.session = session

    def __call__(
        self, household: Household, state: str = "uploaded", by: Account | None = None, at: datetime = WHEN, door=DOOR, **values
    ) -> Capture:
        self._begin()
        capture = self.stored(household, state, by=by, at=at, door=door, **values)
        households.show(household, capture)
        households.touch(self.session, [household], WHEN)
        self.session.commit()
        return capture

    def stored(self, household: Household, state: str, *, by: Account | None, at: datetime, door=DOOR, **values) -> Capture:
        """The capture alone, flushed within the caller's transaction."""
        point = None if state == "excepted" else door
        capture = self._capture(household, door=point, by=by, at=at, state=_CAPTURE_STATE[state], **values)
        self.session.flush()
        return capture

    def before(self, household: Household, door=DOOR) -> Capture:
        """Last year's point of a household."""
        self._begin()
        capture = self._capture(household, door=door, by=None, at=WHEN, source="import")
        household.previous_capture_id = capture.id
        self.session.commit()
        return capture

    def sent_back(self, capture: Capture, office: Account, reasons: list[str], text: str = "", at=WHEN) -> None:
        self._begin()
        self.session.add(
            ReviewEvent(
                id=uuid7(), capture_id=capture.id, move="return", reasons=reasons, text=text, account_id=office.id, at=at
            )
        )
        self.session.commit()

    def _begin(self) -> None:
        self.session.commit()
        begin_write(self.session)

    def _capture(self, household, *, door, by, at, **values) -> Capture:
        point = {"lon": door[0], "lat": door[1], "cell": cell(*door), "accuracy_m": 6.0} if door else {"exception": "E06"}
        fixed = {"source": "gps", "fixes": [[0, *door, 6.0]] if door else []}
        capture = Capture(
            id=uuid7(), year=2018, subject="household", household_id=household.id, area_code=household.area_code,
            account_id=by.id if by else None, taken_at=at, received_at=at, **point | fixed | values,
        )  # fmt: skip
        self.session.add(household)
        self.session.add(capture)
        return capture


def village_of(make: Make, captured: Captured) -> dict:
    """A household of each state in two groups of one community and one group of another.

    By state the one of the first group; and the "cadre" who captured them all.
    """
    found = {"cadre": make.account("cadre")}
    for community, group in ((COMMUNITY, 1), (COMMUNITY, 2), (OTHER_COMMUNITY, 1)):
        for state in LOCATION_STATES:
            household = make.household(community, group, attribute="04" if state == "uploaded" else "01")
            if state != "missing":
                captured(household, state, by=found["cadre"])
            found.setdefault(state, household)
    return found
