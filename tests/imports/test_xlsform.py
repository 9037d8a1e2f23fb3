"""XLSForms become XForms, and what is wrong with one is said with its place."""

import pytest

from tests.imports.books import form_book
from webapp.domain import codes, dictionary
from webapp.domain.problems import Problem
from webapp.imports import form_source, xform_marks, xlsform

SETTINGS = [{"form_title": "试", "form_id": "trial", "version": "1", "namespaces": 'hetu="https://hetu.local/xforms"'}]


def book(*survey: dict, choices: tuple[dict, ...] = (), settings=SETTINGS) -> bytes:
    rows = [{"type": "begin_group", "name": "one", "label": "一"}, *survey, {"type": "end_group"}]
    return form_book({"survey": rows, "choices": list(choices), "settings": settings})


def faults(source: bytes) -> list[dict]:
    with pytest.raises(Problem, match="form_faulty") as raised:
        xlsform.convert(source)
    return raised.value.values["faults"]


@pytest.mark.parametrize("name", form_source.names())
def test_every_shipped_form_converts_and_leaves_no_warning(name):
    form = xlsform.convert(form_source.workbook(name))
    assert (form.form_id, form.warnings) == (name, [])
    assert all(text.startswith("name,label") for text in form.attachments.values())


def test_the_update_collects_every_column_of_a_household_and_its_members():
    saved = saves("household_update")
    collected = {name for name, field in dictionary.household_year().items() if field.recollect in ("annual", "on_change")}
    yearly = {f"household_year.{name}" for name in collected}
    members = {f"member_year.{name}" for name, field in dictionary.member_year().items() if field.recollect != "workflow"}
    helpers = {f"helper_link.{name}" for name in dictionary.helper_link()}
    measures = {f"measure.{name}" for name in dictionary.measure() if name != "member_id"}
    assert (yearly | members | helpers | measures | {"household.phone", "member.relation"}) - saved == set()


def test_a_new_household_is_asked_for_its_identity_too():
    asked = {"name", "sex", "id_type", "id_no", "birth_date", "relation", "ethnic"}
    assert {f"member.{name}" for name in asked} - saves("household_new") == set()


def test_together_the_shipped_forms_ask_every_kind_of_question():
    rows = [row for name in form_source.names() for row in rows_of(name)]
    kinds = {row["type"].split()[0] for row in rows}
    typed = "text integer decimal date time select_one select_multiple select_one_from_file rank range"
    shown = "geopoint image barcode acknowledge note calculate hidden begin_repeat"
    assert {*typed.split(), *shown.split()} <= kinds
    assert "signature" in {row.get("appearance") for row in rows}


def test_community_and_group_are_asked_for_the_whole_sheet():
    rows = [*rows_of("community_info"), *rows_of("group_info")]
    asked = {row.get("bind::hetu:save") or row.get("bind::hetu:show") for row in rows}
    sheet = {name.strip() for row in codes.rows("village_fields") for name in row["field"].split(",")}
    elsewhere = {"community_code", "lon", "lat", "elevation"}
    assert {f"area_year.{name}" for name in sheet - elsewhere} - asked == set()


def rows_of(name: str) -> list[dict]:
    return form_source.sheets(name)["survey"]


def saves(name: str) -> set[str]:
    rows = form_source.sheets(name)["survey"]
    return {row["bind::hetu:save"] for row in rows if "bind::hetu:save" in row}


def test_income_and_schooling_are_confirmed_one_by_one():
    rows = form_source.sheets("household_update")["survey"]
    each = {row["name"] for row in rows if row.get("bind::hetu:confirm") == "each"}
    assert {"wage_income", "dibao_income", "wubao_income", "pension_income", "student_status"} <= each
    assert "farmland_mu" not in each


def test_an_unknown_name_is_told_with_row_and_column():
    found = faults(book({"type": "text", "name": "a", "label": "问", "relevant": "${nobody} = '1'"}))
    assert [(f["code"], f["sheet"], f["row"], f["column"], f["values"]) for f in found] == [
        ("reference_unknown", "survey", 3, "relevant", {"name": "nobody"})
    ]


def test_a_formula_is_refused_with_its_cell():
    found = faults(form_book({"survey": [{"type": "text", "name": "a", "label": "=1+1"}], "settings": SETTINGS}))
    assert [(f["code"], f["sheet"], f["row"], f["column"]) for f in found] == [("formula", "survey", 2, "C")]


def test_a_list_nobody_has_is_named():
    found = faults(book({"type": "select_one_from_file planets.csv", "name": "a", "label": "问"}))
    assert [(f["code"], f["values"]) for f in found] == [("file_unknown", {"name": "planets.csv"})]


def test_a_column_the_dictionary_does_not_know_is_named():
    found = faults(book({"type": "text", "name": "a", "label": "问", "bind::hetu:save": "household_year.moon"}))
    assert found[0]["values"] == {"question": "a", "name": "household_year.moon"}


def test_a_form_without_a_version_cannot_be_kept_apart_from_the_next():
    settings = [{key: value for key, value in SETTINGS[0].items() if key != "version"} | {"version": "第一 版"}]
    assert faults(book({"type": "text", "name": "a", "label": "问"}, settings=settings))[0]["code"] == "version_missing"


def test_a_question_outside_the_sections_is_a_warning():
    form = xlsform.convert(form_book({"survey": [{"type": "text", "name": "a", "label": "问"}], "settings": SETTINGS}))
    assert [(w["code"], w["values"]) for w in form.warnings] == [("outside_sections", {"name": "a"})]


def test_what_is_no_workbook_is_refused_before_it_is_opened():
    with pytest.raises(Problem, match="import_is_csv"):
        xlsform.convert(b"type,name,label\ntext,a,b\n")


def test_a_strangers_file_is_converted_in_a_process_of_its_own():
    source = form_source.workbook("household_update")
    assert xlsform.convert_apart(source) == xlsform.convert(source)
    with pytest.raises(Problem, match="form_faulty"):
        xlsform.convert_apart(book({"type": "nonsense", "name": "a", "label": "问"}))


def test_a_code_list_travels_beside_the_form():
    assert xform_marks.code_list("ethnic_group.csv").splitlines()[1] == "01,汉族,Han"
    assert xform_marks.code_list("../access.csv") is None
