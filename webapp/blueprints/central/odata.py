"""Responses for Excel, Power BI and R: OData 4, read only."""

from flask import Response, request

from webapp.blueprints.central import bp
from webapp.blueprints.central.door import answer, asked, form, ring, session_holder
from webapp.blueprints.central.responses import uuid
from webapp.domain.clock import now
from webapp.extensions import db
from webapp.models import FormVersion
from webapp.openrosa import odata, odata_filter, outline, reading, tables
from webapp.openrosa.odata import Page
from webapp.queries import odk_responses
from webapp.queries.odk_responses import Asked

SERVICE = "/projects/<int:year>/forms/<form_id>.svc"


def _wanted(year: int, form_id: str) -> Asked:
    """With the $filter, and without those that were deleted: none are."""
    where = odata_filter.condition(db.session, request.args.get("$filter", ""), now())
    return asked(year, form_id)._replace(where=where)


@bp.get(SERVICE)
@session_holder
def service(year, form_id):
    names = tables.names(outline.read(form(year, form_id).xml))
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in names]
    return answer({"@odata.context": f"{request.base_url}/$metadata", "value": sets})


@bp.get(f"{SERVICE}/$metadata")
@session_holder
def metadata(year, form_id):
    row = form(year, form_id)
    return Response(tables.metadata(row.form_id, outline.read(row.xml)), content_type="application/xml; charset=utf-8")


@bp.get(f"{SERVICE}/<table>")
@session_holder
def table(year, form_id, table):
    row, args = form(year, form_id), request.args.to_dict()
    page, wanted = Page.read(args), _wanted(year, form_id)
    if table == "Submissions":
        return _told(table, page, *odata.responses(db.session, ring(), row, wanted, page))
    return _told(table, page, *odata.repeat(db.session, ring(), row, wanted, page, table))


def _told(table: str, page: Page, found: dict, ended: dict | None) -> Response:
    context = {"@odata.context": f"{request.base_url.rpartition('/')[0]}/$metadata#{table}"}
    after = {"@odata.nextLink": page.link(request.base_url, request.args.to_dict(), ended)} if ended else {}
    return answer(context | after | found)


@bp.get(f"{SERVICE}/Submissions('<instance_id>')")
@session_holder
def one_row(year, form_id, instance_id):
    row, page = form(year, form_id), Page.read(request.args.to_dict())
    found = [odk_responses.one(db.session, asked(year, form_id), uuid(instance_id))]
    return _told("Submissions", page, {"value": _rows(row, found, page)}, None)


def _rows(row: FormVersion, found: list, page: Page) -> list[dict]:
    root = outline.read(row.xml)
    return [odata.response(one, root, page.shown) for one in reading.opened(db.session, ring(), row, found)]
