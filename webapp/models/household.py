"""The register: who is to be visited. It is the denominator of coverage."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import db
from webapp.models.types import UTCDateTime

#: What the current capture says of a household; design §15.
LOCATION_STATES = ("missing", "uploaded", "accepted", "returned", "excepted")


class Household(db.Model):
    __table_args__ = (
        CheckConstraint(f"location_state IN {LOCATION_STATES}", name="location_state"),
        Index("ix_household_coverage", "area_code", "location_state", "deleted_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)  # 户编号, the register's own key
    head_name: Mapped[str] = mapped_column(String(60))
    pinyin: Mapped[str] = mapped_column(String(120))  # zhangsan
    initials: Mapped[str] = mapped_column(String(30))  # zs
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)  # its group
    attribute: Mapped[str] = mapped_column(String(2))  # code_household_attribute
    exit_status: Mapped[str] = mapped_column(String(1))  # code_exit_status
    address: Mapped[str] = mapped_column(String(200), default="")
    phone_sealed: Mapped[bytes | None]  # services.sealing
    phone_masked: Mapped[str] = mapped_column(String(20), default="")
    phone_mark: Mapped[UUID | None]  # the write that put this number there; none: as it was first registered
    demo: Mapped[bool] = mapped_column(default=False)

    #: A copy of what the captures say, so that lists and sums need no join. Written by services.captures and reviews only.
    location_state: Mapped[str] = mapped_column(String(10), default="missing")
    capture_id: Mapped[UUID | None]  # the current capture
    previous_capture_id: Mapped[UUID | None]  # last year's point, or the one the register came with

    rev: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
