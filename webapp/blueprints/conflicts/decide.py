from uuid import UUID

from flask import redirect, request, url_for
from flask_login import current_user

from webapp.blueprints.conflicts import bp
from webapp.blueprints.conflicts.asked import wanted
from webapp.blueprints.conflicts.forms import DecideForm
from webapp.blueprints.conflicts.memory import keep_undo
from webapp.blueprints.conflicts.sheet import around, page, ring
from webapp.blueprints.conflicts.story import title
from webapp.blueprints.shell.access import here, needs
from webapp.blueprints.shell.lists import args_of
from webapp.blueprints.sync.wire import receipts
from webapp.domain.clock import now
from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.models import Conflict
from webapp.queries import conflicts
from webapp.services import decisions
from webapp.services.decisions import Why
from webapp.sync import release
from webapp.sync.release import Authority

#: Somebody else was faster, or the register changed: not the mistake of whoever decides.
OVERTAKEN = ("conflict_changed", "conflict_overtaken", "move_not_allowed")


@bp.post("/<uuid:conflict_id>/decide")
@needs("conflict.decide")
def decide(conflict_id):
    case, form = conflicts.case(db.session, conflict_id, here("conflict.decide"), lock=True), DecideForm()
    following, name = around(conflict_id)["after"], title(case[0])
    if not form.validate_on_submit():
        return page(case, form), 422
    try:
        _settle(case, Why(current_user, now(), form.reasons.data, form.text.data.strip()))
    except Problem as problem:
        return _refused(conflict_id, form, problem)
    db.session.commit()
    keep_undo(conflict_id, name)
    place = {"endpoint": ".sheet", "conflict_id": following} if following else {"endpoint": ".index"}
    return redirect(url_for(**place, **args_of(wanted(request.args))))


def _refused(conflict_id: UUID, form: DecideForm, problem: Problem):
    """Nothing of a half-made decision stays."""
    db.session.rollback()
    case = conflicts.case(db.session, conflict_id, here("conflict.read"))
    return page(case, form, refusal=problem), 409 if problem.code in OVERTAKEN else 422


def _settle(case: list[Conflict], why: Why) -> None:
    waiting = [row for row in case if row.state == "open"]
    if not waiting:
        raise Problem("move_not_allowed")
    if case[0].kind == "field":
        _settle_fields(waiting, why)
    elif case[0].kind == "two_captures":
        decisions.decide_captures(db.session, waiting[0], request.form.get("choice", ""), why)
    else:
        authority = Authority(current_user.pairs, receipts(), ring())
        release.decide(db.session, waiting, request.form.get("choice", ""), why, authority)


def _settle_fields(waiting: list[Conflict], why: Why) -> None:
    """Those a choice was made for; the others go on waiting."""
    chosen = [(row, choice) for row in waiting if (choice := request.form.get(f"choice-{row.id}"))]
    if not chosen:
        raise Problem("conflict_choice_missing", ["choice"])
    for row, choice in chosen:
        value, seen = request.form.get(f"value-{row.id}", ""), request.form.get(f"seen-{row.id}", "")
        decisions.decide_field(db.session, row, choice, value, seen, why, here("conflict.decide"), ring())


@bp.post("/<uuid:conflict_id>/reopen")
@needs("conflict.decide")
def reopen(conflict_id):
    case = conflicts.case(db.session, conflict_id, here("conflict.decide"), lock=True)
    try:
        _take_back(case, Why(current_user, now()))
    except Problem as problem:
        return _refused(conflict_id, DecideForm(), problem)
    db.session.commit()
    return redirect(url_for(".sheet", conflict_id=conflict_id, **args_of(wanted(request.args))))


def _take_back(case: list[Conflict], why: Why) -> None:
    """What was decided last, in one go."""
    decided = decisions.together(case, max((row.decided_at for row in case if row.decided_at), default=None))
    if not decided:
        raise Problem("move_not_allowed")
    if case[0].kind == "field":
        for row in decided:
            decisions.reopen_field(db.session, row, why, here("conflict.decide"))
    elif case[0].kind == "two_captures":
        decisions.reopen_captures(db.session, decided[0], why)
    else:
        release.reopen(db.session, decided, why)
