"""pyodk, unmodified, against a served app: the real client of the real thing."""

import csv
import io
import threading
import zipfile
from types import SimpleNamespace
from uuid import uuid4

import pytest
from pyodk.client import Client
from pyodk.errors import PyODKError
from werkzeug.serving import make_server

from tests.factories import COMMUNITY, OTHER_COMMUNITY
from tests.openrosa.forms import ID_NO, PHONE, answers
from webapp.domain.clock import now
from webapp.models.engine import begin_write
from webapp.openrosa import receive
from webapp.services import accounts

PASSWORD, STREET = "hetu-demo-2018", "530502005000"


@pytest.fixture
def address(app, form):
    receive._known.clear()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client_of(address, session, tmp_path, monkeypatch):
    """client_of("office", "530502005000"): pyodk signed in as one."""
    opened = []

    def made(role: str, area_code: str = STREET) -> Client:
        session.commit()
        begin_write(session)
        account = accounts.create(session, f"{role}{len(opened)}", role, PASSWORD, now())
        accounts.grant(session, account, role, area_code)
        session.commit()
        config = tmp_path / f"{account.username}.toml"
        config.write_text(
            f'[central]\nbase_url = "{address}"\nusername = "{account.username}"\npassword = "{PASSWORD}"\n'
            "default_project_id = 2018\n"
        )
        client = Client(config_path=config, cache_path=tmp_path / f"{account.username}-cache.toml")
        opened.append(client)
        client.account = account
        return client.open()

    yield made
    for client in opened:
        client.close()


@pytest.fixture
def office(client_of):
    return client_of("office")


@pytest.fixture
def sent(collect, family):
    """Two filled-in forms, sent by Collect."""
    one, two, (home, people), (other, others) = uuid4(), uuid4(), family(), family()
    assert collect.send(answers(home.id, one, door="door.jpg", members=people)).status_code == 201
    assert collect.send(answers(other.id, two, farmland="7", members=others)).status_code == 201
    return SimpleNamespace(one=f"uuid:{one}", two=f"uuid:{two}")


def test_it_lists_the_campaign_its_forms_and_what_was_sent(office, sent):
    assert office.session.get("users/current").json()["email"] == "office0"
    assert [project.id for project in office.projects.list()] == [2018]
    [form] = office.forms.list()
    assert (form.xmlFormId, form.version, form.state) == ("household_update", "2018.1", "open")
    assert office.forms.get("household_update").hash == form.hash
    found = office.submissions.list(form_id="household_update")
    assert [one.instanceId for one in found] == [sent.two, sent.one]
    assert found[0].reviewState is None


def test_it_reads_answers_as_tables_with_numbers_masked(office, sent):
    said = office.submissions.get_table(form_id="household_update", count=True)
    assert said["@odata.count"] == 2
    two = said["value"][0]
    assert (two["__id"], two["living"]["farmland_mu"]) == (sent.two, 7.0)
    assert two["living"]["place"] == {"type": "Point", "coordinates": [99.16, 25.12, 1650.0], "properties": {"accuracy": 5.0}}
    assert two["members"]["member@odata.navigationLink"] == f"Submissions('{sent.two}')/members/member"
    people = office.submissions.get_table(form_id="household_update", table_name="Submissions.members.member")["value"]
    assert [row["name"] for row in people] == ["演示1", "演示2"] * 2
    assert {row["__Submissions-id"] for row in people} == {sent.one, sent.two}
    expanded = office.submissions.get_table(form_id="household_update", expand="*", wkt=True)
    assert [row["state"]["health"] for row in expanded["value"][0]["members"]["member"]] == ["1", "2"]
    assert expanded["value"][0]["living"]["place"] == "POINT (99.16 25.12 1650)"
    xml = office.session.get(f"projects/2018/forms/household_update/submissions/{sent.one}.xml").text
    for text in (str(said), str(people), str(expanded), xml):
        assert ID_NO not in text
        assert PHONE not in text


def test_pages_follow_one_another_until_there_is_no_more(office, sent):
    seen, link = [], "projects/2018/forms/household_update.svc/Submissions?$top=1"
    while link:
        page = office.session.get(link).json()
        seen += [row["__id"] for row in page["value"]]
        link = page.get("@odata.nextLink")
    assert seen == [sent.two, sent.one]
    seen, link = 0, "projects/2018/forms/household_update.svc/Submissions.members.member?$top=3"
    while link:
        page = office.session.get(link).json()
        seen += len(page["value"])
        link = page.get("@odata.nextLink")
    assert seen == 4
    assert len(office.submissions.get_table(form_id="household_update", skip=1)["value"]) == 1


FILTERS = {
    "__system/reviewState eq null": 1, "__system/reviewState ne 'approved'": 1, "__system/reviewState eq 'approved'": 1,
    "not (__system/reviewState eq 'approved')": 1, "__system/submissionDate lt now()": 2, "__system/submissionDate gt now()": 0,
    "year(__system/submissionDate) eq year(now())": 2, "month(__system/submissionDate) gt 12": 0,
    "__system/submissionDate ge 2018-01-01 and __system/submissionDate lt 9999-12-31T00:00:00.000Z": 2,
    "$root/Submissions/__system/submissionDate ge 2018-01-01": 2, "__system/updatedAt eq null": 2,
    "__system/submitterId eq {actor}": 2, "__system/submitterId ne {actor}": 0, "now() gt __system/submissionDate": 2,
    "(__system/submitterId eq 1 or __system/submitterId eq {actor}) and __system/reviewState eq 'approved'": 1,
}  # fmt: skip


def test_it_filters_by_when_whose_and_how_it_was_reviewed(office, sent, cadre):
    office.submissions.review(sent.one, "approved", form_id="household_update")
    actor = office.submissions.get(sent.one, form_id="household_update").submitterId
    wanted = {text.format(actor=actor): expected for text, expected in FILTERS.items()}
    got = {text: len(office.submissions.get_table(form_id="household_update", filter=text)["value"]) for text in wanted}
    assert got == wanted


@pytest.mark.parametrize(
    "text", ["name eq 1", "__system/reviewState", "(" * 200, "__system/reviewState eq 'a' or", "1 eq 1", "'"]
)
def test_what_is_no_filter_is_refused_in_centrals_form(office, text):
    answer = office.session.get("projects/2018/forms/household_update.svc/Submissions", params={"$filter": text})
    assert answer.status_code == 400
    assert set(answer.json()) == {"message", "code", "details"}


def test_it_reviews_and_writes_about_a_response(office, sent):
    def state() -> str | None:
        return office.submissions.get(sent.one, form_id="household_update").reviewState

    office.submissions.review(sent.one, "hasIssues", form_id="household_update", comment="请核对耕地面积")
    assert state() == "hasIssues"
    [word] = office.submissions.list_comments(sent.one, form_id="household_update")
    assert word.body == "请核对耕地面积"
    office.session.patch(f"projects/2018/forms/household_update/submissions/{sent.one}", json={"reviewState": None})
    assert state() is None
    office.submissions.review(sent.one, "approved", form_id="household_update")
    assert state() == "approved"


def test_it_sends_edits_and_finds_every_version(client_of, sent, make, tmp_path, picture):
    community = client_of("community", COMMUNITY)
    (tmp_path / "gate.jpg").write_bytes(picture)
    created = community.submissions.create(
        answers(make.household().id, door="gate.jpg"), form_id="household_update", attachments=[tmp_path / "gate.jpg"]
    )
    assert [(file.name, file.exists) for file in created.attachments] == [("gate.jpg", True)]
    path = f"projects/2018/forms/household_update/submissions/{created.instanceId}"
    assert community.session.get(f"{path}/attachments/gate.jpg").headers["Content-Type"] == "image/jpeg"
    home, first, second = make.household().id, uuid4(), uuid4()
    community.submissions.create(answers(home, first), form_id="household_update")
    edited = answers(home, second, replaces=first, farmland="5")
    community.submissions.edit(f"uuid:{first}", edited, form_id="household_update", comment="改正")
    versions = community.session.get(f"projects/2018/forms/household_update/submissions/uuid:{first}/versions").json()
    assert [row["instanceId"] for row in versions] == [f"uuid:{second}", f"uuid:{first}"]
    found = community.submissions.get(f"uuid:{first}", form_id="household_update")
    assert (found.reviewState, found.updatedAt is not None) == ("edited", True)
    again = community.session.put(
        f"projects/2018/forms/household_update/submissions/uuid:{first}", data=answers(home, uuid4(), replaces=first).encode()
    )
    assert again.status_code == 409


def test_it_exports_tables_and_places(office, sent):
    base = "projects/2018/forms/household_update/submissions"
    archive = zipfile.ZipFile(io.BytesIO(office.session.get(f"{base}.csv.zip").content))
    assert sorted(archive.namelist()) == ["household_update-member.csv", "household_update.csv"]
    rows = list(csv.DictReader(io.StringIO(archive.read("household_update.csv").decode("utf-8-sig"))))
    assert [(row["KEY"], row["living-place-Latitude"]) for row in rows] == [(sent.two, "25.12"), (sent.one, "25.12")]
    people = list(csv.DictReader(io.StringIO(archive.read("household_update-member.csv").decode("utf-8-sig"))))
    assert [(row["name"], row["state-health"]) for row in people[:2]] == [("演示1", "1"), ("演示2", "2")]
    assert {row["PARENT_KEY"] for row in people} == {sent.one, sent.two}
    places = office.session.get(f"{base}.geojson").json()["features"]
    assert places[0]["geometry"]["coordinates"] == [99.16, 25.12]
    assert ID_NO not in archive.read("household_update-member.csv").decode()


def test_a_loss_is_a_number_in_the_table_and_words_are_never_a_formula(office, collect, family):
    home, people = family()
    loss = answers(home.id, farmland="-3.5", members=people).replace("演示1", "=1+1")
    assert collect.send(loss).status_code == 201
    archive = zipfile.ZipFile(io.BytesIO(office.session.get("projects/2018/forms/household_update/submissions.csv.zip").content))
    assert ",-3.5," in archive.read("household_update.csv").decode()
    assert "'=1+1" in archive.read("household_update-member.csv").decode()


def test_a_new_password_ends_the_sessions_of_the_old_one(office, signed_in):
    admin = signed_in("admin", "530502000000")
    assert admin.post(f"/setup/accounts/{office.account.id}/password", data={"sure": "1"}).status_code == 200
    assert office.session.get("projects").status_code == 401


def test_it_lists_households_as_entities(office, make):
    home = make.household(head_name="演示户主")
    assert [found.name for found in office.entity_lists.list()] == ["households", "members", "areas"]
    [entity] = office.entities.list("households")
    assert (entity.uuid, entity.currentVersion.label.split()[0]) == (str(home.id), "演示户主")
    assert office.entities.get_table("households")["value"][0]["number"] == home.number
    assert office.session.get(f"projects/2018/datasets/households/entities/{home.id}").json()["uuid"] == str(home.id)
    assert office.session.get(f"projects/2018/datasets/households/entities/{uuid4()}").status_code == 404


def test_the_description_of_the_service_names_every_table_and_type(office):
    base = "projects/2018/forms/household_update.svc"
    assert [row["name"] for row in office.session.get(base).json()["value"]] == ["Submissions", "Submissions.members.member"]
    xml = office.session.get(f"{base}/$metadata").text
    assert '<Property Name="farmland_mu" Type="Edm.Decimal"/>' in xml
    assert '<EntitySet Name="Submissions.members.member"' in xml


def test_who_may_see_less_gets_less_and_what_is_not_theirs_does_not_exist(client_of, sent):
    next_door = client_of("community", OTHER_COMMUNITY)
    assert next_door.submissions.list(form_id="household_update") == []
    with pytest.raises(PyODKError, match="404"):
        next_door.submissions.get(sent.one, form_id="household_update")
    with pytest.raises(PyODKError, match="403"):
        client_of("supervisor").submissions.list(form_id="household_update")
    community = client_of("community", COMMUNITY)
    with pytest.raises(PyODKError, match="403"):
        community.submissions.review(sent.one, "approved", form_id="household_update")


def test_a_session_ends_when_it_is_closed_and_no_other_key_opens_this_door(office, address, key_of, cadre):
    _, token = key_of(cadre)
    assert office.session.get("projects", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert office.session.delete("sessions/current").json() == {"success": True}
    assert office.session.get("projects").json()["code"] == 401.2
    wrong = office.session.post("sessions", json={"email": "office0", "password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, 401.2)
