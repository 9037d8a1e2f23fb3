"""Conflicts for tests of what is read: stored as the phones' way in leaves them, without walking it."""

from sqlalchemy.orm import Session

from tests.factories import WHEN
from webapp.domain.ids import uuid7
from webapp.models import Account, Conflict, Device, Household, HouseholdEdit
from webapp.models.engine import begin_write
from webapp.services.conflicts import conflict_id


def disputed(
    session: Session, household: Household, by: Account, device: Device, *, field: str = "address", base: str = "一组3号",
    ours: str = "", theirs: str = "一组5号", note: str = "", at=WHEN, op_id=None,
) -> Conflict:  # fmt: skip
    """The register and a phone disagree about one field; committed."""
    session.commit()
    begin_write(session)
    op_id = op_id or uuid7()
    shared = {
        "op_id": op_id, "field": field, "payload_sha256": "0" * 64, "household_id": household.id, "account_id": by.id,
        "device_id": device.id, "base": base, "ours": ours, "theirs": theirs, "taken_at": at, "received_at": at,
    }  # fmt: skip
    session.add(HouseholdEdit(**shared, device_seq=1, base_key=base, began=base, effect="conflict", note=note))
    conflict = Conflict(
        **shared, id=conflict_id(op_id, field), case_id=op_id, kind="field", area_code=household.area_code, state="open", rev=1
    )
    session.add(conflict)
    session.commit()
    return conflict
