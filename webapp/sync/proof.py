"""A phone signs what it asks for with a key that cannot leave it: a copied token alone opens nothing (ADR 0009).

Times in a proof are not judged, for the clocks of phones are wrong.
"""

import re
from base64 import urlsafe_b64decode
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_PROOF = re.compile(r"v1\.(\d{1,16})\.([A-Za-z0-9_-]{86})")
_POINT_CHARS = 87


def is_key(text: str) -> bool:
    """Is this a point of P-256, uncompressed, in base64url?"""
    try:
        return len(text) == _POINT_CHARS and _key(text) is not None
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _key(text: str) -> EllipticCurvePublicKey:
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(text))


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def proves(public_key: str, proof: str, method: str, target: str, body: bytes) -> bool:
    """Was this request signed with the private half of `public_key`? `target` is the path with its query."""
    match = _PROOF.fullmatch(proof)
    if match is None:
        return False
    raw = _bytes(match[2])
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    said = f"{method}\n{target}\n{sha256(body).hexdigest()}\n{match[1]}".encode()
    try:
        _key(public_key).verify(signature, said, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
