"""Comparison sheets: what is known of each household on paper, to be corrected by hand at the door."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import segno
from flask import Response, request, stream_template
from markupsafe import Markup

from webapp.blueprints.coverage import asked, bp
from webapp.blueprints.coverage.comparison_words import Words, sheet_blocks
from webapp.blueprints.shell import lists
from webapp.blueprints.shell.access import here, needs
from webapp.domain import paper_code, paper_leaves
from webapp.domain.access import Scope
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.queries import campaigns, comparison, families
from webapp.queries import coverage_households as households

#: So many are read at once. In between nothing is held: a printer may be slow.
AT_ONCE = 50


@bp.get("/comparison")
@needs("field.capture")
def comparisons():
    area, scope = asked.area_and_scope("field.capture")
    if area.level not in ("community", "group"):
        raise Problem("bad_request", ["area"])
    filters, sort = asked.filters(request.args), lists.order(households.SORTS, "area")
    found = households.every(db.session, scope, filters, lists.words(), sort)
    return _printed(area.name, [row.id for part in found for row in part], scope)


@bp.get("/households/<uuid:household_id>/comparison")
@needs("field.capture")
def one_comparison(household_id):
    scope = here("field.capture")
    found = comparison.doors(db.session, [household_id], scope)
    if not found:
        raise not_found()
    return _printed(found[0].head_name, [household_id], scope)


def _printed(title: str, ids: Sequence[UUID], scope: Scope) -> Response:
    """Leaf by leaf, as they are made: a whole community need not fit into memory."""
    year, words = campaigns.active(db.session).year, Words()
    shown = {"title": title, "sheets": _sheets(ids, scope, year, words), "count": len(ids), "words": words, "year": year}
    return Response(stream_template("coverage/comparison.html", **shown))


def _sheets(ids: Sequence[UUID], scope: Scope, year: int, words: Words) -> Iterator[dict]:
    for start in range(0, len(ids), AT_ONCE):
        doors = comparison.doors(db.session, ids[start : start + AT_ONCE], scope)
        shapes = families.families(db.session, [door.id for door in doors], year)
        db.session.rollback()
        for door in doors:
            leaves = paper_leaves.leaves(sheet_blocks(door, shapes[door.id], year, words))
            yield {"door": door, "leaves": leaves, "square": _square(door.id)}


def _square(household_id: UUID) -> Markup:
    """A quarter of it may be torn off or stained, and it is read all the same."""
    square = segno.make(paper_code.of(household_id), error="q")
    return Markup(square.svg_inline(border=2, omitsize=True, svgclass="square", lineclass=None))  # noqa: S704
