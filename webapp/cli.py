"""Commands: flask --app webapp <name>."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext

from webapp.blueprints.setup.register_words import plan_lines, problem_words
from webapp.domain.access import EVERYWHERE
from webapp.domain.clock import now
from webapp.domain.datum import FORWARD
from webapp.domain.problems import Problem
from webapp.domain.register_plan import Plan
from webapp.extensions import db
from webapp.imports.register_xlsx import Sheet, read_apart
from webapp.jobs import demo as demo_data
from webapp.jobs import import_folder
from webapp.jobs import sweep as abandoned
from webapp.jobs.register_import import preview
from webapp.models.engine import begin_write
from webapp.queries import campaigns
from webapp.services import accounts, forms, foundation
from webapp.services import register as register_import
from webapp.services.media import Media
from webapp.services.sealing import KeyRing, key_ring
from webapp.sync.receipts import Receipts


@click.command("init")
@with_appcontext
def init() -> None:
    """Lay the real areas, the 2018 campaign and its questionnaires into a migrated database."""
    begin_write(db.session)
    foundation.lay(db.session, now())
    forms.lay_shipped(db.session, campaigns.active(db.session).year, now())
    db.session.commit()


@click.command("create-admin")
@click.argument("username")
@with_appcontext
def create_admin(username: str) -> None:
    """Make an administrator of the whole county and say the password, this once."""
    begin_write(db.session)
    try:
        account = accounts.create(db.session, username, username, password := accounts.new_password(), now())
    except Problem as problem:
        with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
            raise click.ClickException(problem_words(vars(problem))) from None
    accounts.grant(db.session, account, "admin", foundation.COUNTY)
    db.session.commit()
    click.echo(password)


@click.command("import-register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", type=click.Choice(sorted(FORWARD)), help="Of the positions in the file, if it has any.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--good-rows", is_flag=True, help="Import the rows without faults even if others have some.")
@with_appcontext
def import_register(file: Path, datum: str | None, yes: bool, good_rows: bool) -> None:
    """Take in the households of a workbook: shows first what would change."""
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        try:
            sheet = _with_bar(gettext("register.stage.reading"), lambda tick: read_apart(file, tick))
            _offer_import(sheet, datum, yes, good_rows)
        except Problem as problem:
            raise click.ClickException(problem_words(vars(problem))) from None


def _offer_import(sheet: Sheet, datum: str | None, yes: bool, good_rows: bool) -> None:
    ring = key_ring(current_app.config["DATA_KEYS"])
    plan = register_import.compare(db.session, sheet, datum, EVERYWHERE, ring)
    for line in plan_lines(plan, preview(db.session, plan, sheet)):
        click.echo(line)
    if plan.errors and not good_rows:
        raise click.ClickException(gettext("register.cli_faulty"))
    if not plan.good or not (yes or click.confirm(gettext("register.ask"))):
        click.echo(gettext("register.nothing_written"))
        return
    db.session.rollback()  # nobody else should wait while a person makes up their mind
    begin_write(db.session)
    now_planned = register_import.compare(db.session, sheet, datum, EVERYWHERE, ring)
    if now_planned.fingerprint() != plan.fingerprint():
        raise Problem("import_moved")
    _write(now_planned, ring)


def _write(plan: Plan, ring: KeyRing) -> None:
    _with_bar(gettext("register.stage.writing"), lambda tick: register_import.write(db.session, plan, ring, now(), tick=tick))
    db.session.commit()
    click.echo(gettext("register.written", new=len(plan.new), changed=len(plan.changed)))


@click.command("demo")
@click.option("--households", "count", default=1000, show_default=True, type=click.IntRange(1, 200_000))
@with_appcontext
def demo(count: int) -> None:
    """Fill an empty database with an invented sub-district whose campaign is half done."""
    config = current_app.config
    server = demo_data.Server(
        Media(config["MEDIA"]), key_ring(config["DATA_KEYS"]), Receipts(config["SECRET_KEY"]), config["DEMO_PASSWORD"]
    )
    with force_locale(config["BABEL_DEFAULT_LOCALE"]):
        try:
            demo_data.make(db.session, server, count, now(), _line)
        except Problem as problem:
            raise click.ClickException(problem_words(vars(problem))) from None
        click.echo(gettext("demo.done", count=count))


@click.command("sweep")
@with_appcontext
def sweep() -> None:
    """Throw away what nobody will ask for again. Harmless at any time; meant for every day."""
    media = Media(current_app.config["MEDIA"])
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        parts, uploads = abandoned.parts(db.session, media, now()), import_folder.sweep(media.folder)
        click.echo(gettext("sweep.done", parts=parts, uploads=uploads))


def _line(what: str, done: int, total: int) -> None:
    click.echo(f"\r{gettext(what)} {done} / {total}  ", nl=done >= total)


def _with_bar(label: str, work):
    """Run `work(tick)` behind a progress bar."""
    with click.progressbar(length=1, label=label) as bar:

        def tick(done: int, total: int) -> None:
            bar.length = max(total, done, 1)
            bar.update(done - bar.pos)

        answer = work(tick)
        bar.update(bar.length - bar.pos)
    return answer


def register(app: Flask) -> None:
    for command in (init, create_admin, import_register, demo, sweep):
        app.cli.add_command(command)
