"""A rescue pack taken in by hand: upload, look, confirm."""

from datetime import datetime

from flask import Response, current_app, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from webapp.blueprints.review.words import when
from webapp.blueprints.setup import bp
from webapp.blueprints.shell.access import at_most, here, locks_later, needs
from webapp.exports.csv_file import to_csv
from webapp.extensions import db
from webapp.jobs import import_folder
from webapp.jobs.import_folder import RUNNING, ImportFolder, beside
from webapp.jobs.rescue_import import RescueImporter
from webapp.services.media import Media
from webapp.services.rescue_keys import rescue_keys
from webapp.services.sealing import key_ring
from webapp.sync.protocol import instant
from webapp.sync.receipts import Receipts
from webapp.sync.rescue import MAX_PACK_BYTES

COLUMNS = ("title", "cadre", "phone", "taken_at", "verdict", "why", "photos")
#: More rows nobody reads on a page; the table to download has all of them.
SHOWN = 300


class PackForm(FlaskForm):
    file = FileField(_l("rescue.file"), [FileRequired(_l("rescue.file_missing"))])


def _importer() -> RescueImporter:
    config = current_app.config
    keys, receipts = rescue_keys(config["RESCUE_KEY"]), Receipts(config["SECRET_KEY"])
    return RescueImporter(db.engine, keys, Media(config["MEDIA"]), receipts, key_ring(config["DATA_KEYS"]), here("rescue.import"))


def _folder(job_id) -> ImportFolder:
    return import_folder.find(current_app.config["MEDIA"], "rescue", job_id, current_user.id)


@bp.get("/rescue")
@needs("rescue.import")
def rescue():
    return render_template("setup/rescue.html", form=PackForm(), limit=MAX_PACK_BYTES)


@bp.post("/rescue")
@needs("rescue.import")
@locks_later
@at_most(MAX_PACK_BYTES)
def rescue_upload():
    form = PackForm()
    if not form.validate_on_submit():
        return render_template("setup/rescue.html", form=form, limit=MAX_PACK_BYTES), 422
    upload = form.file.data
    folder = import_folder.make(current_app.config["MEDIA"], upload.stream, "rescue", upload.filename, current_user.id)
    beside(_importer().look, folder)
    return redirect(url_for(".rescue_job", job_id=folder.state().id))


@bp.get("/rescue/<uuid:job_id>")
@needs("rescue.import")
def rescue_job(job_id):
    folder = _folder(job_id)
    state = folder.state()
    found = folder.kept("preview.json") if state.stage in ("planned", "done") else None
    return render_template("setup/rescue_job.html", state=state, found=found, running=state.stage in RUNNING, shown=SHOWN)


@bp.get("/rescue/<uuid:job_id>/progress")
@needs("rescue.import")
def rescue_progress(job_id):
    state = _folder(job_id).state()
    if state.stage not in RUNNING:
        return "", 200, {"HX-Redirect": url_for(".rescue_job", job_id=job_id)}
    return render_template("setup/_rescue_progress.html", state=state)


@bp.post("/rescue/<uuid:job_id>/confirm")
@needs("rescue.import")
def rescue_write(job_id):
    folder = _folder(job_id)
    state = folder.state()
    if state.stage == "planned" and folder.claim():
        state.stage, state.done, state.total = "writing", 0, 0
        folder.say(state)
        beside(_importer().write, folder)
    return redirect(url_for(".rescue_job", job_id=job_id))


@bp.post("/rescue/<uuid:job_id>/discard")
@needs("rescue.import")
def rescue_discard(job_id):
    folder = _folder(job_id)
    if folder.state().stage not in RUNNING:
        folder.remove()
    return redirect(url_for(".rescue"))


@bp.get("/rescue/<uuid:job_id>/records.csv")
@needs("rescue.import")
def rescue_table(job_id):
    folder = _folder(job_id)
    state = folder.state()
    if state.stage not in ("planned", "done"):
        return redirect(url_for(".rescue_job", job_id=job_id))
    rows = (_cells(row, state.stage) for row in folder.kept("preview.json")["rows"])
    body = to_csv([gettext(f"rescue.column.{name}") for name in COLUMNS], rows)
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": 'attachment; filename="rescue-records.csv"'})


def _cells(row: dict, stage: str) -> tuple:
    photos = f"{row['photos_here']}/{row['photos']}" if row["photos"] else ""
    verdict = gettext(f"rescue.{stage}.{row['verdict']}")
    return row["title"], row["cadre"], row["phone"], taken(row["taken_at"]), verdict, why(row["problem"]), photos


@bp.app_template_filter("rescue_why")
def why(code: str | None) -> str:
    """Why a record or a photo was not taken in, and who can help."""
    if code is None:
        return ""
    said = gettext(f"rescue.why.{code}")
    return said if said != f"rescue.why.{code}" else gettext(f"problem.{code}")


@bp.app_template_filter("rescue_taken")
def taken(stated: str) -> str:
    """The phone's own words, if its clock could not be read."""
    moment: datetime | None = instant(stated)
    return when(moment) if moment else stated[:40]
