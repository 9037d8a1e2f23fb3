"""Households and members as entity lists. They change by accepted responses only, so they are read here and not written."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, g, request

from webapp.blueprints.central import bp
from webapp.blueprints.central.door import answer, campaign, session_holder
from webapp.domain.problems import not_found
from webapp.extensions import db
from webapp.openrosa import central, entity_files
from webapp.queries.entities import Entity

LISTS = "/projects/<int:year>/datasets"


def _rows(year: int, name: str, only: UUID | None = None):
    """Raises not_found."""
    return _list(name)[0](db.session, g.client.where("household.read"), campaign(year).year, only)


def _list(name: str):
    """Raises not_found."""
    if f"{name}.csv" not in entity_files.NAMES:
        raise not_found()
    return entity_files.NAMES[f"{name}.csv"]


def _told(year: int, name: str) -> dict:
    return central.dataset(name, campaign(year).year, datetime(year, 1, 1, tzinfo=UTC), _list(name)[1])


@bp.get(LISTS)
@session_holder
def datasets(year):
    g.client.where("household.read")
    return answer([_told(year, name.removesuffix(".csv")) for name in entity_files.NAMES])


@bp.get(f"{LISTS}/<name>")
@session_holder
def dataset(year, name):
    g.client.where("household.read")
    return answer(_told(year, name))


@bp.get(f"{LISTS}/<name>/entities")
@session_holder
def entities(year, name):
    return answer([central.entity(one) for one in _rows(year, name)])


@bp.get(f"{LISTS}/<name>/entities/<uuid:entity_id>")
@session_holder
def entity(year, name, entity_id):
    one: Entity | None = next(iter(_rows(year, name, entity_id)), None)
    if one is None:
        raise not_found()
    return answer(central.entity(one))


@bp.get(f"{LISTS}/<name>/entities.csv")
@session_holder
def entity_csv(year, name):
    data = entity_files.content(db.session, f"{name}.csv", g.client.where("household.read"), campaign(year).year)
    return Response(data, content_type="text/csv; charset=utf-8")


@bp.get(f"{LISTS}/<name>.svc/Entities")
@session_holder
def entity_table(year, name):
    """All at once: a sub-district has some thousands."""
    return answer(
        {
            "@odata.context": f"{request.base_url}/$metadata#Entities",
            "value": [central.entity_row(one) for one in _rows(year, name)],
        }
    )
