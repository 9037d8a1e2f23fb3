from uuid import UUID

from flask import current_app, render_template, request

from webapp.blueprints.conflicts import bp
from webapp.blueprints.conflicts.asked import wanted
from webapp.blueprints.conflicts.forms import DecideForm
from webapp.blueprints.conflicts.memory import take_undo
from webapp.blueprints.conflicts.story import Story, tell
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import args_of
from webapp.domain.workflow.conflict import CHOICES, may_reopen
from webapp.extensions import db
from webapp.models import Conflict
from webapp.queries import conflict_desk, conflicts
from webapp.services.sealing import KeyRing, key_ring


@bp.get("/<uuid:conflict_id>")
@needs("conflict.read")
def sheet(conflict_id):
    case = conflicts.case(db.session, conflict_id, here("conflict.read"))
    return page(case, DecideForm(), undo=take_undo())


def page(case: list[Conflict], form: DecideForm, **more) -> str:
    """One case with everything known about it. After a refused decision the form still holds what was typed."""
    told: Story = tell(case, here("conflict.read"), ring())
    return render_template(
        "conflicts/sheet.html", first=case[0], case=case, story=told, form=form, args=args_of(wanted(request.args)),
        around=around(case[0].id), choices=CHOICES[case[0].kind], may_decide=_may_decide(case),
        may_undo=_may_undo(case), typed=request.form, **more,
    )  # fmt: skip


def _may_decide(case: list[Conflict]) -> bool:
    return here("conflict.decide").covers(case[0].area_code) and any(row.state == "open" for row in case)


def _may_undo(case: list[Conflict]) -> bool:
    may = here("conflict.decide").covers(case[0].area_code)
    return may and any(may_reopen(row.state, row.kind, row.choice) for row in case)


def ring() -> KeyRing:
    return key_ring(current_app.config["DATA_KEYS"])


def around(conflict_id: UUID) -> dict:
    """Where this case stands in the list it was opened from, and its neighbours there."""
    ids = conflict_desk.ids(db.session, here("conflict.read"), wanted(request.args))
    if conflict_id not in ids:
        return {"position": None, "total": len(ids), "before": None, "after": ids[0] if ids else None}
    position = ids.index(conflict_id)
    return {
        "position": position + 1, "total": len(ids), "before": ids[position - 1] if position else None,
        "after": ids[position + 1] if position + 1 < len(ids) else None,
    }  # fmt: skip
