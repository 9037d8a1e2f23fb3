"""A cadre's phone, as tests hold it."""

import pytest

from tests.factories import COMMUNITY


class Phone:
    """What the phone can say; each call is one request."""

    def __init__(self, app, device, headers):
        self.client, self.device, self.headers = app.test_client(), device, headers

    def post(self, body, **headers):
        return self.client.post("/api/v1/sync/push", headers=self.headers | headers, **body)

    def push(self, *ops, **headers) -> list[dict]:
        answer = self.post({"json": {"device_id": str(self.device.id), "ops": list(ops)}}, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json["verdicts"]

    def pull(self, cursor: str = "", limit: int = 500) -> dict:
        answer = self.client.get("/api/v1/sync/pull", query_string={"cursor": cursor, "limit": limit}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def pull_all(self, cursor: str = "", limit: int = 500) -> tuple[list[dict], str]:
        """Every change until there is no more, and the last cursor."""
        changes = []
        while True:
            answer = self.pull(cursor, limit)
            changes += answer["changes"]
            cursor = answer["cursor"]
            if not answer["more"]:
                return changes, cursor

    def held(self, cursor: str = "", limit: int = 500) -> dict[str, dict]:
        """What a phone that started empty holds after these changes, by id."""
        rows = {}
        for change in self.pull_all(cursor, limit)[0]:
            rows.pop(change["id"], None)
            if not change["deleted"]:
                rows[change["id"]] = change
        return rows

    def put(self, sha256: str, data: bytes, content_range: str | None = None):
        headers = self.headers | {"Content-Type": "image/jpeg"} | ({"Content-Range": content_range} if content_range else {})
        return self.client.put(f"/api/v1/blobs/{sha256}", data=data, headers=headers)


@pytest.fixture
def phone_of(app, make):
    def phone(account):
        return Phone(app, *make.phone(account))

    return phone


@pytest.fixture
def cadre(make):
    return make.account("cadre", COMMUNITY)


@pytest.fixture
def phone(phone_of, cadre):
    return phone_of(cadre)
