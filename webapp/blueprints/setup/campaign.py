from flask import redirect, render_template, request, url_for

from webapp.blueprints.setup import bp
from webapp.blueprints.setup.forms import PHASES, PlanForm, phase_titles, plan_of
from webapp.blueprints.shell.access import needs
from webapp.domain.clock import now
from webapp.domain.income import TRANSFER_PARTS
from webapp.domain.problems import Problem
from webapp.domain.thresholds import DEFAULTS
from webapp.extensions import db
from webapp.models import Campaign
from webapp.queries import campaigns
from webapp.services import campaigns as plans


@bp.get("/campaign")
@needs("campaign.edit")
def campaign():
    running = campaigns.active(db.session)
    return _page(running, PlanForm(formdata=None, data=plan_of(running)), saved="saved" in request.args)


@bp.post("/campaign")
@needs("campaign.edit")
def save_campaign():
    running, form = campaigns.locked(db.session), PlanForm()
    if not form.validate_on_submit():
        return _page(running, form), 422
    try:
        plans.edit(db.session, running, _plan(form), form.rev.data, now())
    except Problem as problem:
        form.blame(problem.values)
        return _page(running, form, refusal=problem.code), 409 if problem.code == "campaign_changed" else 422
    db.session.commit()
    return redirect(url_for(".campaign", saved=1))


def _plan(form: PlanForm) -> plans.Plan:
    return plans.Plan(form.name.data.strip(), form.phases(), form.thresholds(), form.income_parts())


def _page(running: Campaign, form: PlanForm, **more) -> str:
    return render_template(
        "setup/campaign.html", campaign=running, form=form, titles=phase_titles(running), phases=PHASES, limits=DEFAULTS,
        parts=TRANSFER_PARTS, **more
    )
