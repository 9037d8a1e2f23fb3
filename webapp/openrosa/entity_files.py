"""Homes and people as the CSV files a form in ODK Collect chooses from: those of the asker, and no number of anybody."""

import csv
import io
from collections.abc import Iterable

from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.domain.problems import not_found
from webapp.queries import entities
from webapp.queries.entities import Entity

NAMES = {
    "households.csv": (entities.households, entities.HOUSEHOLD_COLUMNS),
    "members.csv": (entities.members, entities.MEMBER_COLUMNS),
    "areas.csv": (entities.areas, entities.AREA_COLUMNS),
}


def content(session: Session, name: str, scope: Scope, year: int) -> bytes:
    """Raises not_found."""
    if name not in NAMES:
        raise not_found()
    rows, columns = NAMES[name]
    return _csv(rows(session, scope, year), columns)


def _csv(rows: Iterable[Entity], columns: tuple[str, ...]) -> bytes:
    """For a program, not for a spreadsheet: nothing is put in front of a cell. `name` is how ODK calls what is stored; so a
    member's own name stands in the label."""
    own = [column for column in columns if column not in ("name", "label")]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "label", *own])
    writer.writerows([row.id, row.label, *(row.values[column] for column in own)] for row in rows)
    return text.getvalue().encode()
