"""The list of households: what it is asked for, and its rows in words."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import request

from webapp.blueprints.coverage import asked
from webapp.blueprints.coverage.words import code_words, say
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here
from webapp.blueprints.shell.lists import Leaf
from webapp.domain.access import Scope
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.models import Area
from webapp.queries import areas
from webapp.queries import coverage_households as households
from webapp.queries.coverage import Filters
from webapp.queries.coverage_households import Return, Row


@dataclass(frozen=True)
class Listing:
    """One leaf of the list."""

    area: Area
    path: list[Area]
    places: list[Area]  # to choose from: the way down to here, and what lies right below or beside
    scope: Scope
    filters: Filters
    words: str
    sort: str
    leaf: Leaf
    rows: list[Row]
    returns: dict[UUID, Return]
    as_of: datetime = field(default_factory=now)


def listing() -> Listing:
    area, scope = asked.area_and_scope("coverage.read")
    filters, words, sort = asked.filters(request.args), lists.words(), lists.order(households.SORTS, "area")
    leaf = lists.leaf(households.how_many(db.session, scope, filters, words), households.PAGE)
    rows = households.page(db.session, scope, filters, words, sort, leaf.number)
    returns = households.returns(db.session, [row.capture_id for row in rows])
    path = areas.path(db.session, area, here("coverage.read"))
    return Listing(area, path, _places(path), scope, filters, words, sort, leaf, rows, returns)


def _places(path: list[Area]) -> list[Area]:
    """A group has nothing below, so its sisters are offered."""
    down = path[:-1] if path[-1].level == "group" and len(path) > 1 else path
    return [*down, *areas.children(db.session, down[-1], here("coverage.read"))]


def reason(row: Row, returns: dict[UUID, Return]) -> str:
    """Why a household is not done, in words; empty for one that is."""
    if row.state == "missing":
        return say("coverage.reason.missing")
    if row.state == "excepted":
        return _joined([code_words("capture_exception", row.exception)], row.note)
    back = returns.get(row.capture_id) if row.state == "returned" else None
    return _joined([code_words("return_reason", code) for code in back.reasons], back.text) if back else ""


def _joined(words: list[str], more: str | None) -> str:
    return say("coverage.reason.between").join([*words, *([more] if more else [])])
