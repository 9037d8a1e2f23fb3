"""Judging filled-in questionnaires. What is accepted is written into the year; nothing is before that."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.domain.workflow import find
from webapp.domain.workflow.response_review import MOVES, OURS, check
from webapp.domain.xform import changes as comparing
from webapp.domain.xform.changes import Values
from webapp.models import Account, HouseholdYear, Response
from webapp.queries import responses as reads
from webapp.services import area_years, families, responses
from webapp.services import response_contents as contents
from webapp.services.families import FamilyValues
from webapp.services.sealing import KeyRing

MOST_TEXT = 500


def check_unchanged(response: Response, seen_state: str) -> None:
    """Is it still what the reviewer had on the screen? Raises review_superseded, review_changed."""
    if not response.newest:
        raise Problem("review_superseded")
    if response.state != seen_state:
        raise Problem("review_changed")


def fresh_changes(session: Session, ring: KeyRing, response: Response) -> list[dict]:
    """Against what is known now; what was decided stays as it was when it was decided."""
    if response.state != "received":
        return response.changes or []
    known = contents.form_of(session, response.form_id, response.version)
    instance = contents.filled(known, contents.opened(ring, response))
    found = contents.before(session, response.household_id, response.area_code, response.year)
    return contents.compared(instance, found, response.base_rev)


def accept(
    session: Session, ring: KeyRing, response: Response, by: Account, now: datetime, text: str = "",
    choices: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """`choices`: of each conflict, by its path, whose value stands. Raises the problems of the workflow."""
    move, choices = find(MOVES, response.state, "accept"), choices or {}
    rows = fresh_changes(session, ring, response)
    undecided = {row["path"] for row in rows if row["conflict"]} - choices.keys()
    check(move, [], text.strip(), has_problems=bool(response.problems), undecided=undecided)
    response.changes = [row | ({"choice": choices[row["path"]]} if row["conflict"] else {}) for row in rows]
    response.state = move.to
    _write(session, ring, response, {row["path"] for row in rows if choices.get(row["path"]) == OURS}, now)
    responses.note(session, response.id, "accepted", by.id, now, text=text.strip()[:MOST_TEXT])
    session.flush()
    for other in reads.waiting(session, response.household_id, response.area_code, response.id):
        other.changes = fresh_changes(session, ring, other)
    _tell(session, response, now)


def _write(session: Session, ring: KeyRing, response: Response, left_out: Collection[str], now: datetime) -> None:
    """The answers into the year; nothing where the form names no columns."""
    known = contents.form_of(session, response.form_id, response.version)
    instance = contents.filled(known, contents.opened(ring, response))
    found = comparing.values(instance, [row for row in response.changes or [] if row["path"] not in left_out])
    session.flush()
    if response.household_id is None:
        if found.area_year:
            area_years.written(session, response.area_code, response.year, found.area_year, response.id, now, ring)
    elif any(found):
        families.written(session, response.household_id, response.year, _family(found), response.id, now, ring)


def _family(found: Values) -> FamilyValues:
    return FamilyValues(
        found.household_year, {UUID(member): values for member, values in found.members.items()}, _rows(found.helpers),
        _rows(found.measures),
    )  # fmt: skip


def _rows(found: Sequence[tuple[str, dict]]) -> list[tuple[UUID | None, dict]]:
    return [(UUID(row) if row else None, values) for row, values in found]


def send_back(session: Session, response: Response, reasons: Sequence[str], text: str, by: Account, now: datetime) -> None:
    """To the phone it came from. Raises move_not_allowed, review_reason_missing."""
    move = find(MOVES, response.state, "return")
    check(move, reasons, text.strip(), has_problems=False, undecided=())
    response.state = move.to
    responses.note(session, response.id, "returned", by.id, now, reasons, text.strip()[:MOST_TEXT])
    _tell(session, response, now)


def reopen(session: Session, ring: KeyRing, response: Response, by: Account, now: datetime) -> None:
    """Undo a decision. What acceptance wrote is taken back if nobody has written after it. Raises move_not_allowed."""
    move = find(MOVES, response.state, "reopen")
    if response.state == "accepted":
        _take_back(session, ring, response, now)
    response.state = move.to
    responses.note(session, response.id, "reopened", by.id, now)
    _tell(session, response, now)


def _take_back(session: Session, ring: KeyRing, response: Response, now: datetime) -> None:
    """The year as it was. Sealed numbers and rows that were new stay: the next decision writes over them."""
    year = session.get(HouseholdYear, (response.household_id, response.year)) if response.household_id else None
    if year is None or year.response_id != response.id:
        return
    household: dict = {}
    members: dict[UUID, dict] = {}
    for row in response.changes or []:
        entity, _, name = row["save"].partition(".")
        field = comparing.field_of(entity, name)
        if "was" not in row or field is None or field.is_sealed or row.get("choice") == OURS:
            continue
        if entity == "household_year":
            household[name] = comparing.parsed(field, row["was"])
        elif row["row"] and entity in ("member", "member_year"):
            was = row["before" if entity == "member" else "was"]  # who somebody is belongs to no year
            members.setdefault(UUID(row["row"]), {})[name] = comparing.parsed(field, was)
    families.written(session, year.household_id, year.year, FamilyValues(household, members), None, now, ring)


def comment(session: Session, response: Response, text: str, by: Account, now: datetime) -> None:
    if not text.strip():
        raise Problem("bad_request", ["text"])
    responses.note(session, response.id, "comment", by.id, now, text=text.strip()[:MOST_TEXT])


def _tell(session: Session, response: Response, now: datetime) -> None:
    session.flush()
    responses.touch(session, [response], now)

