"""Photos in, by pieces; pictures out, to those who may see their capture."""

from flask import Response, current_app, g, request, send_file
from flask_login import current_user

from webapp.blueprints.shell.access import at_most, device_only, here, locks_later, open_to_closed_accounts, signed_in
from webapp.blueprints.sync import bp
from webapp.blueprints.sync.wire import answer, receipts
from webapp.domain.clock import now
from webapp.domain.problems import Problem, not_found
from webapp.extensions import db
from webapp.models import Blob
from webapp.models.engine import begin_write
from webapp.queries import captures
from webapp.services import media
from webapp.services.media import Media
from webapp.services.stated import MAX_PHOTO_BYTES
from webapp.sync import blobs

PICTURE_POLICY = "default-src 'none'; sandbox"


def _media() -> Media:
    return Media(current_app.config["MEDIA"])


@bp.put("/blobs/<sha256>")
@device_only
@open_to_closed_accounts
@locks_later
@at_most(MAX_PHOTO_BYTES)
def put_blob(sha256):
    sha, account_id = blobs.checked_sha256(sha256), current_user.id
    known = captures.blob(db.session, sha)
    db.session.commit()  # a body that comes over a thin line must not hold a snapshot
    data = request.get_data(cache=False)
    if known:
        return _receipt(known, 200)
    return _take(sha, blobs.piece(request.headers.get("Content-Range"), data), account_id)


def _take(sha: str, piece: blobs.Piece, account_id) -> Response:
    part = _media().part(g.device.id, sha)
    with blobs.held(part):
        offset = blobs.append(part, piece)
        if offset < piece.total:
            return answer({"offset": offset}, 202)
        begin_write(db.session)
        kept = media.keep(db.session, _media(), sha, part, account_id, now())
        db.session.commit()
    return _receipt(kept, 201)


def _receipt(blob: Blob, status: int) -> Response:
    receipt = receipts().of_blob(blob.sha256, blob.bytes, blob.received_at)
    return answer({"sha256": blob.sha256, "bytes": blob.bytes, "receipt": receipt}, status)


@bp.get("/blobs/<sha256>/offset")
@device_only
@open_to_closed_accounts
def blob_offset(sha256):
    sha = blobs.checked_sha256(sha256)
    known = captures.blob(db.session, sha)
    offset = known.bytes if known else blobs.stored_bytes(_media().part(g.device.id, sha))
    return answer({"offset": offset, "complete": known is not None})


@bp.get("/blobs/<sha256>")
@signed_in
def get_blob(sha256):
    sha, size = blobs.checked_sha256(sha256), request.args.get("size", "full")
    if size not in ("full", "thumb"):
        raise Problem("bad_request", ["size"])
    if captures.blob(db.session, sha) is None or not _may_see(sha):
        raise not_found()
    response = send_file(media.view(_media(), sha, size).resolve(), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


def _may_see(sha: str) -> bool:
    return any(captures.may_see(db.session, sha, here(ability)) for ability in ("household.read", "field.capture"))
