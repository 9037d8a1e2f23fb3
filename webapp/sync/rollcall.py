"""What a phone is told about itself with every pull: what is missing of it, and what it should do."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.models import Device
from webapp.models.engine import begin_write
from webapp.queries import devices as reads
from webapp.services import devices

#: A phone that only asks is written down this often: every pull would be a write.
SEEN_EVERY = timedelta(minutes=5)
SKEW_MOVED_S = 60.0


def heard(session: Session, device: Device, now: datetime, stated_seq: int | None, clock_skew_s: float | None) -> dict:
    """The `device` of a pull's answer; on the way what the phone says of itself is written down, if it is new."""
    if _is_news(device, now, stated_seq, clock_skew_s):
        session.commit()
        begin_write(session)
        devices.note_seen(session, device.id, now, stated_seq, clock_skew_s)
        session.commit()
    upto = max(device.stated_seq if stated_seq is None else stated_seq, device.last_seq)
    return {"last_seq": device.last_seq, "missing": reads.missing(session, device.id, upto), "order": _order(device)}


def _is_news(device: Device, now: datetime, stated_seq: int | None, clock_skew_s: float | None) -> bool:
    moved = clock_skew_s is not None and abs(clock_skew_s - (device.clock_skew_s or 0.0)) > SKEW_MOVED_S
    return moved or stated_seq not in (None, device.stated_seq) or now - device.last_seen_at > SEEN_EVERY


def _order(device: Device) -> str | None:
    if device.wipe == "after_upload":
        return "wipe"
    return "renew" if device.must_renew else None
