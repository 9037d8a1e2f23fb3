"""F35: a server whose disk is full, or whose database may only be read, says so, keeps nothing and gives no receipt."""

import pytest
from sqlalchemy import event, func, select

from tests.sync.payloads import capture, op
from tests.sync.test_blobs import blobs, digest, jpeg
from webapp.extensions import db
from webapp.models import Capture, Op

#: What makes each database meet its fault in a transaction that has begun.
FULL = {
    "sqlite": ["PRAGMA max_page_count = 1"],  # no page more than there are
    "postgresql": ["DO $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$"],
}
READ_ONLY = {"sqlite": ["PRAGMA query_only = ON"], "postgresql": ["SET TRANSACTION READ ONLY"]}
CURED = {"sqlite": ["PRAGMA query_only = OFF", "PRAGMA max_page_count = 1073741823"], "postgresql": []}


@pytest.fixture
def fault(app):
    """fault(FULL): every transaction of the server meets it from now on; fault(CURED): no more."""
    with app.app_context():
        engine = db.engine
    met: list[str] = []

    def begun(connection) -> None:
        for statement in met:
            connection.exec_driver_sql(statement)

    def set_to(statements: dict[str, list[str]]) -> None:
        met[:] = statements[engine.dialect.name]

    event.listen(engine, "begin", begun)
    yield set_to
    event.remove(engine, "begin", begun)


def send(phone, ops):
    answer = phone.post({"json": {"device_id": str(phone.device.id), "ops": ops}})
    return answer.status_code, answer.json.get("problem", {}).get("code")


@pytest.fixture
def kept(session):
    def count() -> tuple[int, int]:
        session.rollback()
        return tuple(session.scalar(select(func.count()).select_from(model)) for model in (Op, Capture))

    return count


@pytest.mark.parametrize(("statements", "said"), [(FULL, (507, "storage_full")), (READ_ONLY, (503, "read_only"))])
def test_nothing_is_kept_and_no_receipt_given_until_the_server_can_write_again(phone, make, fault, kept, statements, said):
    household = make.household()
    ops = [op(household.id, capture(note="长" * 400), seq) for seq in range(1, 61)]
    fault(statements)
    assert send(phone, ops) == said
    fault(CURED)
    assert kept() == (0, 0)
    assert send(phone, ops) == (200, None)
    assert kept() == (60, 60)


def test_a_photo_on_a_full_disk_goes_on_where_the_disk_ended(phone, app, make):
    data = jpeg()
    part = app.config["MEDIA"] / "parts" / str(phone.device.id) / digest(data)
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    answer = phone.put(digest(data), data)
    assert (answer.status_code, answer.json["problem"]["code"]) == (507, "storage_full")
    assert blobs(make) == 0

    part.unlink()
    part.write_bytes(data[:700])  # as much as there was room for
    assert phone.client.get(f"/api/v1/blobs/{digest(data)}/offset", headers=phone.headers).json["offset"] == 700
    assert phone.put(digest(data), data[700:], f"bytes 700-{len(data) - 1}/{len(data)}").status_code == 201
    assert blobs(make) == 1


def test_the_desk_is_told_in_words(signed_in, fault):
    admin = signed_in("admin", "530502000000")
    fault(READ_ONLY)
    page = admin.post(f"/setup/accounts/{admin.account.id}/rename", data={"name": "新名字"})
    fault(CURED)
    assert page.status_code == 503
    assert "服务器数据库目前只读" in page.text
