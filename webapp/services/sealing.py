"""Sealing of single fields: what the database alone cannot read, and how the same is found again without opening any."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
#: A full number (11 digits) keeps three in front and four at the end; from a shorter one that would leave too little hidden.
SHOWN_FRONT, SHOWN_END, FULL = 3, 4, 11
#: So many signs tell two people apart: a certificate of disability begins with the number of the identity card.
SAME_PERSON = {"id_no": 18}


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

    def blind(self, field: str, text: str) -> str:
        """What stands beside a sealed value, so that the same text in the same kind of field is found again."""
        return _blinded(self.keys[self.newest], field, text)

    def blinds(self, field: str, text: str) -> list[str]:
        """The same by every key of the ring: what was sealed before a new key came is found too."""
        return [_blinded(key, field, text) for key in self.keys.values()]

    def is_stale(self, sealed: bytes) -> bool:
        """Sealed with an older key: opens still, to be sealed anew."""
        return not sealed.startswith(self.newest.encode() + b"|")


def _blinded(key: bytes, field: str, text: str) -> str:
    plain = "".join(text.split()).upper()[: SAME_PERSON.get(field)]
    return hmac.new(_blind_key(key, field), plain.encode(), hashlib.sha256).hexdigest()


@lru_cache
def _blind_key(key: bytes, field: str) -> bytes:
    """Its own key for each kind of field: an index tells nothing of another, nor of the key that seals."""
    return HKDF(SHA256(), length=32, salt=None, info=f"hetu blind index|{field}".encode()).derive(key)


def sealed_columns(ring: KeyRing, place: Place, name: str, text: str | None) -> dict:
    """The three columns a sealed field of the dictionary has (models.dictionary)."""
    if not text:
        return {f"{name}_sealed": None, f"{name}_masked": "", f"{name}_index": None}
    return {
        f"{name}_sealed": ring.seal(place, text), f"{name}_masked": shown(name, text), f"{name}_index": ring.blind(name, text),
    }  # fmt: skip


def shown(name: str, text: str) -> str:
    """As much of a sealed field as a page may show (masking.csv)."""
    if name == "bank_account":
        return "**** " + text[-SHOWN_END:]
    if name == "disability_cert_no":  # its end tells the disability
        return text[:SHOWN_FRONT] + "*" * (len(text) - SHOWN_FRONT)
    return masked(text)


def key_ring(setting: str) -> KeyRing:
    """The ring of a HETU_DATA_KEYS setting: "v2:<base64 of 32 bytes>,v1:…"."""
    pairs = (part.strip().partition(":") for part in setting.split(","))
    return KeyRing({version: base64.urlsafe_b64decode(key) for version, _, key in pairs})


def masked(phone: str) -> str:
    """138****5678; short numbers keep their last two digits only."""
    if len(phone) < FULL:
        return "*" * max(len(phone) - 2, 0) + phone[-2:]
    return phone[:SHOWN_FRONT] + "*" * (len(phone) - SHOWN_FRONT - SHOWN_END) + phone[-SHOWN_END:]
