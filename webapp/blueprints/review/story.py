"""One capture told in lists: how far from what, what happened when, what the map shows."""

from webapp.domain.access import Scope
from webapp.domain.distance import distance_m
from webapp.extensions import db
from webapp.models import Capture
from webapp.queries import areas, review_sheet
from webapp.queries.review_sheet import Sheet


def comparisons(about: Sheet) -> list[tuple[str, Capture]]:
    """The points worth comparing with, by the word for each: last year's, and what phones sent before and after."""
    others = [("previous", about.previous)] if about.previous else []
    others += [("superseded", row) for row in about.before[:1]] + [("newer", row) for row in about.after[-1:]]
    return [(kind, row) for kind, row in others if row.lon is not None]


def distances(about: Sheet) -> list[tuple[str, float, Capture]]:
    here = about.capture
    if here.lon is None:
        return []
    return [(kind, distance_m((here.lon, here.lat), (row.lon, row.lat)), row) for kind, row in comparisons(about)]


def history(about: Sheet) -> list[dict]:
    """Every step from the phone to now, oldest first."""
    capture = about.capture
    steps = [{"at": row.received_at, "what": "earlier", "id": row.id} for row in about.before]
    steps += [{"at": capture.received_at, "what": "received", "by": about.account.name if about.account else ""}]
    steps += [{"at": at, "what": "photo"} for at in about.arrived.values()]
    steps += [
        {"at": event.at, "what": event.move, "by": event.account.name, "reasons": event.reasons, "text": event.text}
        for event in about.events
    ]
    steps += [{"at": row.received_at, "what": "later", "id": row.id} for row in about.after]
    return sorted(steps, key=lambda step: step["at"])


def scene(about: Sheet, scope: Scope) -> dict:
    """What the map draws: WGS 84 positions, metres, and shapes; nothing when there is no point at all."""
    capture = about.capture
    return {
        "point": _spot(capture) if capture.lon is not None else None,
        "fixes": [[lon, lat, accuracy_m] for _t, lon, lat, accuracy_m in capture.fixes],
        "others": [{"kind": kind, **_spot(row)} for kind, row in comparisons(about)],
        "neighbours": [[lon, lat] for _name, lon, lat in review_sheet.neighbours(db.session, capture, scope)],
        "photos": [[photo.lon, photo.lat] for photo in capture.photos if photo.lon is not None],
        "outlines": _outlines(about, scope),
        "centre": [about.place.center_lon, about.place.center_lat] if about.place.center_lon is not None else None,
    }


def _spot(row: Capture) -> dict:
    return {"lon": row.lon, "lat": row.lat, "accuracy_m": row.accuracy_m}


def _outlines(about: Sheet, scope: Scope) -> list[dict]:
    """The group and the community, as far as their shape is known or can be guessed from points."""
    near = [area for area in (about.place, about.parent) if area and area.level in ("community", "group")]
    shapes = [shape for area in near for shape in areas.drawn_or_derived(db.session, [area], scope)]
    return [{"kind": shape.kind, "geometry": shape.geometry} for shape in shapes if shape.geometry]
