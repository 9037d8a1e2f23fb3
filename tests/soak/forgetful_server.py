"""A server that must make a soak fail: it does not know an operation again, and throws pictures away."""

from collections import defaultdict
from dataclasses import replace

from flask import Response, request

from webapp import create_app
from webapp.domain.ids import uuid7
from webapp.models import Capture
from webapp.services import captures, media
from webapp.sync import push


def keeps_every_sending():
    keep = captures.add

    def keep_again(session, fresh, sender):
        keep(session, [replace(new, id=uuid7()) if session.get(Capture, new.id) else new for new in fresh], sender)

    push._known = lambda session, ids: defaultdict(dict)
    captures.add = keep_again
    return losing_its_first_reply(create_app())


def losing_its_first_reply(app):
    """After the commit, once a worker: whatever the dice of the soak say, something is sent again."""
    lost = []

    def lose(response):
        if request.path.endswith("/sync/push") and not lost:
            lost.append(True)
            return Response(status=502)
        return response

    app.after_request(lose)
    return app


def loses_pictures():
    keep = media.keep

    def keep_no_file(session, folder, sha, *rest):
        blob = keep(session, folder, sha, *rest)
        folder.whole(sha).unlink()
        return blob

    media.keep = keep_no_file
    return create_app()
