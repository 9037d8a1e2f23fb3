"""Rows for tests, each with the least that makes it valid."""

from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain.ids import uuid7
from webapp.models import Account, Area, Device, Grant, Household
from webapp.models.engine import begin_write
from webapp.queries.accounts import token_hash
from webapp.services import feeds, foundation

WHEN = datetime(2018, 10, 9, 2, 30, tzinfo=UTC)
COMMUNITY, OTHER_COMMUNITY = "530502005001", "530502005002"


class Make:
    """Everything made here is committed at once. Numbers and names count up within one test."""

    def __init__(self, session: Session):
        self.session, self.numbers = session, count(1)

    def _begin(self) -> None:
        """Whatever the test has read so far holds a transaction open; a write wants its own from the start."""
        self.session.commit()
        begin_write(self.session)

    def _kept(self, row):
        self.session.add(row)
        self.session.commit()
        return row

    def account(self, role: str, area_code: str = COMMUNITY, unit: str | None = None) -> Account:
        self._begin()
        n = next(self.numbers)
        account = Account(
            id=uuid7(), username=f"{role}{n}", name=f"{role} {n}", password_hash="-", created_at=WHEN,
            locale="zh_Hans_CN", session_epoch=0,
        )  # fmt: skip
        account.grants = [Grant(id=uuid7(), role=role, area_code=area_code, unit=unit)]
        return self._kept(account)

    def phone(self, account: Account) -> tuple[Device, dict]:
        """A device and the headers its requests carry."""
        self._begin()
        token = f"hd1.{uuid7()}"
        device = Device(
            id=uuid7(), account_id=account.id, label="test", token_hash=token_hash(token), enrolled_at=WHEN, last_seen_at=WHEN,
        )  # fmt: skip
        return self._kept(device), {"Authorization": f"Bearer {token}"}

    def group(self, community: str = COMMUNITY, no: int = 1) -> Area:
        code = f"{community}{no:02d}"
        area = self.session.get(Area, code)
        if area is None:
            self._begin()
            area = foundation.add_area(self.session, code, "group", f"{no}组", community)
            self.session.commit()
        return area

    def household(self, community: str = COMMUNITY, group_no: int = 1, **values) -> Household:
        group = self.group(community, group_no)
        self._begin()
        n = next(self.numbers)
        row = Household(
            **{
                "id": uuid7(), "number": f"H{n:04d}", "head_name": f"户主{n}", "pinyin": f"huzhu{n}", "initials": f"hz{n}",
                "area_code": group.code, "attribute": "01", "exit_status": "0", "created_at": WHEN, "updated_at": WHEN,
            }
            | values
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        feeds.changed(self.session, community, "household", [(row.id, row.rev)])
        return self._kept(row)

    def fresh(self, model, key: str | UUID):
        """The row as it stands now, after a request changed it."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(model, key)
