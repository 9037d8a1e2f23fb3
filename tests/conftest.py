"""Every test that takes `app` runs on both databases, each time on one that was just migrated and laid."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy.orm import Session

from tests.factories import Make
from tests.postgres import private_server
from webapp import create_app
from webapp.extensions import db
from webapp.models.engine import begin_write
from webapp.translations import compile_stale

DATABASES = ("spatialite", "postgis")
SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": "only for tests",
    "DATA_KEYS": "v1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
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


def _migrate(url: str, var: Path) -> None:
    """Bring an empty database to the newest revision and lay the foundation, as a first start does."""
    from flask_migrate import upgrade

    from webapp.domain.clock import now
    from webapp.services import foundation

    app = create_app({**SETTINGS, "SQLALCHEMY_DATABASE_URI": url, "MEDIA": var})
    with app.app_context():
        upgrade()
        begin_write(db.session)
        foundation.lay(db.session, now())
        db.session.commit()
        db.engine.dispose()


@pytest.fixture(scope="session")
def spatialite(tmp_path_factory) -> Path:
    """A migrated file beside which every test puts its copy."""
    folder = tmp_path_factory.mktemp("spatialite")
    _migrate(f"sqlite:///{folder}/template.db", folder)
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgis(postgres, tmp_path_factory) -> Iterator[psycopg.Connection]:
    """Into the one database of this run, which keeps a second copy of every table's first rows in a schema of its own."""
    with _connected(f"{postgres}postgres") as connection:
        connection.execute("CREATE DATABASE hetu_test")
    _migrate(f"{postgres}hetu_test", tmp_path_factory.mktemp("media"))
    with _connected(f"{postgres}hetu_test") as connection:
        copies = [f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in _tables()]
        connection.execute(";".join(["CREATE SCHEMA kept", *copies, "SET session_replication_role = replica"]))
        yield connection


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _tables() -> list[str]:
    return [f'"{table.name}"' for table in db.metadata.sorted_tables]


def restore_postgis(connection: psycopg.Connection) -> None:
    """Copying a PostGIS database costs half a second, putting the rows back two thousandths.

    This connection is a replica's: no foreign keys, no order to keep. Another one that idles belongs to the app,
    which needs it again; one that does not was forgotten by a test and could hold a lock.
    """
    others = "SELECT pid FROM pg_stat_activity WHERE datname = 'hetu_test' AND pid <> pg_backend_pid() AND state <> 'idle'"
    steps = [f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept.{name}" for name in _tables()]
    connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({others}) AS others")
    connection.execute(";".join([*steps, "SELECT setval('boundary_id_seq', (SELECT max(id) FROM boundary))"]))


def restore_spatialite(template: Path) -> str:
    """A copy under the one name all tests of this run use; a killed server may have left its journal there."""
    copy = template.with_name("hetu.db")
    for left_over in template.parent.glob("hetu.db*"):
        left_over.unlink()
    shutil.copy(template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(params=DATABASES)
def database_url(request) -> str:
    """A URL of a fresh, migrated database."""
    kept = request.getfixturevalue(request.param)
    if request.param == "spatialite":
        return restore_spatialite(kept)
    restore_postgis(kept)
    return f"{request.getfixturevalue('postgres')}hetu_test"


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
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            db.engine.dispose()  # its file is replaced


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
