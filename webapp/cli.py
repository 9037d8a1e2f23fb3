"""Commands: flask --app webapp <name>."""

import click
from flask import Flask

from webapp.domain.clock import now
from webapp.extensions import db
from webapp.models.engine import begin_write
from webapp.services import foundation


@click.command("init")
def init() -> None:
    """Lay the real areas and the 2018 campaign into a migrated database."""
    begin_write(db.session)
    foundation.lay(db.session, now())
    db.session.commit()


def register(app: Flask) -> None:
    for command in (init,):
        app.cli.add_command(command)
