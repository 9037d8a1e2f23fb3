"""The OpenRosa texts, sentence by sentence: form list, form, manifest, answers (docs.getodk.org/openrosa)."""

from datetime import timedelta
from hashlib import md5
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.conftest import SETTINGS
from tests.factories import COMMUNITY, OTHER_COMMUNITY, WHEN
from tests.openrosa.conftest import read_xml
from tests.openrosa.forms import ID_NO, answers, publish
from webapp.blueprints.openrosa import checker, quick
from webapp.domain.problems import not_found
from webapp.domain.xform import definition
from webapp.extensions import db
from webapp.imports import form_source, xlsform
from webapp.models import AppUser, Response, ResponseFile
from webapp.models.engine import begin_write
from webapp.openrosa import entity_files, picking, receive
from webapp.services import app_users, response_arrival
from webapp.services.sealing import key_ring

pytestmark = pytest.mark.usefixtures("form")


@pytest.fixture(autouse=True)
def _nothing_known():
    """Each test has a database of its own."""
    receive._known.clear()


def count(session, model) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_the_list_names_each_form_once_with_its_newest_version_and_where_to_get_it(collect, session):
    publish(session, version="2018.0", published_at=None, state="draft")
    answer = collect.get("formList")
    assert (answer.status_code, answer.headers["X-OpenRosa-Version"]) == (200, "1.0")
    assert answer.content_type == "text/xml; charset=utf-8"
    [xform] = read_xml(answer)
    said = {node.tag: node.text for node in xform}
    assert (said["formID"], said["name"], said["version"]) == ("household_update", "户信息更新", "2018.1")
    form = collect.get(said["downloadUrl"])
    assert said["hash"] == "md5:" + md5(form.data).hexdigest()
    assert collect.get(said["manifestUrl"]).status_code == 200


def test_one_form_can_be_asked_for(collect):
    assert len(read_xml(collect.get("formList", formID="household_update"))) == 1
    assert len(read_xml(collect.get("formList", formID="another"))) == 0
    assert "descriptionText" in collect.get("formList", verbose="true").text


def test_the_manifest_names_code_lists_homes_and_people_each_by_the_hash_of_what_is_sent(collect, make):
    home, foreign = make.household(), make.household(OTHER_COMMUNITY)
    files = {node.find("filename").text: node for node in read_xml(collect.get("forms/household_update/manifest"))}
    assert set(files) == {"yes_no.csv", "households.csv", "members.csv"}
    for node in files.values():
        data = collect.get(node.find("downloadUrl").text).data
        assert node.find("hash").text == "md5:" + md5(data).hexdigest()
    homes = collect.get(files["households.csv"].find("downloadUrl").text).text
    assert str(home.id) in homes
    assert str(foreign.id) not in homes


def test_collect_is_asked_for_the_household_first_and_what_is_known_of_it_is_filled_in(collect):
    xml = collect.get("forms/household_update.xml").text
    assert '<instance id="households" src="jr://file-csv/households.csv"/>' in xml
    assert '<bind nodeset="/data/household" required="true()"' in xml
    assert xml.index('<select1 ref="/data/household"') < xml.index('<input ref="/data/living/farmland_mu"')
    chosen = "instance('households')/root/item[name=/data/household]"
    assert f'ref="/data/living/farmland_mu" value="{chosen}/farmland_mu"' in xml
    assert f'ref="/data/base_rev" value="{chosen}/base_rev"' in xml
    assert f"{chosen}/wage_income" not in xml, "the notice wants incomes asked anew"
    one = "instance('members')/root/item[name=current()/../../member_id]"
    assert f'ref="/data/members/member/state/health" value="{one}/health"' in xml
    assert 'id_no" value' not in xml


def test_before_sending_collect_asks_and_is_told_where_to(collect):
    answer = collect.client.head(f"{collect.base}/submission")
    assert answer.status_code == 204
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) >= 10_000_000
    assert answer.headers["Location"].endswith(f"{collect.base}/submission")


def test_an_answer_is_created_once_however_often_it_is_sent(collect, make, session):
    xml = answers(make.household().id)
    first, second = collect.send(xml), collect.send(xml)
    assert (first.status_code, second.status_code) == (201, 201)
    message = read_xml(first).find("message")
    assert message.get("nature") == "submit_success"
    assert count(session, Response) == 1
    row = session.scalars(select(Response)).one()
    assert (row.source, row.app_user_id, row.area_code[:12]) == ("odk", collect.row.id, COMMUNITY)
    assert ID_NO.encode() not in row.xml_sealed


def test_another_answer_with_the_same_id_is_a_conflict_and_changes_nothing(collect, make, session):
    home, one = make.household(), uuid4()
    collect.send(answers(home.id, one))
    refused = collect.send(answers(home.id, one, farmland="9"))
    assert refused.status_code == 409
    assert read_xml(refused).find("message").get("nature") == "error"
    assert count(session, Response) == 1


def test_files_may_come_over_several_sendings(collect, make, session, picture):
    xml = answers(make.household().id, door="door.jpg")
    assert collect.send(xml).status_code == 201
    row = session.scalars(select(ResponseFile)).one()
    assert (row.name, row.sha256) == ("door.jpg", None)
    assert collect.send(xml, door_jpg=picture).status_code == 201
    assert collect.send(xml, door_jpg=picture).status_code == 201
    session.rollback()
    session.expire_all()
    assert session.scalars(select(ResponseFile)).one().bytes == len(picture)
    assert collect.send(xml, door_jpg=b"no picture").status_code == 400


def test_an_edit_keeps_both_versions(collect, make, session):
    home, one, two = make.household(), uuid4(), uuid4()
    collect.send(answers(home.id, one))
    assert collect.send(answers(home.id, two, replaces=one, farmland="4")).status_code == 201
    rows = {row.id: (row.root_id, row.newest) for row in session.scalars(select(Response))}
    assert rows == {one: (one, False), two: (one, True)}


BAD = {
    "no XML": (b"<data", 400), "no id": (b"<data/>", 400), "not UTF-8": ("<data>é</data>".encode("latin-1"), 400),
    "an entity": (b'<!DOCTYPE d [<!ENTITY a "b">]><data id="household_update">&a;</data>', 400),
    "too long": (b"<data>" + b" " * 600_000 + b"</data>", 413),
}  # fmt: skip


@pytest.mark.parametrize("how", BAD)
def test_what_cannot_be_read_is_refused_with_a_sentence(collect, how):
    body, status = BAD[how]
    refused = collect.send(body)
    assert refused.status_code == status
    assert read_xml(refused).find("message").text


def test_a_form_nobody_published_is_not_found(collect, make):
    xml = answers(make.household().id)
    assert collect.send(xml.replace("2018.1", "2017.9")).status_code == 404
    assert collect.get("forms/another.xml").status_code == 404
    assert collect.get("forms/household_update/attachments/another.csv").status_code == 404
    assert collect.client.get(f"{collect.base[:-4]}2017/formList").status_code == 404


def test_a_household_next_door_does_not_exist(collect, make, session):
    assert collect.send(answers(make.household(OTHER_COMMUNITY).id)).status_code == 404
    assert collect.send(answers(uuid4())).status_code == 404
    assert count(session, Response) == 0


def test_a_key_opens_what_its_account_may_until_it_is_revoked(collect_of, make, session):
    assert collect_of(make.account("unit")).get("formList").status_code == 403
    supervisor = collect_of(make.account("supervisor", "530502005000"))
    assert supervisor.send(answers(make.household().id)).status_code == 403
    collect = collect_of(make.account("cadre"))
    assert collect.get("formList").status_code == 200
    session.merge(AppUser(id=collect.row.id, revoked_at=collect.row.created_at))
    session.commit()
    assert collect.get("formList").status_code == 403


def test_without_a_key_the_door_asks_for_one_and_a_cookie_is_none(client, signed_in, key_of, cadre):
    refused = client.get("/openrosa/formList")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Basic realm="Hetu"')
    assert signed_in("office").get("/openrosa/formList").status_code == 401
    _, token = key_of(cadre)
    answer = client.get("/openrosa/formList", auth=("anybody", token))
    assert answer.status_code == 200
    assert "/openrosa/forms/household_update.xml" in answer.text


def test_an_answer_about_a_stranger_was_acknowledged_and_so_is_kept_for_the_reviewer_to_see(collect, make, session):
    collect.send(answers(make.household().id, members=[uuid4()]))
    session.rollback()
    begin_write(session)
    [row] = response_arrival.unchecked(session, 10)
    response_arrival.check(session, key_ring(SETTINGS["DATA_KEYS"]), [row], WHEN)
    session.commit()
    assert [problem["code"] for problem in row.problems] == ["member"]
    assert response_arrival.unchecked(session, 10) == []


def test_what_changed_is_noted_after_the_answer_and_the_phones_are_told(collect, family, make, session):
    home, people = family()
    seen_rev = home.rev
    collect.send(answers(home.id, members=people))
    session.rollback()
    begin_write(session)
    [row] = response_arrival.unchecked(session, 10)
    response_arrival.check(session, key_ring(SETTINGS["DATA_KEYS"]), [row], WHEN)
    session.commit()
    noted = {change["save"]: change["after"] for change in row.changes}
    assert noted["household_year.farmland_mu"] == "3.5"
    assert ID_NO not in str(row.changes)
    assert make.fresh(type(home), home.id).rev > seen_rev


def test_the_checker_looks_at_what_waits_until_nothing_does(app, collect, family, session):
    for _ in range(3):
        home, people = family()
        collect.send(answers(home.id, members=people))
    with app.app_context():
        first, last = response_arrival.waiting_since(db.session)
        assert not checker.is_time(first, last, last)
        assert checker.is_time(first, last, last + timedelta(seconds=3))
        assert checker.is_time(first, first + timedelta(minutes=2), first + timedelta(minutes=2))
        assert [checker.look(app), checker.look(app)] == [3, 0]
        assert response_arrival.waiting_since(db.session) is None
    session.rollback()
    assert all(row.problems == [] for row in session.scalars(select(Response)))


ORDINARY = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n\r\n<data/>\r\n--x--\r\n'
NOT_ORDINARY = {
    "a file beside it": b'--x\r\nContent-Disposition: form-data; name="a.jpg"\r\n\r\nJ\r\n' + ORDINARY,
    "another name": ORDINARY.replace(b"xml_submission_file", b"data"),
    "no end": ORDINARY.replace(b"--x--\r\n", b""),
}


def test_only_what_is_ordinary_is_read_by_the_quick_door():
    assert quick.only_part("multipart/form-data; boundary=x", ORDINARY) == b"<data/>"
    assert quick.only_part('multipart/form-data; boundary="x"', ORDINARY) == b"<data/>"
    assert quick.only_part("text/xml", ORDINARY) is None
    assert {how: quick.only_part("multipart/form-data; boundary=x", body) for how, body in NOT_ORDINARY.items()} == dict.fromkeys(
        NOT_ORDINARY
    )


@pytest.mark.parametrize("database_url", ["postgis"], indirect=True)
def test_the_quick_door_knows_every_no(app, collect, make, session, monkeypatch):
    """After a first answer the key is believed; everything else is still looked at with each one."""
    home, foreign = make.household(), make.household(OTHER_COMMUNITY)
    assert collect.send(answers(home.id)).status_code == 201
    slow = []
    monkeypatch.setattr(receive, "receive", lambda *args: slow.append(1) or (_ for _ in ()).throw(not_found()))
    one = uuid4()
    assert collect.send(answers(home.id, one)).status_code == 201
    assert slow == [], "an ordinary answer needs nothing else"
    for unusual in (answers(foreign.id), answers(uuid4()), answers(home.id, one), answers(home.id, replaces=one)):
        assert collect.send(unusual).status_code == 404
    assert len(slow) == 4
    session.rollback()
    app_users.revoke(session, collect.row.id, WHEN)
    session.commit()
    assert collect.send(answers(home.id)).status_code == 403
    assert count(session, Response) == 2


@pytest.mark.parametrize("name", form_source.names())
def test_every_shipped_form_asks_collect_what_it_is_about_and_still_reads_as_itself(name):
    made = xlsform.convert(form_source.workbook(name))
    xml = picking.variant(made.xml, picking.Words("户", "成员", "区域"))
    lists = made.attachments | dict.fromkeys(entity_files.NAMES, "name,label,household\n")
    before, after = definition.read(made.xml, made.attachments), definition.read(xml, lists)
    assert set(before.by_path) == set(after.by_path)
    asked = "/data/household" if made.subject == "household" else "/data/area"
    assert xml.count(f'<select1 ref="{asked}"') == 1
    assert 'ref="/data/collected_on" value' not in xml, "the form knows the day itself"
