"""The app: settings, extensions, blueprints and commands bound together."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import settings
from webapp import cli
from webapp.blueprints import register_blueprints
from webapp.blueprints.openrosa.quick import QuickDoor
from webapp.blueprints.shell import access, hooks
from webapp.extensions import babel, csrf, db, limiter, login, migrate
from webapp.models.engine import engine_options, find_spatialite, prepare
from webapp.translations import catalogue_settings


def create_app(overrides: dict | None = None) -> Flask:
    """One app for one database. `overrides` wins over the environment."""
    app = Flask(__package__)
    app.config.update(settings(), **catalogue_settings())
    app.config.update(overrides or {})
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(url))
    _trust_proxies(app)
    _bind_extensions(app)
    register_blueprints(app)
    _open_quick_door(app)
    cli.register(app)
    return app


def _trust_proxies(app: Flask) -> None:
    """Behind a proxy of ours, callers are told apart (and throttled) by the address it passes on."""
    hops = app.config["TRUSTED_PROXIES"]
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _open_quick_door(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            app.wsgi_app = QuickDoor(app)  # type: ignore[method-assign]


def _bind_extensions(app: Flask) -> None:
    find_spatialite()
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    migrate.init_app(app, db)
    app.before_request(access.allow_large)
    csrf.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=hooks.locale)
    login.init_app(app)
    hooks.bind(app, login)
