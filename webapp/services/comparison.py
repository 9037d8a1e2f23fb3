"""Taking an exported comparison sheet in as the values of an earlier year, and keeping what its titles mean."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from webapp.domain import comparison, dictionary, idcards, income
from webapp.domain.ages import is_active
from webapp.domain.headers import plain
from webapp.domain.ids import uuid7
from webapp.domain.problems import Problem
from webapp.models import ComparisonTitle, HouseholdYear, Member, MemberYear
from webapp.models.engine import insert_for
from webapp.queries import campaigns
from webapp.services import families
from webapp.services.comparison_plan import Meeting, Plan
from webapp.services.feeds import announce
from webapp.services.sealing import KeyRing

BATCH = 200
LONGEST_TITLE = 80
Tick = Callable[[int, int], None]


class _Writing(NamedTuple):
    session: Session
    ring: KeyRing
    year: int
    now: datetime
    counted: Sequence[str]


def write(session: Session, plan: Plan, ring: KeyRing, now: datetime, *, tick: Tick = lambda *_: None) -> None:
    """Everything the plan says, nothing else: households are told of, members added and changed, nobody is removed."""
    writing = _Writing(session, ring, plan.year, now, list(campaigns.counted(session, plan.year)))
    meetings = [*plan.new, *plan.changed]
    for start in range(0, len(meetings), BATCH):
        part = meetings[start : start + BATCH]
        _put_people(writing, part)
        _upsert(session, HouseholdYear, [_year(writing, one) for one in part], ("household_id", "year"))
        tick(start + len(part), len(meetings))
    announce(session, [families.news(one.known.area_code, one.known.id, 1) for one in meetings])
    session.flush()


def _year(writing: _Writing, one: Meeting) -> dict:
    """The household's row: what the sheet says, and the sums where it tells the parts."""
    known, values = one.known.columns or {}, one.family.values
    parts = {name: values.get(name, known.get(name)) for name in income.PARTS}
    members = _members(one) or values.get("member_count") or known.get("member_count") or 0
    sums = income.derived(parts, members, writing.counted)
    told = {name: values.get(name, known.get(name)) for name in income.DERIVED}
    place = "household_year", one.known.id, writing.year
    return {
        "household_id": one.known.id, "year": writing.year, "rev": known.get("rev", 0) + 1, "updated_at": writing.now,
        **families.columns(writing.ring, dictionary.household_year(), values, place),
        **{name: told[name] if sums[name] is None else sums[name] for name in income.DERIVED},
        "property_income": sums.get("property_income", parts["property_income"]), "member_count": members or None,
    }  # fmt: skip


def _members(one: Meeting) -> int:
    added = sum(known is None for _, known in one.people)
    return added + sum(is_active(person.columns["member_status"]) for person in one.known.people)


def _put_people(writing: _Writing, part: Sequence[Meeting]) -> None:
    added, changed, lives = [], [], []
    for one in part:
        nos = iter(range(max((person.no for person in one.known.people), default=0) + 1, 1000))
        for person, known in one.people:
            member_id = known.id if known else uuid7()
            who = _who(writing, member_id, person.values)
            if known:
                changed.append({"id": member_id, "updated_at": writing.now} | who)
            else:
                added.append(_new(writing, one, member_id, next(nos)) | who)
            lives.append(_life(writing, member_id, person.values))
    if added:
        writing.session.execute(insert(Member), added)
    if changed:
        writing.session.execute(update(Member), changed)
    _upsert(writing.session, MemberYear, lives, ("member_id", "year"))


def _new(writing: _Writing, one: Meeting, member_id: UUID, no: int) -> dict:
    return {
        "id": member_id, "household_id": one.known.id, "no": no, "demo": one.known.demo, "member_status": "1",
        "created_at": writing.now, "updated_at": writing.now,
    }  # fmt: skip


def _who(writing: _Writing, member_id: UUID, values: dict) -> dict:
    """Who somebody is; a blank cell takes nothing away, and a card tells birth and sex where no column does."""
    said = {name: value for name, value in values.items() if value is not None}
    card = said.get("id_no")
    if card and said.get("id_type", "01") == "01":
        said = {"birth_date": idcards.born(card), "sex": idcards.sex(card)} | said
    return families.columns(writing.ring, dictionary.member(), said, ("member", member_id, None))


def _life(writing: _Writing, member_id: UUID, values: dict) -> dict:
    said = families.columns(writing.ring, dictionary.member_year(), values, ("member_year", member_id, writing.year))
    return {"member_id": member_id, "year": writing.year} | said


def _upsert(session: Session, model: type, rows: Sequence[dict], key: tuple[str, ...]) -> None:
    """Rows of one sheet all name the same columns."""
    if not rows:
        return
    statement = insert_for(session)(model.__table__)
    put: dict[str, Any] = {name: statement.excluded[name] for name in rows[0] if name not in key}
    keys = list(key)
    kept = statement.on_conflict_do_update(index_elements=keys, set_=put) if put else statement.on_conflict_do_nothing()
    session.execute(kept, list(rows))


def say(session: Session, meanings: dict[str, str], now: datetime) -> None:
    """Keep what these titles mean. Raises title_wrong."""
    for shown, target in meanings.items():
        title = plain(shown)
        if not title or len(shown) > LONGEST_TITLE or target not in comparison.targets():
            raise Problem("title_wrong", [shown[:LONGEST_TITLE]])
        session.merge(ComparisonTitle(title=title, shown=shown.strip(), target=target, updated_at=now))
    session.flush()


def forget(session: Session, title: str) -> None:
    """From now on the title means what the dictionary says, or nothing."""
    session.execute(delete(ComparisonTitle).where(ComparisonTitle.title == title))

