"""What stands in a filled-in questionnaire: checked by its form and laid beside what was known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.domain import dictionary
from webapp.domain.problems import Problem
from webapp.domain.xform import changes as comparing
from webapp.domain.xform.check import Fault, faults
from webapp.domain.xform.instance import Instance, fill
from webapp.domain.xform.nodes import Unreadable
from webapp.models import Area, Response
from webapp.queries import area_years, families
from webapp.queries import definitions as forms
from webapp.queries.definitions import Known
from webapp.services.sealing import KeyRing, Place, masked, shown

UUID_SCHEME = "uuid:"
#: As long as a telephone or identity number: never kept readable, wherever it was typed.
LONG_NUMBER = 11


def sealed_for(response_id: UUID) -> Place:
    return Place("response", response_id, "xml")


def opened(ring: KeyRing, response: Response) -> str:
    return ring.open(sealed_for(response.id), response.xml_sealed)


def form_of(session: Session, form_id: str, version: str) -> Known:
    """Raises invalid_payload."""
    try:
        known = forms.known(session, form_id, version)
    except Unreadable:
        known = None
    if known is None:
        raise Problem("invalid_payload", ["payload.form", "payload.version"])
    return known


def filled(known: Known, xml: str) -> Instance:
    """Raises invalid_payload."""
    try:
        return fill(known.definition, xml)
    except Unreadable:
        raise Problem("invalid_payload", ["payload.xml"]) from None


def problems(known: Known, instance: Instance, at: datetime) -> list[dict]:
    """What the form itself finds wrong, as it is kept and shown."""
    return [_problem(fault) for fault in faults(known.definition, instance, at)]


def _problem(fault: Fault) -> dict:
    name = fault.save.partition(".")[2]
    return {"path": fault.path, "code": fault.code, "message": fault.message, "value": seen(name, fault.value)}


def seen(name: str, value: str) -> str:
    if name in dictionary.SEALED:
        return shown(name, value)
    return masked(value) if sum(map(str.isdigit, value)) >= LONG_NUMBER and " " not in value else value


def before(session: Session, household_id: UUID | None, area_code: str, year: int) -> tuple[int, Mapping[str, Any]]:
    """(rev, shape) of the family or area these answers are about, as the pull has it."""
    if household_id is not None:
        return families.with_revs(session, [household_id], year)[household_id]
    shape = area_years.area_year(session, session.get_one(Area, area_code), year)
    return shape["rev"], shape


def compared(instance: Instance, known_before: tuple[int, Mapping[str, Any]], base_rev: int | None) -> list[dict]:
    rev, shape = known_before
    return comparing.changes(instance, shape, shown, stale=base_rev is not None and base_rev < rev)


def rows_of(shape: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Ids of the members, and of the rows of helpers and measures, that answers may name."""
    years = [year for year in (shape.get("last"), shape.get("this")) if year]
    members = {row["id"] for year in years for row in year.get("members", ())}
    return members, {row["id"] for year in years for name in ("helpers", "measures") for row in year.get(name, ())}
