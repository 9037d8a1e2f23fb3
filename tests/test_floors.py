"""The house as its imports show it: ADR 0001. Reading goes by source text, so nothing has to be importable."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WEBAPP = ROOT / "webapp"
SCRIPTS = WEBAPP / "static" / "js"

FLOOR = {
    "domain": 0,
    "models": 1,
    "queries": 2,
    "services": 3, "exports": 3, "imports": 3, "reports": 3,
    "sync": 4, "openrosa": 4, "jobs": 4,
    "blueprints": 5,
}  # fmt: skip
#: Rooms beside the floors and the lowest floor that may enter them.
BESIDE = {"extensions": 1, "translations": 5, "cli": 6, "app": 6, "": 6}
WEB_ROOMS = ("blueprints", "extensions", "cli", "app")
WEB_LIBRARIES = {"flask", "werkzeug", "jinja2", "wtforms", "markupsafe"}
#: An account is what Flask-Login calls a user: four answers, and no request in sight.
WEB_EXCEPTIONS = {("webapp/models/account.py", "flask_login")}
DOMAIN_LIBRARIES = {"numpy", "shapely", "defusedxml", "elementpath"}

SCRIPT_MAY_IMPORT = {
    "store": {"rules"},
    "geo": set(),
    "rules": set(),
    "sync": {"store"},
    "widgets": {"geo", "rules"},
    "forms": {"widgets", "geo", "rules"},
    "pages": {"widgets", "forms", "sync", "store", "geo", "rules"},
    "app": {"pages", "widgets", "forms", "sync", "store", "geo", "rules"},
}
SCRIPT_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)['"]([^'"]+)['"]""")

MOST_LINES, MOST_FUNCTION_LINES = 400, 45


def python_files() -> list[Path]:
    return sorted(WEBAPP.rglob("*.py"))


def scripts() -> list[Path]:
    return sorted(path for path in SCRIPTS.rglob("*") if path.suffix in (".js", ".vue") and path.parent != SCRIPTS)


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room(module: str) -> str:
    """webapp.services.captures → services; webapp itself → empty."""
    return [*module.split("."), ""][1]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)}: imports are absolute, so that they can be read"
            yield from _of_package(node)


def _of_package(node: ast.ImportFrom) -> list[str]:
    """`from webapp import models` names the room in the second half."""
    return [f"webapp.{alias.name}" for alias in node.names] if node.module == "webapp" else [node.module]


def own_room(path: Path) -> str:
    parts = path.relative_to(WEBAPP).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def climbs(source: str, target: str) -> bool:
    floor = FLOOR.get(source, BESIDE.get(source))
    assert floor is not None, f"webapp/{source} stands on no floor: put it on one in FLOOR and in ADR 0001"
    if target in BESIDE:
        return source != target and floor < BESIDE[target]
    return floor < FLOOR[target]


@pytest.mark.parametrize("path", python_files(), ids=short)
def test_imports_go_down_only(path):
    source = own_room(path)
    if source == "translations":
        return  # data and the code that compiles it: imports nothing of ours
    ours = [name for name in imported(path) if name.split(".")[0] == "webapp"]
    assert [name for name in ours if climbs(source, room(name))] == []


def is_web(name: str) -> bool:
    top = name.partition(".")[0]
    return top in WEB_LIBRARIES or top.startswith("flask_")


def test_the_web_is_known_on_the_top_floor_only():
    strays = {
        (short(path), name.split(".")[0])
        for path in python_files() if own_room(path) not in WEB_ROOMS
        for name in imported(path) if is_web(name)
    }  # fmt: skip
    assert strays == WEB_EXCEPTIONS


def test_the_domain_is_pure():
    strays = {
        (short(path), top)
        for path in (WEBAPP / "domain").rglob("*.py")
        for top in (name.split(".")[0] for name in imported(path))
        if top not in sys.stdlib_module_names | DOMAIN_LIBRARIES | {"webapp"}
    }
    assert strays == set()


def test_the_import_rule_sees_a_climber():
    assert climbs("services", "blueprints")
    assert climbs("domain", "models")
    assert climbs("domain", "extensions")
    assert not climbs("services", "models")
    assert not climbs("blueprints", "domain")


def script_room(path: Path) -> str:
    return path.relative_to(SCRIPTS).parts[0]


def script_targets(path: Path) -> Iterator[Path]:
    """The files of ours this one imports."""
    for name in SCRIPT_IMPORT.findall(path.read_text(encoding="utf-8")):
        target = (path.parent / name.partition("?")[0]).resolve()
        if name.startswith(".") and target.is_relative_to(SCRIPTS):
            yield target


@pytest.mark.parametrize("path", scripts(), ids=short)
def test_scripts_import_only_what_their_room_may(path):
    source = script_room(path)
    allowed = SCRIPT_MAY_IMPORT[source] | {source}
    assert [short(target) for target in script_targets(path) if script_room(target) not in allowed] == []


def test_desk_and_phone_share_no_pages():
    def side(path: Path) -> str:
        return path.relative_to(SCRIPTS).parts[1]

    pages = [path for path in scripts() if script_room(path) == "pages"]
    crossing = [
        short(path) for path in pages for target in script_targets(path)
        if script_room(target) == "pages" and side(target) != side(path)
    ]  # fmt: skip
    assert crossing == []


def test_the_service_worker_knows_bytes_and_no_records():
    outside = [
        (short(path), name)
        for path in (ROOT / "service-worker").glob("*.js")
        for name in SCRIPT_IMPORT.findall(path.read_text(encoding="utf-8"))
        if name.startswith(("../webapp", "../../"))
    ]
    assert outside == []


def test_scripts_export_by_name():
    plain = [path for path in scripts() if path.suffix == ".js"]
    assert [short(path) for path in plain if "export default" in path.read_text(encoding="utf-8")] == []


def hand_written() -> list[Path]:
    """Everything a person writes and another has to read in one go."""
    folders = ("webapp", "service-worker", "tests", "bench", "soak", ".ci")
    suffixes = {".py", ".js", ".vue", ".html", ".css", ".sh"}
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return [path for path in found if not {"dist", "node_modules"} & set(path.parts)]


def test_no_file_is_longer_than_400_lines():
    long = {short(path): n for path in hand_written() if (n := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES}
    assert long == {}


def test_no_function_is_longer_than_45_lines():
    long = {
        f"{short(path)} {node.name}": lines
        for path in hand_written() if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (lines := node.end_lineno - node.lineno + 1) > MOST_FUNCTION_LINES
    }  # fmt: skip
    assert long == {}
