"""What all answers to phones share."""

import gzip
from typing import Any

from flask import Response, current_app, request
from msgspec import json

from webapp.blueprints.sync import bp
from webapp.sync.receipts import Receipts

WORTH_PACKING_BYTES = 1000


def answer(value: Any, status: int = 200) -> Response:
    return Response(json.encode(value), status, mimetype="application/json")


def receipts() -> Receipts:
    return Receipts(current_app.config["SECRET_KEY"])


@bp.after_request
def packed(response: Response) -> Response:
    """A rural line is slow; our JSON shrinks to a sixth."""
    if response.mimetype != "application/json" or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= WORTH_PACKING_BYTES and "gzip" in request.accept_encodings:
        response.set_data(gzip.compress(body, compresslevel=4))
        response.headers["Content-Encoding"] = "gzip"
    return response
