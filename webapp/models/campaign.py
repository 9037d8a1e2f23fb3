"""The year's work: settings with dates."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.income import TRANSFER_PARTS
from webapp.extensions import db


class Campaign(db.Model):
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80))
    active: Mapped[bool] = mapped_column(default=False)  # one at a time
    demo: Mapped[bool] = mapped_column(default=False)
    thresholds: Mapped[dict] = mapped_column(JSON)  # domain.thresholds.DEFAULTS with the office's changes
    income_parts: Mapped[list] = mapped_column(JSON, default=lambda: list(TRANSFER_PARTS))  # transfers that count as income
    rev: Mapped[int] = mapped_column(default=1)

    phases: Mapped[list["Phase"]] = relationship(order_by="Phase.no", lazy="selectin", cascade="all, delete-orphan")

    def phase(self, no: int) -> "Phase":
        return next(phase for phase in self.phases if phase.no == no)


class Phase(db.Model):
    """One of the nine dated stages of the work plan. Both days are included."""

    year: Mapped[int] = mapped_column(ForeignKey("campaign.year"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title_zh: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(80))
    start: Mapped[date]
    end: Mapped[date]
