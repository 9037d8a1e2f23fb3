"""Rescue packs as a phone seals them (docs/protocol.md §6), written down a second time so that the two must agree."""

import secrets
from hashlib import sha256
from json import dumps

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webapp.services.rescue_keys import RescueKeys, b64, unb64

MAGIC = b"HETURESCUE1\n"


def part(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data


def sealed(kind: str, id: str, data: bytes, given: dict) -> bytes:
    """One entry. `given` is what /me says to the phone."""
    bound, content_key = f"{kind}|{id}".encode(), secrets.token_bytes(32)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(given["public_key"]))
    ours = ec.generate_private_key(ec.SECP256R1())
    epk = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    wrapping = HKDF(SHA256(), 32, epk + unb64(given["public_key"]), b"hetu rescue 1").derive(ours.exchange(ec.ECDH(), theirs))
    wrapped = {"key_id": given["key_id"], "epk": b64(epk), "key": b64(_gcm(wrapping, content_key, bound))}
    header = {"v": 1, "kind": kind, "id": id, "server": wrapped, "phone": None}
    return part(dumps(header).encode()) + part(_gcm(content_key, data, bound))


def _gcm(key: bytes, data: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, data, bound)


class Packer:
    """A phone that seals: packer.op(an operation as tests make them), packer.photo(bytes), packer.pack(…)."""

    def __init__(self, keys: RescueKeys, device_id, account_id=None):
        self.given, self.device_id, self.account_id = keys.for_phone(device_id), device_id, account_id

    def op(self, op: dict, **changed) -> bytes:
        row = {name: value for name, value in op.items() if name != "payload"} | {
            "device_id": str(self.device_id), "account_id": str(self.account_id), "title": "张三", "status": "queued",
            "payload_json": dumps(op["payload"], ensure_ascii=False), "secret": self.given["secret"],
            "photos": [photo["sha256"] for photo in op["payload"]["photos"]],
        } | changed  # fmt: skip
        return sealed("op", op["id"], dumps(row).encode(), self.given)

    def photo(self, data: bytes, sha: str | None = None) -> bytes:
        return sealed("photo", sha or sha256(data).hexdigest(), data, self.given)


def pack(*entries: bytes) -> bytes:
    return MAGIC + b"".join(entries)
