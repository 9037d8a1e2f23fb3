"""A form filled in from what is known is sound by its own rules."""

from datetime import UTC, datetime
from pathlib import Path

from webapp.domain.xform import definition
from webapp.domain.xform.check import check
from webapp.domain.xform.filling import filled
from webapp.domain.xform.instance import fill

XML = (Path(__file__).parents[2] / "cases" / "xform" / "yearly.xml").read_text(encoding="utf-8")
AT = datetime(2018, 10, 9, 4, 0, tzinfo=UTC)
KNOWN = {
    "household_year": {"farmland_mu": 3.5, "has_tv": True, "wage_income": 9000.0},
    "members": [{"id": "m1", "member": {}, "member_year": {"student_status": "03", "school_name": "河图小学"}}],
    "helpers": [{"id": "h1", "org_name": "区农业局"}], "measures": [],
}  # fmt: skip


def test_what_is_known_stands_in_the_answers_and_nothing_is_wrong_with_them():
    form = definition.read(XML, {})
    xml = filled(form, KNOWN, {"household": "x", "instanceID": "uuid:1"}, {"/data/living/business_income": "500"}, AT)
    assert check(form, xml, AT) == []
    instance = fill(form, xml)
    said = {node.name: node.text for node in instance.root.walk() if not node.children}
    assert (said["farmland_mu"], said["has_tv"], said["total"], said["business_income"]) == ("3.5", "1", "9500", "500")
    assert (said["member_id"], said["school_name"], said["row_id"], said["org_name"]) == ("m1", "河图小学", "h1", "区农业局")
    assert instance.meta["instanceID"] == "uuid:1"


def test_what_does_not_apply_is_left_out():
    form = definition.read(XML, {})
    known = KNOWN | {"members": [{"id": "m1", "member": {}, "member_year": {"student_status": "01", "school_name": "河图小学"}}]}
    assert "河图小学" not in filled(form, known, {}, {}, AT)
