"""Migrations on both databases. Three traps of SpatiaLite are met here; see the comments."""

from alembic import context
from flask import current_app
from geoalchemy2 import alembic_helpers as geo
from sqlalchemy import text

from webapp import models  # noqa: F401
from webapp.extensions import db
from webapp.models.types import UTCDateTime


def include_object(item, name, kind, reflected, compare_to):
    """Leave tables we did not make alone: SpatiaLite 5 brings some that GeoAlchemy2's own filter does not know."""
    if kind == "table" and reflected and compare_to is None:
        return False
    return geo.include_object(item, name, kind, reflected, compare_to)


def render_item(kind, item, autogen_context):
    """Migrations outlive our classes: write the plain type."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return geo.render_item(kind, item, autogen_context)


def _prepare_spatialite(connection) -> None:
    """Tell the batch helper which tables are spatial, or it silently leaves the R*Tree behind on the copy;
    and let it rename tables that others refer to."""
    tables = connection.execute(text("SELECT f_table_name FROM geometry_columns")).scalars()
    geo._SPATIAL_TABLES.update(tables)
    connection.rollback()
    # Inside a transaction this PRAGMA does nothing, and SQLAlchemy's connection always is inside one.
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")


def run() -> None:
    engine = db.engine
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _prepare_spatialite(connection)
        else:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
            connection.commit()
        context.configure(
            connection=connection, target_metadata=db.metadata, include_object=include_object, render_item=render_item,
            process_revision_directives=geo.writer, **current_app.extensions["migrate"].configure_args,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()


run()
