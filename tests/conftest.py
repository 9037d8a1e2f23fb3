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
def spatialite_template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    _migrate(f"sqlite:///{folder}/template.db", folder)
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgis(postgres, tmp_path_factory) -> str:
    """One database for all tests of this run; `restore_postgis` gives each of them its first rows back."""
    with _plain(f"{postgres}postgres") as connection:
        connection.execute("CREATE DATABASE hetu_test")
    url = f"{postgres}hetu_test"
    _migrate(url, tmp_path_factory.mktemp("media"))
    keep_postgis(url)
    return url


def _plain(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _tables() -> list[str]:
    return [f'"{table.name}"' for table in db.metadata.sorted_tables]


def keep_postgis(url: str) -> None:
    """A second copy of every table's rows, in a schema of its own."""
    copies = [f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in _tables()]
    with _plain(url) as connection:
        connection.execute(";".join(["CREATE SCHEMA kept", *copies]))


def restore_postgis(url: str) -> None:
    """Copying a PostGIS database costs half a second; putting the rows back costs a hundredth of it."""
    steps = [f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept.{name}" for name in _tables()]
    with _plain(url) as connection:
        others = "SELECT pid FROM pg_stat_activity WHERE datname = 'hetu_test' AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({others}) AS others")
        connection.execute("SET session_replication_role = replica")  # no foreign keys, no order to keep
        connection.execute(";".join(steps))
        connection.execute("SELECT setval('boundary_id_seq', (SELECT max(id) FROM boundary))")


@pytest.fixture(params=DATABASES)
def database_url(request, tmp_path) -> Iterator[str]:
    """A URL of a fresh, migrated database."""
    if request.param == "spatialite":
        shutil.copy(request.getfixturevalue("spatialite_template"), tmp_path / "hetu.db")
        yield f"sqlite:///{tmp_path}/hetu.db"
        return
    url = request.getfixturevalue("postgis")
    restore_postgis(url)
    yield url


@pytest.fixture
def app(database_url, tmp_path) -> Iterator[Flask]:
    app = create_app({**SETTINGS, "SQLALCHEMY_DATABASE_URI": database_url, "MEDIA": tmp_path / "media"})
    yield app
    with app.app_context():
        db.engine.dispose()


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
