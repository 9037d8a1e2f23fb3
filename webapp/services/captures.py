"""Keeping captures. A batch at a time: the reads and writes do not grow in number with the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid5

from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session

from webapp.domain import doubts
from webapp.domain.cells import cell
from webapp.domain.coverage import location_state
from webapp.domain.doubts import District, Evidence, Limits
from webapp.domain.fix import Estimate
from webapp.domain.problems import Problem
from webapp.models import Area, Capture, Finding, Photo
from webapp.models.bulk import insert_rows, update_rows
from webapp.queries import captures
from webapp.queries.captures import AreaPlace, FieldWork, HouseholdPlace, Standing
from webapp.services import areas, conflicts, feeds, households
from webapp.services.households import Shown
from webapp.services.sender import Sender
from webapp.services.stated import StatedCapture

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class NewCapture:
    """A capture that may be kept: what was stated, what its fixes say, and the household or area it stands for."""

    id: UUID
    taken_at: datetime
    stated: StatedCapture
    found: Estimate | None
    place: HouseholdPlace | AreaPlace
    device_seq: int = 0

    @property
    def subject_key(self) -> tuple[str, str | UUID]:
        return self.stated.subject, self.place.id

    @property
    def point(self) -> tuple[float, float] | None:
        stated = self.stated
        return (stated.lon, stated.lat) if stated.lon is not None else None


@dataclass(frozen=True, slots=True)
class _Before:
    """What a capture replaces, and what its point is compared with."""

    current: Standing | None
    previous: Standing | None

    @property
    def last(self) -> tuple[float, float] | None:
        """A returned point was wrong, so last year's is the better measure."""
        trusted = self.current if self.current and self.current.state != "returned" else None
        found = next((row for row in (trusted, self.previous) if row and row.lon is not None), None)
        return (found.lon, found.lat) if found else None

    def is_ahead_of(self, new: NewCapture, sender: Sender) -> bool:
        """The network brought a phone's captures in another order than they were made."""
        current = self.current
        return current is not None and current.device_id == sender.device_id and current.device_seq > new.device_seq


def add(session: Session, fresh: Sequence[NewCapture], sender: Sender) -> None:
    """Keep these, oldest first; each supersedes what its subject showed. Raises no_campaign."""
    work = captures.field_work(session)
    if work is None:
        raise Problem("no_campaign")
    limits = _limits(session, work)
    before = _before(session, fresh)
    rows, photos, findings, unknowing = [], [], [], []
    for new in fresh:
        past = before[new.subject_key]
        if past.current and _is_unknowing(new, past.current, work.year, sender):
            unknowing.append(_two_captures(new, past.current, sender))
        rows.append(_row(new, past, work.year, sender))
        photos += _photos(new)
        findings += _findings(new, _evidence(new, past, work.year, sender), limits)
        if not past.is_ahead_of(new, sender):
            before[new.subject_key] = _Before(_standing(new, work.year, sender), past.previous)
    for model, values in ((Capture, rows), (Photo, photos), (Finding, findings)):
        insert_rows(session, model.__table__, values)
    _show(session, fresh, before, sender.received_at)
    conflicts.lay(session, unknowing)


def _limits(session: Session, work: FieldWork) -> Limits:
    return Limits(work.thresholds, _midnight_after(work.ends_on), _district(session, work.county_outline_id))


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA).astimezone(UTC)


#: The one outline in use, by the id of its row. Rows of outlines are never edited.
_districts: dict[int, District] = {}


def _district(session: Session, boundary_id: int | None) -> District | None:
    if boundary_id is None:
        return None
    if boundary_id not in _districts:
        _districts.clear()
        _districts[boundary_id] = District(to_shape(captures.outline(session, boundary_id)))
    return _districts[boundary_id]


def _before(session: Session, fresh: Sequence[NewCapture]) -> dict[tuple, _Before]:
    of_households = [new for new in fresh if new.stated.subject == "household"]
    ids = {id for new in of_households for id in (new.place.capture_id, new.place.previous_capture_id) if id}
    known = captures.standing(session, ids)
    at_areas = captures.standing_at(session, {new.place.area_code for new in fresh if new.stated.subject != "household"})
    found = {new.subject_key: _Before(at_areas.get((new.place.area_code, new.stated.subject)), None) for new in fresh}
    for new in of_households:
        found[new.subject_key] = _Before(known.get(new.place.capture_id), known.get(new.place.previous_capture_id))
    return found


def _row(new: NewCapture, past: _Before, year: int, sender: Sender) -> dict:
    stated, point = new.stated, new.point
    return {
        "id": new.id, "year": year, "subject": stated.subject, "area_code": new.place.area_code,
        "household_id": new.place.id if stated.subject == "household" else None,
        "lon": stated.lon, "lat": stated.lat, "accuracy_m": stated.accuracy_m,
        "altitude_m": stated.altitude_m, "spread_m": stated.spread_m, "fixes": stated.fixes,
        "point": f"SRID=4326;POINT({stated.lon!r} {stated.lat!r})" if point else None,
        "cell": cell(*point) if point else None,
        "source": stated.source, "exception": stated.exception, "reason": stated.reason, "note": stated.note,
        "supersedes_id": past.current.id if past.current else None, "state": "received",
        "taken_at": new.taken_at, "received_at": sender.received_at,
        "account_id": sender.account_id, "device_id": sender.device_id,
    }  # fmt: skip


def _standing(new: NewCapture, year: int, sender: Sender) -> Standing:
    return Standing(new.id, new.stated.lon, new.stated.lat, "received", sender.account_id, year, sender.device_id, new.device_seq)


def _is_unknowing(new: NewCapture, current: Standing, year: int, sender: Sender) -> bool:
    """Two phones at one door, and the second did not know of the first."""
    by_another_phone = current.device_id not in (None, sender.device_id) and current.year == year
    return new.subject_key[0] == "household" and by_another_phone and current.state != "returned" and (
        new.stated.supersedes != current.id
    )  # fmt: skip


def _two_captures(new: NewCapture, current: Standing, sender: Sender) -> dict:
    own_id = conflicts.conflict_id(new.id, "two_captures")
    return {
        "id": own_id, "case_id": own_id, "kind": "two_captures", "area_code": new.place.area_code,
        "household_id": new.place.id, "op_id": new.id, "payload_sha256": "", "other_id": current.id,
        "other_account_id": current.account_id, "account_id": sender.account_id, "device_id": sender.device_id,
        "taken_at": new.taken_at, "received_at": sender.received_at, "state": conflicts.OPEN, "choice": None, "base": None,
        "ours": None, "rev": 1,
    }  # fmt: skip


def _photos(new: NewCapture) -> list[dict]:
    """One row per hash: the same picture named twice is still one picture."""
    once = {photo.sha256: photo for photo in reversed(new.stated.photos)}
    return [
        {
            "capture_id": new.id, "no": no, "sha256": photo.sha256, "kind": photo.kind, "bytes": photo.bytes,
            "width": photo.width, "height": photo.height, "taken_at": photo.taken_at,
            "lon": photo.lon, "lat": photo.lat, "accuracy_m": photo.accuracy_m,
        }
        for no, photo in enumerate(reversed(once.values()), 1)
    ]  # fmt: skip


def _evidence(new: NewCapture, past: _Before, year: int, sender: Sender) -> Evidence:
    stated, current = new.stated, past.current
    somebody_elses = (
        current is not None and current.year == year and current.state != "returned"
        and current.account_id not in (None, sender.account_id)
    )  # fmt: skip
    return Evidence(
        subject=stated.subject, source=stated.source, point=new.point, accuracy_m=stated.accuracy_m, fixes=stated.fixes,
        found=new.found, reason=stated.reason, photo_kinds=frozenset(photo.kind for photo in stated.photos),
        taken_at=new.taken_at, received_at=sender.received_at, clock_skew_s=sender.clock_skew_s,
        last=past.last, pushes_aside=current.id if somebody_elses else None,
    )  # fmt: skip


def _findings(new: NewCapture, evidence: Evidence, limits: Limits) -> list[dict]:
    return [
        {"id": uuid5(new.id, it.code), "capture_id": new.id, "code": it.code, "severity": it.severity, "seen": it.seen}
        for it in doubts.doubts(evidence, limits)
    ]


def _show(session: Session, fresh: Sequence[NewCapture], now_standing: dict[tuple, _Before], now: datetime) -> None:
    """What stands at each household into the register, every touched thing to the phones."""
    homes = {new.place.id: new for new in fresh if new.stated.subject == "household"}.values()
    shown = [_shown(new, now_standing[new.subject_key].current) for new in homes]
    touched = {new.place.id: new.place for new in fresh if new.stated.subject != "household"}.values()
    households.write_shown(session, shown, now)
    update_rows(session, Area.__table__, "id", [{"id": area.id, "rev": area.rev + 1} for area in touched])
    feeds.announce(session, [*households.news(shown), *(areas.news(area.id, area.area_code, area.rev + 1) for area in touched)])


def _shown(new: NewCapture, current: Standing) -> Shown:
    state = location_state(current.state, current.lon is not None)
    return Shown(new.place.id, new.place.area_code, new.place.rev + 1, current.id, state)


