"""Filled-in questionnaires for tests: a small form, published, and what a phone makes of it."""

from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from uuid import UUID
from xml.sax.saxutils import escape

from sqlalchemy.orm import Session

from tests.conftest import SETTINGS
from webapp.domain.ids import form_uuid, uuid7
from webapp.models import Account, Form, FormVersion, Household, Response
from webapp.models.engine import begin_write
from webapp.services import responses
from webapp.services.responses import NewResponse
from webapp.services.sealing import key_ring

RING = key_ring(SETTINGS["DATA_KEYS"])
XML = (Path(__file__).parent / "cases" / "xform" / "yearly.xml").read_text(encoding="utf-8")
FORM, VERSION, YEAR = "yearly", "1", 2018
WHEN = datetime(2018, 10, 9, 2, 30, tzinfo=UTC)
SAID = {"farmland_mu": "3.5", "has_tv": "1", "wage_income": "12000", "business_income": "", "phone": "", "door": ""}


def answers(
    response_id: UUID, household_id: UUID, *, replaces: UUID | None = None, members: dict | None = None, helpers: list = (),
    **said: str,
) -> str:  # fmt: skip
    """The XML of answers; `members`: id → (student_status, school_name), `helpers`: (row id, org_name)."""
    given = SAID | said
    total = float(given["wage_income"] or 0) + float(given["business_income"] or 0)
    given = {**given, "total": given.get("total", f"{total:.15g}")}
    living = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in given.items())
    family = "".join(
        f"<member><member_id>{row}</member_id><student_status>{status}</student_status><school_name>{school}</school_name></member>"
        for row, (status, school) in (members or {}).items()
    )
    helping = "".join(f"<helper><row_id>{row}</row_id><org_name>{name}</org_name></helper>" for row, name in helpers)
    deprecated = f"<deprecatedID>uuid:{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<data id="{FORM}" version="{VERSION}"><household>{household_id}</household><base_rev>1</base_rev><year>{YEAR}</year>'
        f"<living>{living}</living><family>{family}</family><helping>{helping}</helping>"
        f"<meta><instanceID>uuid:{response_id}</instanceID>{deprecated}</meta></data>"
    )


class Answered:
    """answered(household, account, wage_income="3"): kept as a phone's would be, committed."""

    def __init__(self, session: Session):
        self.session = session

    def publish(self) -> None:
        if self.session.get(Form, FORM) is None:
            self._begin()
            self.session.add(Form(id=FORM, uuid=form_uuid(FORM), subject="household", title="年度信息", created_at=WHEN))
            self.session.flush()
            self.session.add(FormVersion(
                form_id=FORM, version=VERSION, year=YEAR, state="published", title="年度信息", xml=XML,
                xml_md5=md5(XML.encode(), usedforsecurity=False).hexdigest(), attachments={}, warnings=[], source=b"",
                source_name="yearly.md", created_at=WHEN, published_at=WHEN,
            ))  # fmt: skip
            self.session.commit()

    def __call__(
        self, household: Household, by: Account, at: datetime = WHEN, *, files=(), base_rev: int = 1, **said
    ) -> Response:
        self.publish()
        self._begin()
        new = self.new(household, by, at, files=files, base_rev=base_rev, **said)
        row = responses.add(self.session, RING, new, at)
        self.session.commit()
        return row

    def new(
        self, household: Household, by: Account, at: datetime = WHEN, *, id: UUID | None = None, files=(), base_rev: int = 1,
        replaces: UUID | None = None, **said,
    ) -> NewResponse:  # fmt: skip
        response_id = id or uuid7()
        xml = answers(response_id, household.id, replaces=replaces, **said)
        return NewResponse(
            response_id, FORM, VERSION, xml, household.id, household.area_code, files, replaces, base_rev, "phone", at, by.id
        )  # fmt: skip

    def _begin(self) -> None:
        self.session.commit()
        begin_write(self.session)
