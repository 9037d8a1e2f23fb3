"""A cadre's phone, as tests hold it."""

import pytest

from tests.factories import COMMUNITY
from tests.sync.signing import PASSWORD, SigningPhone
from webapp.domain.clock import now
from webapp.models.engine import begin_write
from webapp.services import accounts


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

    def one(self, household_id):
        return self.client.get(f"/api/v1/households/{household_id}", headers=self.headers)

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


@pytest.fixture
def person(session):
    """person("cadre01") makes an account that may work on a phone."""

    def made(username: str = "cadre01", role: str = "cadre"):
        session.commit()
        begin_write(session)
        account = accounts.create(session, username, "王组长", PASSWORD, now())
        accounts.grant(session, account, role, COMMUNITY)
        session.commit()
        return account

    return made


@pytest.fixture
def signing(client, person):
    """A phone with a key, signed in."""
    phone = SigningPhone(client, person().username)
    assert phone.sign_in().status_code == 201
    return phone


@pytest.fixture
def write(session):
    def run(*statements) -> None:
        session.rollback()
        begin_write(session)
        for statement in statements:
            session.execute(statement)
        session.commit()

    return run
