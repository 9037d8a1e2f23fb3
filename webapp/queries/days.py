"""The local day of a stored moment, said in each database's own words."""

from sqlalchemy import Date, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from webapp.domain.days import OFFSET_HOURS


class local_day(GenericFunction):  # noqa: N801 - spelt like the SQL functions beside it
    """The day in China of a UTC column; see domain.days."""

    type = Date()
    inherit_cache = True
    name = "local_day"


@compiles(local_day, "sqlite")
def _on_sqlite(element, compiler, **kw):
    return f"date({compiler.process(element.clauses, **kw)}, '+{OFFSET_HOURS} hours')"


@compiles(local_day, "postgresql")
def _on_postgresql(element, compiler, **kw):
    return f"(({compiler.process(element.clauses, **kw)}) AT TIME ZONE 'UTC' + interval '{OFFSET_HOURS} hours')::date"


def day_column(moment):
    return type_coerce(local_day(moment), Date)
