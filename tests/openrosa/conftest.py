"""An ODK client, as tests hold it."""

import io
from xml.etree.ElementTree import fromstring

import pytest
from PIL import Image

from tests.factories import COMMUNITY, WHEN
from tests.openrosa import forms
from webapp.domain.clock import now
from webapp.domain.ids import uuid7
from webapp.models import HouseholdYear, Member
from webapp.models.engine import begin_write
from webapp.services import app_users


class Collect:
    """ODK Collect with the key of one app user."""

    def __init__(self, client, token: str, row):
        self.client, self.base, self.row = client, f"/v1/key/{token}/projects/2018", row

    def get(self, path: str, **query):
        return self.client.get(path if "://" in path else f"{self.base}/{path}", query_string=query)

    def send(self, xml: str | bytes, **files: bytes):
        data = xml.encode() if isinstance(xml, str) else xml
        parts = {"xml_submission_file": (io.BytesIO(data), "answers.xml", "text/xml")}
        parts |= {name: (io.BytesIO(picture), name.replace("_jpg", ".jpg"), "image/jpeg") for name, picture in files.items()}
        return self.client.post(f"{self.base}/submission", data=parts, content_type="multipart/form-data")


@pytest.fixture
def key_of(session):
    """key_of(account): an app user of this person and its key."""

    def made(account, label: str = "测试手机"):
        session.commit()
        begin_write(session)
        row, token = app_users.make(session, account, label, now())
        session.commit()
        return row, token

    return made


@pytest.fixture
def collect_of(app, key_of):
    def made(account):
        row, token = key_of(account)
        return Collect(app.test_client(), token, row)

    return made


@pytest.fixture
def cadre(make):
    return make.account("cadre", COMMUNITY)


@pytest.fixture
def collect(collect_of, cadre):
    return collect_of(cadre)


@pytest.fixture
def family(make):
    """A household of two with a last year, and their ids."""

    def made(community: str = COMMUNITY):
        home = make.household(community)
        make.session.commit()
        begin_write(make.session)
        people = [Member(id=uuid7(), household_id=home.id, no=no, created_at=WHEN, updated_at=WHEN) for no in (1, 2)]
        make.session.add_all([*people, HouseholdYear(household_id=home.id, year=2017, updated_at=WHEN)])
        make.session.commit()
        return home, [person.id for person in people]

    return made


@pytest.fixture
def form(session):
    return forms.publish(session)


@pytest.fixture
def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(file, "JPEG")
    return file.getvalue()


def read_xml(answer):
    """Root of the XML of an answer, without namespaces in the names of its tags."""
    root = fromstring(answer.data)
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root
