"""Every test that takes `app` runs on both databases, each time on one that was just migrated and laid."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy.orm import Session

from tests.databases import PostGIS, SpatiaLite
from tests.factories import Make
from tests.postgres import private_server
from webapp import create_app
from webapp.extensions import db
from webapp.models.engine import begin_write
from webapp.translations import compile_stale

DATABASES = ("spatialite", "postgis")
DEMO_HOUSEHOLDS = 120
SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": "only for tests",
    "DATA_KEYS": "v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "RESCUE_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "DEMO_PASSWORD": "hetu-demo-2018",
    "WTF_CSRF_ENABLED": False,
    "RATELIMIT_ENABLED": False,
}

#: How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_stale()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with private_server() as url:
        yield url


def _prepared(database: SpatiaLite | PostGIS, media: Path) -> SpatiaLite | PostGIS:
    """Brought to the newest revision, with the foundation laid, as a first start does; that is the state "laid"."""
    from flask_migrate import upgrade

    from webapp.domain.clock import now
    from webapp.services import foundation

    app = create_app({**SETTINGS, "SQLALCHEMY_DATABASE_URI": database.url, "MEDIA": media})
    with app.app_context():
        upgrade()
        begin_write(db.session)
        foundation.lay(db.session, now())
        db.session.commit()
        db.engine.dispose()
    database.keep("laid")
    return database


@pytest.fixture(scope="session")
def spatialite(tmp_path_factory) -> SpatiaLite:
    folder = tmp_path_factory.mktemp("spatialite")
    return _prepared(SpatiaLite(folder), folder)


@pytest.fixture(scope="session")
def postgis(postgres, tmp_path_factory) -> PostGIS:
    return _prepared(PostGIS(postgres), tmp_path_factory.mktemp("postgis"))


@pytest.fixture(params=DATABASES)
def database_url(request) -> str:
    """A URL of a fresh, migrated database."""
    database = request.getfixturevalue(request.param)
    database.restore("laid")
    return database.url


@pytest.fixture
def database(request, database_url) -> SpatiaLite | PostGIS:
    """The one behind `database_url`, to put another state into it."""
    return request.getfixturevalue("spatialite" if database_url.startswith("sqlite") else "postgis")


@pytest.fixture(scope="session")
def apps() -> dict[str, Flask]:
    """By database: an app compiles its routes, pages and statements once, not once a test."""
    return {}


@pytest.fixture
def app(database_url, apps, tmp_path) -> Iterator[Flask]:
    """With photos in a folder of the test's own; what the test changes in its settings is put back."""
    if database_url not in apps:
        apps[database_url] = create_app({**SETTINGS, "SQLALCHEMY_DATABASE_URI": database_url})
    app = apps[database_url]
    settings = dict(app.config)
    app.config["MEDIA"] = tmp_path / "media"
    yield app
    app.config.clear()
    app.config.update(settings)
    _close_file(app)


def _close_file(app: Flask) -> None:
    """SpatiaLite's is about to be copied or replaced. A connection to PostgreSQL is worth keeping."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            db.engine.dispose()


@pytest.fixture(scope="session")
def demo_photos(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo_town(app, database, demo_photos) -> int:
    """The demo sub-district, made once and put back for every test that asks; answers its number of households."""
    photos, own = demo_photos / type(database).__name__, app.config["MEDIA"]
    if "demo" not in database.kept:
        app.config["MEDIA"] = photos
        made = app.test_cli_runner().invoke(args=["demo", "--households", str(DEMO_HOUSEHOLDS)])
        assert made.exit_code == 0, made.output
        _close_file(app)
        database.keep("demo")
        app.config["MEDIA"] = own
    database.restore("demo")
    shutil.copytree(photos, own, copy_function=os.link)
    return DEMO_HOUSEHOLDS


@pytest.fixture
def session(app) -> Iterator[Session]:
    """A session of the test's own. Commit before you make a request: the app has sessions of its own."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def make(session) -> Make:
    """Factories that commit: make.account("cadre", "530502005001"), make.household(), make.phone(account) …"""
    return Make(session)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def signed_in(app, make):
    """A client signed in with one role in one area: signed_in("office", "530502005000")."""

    def sign_in(role: str, area_code: str = "530502005000"):
        account = make.account(role, area_code)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = account.get_id(), True
        client.account = account
        return client

    return sign_in
