"""Areas: county, street (sub-district), community, group. The code says where one hangs."""

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import db
from webapp.models.types import UTCDateTime

LEVELS = ("county", "street", "community", "group")
BOUNDARY_KINDS = ("official", "drawn", "derived")


class Area(db.Model):
    __table_args__ = (CheckConstraint(f"level IN {LEVELS}", name="level"),)

    code: Mapped[str] = mapped_column(String(14), primary_key=True)  # 12 digits of the statistics office; a group adds 2
    id: Mapped[UUID] = mapped_column(unique=True)  # derived from the code: what the phone calls it
    level: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True)
    center_lon: Mapped[float | None]  # WGS 84; where a map opens, never shown as a surveyed point
    center_lat: Mapped[float | None]
    demo: Mapped[bool] = mapped_column(default=False)
    rev: Mapped[int] = mapped_column(default=1)


class Boundary(db.Model):
    """A shape of an area. The strongest kind wins: official, drawn, derived (from captured points)."""

    __table_args__ = (CheckConstraint(f"kind IN {BOUNDARY_KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)  # SpatiaLite's index hangs on the rowid, which must never change
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    geom: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=4326))
    source: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
