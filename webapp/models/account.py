"""People and what they are granted."""

from datetime import datetime
from uuid import UUID

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.access import ROLES
from webapp.extensions import db
from webapp.models.types import UTCDateTime


class Account(UserMixin, db.Model):
    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    session_epoch: Mapped[int] = mapped_column(default=0)  # counting up ends every session of this person

    grants: Mapped[list["Grant"]] = relationship(
        back_populates="account", lazy="selectin", order_by="Grant.role, Grant.area_code", cascade="all, delete-orphan"
    )

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(role, area code) of every grant, as `domain.access` wants them."""
        return [(grant.role, grant.area_code) for grant in self.grants]

    def get_id(self) -> str:
        return f"{self.id.hex}.{self.session_epoch}"


class Grant(db.Model):
    """A role in an area; a unit account also names its unit."""

    __tablename__ = "area_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "area_code"),
        CheckConstraint(f"role IN {ROLES}", name="role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)
    unit: Mapped[str | None] = mapped_column(String(20))

    account: Mapped[Account] = relationship(back_populates="grants")
