"""A form with every kind of question, published, and a family it is about."""

from pathlib import Path

from sqlalchemy.orm import Session

from tests.families import Families
from webapp.domain.clock import now
from webapp.imports.xlsform import Converted
from webapp.models import Household, Member
from webapp.models.engine import begin_write
from webapp.services import forms
from webapp.services.families import FamilyValues
from webapp.services.forms import Origin

CASES = Path(__file__).parent / "cases" / "forms"
FORM, TITLE, YEAR = "every_kind", "各类题型", 2018


def publish(session: Session, version: str = "1") -> None:
    """As of tests/cases/forms/every_kind.md, converted by pyxform."""
    xml = (CASES / "every_kind.xml").read_text(encoding="utf-8").replace('version="1"', f'version="{version}"')
    lists = {"student.csv": (CASES / "student.csv").read_text(encoding="utf-8")}
    session.rollback()
    begin_write(session)
    made = Converted(xml=xml, form_id=FORM, version=version, title=TITLE, subject="household", attachments=lists, warnings=[])
    forms.keep(session, made, Origin(b"", "every_kind.md", None, YEAR), now())
    forms.publish(session, FORM, version, now())
    session.commit()


def family(session: Session, home: Household) -> list[Member]:
    """A man and his daughter, and what was known of them last year."""
    write = Families(session)
    head = write.member(home, 1, name=home.head_name, sex="1", relation="01")
    child = write.member(home, 2, name="张小妹", sex="2", relation="03")
    living = {
        "household_attribute": "01", "other_causes": "03 04", "wage_income": 12000.0, "business_income": 3000.5, "member_count": 2,
        "farmland_mu": 3.5,
    }  # fmt: skip
    people = {head.id: {"work_months": 6, "has_medical_ins": False}, child.id: {"student_status": "04", "has_medical_ins": True}}
    helpers = [(None, {"helper_name": "李干部", "org_name": "水管站"})]
    write.write(home, FamilyValues(living, people, helpers, []), year=YEAR - 1)
    return [head, child]
