"""A request with a phone's token: does the phone speak our language, may it still ask, and is it this phone?"""

from flask import request

from webapp.domain.problems import Problem
from webapp.extensions import db
from webapp.models import Device
from webapp.models.engine import begin_write
from webapp.queries.accounts import token_hash
from webapp.queries.devices import check_standing
from webapp.services import devices
from webapp.sync import protocol
from webapp.sync.proof import proves


def token() -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text if scheme == "Bearer" else ""


def admit(device: Device, *, leaving: bool) -> None:
    """Raises update_needed, device_lost, device_revoked, unauthorized.

    Ends the transaction that found the device: a body that comes over a thin line must hold neither a snapshot nor a lock.
    """
    if protocol.client(request.headers.get("X-Hetu-Client", "")) < protocol.OLDEST_CLIENT:
        raise Problem("update_needed")
    if not leaving:
        check_standing(device)
    db.session.commit()
    if device.public_key and not proven(device.public_key):
        raise Problem("unauthorized")
    if device.next_token_hash == token_hash(token()):
        begin_write(db.session)
        devices.adopt_token(db.session, device)
        db.session.commit()


def proven(public_key: str) -> bool:
    """Was this very request signed with the key?"""
    query = request.query_string.decode("latin-1")
    target = f"{request.path}?{query}" if query else request.path
    return proves(public_key, request.headers.get("X-Hetu-Proof", ""), request.method, target, request.get_data())
