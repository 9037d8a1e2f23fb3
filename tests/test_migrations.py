"""Every revision leads to the models' schema, on both databases, with what was drawn before still findable."""

from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import text

from tests.conftest import DATABASES, SETTINGS
from webapp import create_app
from webapp.extensions import db

MIGRATIONS = Path(__file__).parents[1] / "migrations"
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
FIRST = REVISIONS[0]
SQUARE = "MULTIPOLYGON(((99 25,99.1 25,99.1 25.1,99 25.1,99 25)))"


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server.replace("+psycopg", "") + "postgres", autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(params=DATABASES)
def empty(request, tmp_path):
    """Inside an app whose database has nothing in it."""
    if request.param == "postgis":
        server = request.getfixturevalue("postgres")
        _execute(server, "CREATE DATABASE hetu_empty")
        url = f"{server}hetu_empty"
    else:
        url = f"sqlite:///{tmp_path}/empty.db"
    app = create_app({**SETTINGS, "SQLALCHEMY_DATABASE_URI": url, "MEDIA": tmp_path})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgis":
        _execute(server, "DROP DATABASE hetu_empty WITH (FORCE)")


def _draw_a_square() -> None:
    """A row of the first revision: what an office has that updates years later."""
    with db.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO area (code, id, level, name, demo, rev) VALUES ('990000000000', :id, 'county', '-', :no, 1)"),
            {"id": "0" * 32, "no": False},
        )
        connection.execute(
            text(
                "INSERT INTO boundary (area_code, kind, geom, source, created_at) "
                "VALUES ('990000000000', 'drawn', ST_GeomFromText(:shape, 4326), '-', '2018-10-09')"
            ),
            {"shape": SQUARE},
        )


def _schema_is_the_models() -> bool:
    """`flask db check`: raises with the differences."""
    command.check(current_app.extensions["migrate"].migrate.get_config())
    return True


def _found_by_the_index() -> list[int]:
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(text("SELECT CheckSpatialIndex('boundary', 'geom')")) == 1
        statement = "SELECT pkid FROM idx_boundary_geom WHERE xmin <= 99.05 AND xmax >= 99.05 AND ymin <= 25.05 AND ymax >= 25.05"
    else:
        statement = "SELECT id FROM boundary WHERE geom && ST_SetSRID(ST_MakePoint(99.05, 25.05), 4326)"
    return list(db.session.scalars(text(statement)))


def test_nothing_becomes_the_models_schema(empty):
    upgrade()
    assert _schema_is_the_models()


@pytest.mark.parametrize("start", REVISIONS)
def test_every_revision_leads_to_the_models_schema_and_keeps_shapes(empty, start):
    upgrade(revision=FIRST)
    _draw_a_square()
    upgrade(revision=start)
    upgrade()
    assert _schema_is_the_models()
    assert len(_found_by_the_index()) == 1


def test_a_second_upgrade_changes_nothing(empty):
    upgrade()
    before = _tables()
    upgrade()
    assert _tables() == before


def _tables() -> list[str]:
    return sorted(db.inspect(db.engine).get_table_names())


def test_the_revisions_are_one_line():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
