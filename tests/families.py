"""Families for tests. The numbers are invented: there is no region 990000."""

from uuid import UUID

from sqlalchemy.orm import Session

from tests.conftest import SETTINGS
from tests.factories import WHEN
from webapp.domain import idcards
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.models import Household, Member
from webapp.models.engine import begin_write
from webapp.queries import campaigns as running
from webapp.services import campaigns, families
from webapp.services.families import FamilyValues
from webapp.services.sealing import key_ring

CARD = "99000019600229002" + idcards.check_digit("99000019600229002")


class Families:
    """Everything written here is committed at once."""

    def __init__(self, session: Session):
        self.session, self.ring = session, key_ring(SETTINGS["DATA_KEYS"])

    def _begin(self) -> None:
        self.session.commit()
        begin_write(self.session)

    def member(self, household: Household, no: int = 1, **values) -> Member:
        self._begin()
        row = Member(id=uuid7(), household_id=household.id, no=no, created_at=WHEN, updated_at=WHEN, **values)
        self.session.add(row)
        self.session.commit()
        return row

    def write(self, household: Household, values: FamilyValues, *, year: int = 2018, answer: UUID | None = None) -> int:
        self._begin()
        try:
            return families.written(self.session, household.id, year, values, answer or uuid7(), now(), self.ring)
        finally:
            self.session.commit()

    def choose(self, parts: list[str]) -> None:
        """Let only these transfers count as income."""
        self._begin()
        plan = running.locked(self.session)
        days = [(phase.start, phase.end) for phase in plan.phases]
        campaigns.edit(self.session, plan, campaigns.Plan(plan.name, days, plan.thresholds, parts), plan.rev, now())
        self.session.commit()
