from uuid import UUID

from flask import current_app, render_template, request, session

from webapp.blueprints.responses import bp
from webapp.blueprints.responses.asked import wanted
from webapp.blueprints.responses.forms import DecisionForm
from webapp.blueprints.responses.story import Story
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import args_of
from webapp.domain.problems import not_found
from webapp.domain.workflow import open_to
from webapp.domain.workflow.response_review import MOVES
from webapp.domain.xform.instance import Instance
from webapp.extensions import db
from webapp.models import Response
from webapp.queries import families, response_sheet, responses
from webapp.queries.response_sheet import Sheet
from webapp.services import response_contents as contents
from webapp.services import response_review
from webapp.services.sealing import KeyRing, key_ring


def ring() -> KeyRing:
    return key_ring(current_app.config["DATA_KEYS"])


@bp.get("/<uuid:response_id>")
@needs("review.read")
def sheet(response_id):
    row = responses.one(db.session, response_id, here("review.read"))
    return page(row, DecisionForm(state=row.state), undo=session.pop("response_undo", None))


def page(row: Response, form: DecisionForm, **more) -> str:
    """One response with everything known about it. After a refused decision `form` still holds what was typed."""
    about, args = response_sheet.sheet(db.session, row), args_of(wanted(request.args))
    other, story = _told(about)
    moves = [] if about.newer else open_to(MOVES, row.state, lambda ability: here(ability).covers(row.area_code))
    conflicts = [line for _title, blocks in story.sections() for block in blocks for line in block.lines if line.conflict]
    return render_template(
        "responses/sheet.html", about=about, response=row, form=form, args=args, around=around(row.id), other=other,
        sections=story.sections(), strays=story.strays(), conflicts=conflicts, moves=[move.name for move in moves],
        chosen=request.form, **more,
    )  # fmt: skip


def _told(about: Sheet) -> tuple[Response | None, Story]:
    row = about.response
    known = contents.form_of(db.session, row.form_id, row.version)
    other = _other(about)
    changes = response_review.fresh_changes(db.session, ring(), row)
    return other, Story(
        known.definition, _instance(row), row, changes, about.files, _names(row), _instance(other) if other else None
    )  # fmt: skip


def _instance(row: Response) -> Instance:
    known = contents.form_of(db.session, row.form_id, row.version)
    return contents.filled(known, contents.opened(ring(), row))


def _other(about: Sheet) -> Response | None:
    """The version ?with= names, of the same filling-in and the same form version."""
    wanted_id = request.args.get("with", type=UUID)
    if wanted_id is None:
        return None
    found = next((one for one in about.versions if one.id == wanted_id), None)
    if found is None:
        raise not_found()
    return found


def _names(row: Response) -> dict[str, str]:
    if row.household_id is None:
        return {}
    family = families.family(db.session, row.household_id, row.year)
    rows = [one for year in (family["last"], family["this"]) if year for one in year["members"]]
    return {one["id"]: one["member"].get("name", "") for one in rows}


def around(response_id: UUID) -> dict:
    """Where this one stands in the queue it was opened from, and its neighbours there."""
    ids = responses.ids(db.session, here("review.read"), wanted(request.args))
    if response_id not in ids:
        return {"position": None, "total": len(ids), "before": None, "after": ids[0] if ids else None}
    position = ids.index(response_id)
    return {
        "position": position + 1, "total": len(ids), "before": ids[position - 1] if position else None,
        "after": ids[position + 1] if position + 1 < len(ids) else None,
    }  # fmt: skip
