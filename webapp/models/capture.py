"""What phones saw: captures, their photos, and the doubts our own rules raise about them."""

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.extensions import db
from webapp.models.types import UTCDateTime

SUBJECTS = ("household", "office", "community", "group", "water_point")
SOURCES = ("gps", "manual_map", "import")
CAPTURE_STATES = ("received", "accepted", "returned")


class Capture(db.Model):
    """One position fix of one subject. Never edited: a better one supersedes it (ADR 0002)."""

    __table_args__ = (
        CheckConstraint(f"subject IN {SUBJECTS}", name="subject"),
        CheckConstraint(f"source IN {SOURCES}", name="source"),
        CheckConstraint(f"state IN {CAPTURE_STATES}", name="state"),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="both_or_neither"),
        CheckConstraint("lon IS NOT NULL OR exception IS NOT NULL", name="point_or_exception"),
        Index("ix_capture_queue", "state", "received_at", "id"),
        Index("ix_capture_subject", "area_code", "subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # made on the phone; the id of the operation that brought it
    year: Mapped[int] = mapped_column(ForeignKey("campaign.year"))
    subject: Mapped[str] = mapped_column(String(12))
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"), index=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"))  # the household's group, or the subject area itself
    lon: Mapped[float | None]  # WGS 84
    lat: Mapped[float | None]
    # Reads of points go by `cell`; a spatial index here would cost every insert and serve nobody.
    point: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False), deferred=True)
    cell: Mapped[int | None] = mapped_column(BigInteger, index=True)  # domain.cells: Morton number of the zoom-20 tile
    accuracy_m: Mapped[float | None]  # stated radius of the estimate
    altitude_m: Mapped[float | None]
    spread_m: Mapped[float | None]
    fixes: Mapped[list] = mapped_column(JSON)  # [[t_ms, lon, lat, accuracy_m], …] as received
    source: Mapped[str] = mapped_column(String(12))
    exception: Mapped[str | None] = mapped_column(String(4))  # code_capture_exception: no point, and why
    reason: Mapped[str | None] = mapped_column(String(4))  # code_capture_reason
    note: Mapped[str] = mapped_column(String(500), default="")
    supersedes_id: Mapped[UUID | None]
    #: The reviewers' decision, kept in step with review_event.
    state: Mapped[str] = mapped_column(String(10), default="received")
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)  # phone clock
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)  # server clock
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)  # none: came with the register
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))

    photos: Mapped[list["Photo"]] = relationship(lazy="selectin", order_by="Photo.no")
    findings: Mapped[list["Finding"]] = relationship(lazy="selectin", order_by="Finding.code")


class Photo(db.Model):
    """A photo a capture says it has. Its bytes may come before it or after it."""

    capture_id: Mapped[UUID] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    no: Mapped[int]  # order on the phone
    kind: Mapped[str] = mapped_column(String(10))
    bytes: Mapped[int]
    width: Mapped[int]  # pixels
    height: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]


class Blob(db.Model):
    """Bytes that arrived whole and verified. The file lies under HETU_MEDIA by its hash."""

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Finding(db.Model):
    """A doubt about a capture, with what was seen. Its id follows from the capture and the rule."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    capture_id: Mapped[UUID] = mapped_column(ForeignKey("capture.id"), index=True)
    code: Mapped[str] = mapped_column(String(30))
    severity: Mapped[str] = mapped_column(String(5))  # error, warn, info
    seen: Mapped[dict] = mapped_column(JSON)
