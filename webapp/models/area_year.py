"""What is known of a group or a community in one year. The columns are those of domain.area_fields."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain import area_fields
from webapp.extensions import db
from webapp.models.dictionary import add_columns
from webapp.models.types import UTCDateTime


class AreaYear(db.Model):
    """A community's sums and counts are generated when one of its groups is written: nobody edits them."""

    area_code: Mapped[str] = mapped_column(String(14), ForeignKey("area.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response_id: Mapped[UUID | None]  # the accepted response this was written from last
    rev: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


add_columns(AreaYear, area_fields.fields())
