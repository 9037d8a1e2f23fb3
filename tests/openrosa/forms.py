"""Small questionnaires as pyxform writes them, and answers to them."""

from collections.abc import Sequence
from hashlib import md5
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories import WHEN
from webapp.models import Form, FormVersion
from webapp.models.engine import begin_write

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" \
xmlns:orx="http://openrosa.org/xforms" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:hetu="https://hetu.local/xforms">
  <h:head>
    <h:title>户信息更新</h:title>
    <model>
      <instance>
        <data id="household_update" version="2018.1">
          <household/><base_rev/><year/>
          <living><farmland_mu/><phone/><place/><door/></living>
          <income><wage_income/></income>
          <members><member jr:template=""><member_id/><name/><state><health/></state><id_no/></member></members>
          <meta><instanceID/></meta>
        </data>
      </instance>
      <instance id="yes_no" src="jr://file-csv/yes_no.csv"/>
      <bind nodeset="/data/household" type="string"/>
      <bind nodeset="/data/base_rev" type="string"/>
      <bind nodeset="/data/year" type="string"/>
      <bind nodeset="/data/living/farmland_mu" type="decimal" hetu:save="household_year.farmland_mu"/>
      <bind nodeset="/data/living/phone" type="string" hetu:save="household.phone"/>
      <bind nodeset="/data/living/place" type="geopoint"/>
      <bind nodeset="/data/living/door" type="binary"/>
      <bind nodeset="/data/income/wage_income" type="decimal" hetu:save="household_year.wage_income" hetu:confirm="each"/>
      <bind nodeset="/data/members/member/member_id" type="string"/>
      <bind nodeset="/data/members/member/name" type="string" hetu:show="member.name"/>
      <bind nodeset="/data/members/member/state/health" type="string" hetu:save="member_year.health"/>
      <bind nodeset="/data/members/member/id_no" type="string" hetu:save="member.id_no"/>
      <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
    </model>
  </h:head>
  <h:body>
    <group ref="/data/living"><label>二</label>
      <input ref="/data/living/farmland_mu"><label>耕地(亩)</label></input>
      <input ref="/data/living/phone"><label>电话</label></input>
      <input ref="/data/living/place"><label>位置</label></input>
      <upload mediatype="image/*" ref="/data/living/door"><label>照片</label></upload>
    </group>
    <group ref="/data/income"><label>三</label><input ref="/data/income/wage_income"><label>工资</label></input></group>
    <group ref="/data/members"><label>一</label>
      <repeat nodeset="/data/members/member">
        <input ref="/data/members/member/name"><label>姓名</label></input>
        <input ref="/data/members/member/state/health"><label>健康</label></input>
        <input ref="/data/members/member/id_no"><label>证件号码</label></input>
      </repeat>
    </group>
  </h:body>
</h:html>
"""
ATTACHMENTS = {"yes_no.csv": "name,label\n0,否\n1,是\n"}
ID_NO, PHONE = "530502198001011234", "13887501234"


def publish(
    session: Session, xml: str = FORM, form_id: str = "household_update", version: str = "2018.1", year: int = 2018, **values
):
    session.commit()
    begin_write(session)
    if session.get(Form, form_id) is None:
        session.add(Form(id=form_id, uuid=uuid4(), subject="household", title="户信息更新", created_at=WHEN))
        session.flush()
    row = FormVersion(
        **{
            "form_id": form_id, "version": version, "year": year, "state": "published", "title": "户信息更新", "xml": xml,
            "xml_md5": md5(xml.encode()).hexdigest(), "attachments": ATTACHMENTS, "warnings": [], "source": b"-",
            "source_name": "test.xlsx", "created_at": WHEN, "published_at": WHEN,
        }
        | values
    )  # fmt: skip
    session.add(row)
    session.commit()
    return row


def answers(
    household_id,
    instance_id: UUID | None = None,
    replaces: UUID | None = None,
    farmland: str = "3.5",
    door: str = "",
    members: Sequence = (),
) -> str:
    deprecated = f"<orx:deprecatedID>uuid:{replaces}</orx:deprecatedID>" if replaces else ""
    return (
        '<?xml version="1.0"?><data xmlns:orx="http://openrosa.org/xforms" id="household_update" version="2018.1">'
        f"<household>{household_id or ''}</household><base_rev>1</base_rev><year>2018</year>"
        f"<living><farmland_mu>{farmland}</farmland_mu><phone>{PHONE}</phone>"
        f"<place>25.12 99.16 1650 5</place><door>{door}</door></living><income><wage_income>12000</wage_income></income>"
        f"<members>{''.join(_member(no, member) for no, member in enumerate(members, 1))}</members>"
        f"<orx:meta><orx:instanceID>uuid:{instance_id or uuid4()}</orx:instanceID>{deprecated}</orx:meta></data>"
    )


def _member(no: int, member_id) -> str:
    return (
        f"<member><member_id>{member_id}</member_id><name>演示{no}</name><state><health>{no}</health></state>"
        f"<id_no>{ID_NO}</id_no></member>"
    )
