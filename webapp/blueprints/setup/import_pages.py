"""The pages every sheet import has once it is uploaded: what it would do, how far it is, the second yes, its faults."""

from collections.abc import Callable

from flask import Response, current_app, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.blueprints.setup import bp
from webapp.blueprints.setup import register_words as words
from webapp.blueprints.shell.access import here, needs
from webapp.exports.csv_file import to_csv
from webapp.extensions import db
from webapp.jobs import import_folder
from webapp.jobs.import_folder import RUNNING, ImportFolder, beside
from webapp.jobs.sheet_import import SheetImporter
from webapp.services.sealing import key_ring

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ABILITY = "register.import"
#: What each import says of itself; all else they say alike.
SAY: dict[str, Callable[..., str]] = {
    "register": lambda word, **values: gettext(f"register.{word}", **values),
    "comparison": lambda word, **values: gettext(f"comparison.{word}", **values),
}


def download(body: bytes, media_type: str, name: str) -> Response:
    return Response(body, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def importer_of(kind: type[SheetImporter]) -> SheetImporter:
    return kind(db.engine, key_ring(current_app.config["DATA_KEYS"]), here(ABILITY))


def folder_of(kind: str, job_id) -> ImportFolder:
    return import_folder.find(current_app.config["MEDIA"], kind, job_id, current_user.id)


def start(kind: str, importer: type[SheetImporter], upload, **about):
    """Keep the upload and begin to look at it."""
    folder = import_folder.make(current_app.config["MEDIA"], upload.stream, kind, upload.filename, current_user.id, **about)
    beside(importer_of(importer).look, folder)
    return redirect(url_for(f".{kind}_job", job_id=folder.state().id))


def add_pages(kind: str, importer: type[SheetImporter], about: Callable[[], dict] = lambda: {}) -> None:
    """`kind` names the addresses, the endpoints and the templates of what is this import's own; `about` is told to those."""
    pages = (
        ("job", "", "GET", _job(kind, about)), ("progress", "/progress", "GET", _progress(kind)),
        ("confirm", "/confirm", "GET", _confirm(kind)), ("write", "/confirm", "POST", _write(kind, importer)),
        ("discard", "/discard", "POST", _discard(kind)), ("errors", "/errors.csv", "GET", _errors(kind)),
    )  # fmt: skip
    for name, path, method, view in pages:
        rule, endpoint = f"/{kind}/<uuid:job_id>{path}", f"{kind}_{name}"
        bp.add_url_rule(rule, endpoint, needs(ABILITY)(view), methods=[method])


def _job(kind: str, about: Callable[[], dict]) -> Callable:
    def view(job_id):
        folder = folder_of(kind, job_id)
        state = folder.state()
        shown = folder.kept("preview.json") if state.stage in ("planned", "done") else None
        more = {"preview": shown, "running": state.stage in RUNNING, "words": words}
        return render_template("setup/import_job.html", kind=kind, say=SAY[kind], state=state, **more, **about())

    return view


def _progress(kind: str) -> Callable:
    def view(job_id):
        state = folder_of(kind, job_id).state()
        if state.stage not in RUNNING:
            return "", 200, {"HX-Redirect": url_for(f".{kind}_job", job_id=job_id)}
        return render_template("setup/_import_progress.html", kind=kind, state=state)

    return view


def _confirm(kind: str) -> Callable:
    def view(job_id):
        folder = folder_of(kind, job_id)
        if folder.state().stage != "planned":
            return redirect(url_for(f".{kind}_job", job_id=job_id))
        shown = folder.kept("preview.json")
        return render_template("setup/import_confirm.html", kind=kind, say=SAY[kind], state=folder.state(), preview=shown)

    return view


def _write(kind: str, importer: type[SheetImporter]) -> Callable:
    def view(job_id):
        folder = folder_of(kind, job_id)
        state = folder.state()
        if state.stage == "planned" and folder.claim():
            state.stage, state.done, state.total = "writing", 0, 0
            folder.say(state)
            beside(importer_of(importer).write, folder)
        return redirect(url_for(f".{kind}_job", job_id=job_id))

    return view


def _discard(kind: str) -> Callable:
    def view(job_id):
        folder = folder_of(kind, job_id)
        if folder.state().stage not in RUNNING:
            folder.remove()
        return redirect(url_for(f".{kind}"))

    return view


def _errors(kind: str) -> Callable:
    def view(job_id):
        folder = folder_of(kind, job_id)
        if folder.state().stage not in ("planned", "done"):
            return redirect(url_for(f".{kind}_job", job_id=job_id))
        shown = folder.kept("preview.json")
        titles = [gettext(f"register.column.{name}") for name in ("cell", "row", "fault")]
        rows = ((f"{e['column']}{e['row']}", e["row"], words.error_words(e, shown["communities"])) for e in shown["errors"])
        return download(to_csv(titles, rows), "text/csv", f"{kind}-errors.csv")

    return view
