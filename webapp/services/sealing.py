"""Sealing of single fields: what the database alone cannot read."""

import base64
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
#: A full number (11 digits) keeps three in front and four at the end; from a shorter one that would leave too little hidden.
SHOWN_FRONT, SHOWN_END, FULL = 3, 4, 11


class Unreadable(Exception):
    """Not sealed by us for this place, or by a key that is not on the ring any more."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs. A ciphertext moved to another row or column does not open there."""

    table: str
    row: UUID
    field: str

    def bound(self, version: str) -> bytes:
        return f"{self.table}|{self.row}|{self.field}|{version}".encode()


@dataclass(frozen=True)
class KeyRing:
    """Data keys by version, newest first. The newest seals; all of them open."""

    keys: dict[str, bytes]

    @property
    def newest(self) -> str:
        return next(iter(self.keys))

    def seal(self, place: Place, text: str) -> bytes:
        """version "|" nonce ciphertext"""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.newest]).encrypt(nonce, text.encode(), place.bound(self.newest))
        return self.newest.encode() + b"|" + nonce + sealed

    def open(self, place: Place, sealed: bytes) -> str:
        """Raises Unreadable."""
        version, _, rest = sealed.partition(b"|")
        key = self.keys.get(version.decode("ascii", "replace"))
        if key is None:
            raise Unreadable
        try:
            return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.bound(version.decode())).decode()
        except InvalidTag as error:
            raise Unreadable from error

    def is_stale(self, sealed: bytes) -> bool:
        """Sealed with an older key: opens still, to be sealed anew."""
        return not sealed.startswith(self.newest.encode() + b"|")


def key_ring(setting: str) -> KeyRing:
    """The ring of a HETU_DATA_KEYS setting: "v2:<base64 of 32 bytes>,v1:…"."""
    pairs = (part.strip().partition(":") for part in setting.split(","))
    return KeyRing({version: base64.urlsafe_b64decode(key) for version, _, key in pairs})


def masked(phone: str) -> str:
    """138****5678; short numbers keep their last two digits only."""
    if len(phone) < FULL:
        return "*" * max(len(phone) - 2, 0) + phone[-2:]
    return phone[:SHOWN_FRONT] + "*" * (len(phone) - SHOWN_FRONT - SHOWN_END) + phone[-SHOWN_END:]
