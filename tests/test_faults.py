"""Every fault of the matrix has a test that would notice a loss: `tests/cases/faults.csv`.

Layers: L fuzz of the sync core or of the server, P a real browser, S the server on both databases, Z the soak.
"""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
with (ROOT / "tests" / "cases" / "faults.csv").open(encoding="utf-8", newline="") as file:
    FAULTS = list(csv.DictReader(file))
MATRIX = [f"F{number:02d}" for number in range(1, 43)]
SERVER = ("tests/sync/", "tests/web/", "tests/services/")


def named(fault: dict) -> list[tuple[str, str]]:
    """File and name of each test of a fault."""
    return [tuple(test.strip().split("::", 1)) for test in fault["test"].split("; ")]


@cache
def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def titles_in(file: str) -> dict[str, str]:
    """Names of the tests of a file, each with what is said about it: its title or docstring, and those around it."""
    if file.endswith(".js"):
        titles = re.findall(r"^\s*test\((['\"`])(.*?)(?<!\\)\1", text_of(file), re.MULTILINE)
        return {title.replace("\\'", "'"): title for _, title in titles}
    module = ast.parse(text_of(file))
    return _pytests(module, "", ast.get_docstring(module) or "")


def _pytests(node: ast.Module | ast.ClassDef, path: str, said: str) -> dict[str, str]:
    found = {}
    for item in node.body:
        if isinstance(item, ast.ClassDef):
            found |= _pytests(item, f"{path}{item.name}::", f"{said} {ast.get_docstring(item) or ''}")
        elif isinstance(item, ast.FunctionDef) and item.name.startswith("test_"):
            found[path + item.name] = f"{said} {item.name} {ast.get_docstring(item) or ''}"
    return found


def layer_of(file: str) -> str:
    if file.startswith("tests/soak/"):
        return "Z"
    if file.startswith("tests/browser/"):
        return "P"
    if "from hypothesis" in text_of(file) or "from 'fast-check'" in text_of(file):
        return "L S" if file.startswith(SERVER) else "L"
    return "S" if file.startswith(SERVER) else ""


def test_every_fault_of_the_matrix_is_listed_once():
    assert [fault["id"] for fault in FAULTS] == MATRIX


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["id"])
def test_the_tests_of_a_fault_exist_and_say_its_number(fault):
    said = {(file, name): titles_in(file).get(name) for file, name in named(fault)}
    assert [test for test, words in said.items() if words is None] == []
    assert [test for test, words in said.items() if not re.search(rf"{fault['id']}(?!\d)", words, re.IGNORECASE)] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["id"])
def test_a_fault_is_tried_at_every_layer_the_matrix_names(fault):
    tried = {layer for file, _ in named(fault) for layer in layer_of(file).split()}
    assert set(fault["layer"].split()) <= tried
