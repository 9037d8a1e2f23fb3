"""The engine of the phone and the questionnaires that come with the program: they load, and they compute."""

import re
import subprocess

import pytest

from tests.browser.machines import ROOT
from webapp.imports import form_source, xlsform

ANSWERS = {
    "year": "2018", "birth_date": "2004-10-16", "collected_on": "2018-10-15", "wage_income": "12000", "business_income": "3000.5",
    "business_expense": "1000", "dibao_income": "2400", "pension_income": "1236", "asset_dividend": "300",
    "income_stable": "1", "food_ok": "1", "clothes_ok": "1", "has_tap_water": "0", "water_safe": "1", "water_distance_m": "1200",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(chromium):
    """A page with the engine in it and nothing else of ours."""
    script = ["node_modules/.bin/esbuild", "tests/browser/engine.js", "--bundle", "--format=esm", "--log-level=error"]
    bundle = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    page = chromium.new_page()
    page.route("http://localhost/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto("http://localhost/")  # its random numbers want a secure context
    page.add_script_tag(type="module", content=bundle)
    page.wait_for_function("window.loaded")
    yield lambda form, xml: page.evaluate("([xml, attachments]) => loaded(xml, attachments)", [xml, form.attachments])
    page.close()


def filled(xml: str, answers: dict[str, str]) -> str:
    """The form with these answers in its primary instance, as the phone puts last year's in. What is computed at the
    opening gets its value by what computes it."""
    for name, value in answers.items():
        xml = xml.replace(f"<{name}/>", f"<{name}>{value}</{name}>")
    return xml.replace('jr:preload="date"', '')


def answer(result: dict, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", result["answers"])
    return found[1] if found else ""


def test_every_shipped_form_loads_and_together_they_ask_in_every_way(engine):
    kinds = set()
    for name in form_source.names():
        form = xlsform.convert(form_source.workbook(name))
        result = engine(form, form.xml)
        assert (name, result["status"], result.get("error")) == (name, "success", None)
        kinds |= set(result["kinds"])
    assert {"group", "repeat-instance", "input", "select", "rank", "range", "trigger", "note", "model-value", "upload"} <= kinds


def test_incomes_ages_and_verdicts_are_computed_with_blanks_between(engine):
    form = xlsform.convert(form_source.workbook("household_update"))
    result = engine(form, filled(form.xml, ANSWERS))
    computed = ("property_income", "transfer_income", "gross_income", "net_income", "per_capita_net", "member_count", "age")
    assert {name: float(answer(result, name)) for name in computed} == {
        "property_income": 300, "transfer_income": 3636, "gross_income": 18936.5, "net_income": 17936.5,
        "per_capita_net": 17936.5, "member_count": 1, "age": 13,
    }  # fmt: skip
    assert [answer(result, f"criterion_{no}") for no in (1, 2, 3, 7)] == ["1", "0", "", "0"]


def test_a_visit_judges_the_criteria_by_what_is_on_record(engine):
    form = xlsform.convert(form_source.workbook("household_visit"))
    record = ANSWERS | {"per_capita_net": "4000.5", "has_medical_ins": "1", "has_serious_illness_ins": "1"}
    record |= {"has_family_doctor": "0"}
    record |= {"is_dangerous_house": "0", "weatherproof": "1", "measure_type": "M03", "found_1": "1", "found_2": "0"}
    result = engine(form, filled(form.xml, record))
    assert [answer(result, f"computed_{no}") for no in range(1, 8)] == ["1", "0", "1", "1", "0", "1", "1"]
    assert answer(result, "met_count") == "1"


@pytest.mark.parametrize("name", form_source.names())
def test_an_untouched_form_shows_no_broken_numbers(engine, name):
    form = xlsform.convert(form_source.workbook(name))
    assert "NaN" not in engine(form, form.xml)["answers"]
