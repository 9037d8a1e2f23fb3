"""What the documents say is so."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from webapp import create_app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMISED = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
CONFIG = (ROOT / "config.py").read_text(encoding="utf-8")

PROMISES = (
    "P1 no loss: after 已保存 is shown the record survives tab kill, browser kill, reboot, app update, "
    "sign-out and session expiry.",
    "P2 no duplicate: any number of re-sends gives one record and one photo per hash.",
    "P3 no silent overwrite: a stale edit becomes a conflict with base, ours and theirs side by side, decided by a person.",
    "P4 no false success: 已上传 only after a receipt that was parsed as our JSON and echoes the op's hash; "
    "a 200 with HTML is a captive portal.",
    "P5 no lockout: capture never needs network or a live session.",
    "P6 no cross-user leak on shared phones.",
)

#: Other names for things that have one (README, "Words"). The browser's own `coords` and GeoJSON's `coordinates` are not ours.
SYNONYMS = {
    "coordinate", "geopoint", "gps", "waypoint", "latlng", "precision",  # capture, fix, lon and lat, accuracy_m
    "submission", "mutation",  # capture or response, op
    "village", "villager", "hamlet", "telephone",  # community, member, group, phone
    "approve", "approved", "reject", "rejected",  # accept, accepted, return, returned
    "util", "utils", "helper", "helpers", "manager",  # say what it does
}  # fmt: skip
#: file → word it may use, because it speaks with somebody else's words.
BORROWED = {
    "webapp/sync/mutations.py": {"mutation"},
    "webapp/domain/dictionary.py": {"helper"},  # 帮扶责任人: the dictionary's own word
    "webapp/models/family.py": {"helper"},
    "webapp/domain/xform/changes.py": {"helpers"},
    "webapp/queries/families.py": {"helper", "helpers"},
    "webapp/services/demo_planted.py": {"helpers"},
    "webapp/services/families.py": {"helper", "helpers"},
}


@pytest.fixture(scope="module")
def unopened(tmp_path_factory) -> Flask:
    """An app that is only asked what it has; its database is never opened."""
    folder = tmp_path_factory.mktemp("unopened")
    return create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/none.db", "SECRET_KEY": "-", "MEDIA": folder})


@pytest.fixture(scope="module")
def rules(unopened) -> list[Rule]:
    return list(unopened.url_map.iter_rules())


def test_every_setting_is_in_the_readme():
    named = set(re.findall(r"HETU_[A-Z_]+", CONFIG))
    assert {name for name in named if f"| `{name}` |" not in README} == set()


def test_the_readme_names_no_setting_that_does_not_exist():
    assert set(re.findall(r"^\| `(HETU_[A-Z_]+)`", README, re.MULTILINE)) - set(re.findall(r"HETU_[A-Z_]+", CONFIG)) == set()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[:2])
def test_the_promises_stand_word_for_word(promise):
    assert f"**{promise}**" in README


def test_every_test_a_promise_points_at_exists():
    pointed = re.findall(r'^- `(tests/\S+)` "(.+)"$', README, re.MULTILINE)
    assert pointed
    gone = [(file, name) for file, name in pointed if name not in (ROOT / file).read_text(encoding="utf-8").replace("\\'", "'")]
    assert gone == []


def test_every_file_the_page_of_promises_names_is_there():
    named = re.findall(r"`((?:tests|soak|bench|docs|webapp)/[^`]*)`", PROMISED)
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[:2])
def test_the_page_of_promises_tells_of_each_how_it_is_kept_and_by_which_tests(promise):
    number = promise[:2]
    told = re.search(rf"^## {number} (.*?)^## ", PROMISED, re.MULTILINE | re.DOTALL)[1]
    assert re.search(r"^\*\*.*[\u4e00-\u9fff].*\*\*$", told, re.MULTILINE), "first a sentence for those who decide"
    assert len(re.findall(r"^- `tests/", told, re.MULTILINE)) >= 3


def first_step(path: str) -> str:
    return "/" + path.lstrip("/").partition("/")[0]


def test_the_readme_lists_the_addresses_there_are(rules):
    rows = re.findall(r"^\| (`/.*?) \|", README, re.MULTILINE)
    listed = {first_step(path) for row in rows for path in re.findall(r"`(/[^`]*)`", row)}
    served = {first_step(rule.rule) for rule in rules if rule.endpoint != "static" and "GET" in rule.methods}
    assert listed == served


def test_the_readme_lists_the_commands_there_are(unopened):
    line = re.search(r"^Commands: .*?\n\n", README, re.MULTILINE | re.DOTALL)[0]
    listed = {name.split()[0] for name in re.findall(r"`(?:flask --app webapp )?([^`]+)`", line)}
    assert listed == {*unopened.cli.commands, "db"}


def test_every_address_of_the_protocol_answers(rules):
    asked = set(re.findall(r"^    (GET|POST|PUT) (/api/v1/[^\s?]+)", PROTOCOL, re.MULTILINE))
    assert asked
    answered = {(method, re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule)) for rule in rules for method in rule.methods}
    patterns = {(method, re.sub(r"<\w+>|\{\w+\}", "*", path)) for method, path in answered}
    assert {(m, p) for m, p in asked if (m, re.sub(r"<\w+>|\{\w+\}", "*", p)) not in patterns} == set()


def test_every_link_in_the_documents_leads_somewhere():
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = ((page, link) for page in documents for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")))
    assert [(page.name, link) for page, link in links if "://" not in link and not (page.parent / link).exists()] == []


def declared(path: Path) -> set[str]:
    """Names this file gives to things, not the names it uses."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return {name for node in ast.walk(ast.parse(text)) for name in _python_names(node)}
    return set(re.findall(r"\b(?:const|let|function|class)\s+(\w+)", text))


def _python_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []


def parts(identifier: str) -> set[str]:
    """location_state, LocationState, locationState → location, state"""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)}


def test_one_word_per_thing():
    files = [path for path in (ROOT / "webapp").rglob("*") if path.suffix in (".py", ".js", ".vue") and "dist" not in path.parts]
    strays = {
        (short, name)
        for path in files if (short := str(path.relative_to(ROOT)))
        for name in declared(path) if parts(name) & SYNONYMS - BORROWED.get(short, set())
    }  # fmt: skip
    assert strays == set()


def test_files_are_named_after_things():
    vague = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "base"}
    named = [path for path in (ROOT / "webapp").rglob("*") if path.suffix in (".py", ".js", ".vue") and path.stem in vague]
    assert [str(path.relative_to(ROOT)) for path in named] == ["webapp/static/js/pages/desk/base.js"]
