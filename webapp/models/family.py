"""Who lives in a household, and what is collected of it each year. The columns are those of domain.dictionary."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain import dictionary
from webapp.extensions import db
from webapp.models.dictionary import add_columns
from webapp.models.types import UTCDateTime


class Member(db.Model):
    """A person of a household, for good. Who is added or leaves does so by a case, never by an answer."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), index=True)
    no: Mapped[int]  # order on paper; the head is 1
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HouseholdYear(db.Model):
    """What is known of a household in one year. Last year's row is the prefill and the comparison."""

    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response_id: Mapped[UUID | None]  # the accepted response this was written from last
    rev: Mapped[int] = mapped_column(default=1)  # of the family as a whole: members, helpers and measures of the year too
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MemberYear(db.Model):
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class HelperLink(db.Model):
    """Who is responsible for helping a household."""

    __table_args__ = (Index("ix_helper_link_household_year", "household_id", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"))
    year: Mapped[int]
    no: Mapped[int]


class Measure(db.Model):
    """What was done for a household in a year, and what it came to."""

    __table_args__ = (Index("ix_measure_household_year", "household_id", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID] = mapped_column(ForeignKey("household.id"))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("member.id"))
    year: Mapped[int]
    no: Mapped[int]


class ComparisonTitle(db.Model):
    """What the office says a column of an exported comparison sheet means. It goes before domain/data/comparison_titles.csv."""

    title: Mapped[str] = mapped_column(String(80), primary_key=True)  # as domain.register.plain leaves it
    shown: Mapped[str] = mapped_column(String(80))  # as the sheet had it
    target: Mapped[str] = mapped_column(String(60))  # entity.field, or ignore
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


add_columns(Member, dictionary.member())
add_columns(HouseholdYear, dictionary.household_year())
add_columns(MemberYear, dictionary.member_year())
add_columns(HelperLink, dictionary.helper_link())
add_columns(Measure, dictionary.measure())
