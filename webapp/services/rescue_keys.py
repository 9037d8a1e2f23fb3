"""The server's own keys for what phones seal to it, and the secret by which a sealed record shows which phone it is from."""

import base64
import hmac
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webapp.services.sealing import NONCE_BYTES, Unreadable

CURVE = ec.SECP256R1()
#: Order of P-256's group (SEC 2, 2.4.2): a secret number is below it and not 0.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def b64(data: bytes) -> str:
    """base64url without padding, as phones write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Raises Unreadable."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Unreadable from None


@dataclass(frozen=True)
class RescueKey:
    """One key pair, made of 32 random bytes."""

    seed: bytes

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self.seed) % (ORDER - 1) + 1, CURVE)

    @cached_property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @cached_property
    def id(self) -> str:
        return sha256(self.public).hexdigest()[:16]

    def secret_of(self, device_id: UUID) -> bytes:
        return hmac.digest(self.seed, b"hetu rescue secret 1|" + device_id.bytes, sha256)

    def unwrap(self, ephemeral: bytes, wrapped: bytes, bound: bytes) -> bytes:
        """The content key a phone wrapped for this key. Raises Unreadable."""
        try:
            shared = self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, ephemeral))
        except ValueError:
            raise Unreadable from None
        key = HKDF(SHA256(), 32, ephemeral + self.public, b"hetu rescue 1").derive(shared)
        return unseal(key, wrapped, bound)


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """nonce ciphertext → plain. Raises Unreadable."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise Unreadable from None


@dataclass(frozen=True)
class RescueKeys:
    """By id, newest first. Phones seal to the newest; all of them open."""

    keys: dict[str, RescueKey]

    def for_phone(self, device_id: UUID) -> dict[str, str]:
        """What a phone needs in order to seal."""
        newest = next(iter(self.keys.values()))
        return {"key_id": newest.id, "public_key": b64(newest.public), "secret": b64(newest.secret_of(device_id))}

    def prove(self, device_id: UUID, secret: str) -> bool:
        """Was this secret given to that device?"""
        return any(hmac.compare_digest(b64(key.secret_of(device_id)).encode(), secret.encode()) for key in self.keys.values())


def rescue_keys(setting: str) -> RescueKeys:
    """The keys of a HETU_RESCUE_KEY setting: base64 of 32 bytes each, newest first."""
    keys = [RescueKey(base64.urlsafe_b64decode(part.strip())) for part in setting.split(",")]
    return RescueKeys({key.id: key for key in keys})
