"""Responses: read, sent, edited, reviewed and written about."""

import re
from uuid import UUID

from flask import Response, g, request

from webapp.blueprints.central import bp
from webapp.blueprints.central.door import answer, asked, form, me, ring, said, session_holder, write
from webapp.domain.clock import now
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.models import Response as Kept
from webapp.openrosa import central, instance, reading, receive, reviewing
from webapp.queries import odk_responses
from webapp.queries.odk_responses import Row
from webapp.services import response_review

RESPONSES = "/projects/<int:year>/forms/<form_id>/submissions"
ONE = f"{RESPONSES}/<instance_id>"
_ID = re.compile(r"(?:uuid:)?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
MOST_WORDS = 500


def uuid(instance_id: str) -> UUID:
    """Raises not_found."""
    found = _ID.fullmatch(instance_id)
    if found is None:
        raise not_found()
    return UUID(found[1])


def row(year: int, form_id: str, instance_id: str) -> Row:
    """Raises not_found."""
    return odk_responses.one(db.session, asked(year, form_id), uuid(instance_id))


def versions(year: int, form_id: str, instance_id: str) -> list[tuple[Kept, str]]:
    """The newest first. Raises not_found."""
    return odk_responses.versions(db.session, row(year, form_id, instance_id).id)


def version(year: int, form_id: str, instance_id: str, version_id: str) -> Kept:
    """Raises not_found."""
    wanted = uuid(version_id)
    found = next((kept for kept, _ in versions(year, form_id, instance_id) if kept.id == wanted), None)
    if found is None:
        raise not_found()
    return found


@bp.get(RESPONSES)
@session_holder
def response_list(year, form_id):
    return answer([central.response(row) for row in odk_responses.rows(db.session, asked(year, form_id))])


@bp.get(ONE)
@session_holder
def one_response(year, form_id, instance_id):
    return answer(central.response(row(year, form_id, instance_id)))


@bp.get(f"{ONE}.xml")
@session_holder
def response_xml(year, form_id, instance_id):
    found = row(year, form_id, instance_id)
    return _xml(reading.shown_xml(db.session, ring(), found.version_id, form_id, found.form_version, found.xml_sealed))


def _xml(text: str) -> Response:
    return Response(text, content_type="application/xml; charset=utf-8")


@bp.get(f"{ONE}/versions")
@session_holder
def response_versions(year, form_id, instance_id):
    return answer([central.version(kept) for kept, _ in versions(year, form_id, instance_id)])


@bp.get(f"{ONE}/versions/<version_id>")
@session_holder
def response_version(year, form_id, instance_id, version_id):
    return answer(central.version(version(year, form_id, instance_id, version_id)))


@bp.get(f"{ONE}/versions/<version_id>.xml")
@session_holder
def response_version_xml(year, form_id, instance_id, version_id):
    kept = version(year, form_id, instance_id, version_id)
    return _xml(reading.shown_xml(db.session, ring(), kept.id, form_id, kept.version, kept.xml_sealed))


@bp.post(RESPONSES)
@session_holder
def send(year, form_id):
    sent = instance.read(request.get_data())
    if sent.form_id != form(year, form_id).form_id or sent.replaces_id:
        raise Problem("invalid_payload", ["deprecatedID" if sent.replaces_id else "id"])
    return _kept(year, sent)


@bp.put(ONE)
@session_holder
def edit(year, form_id, instance_id):
    """A new version; the one it replaces is named in it, and must be the newest."""
    found, sent = row(year, form_id, instance_id), instance.read(request.get_data())
    if sent.form_id != form_id or sent.replaces_id is None:
        raise Problem("invalid_payload", ["deprecatedID"])
    if found.version_id not in (sent.replaces_id, sent.id):
        raise Problem("conflict")
    return _kept(year, sent)


def _kept(year: int, sent: instance.Instance) -> Response:
    """What its sender may know of it: who fills in need not be allowed to read what others did."""
    write()
    _, root_id = receive.receive(db.session, ring(), g.client, sent, now())
    db.session.commit()
    mine = odk_responses.Asked(sent.form_id, form(year, sent.form_id).year, g.client.where("field.capture"))
    return answer(central.response(odk_responses.one(db.session, mine, root_id)))


@bp.patch(ONE)
@session_holder
def review(year, form_id, instance_id):
    found, words = row(year, form_id, instance_id), said()
    write()
    reviewing.review(db.session, ring(), me(), found.version_id, words.get("reviewState"), now())
    db.session.commit()
    return answer(central.response(row(year, form_id, instance_id)))


@bp.get(f"{ONE}/comments")
@session_holder
def comments(year, form_id, instance_id):
    found = odk_responses.comments(db.session, row(year, form_id, instance_id).id)
    return answer([central.comment(event) for event in found])


@bp.post(f"{ONE}/comments")
@session_holder
def add_comment(year, form_id, instance_id):
    found, text = row(year, form_id, instance_id), str(said().get("body", "")).strip()
    if not 0 < len(text) <= MOST_WORDS:
        raise Problem("bad_request", ["body"])
    g.client.where("review.return")
    write()
    response_review.comment(db.session, db.session.get_one(Kept, found.version_id), text, me(), now())
    db.session.commit()
    return answer(central.comment(odk_responses.comments(db.session, found.id)[0]))
