"""The server judges answers as the phone's form engine does: the same forms, the same random answers, the same outcome."""

import json
import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.fillings import filling
from webapp.domain.xform import definition
from webapp.domain.xform.check import faults, relevant
from webapp.domain.xform.instance import fill
from webapp.imports import form_source, xlsform

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
CASES = [*sorted((ROOT / "tests/cases/xform").glob("*.xml")), ROOT / "tests/cases/forms/every_kind.xml"]
#: The largest of those that come with the program, and the one with the most conditions.
SHIPPED = ("household_update", "household_visit")
PAGE = '<!doctype html><script type="module" src="/engine.js"></script>'


@pytest.fixture(scope="module")
def engine(chromium, tmp_path_factory):
    """engine(xml, attachments, fillings) → what the engine made of each."""
    bundle = tmp_path_factory.mktemp("engine") / "engine.js"
    source = ROOT / "tests/browser/form_engine.js"
    subprocess.run(
        [ROOT / "node_modules/.bin/esbuild", source, "--bundle", "--format=esm", "--target=es2022", f"--outfile={bundle}",
         "--log-level=error"], check=True, cwd=ROOT,
    )  # fmt: skip
    context = chromium.new_context(timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.route("https://engine.test/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.route("**/engine.js", lambda route: route.fulfill(path=bundle, content_type="text/javascript"))
    page.goto("https://engine.test/")
    page.wait_for_function("() => !!window.fill")
    yield lambda **said: page.evaluate("(said) => window.fill(said)", said)
    context.close()


def case(path: Path) -> tuple[str, dict[str, str]]:
    """An XForm and the tables beside it."""
    tables = {table.name: table.read_text(encoding="utf-8") for table in path.parent.glob("*.csv")}
    return path.read_text(encoding="utf-8"), tables


def shipped(name: str) -> tuple[str, dict[str, str]]:
    made = xlsform.convert(form_source.workbook(name))
    return made.xml, made.attachments


def agree(engine, made: tuple[str, dict[str, str]], times: int, seed: int) -> int:
    """How many violations both found; whatever only one of them says fails."""
    xml, tables = made
    form, chance = definition.read(xml, tables), Random(seed)
    fillings = [filling(form, chance) for _ in range(times)]
    violations = 0
    for filled, by_engine in zip(fillings, engine(xml=xml, attachments=tables, fillings=fillings), strict=True):
        instance = fill(form, by_engine["xml"])
        ours = {(fault.path, fault.code) for fault in faults(form, instance)}
        theirs = {tuple(violation) for violation in by_engine["violations"]}
        told = json.dumps(filled, ensure_ascii=False)
        assert ours == theirs, told
        assert relevant(form, instance) == set(by_engine["relevant"]), told
        violations += len(theirs)
    return violations


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_phone_and_server_agree_on_random_answers(engine, path):
    violations = agree(engine, case(path), times=20, seed=148)
    assert path.stem == "functions" or violations > 20, "answers of all kinds, wrong ones too"


@pytest.mark.parametrize("name", SHIPPED)
def test_phone_and_server_agree_on_the_shipped_forms(engine, name):
    assert agree(engine, shipped(name), times=6, seed=148) > 20


@pytest.mark.long
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_phone_and_server_agree_on_many_random_answers(engine, path):
    for seed in range(5):
        agree(engine, case(path), times=120, seed=seed)


@pytest.mark.long
@pytest.mark.parametrize("name", form_source.names())
def test_phone_and_server_agree_on_many_answers_to_the_shipped_forms(engine, name):
    for seed in range(3):
        agree(engine, shipped(name), times=40, seed=seed)
