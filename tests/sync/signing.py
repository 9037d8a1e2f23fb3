"""A phone with a key of its own, as tests hold it: every request is signed."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import json

PASSWORD = "hetu-demo-2018"


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Key:
    def __init__(self):
        self._private = ec.generate_private_key(ec.SECP256R1())
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = base64url(point)

    def proof(self, method: str, target: str, body: bytes, ms: int = 0) -> str:
        said = f"{method}\n{target}\n{sha256(body).hexdigest()}\n{ms}".encode()
        r, s = decode_dss_signature(self._private.sign(said, ec.ECDSA(SHA256())))
        return f"v1.{ms}.{base64url(r.to_bytes(32) + s.to_bytes(32))}"


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["problem"]["code"]


class SigningPhone:
    """What a phone says once it has a key. `token` and `device_id` are as the server gave them last."""

    def __init__(self, client, username: str, seq: int = 0):
        self.client, self.username, self.key, self.seq = client, username, Key(), seq
        self.token = self.device_id = None

    def ask(self, method: str, target: str, body=None, *, key: Key | None = None, **headers):
        raw = b"" if body is None else json.encode(body)
        proof = (key or self.key).proof(method, target, raw)
        said = {"X-Hetu-Client": "2", "X-Hetu-Seq": str(self.seq), "X-Hetu-Proof": proof} | headers
        if self.token:
            said["Authorization"] = f"Bearer {self.token}"
        return self.client.open(target, method=method, data=raw, headers=said)

    def sign_in(self, **values):
        who = {"username": self.username, "password": PASSWORD, "label": "红米 9A", "public_key": self.key.public} | values
        self.token = None
        return self.entered(self.ask("POST", "/api/v1/devices", who))

    def entered(self, answer):
        if answer.status_code == 201:
            self.token, self.device_id = answer.json["token"], answer.json["device_id"]
        return answer

    def push(self, *ops):
        answer = self.ask("POST", "/api/v1/sync/push", {"device_id": self.device_id, "ops": ops})
        assert answer.status_code == 200, answer.text
        return answer.json["verdicts"]

    def pull(self, cursor: str = "") -> dict:
        answer = self.ask("GET", f"/api/v1/sync/pull?cursor={cursor}&limit=500")
        assert answer.status_code == 200, answer.text
        return answer.json

    @property
    def standing(self) -> dict:
        """What the server says of this phone."""
        return self.pull()["device"]
