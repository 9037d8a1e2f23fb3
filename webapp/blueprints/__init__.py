"""One package per kind of user or job. This list is the whole of the web's surface."""

from flask import Flask

from webapp.blueprints import api, auth, conflicts, coverage, field, responses, review, setup, shell, sync

BLUEPRINTS = (shell.bp, auth.bp, setup.bp, api.bp, coverage.bp, sync.bp, field.bp, review.bp, conflicts.bp, responses.bp)


def register_blueprints(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
