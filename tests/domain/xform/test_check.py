"""Answers judged by the form they belong to."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from webapp.domain.xform import definition
from webapp.domain.xform.check import check
from webapp.domain.xform.nodes import Unreadable

CASES = Path(__file__).parents[2] / "cases" / "xform"
AT = datetime(2018, 10, 9, 4, 0, tzinfo=UTC)
SOUND = """<data id="doorstep" version="1"><household>h</household><base_rev>1</base_rev>
<basics><head>张三</head><people>2</people><has_road>1</has_road><visited>2018-10-08</visited></basics>
<income><wages>3000.5</wages><farming/><total>3000.5</total><per_head>1500.25</per_head><rich>no</rich></income>
<family><member><member_id>m1</member_id><name>张三</name><age>50</age><no>1</no>
<skills>weld cook</skills><pay>12</pay><child>0</child></member>
<member><member_id/><name>张小</name><age>8</age><no>2</no><school>02</school><child>1</child></member>
<counted>2</counted><children>1</children><pays/><oldest>50</oldest><names>张三、张小</names><second>张小</second></family>
<place><county>longyang</county><town>hetu</town><fuel>gas</fuel><fuel_rank>2</fuel_rank><pulled>燃气</pulled>
<spot>25.13 99.24 1650 5</spot><door>1.jpg</door><wishes>work farm move</wishes><first_wish>work</first_wish>
<when>2018年10月8日</when>
<days>280</days><checks>ok</checks><weighed>ok</weighed><cut>张*2</cut><power>6.121</power><about>x</about></place>
<meta><instanceID>uuid:1</instanceID><instanceName>张三</instanceName></meta></data>"""


@pytest.fixture(scope="module")
def form() -> definition.Definition:
    tables = {"fuel.csv": (CASES / "fuel.csv").read_text(encoding="utf-8")}
    return definition.read((CASES / "doorstep.xml").read_text(encoding="utf-8"), tables)


def faults(form, old: str = "", new: str = "") -> list[tuple[str, str]]:
    assert old in SOUND
    return [(fault.path, fault.code) for fault in check(form, SOUND.replace(old, new, 1) if old else SOUND, AT)]


def test_the_form_is_read_with_its_marks(form):
    wages, school = form.by_path["/data/income/wages"], form.by_path["/data/family/member/school"]
    assert (wages.label, wages.type, wages.save, wages.confirm) == ("工资", "decimal", "household_year.inc_wage", "each")
    assert (school.repeat, form.choice_label(school, "02")) == ("/data/family/member", "小学")
    assert [section.label for section in form.sections] == ["一、基本情况", "二、收入", "三、成员", "四、位置"]
    assert form.choice_label(form.by_path["/data/place/fuel"], "gas") == "燃气"


def test_sound_answers_have_no_fault(form):
    assert faults(form) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("<head>张三</head>", "<head/>", [("/data/basics/head", "required"), ("/data/place/cut", "calculate")]),
        ("<head>张三</head>", "", [("/data/basics/head", "required"), ("/data/place/cut", "calculate")]),
        ("<people>2</people>", "<people>2.5</people>", None),
        ("<visited>2018-10-08</visited>", "<visited>2018-10-10</visited>", None),  # after the day of the answers
        ("<has_road>1</has_road>", "<has_road>2</has_road>", None),
        ("<has_road>1</has_road>", "<has_road>1</has_road><road_km>3</road_km>", [("/data/basics/road_km", "irrelevant")]),
        ("<has_road>1</has_road>", "<has_road>1</has_road><road_km/>", []),
        ("<town>hetu</town>", "<town>jietou</town>", [("/data/place/town", "choice")]),  # of another county
        ("weld cook", "weld sing", [("/data/family/member[1]/skills", "choice")]),
        ("weld cook", "weld cook drive", [("/data/family/member[1]/skills", "constraint")]),
        ("<school>02</school>", "", [("/data/family/member[2]/school", "required")]),
        ("25.13 99.24", "95.13 99.24", [("/data/place/spot", "type")]),
        ("1.jpg", "../1.jpg", [("/data/place/door", "type")]),
        ("<total>3000.5</total>", "<total>3000.50</total>", []),
        ("<total>3000.5</total>", "<total>1</total>", None),
        ("<income>", "<income><tip>5</tip>", [("/data/income/tip", "unknown_node")]),
        ("<meta>", "<meta><colour>red</colour>", [("/data/meta/colour", "unknown_node")]),
        ("<head>张三</head>", "<head>张三<b>x</b></head>", [("/data/basics/head/b", "unknown_node")]),
        ("<base_rev>1</base_rev>", "<base_rev>1</base_rev><base_rev>2</base_rev>", [("/data/base_rev", "unknown_node")]),
    ],
)  # fmt: skip
def test_each_fault_is_found_where_it_is(form, old, new, found):
    result = faults(form, old, new)
    if found is None:
        code = {"2.5": "type", "2018-10-10": "constraint", "<has_road>2": "choice", "<total>1": "calculate"}
        assert code[next(key for key in code if key in new)] in {code for _path, code in result}
    else:
        assert result == found


def test_a_fault_says_the_forms_own_words(form):
    [fault] = check(form, SOUND.replace("<age>50</age>", "<age>150</age>").replace("<oldest>50", "<oldest>150"), AT)
    assert (fault.message, fault.value) == ("年龄不对", "150")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><data>&b;</data>'


@pytest.mark.parametrize(
    "hostile",
    [
        BOMB, '<!DOCTYPE x SYSTEM "file:///etc/passwd"><data/>', "<data>" + "<a>" * 500 + "</a>" * 500 + "</data>",
        "<data>" + "x" * (5 << 20) + "</data>", "<data>", "", "{}", "<data>\ud800</data>", "<other/>",
    ],
    ids=["bomb", "outside", "deep", "long", "open", "empty", "json", "surrogate", "other"],
)  # fmt: skip
def test_hostile_xml_is_refused(form, hostile):
    with pytest.raises(Unreadable):
        check(form, hostile, AT)


def test_a_form_this_server_cannot_evaluate_is_not_taken():
    xml = (CASES / "doorstep.xml").read_text(encoding="utf-8").replace("uuid()", "somehow()")
    with pytest.raises(Unreadable):
        definition.read(xml, {})
