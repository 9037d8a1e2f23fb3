"""The people of the demo sub-district."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain import codes
from webapp.domain.ids import uuid7
from webapp.models import Account, Grant
from webapp.queries import register as reading
from webapp.services.accounts import hashed
from webapp.services.foundation import COUNTY, STREET


def make(session: Session, password: str, now: datetime) -> dict[str, Account]:
    """All accounts by user name. One hash for all of them: hashing twenty-seven times costs seconds and hides nothing."""
    password_hash = hashed(password)
    made = {}
    for username, name, role, area_code, unit in _people(session):
        account = Account(
            id=uuid7(), username=username, name=name, password_hash=password_hash, created_at=now, demo=True,
            locale="zh_Hans_CN", session_epoch=0,
        )  # fmt: skip
        account.grants = [Grant(id=uuid7(), role=role, area_code=area_code, unit=unit or None)]
        made[username] = account
    session.add_all(made.values())
    session.flush()
    return made


def _people(session: Session):
    communities = [(code, name) for code, name in reading.communities(session) if code.startswith(STREET[:9])]
    for row in codes.rows("demo_accounts"):
        if row["place"] == "communities":
            for no, (code, community) in enumerate(communities, 1):
                yield f"{row['username']}{no:02d}", row["name"] % {"community": community}, row["role"], code, row["unit"]
        else:
            yield row["username"], row["name"], row["role"], {"street": STREET, "county": COUNTY}[row["place"]], row["unit"]
