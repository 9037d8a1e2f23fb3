"""Signed words of the server: this arrived. Only they let a phone say 已上传."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from uuid import UUID


class Receipts:
    """Signs with a key of its own, derived from the server's secret."""

    def __init__(self, secret: str):
        self._key = hmac.digest(secret.encode(), b"hetu receipts 1", sha256)

    def of_op(self, op_id: UUID, payload_sha256: str, received_at: datetime) -> str:
        return self._signed(f"ht1.{op_id}.{payload_sha256}.{int(received_at.timestamp())}")

    def of_blob(self, blob_sha256: str, size_bytes: int, received_at: datetime) -> str:
        return self._signed(f"hb1.{blob_sha256}.{size_bytes}.{int(received_at.timestamp())}")

    def verify(self, receipt: str) -> bool:
        """Was this text signed here, and is it unchanged?"""
        return hmac.compare_digest(self._signed(receipt.rpartition(".")[0]).encode(), receipt.encode())

    def _signed(self, text: str) -> str:
        signature = urlsafe_b64encode(hmac.digest(self._key, text.encode(), sha256)).rstrip(b"=")
        return f"{text}.{signature.decode()}"
