"""Every sentence the server says stands in a catalogue, in both languages, and nothing else does.

The phone's messages are read by tests/js/app/catalogues.test.js.
"""

import ast
import json
import re
from collections import Counter
from pathlib import Path

from babel.messages.pofile import read_po

from webapp.translations import LOCALES, domains

ROOT = Path(__file__).parents[1]
WEBAPP = ROOT / "webapp"
PHONE_PROBLEMS = WEBAPP / "static" / "js" / "app" / "messages" / "problems.en.json"

HAN = re.compile(r"[\u3400-\u9fff]")
#: Chinese that is data of the field and not a sentence of ours.
CHINESE_DATA = {
    "webapp/imports/form_source.py": "the name of a language, as the columns of an XLSForm carry it",
    "webapp/services/foundation.py": "proper names of the county and of the 2018 work plan",
}
#: Shown in English too: the way back to Chinese has to be read by those who need it.
CHINESE_IN_ENGLISH = {"nav.language"}

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
ASKED_KEY = re.compile(r"""\b(?:_|_l|gettext|lazy_gettext)\(\s*(['"])([a-z_]+\.[^'"]*?)\1(\s*~)?""")
#: f"a.{b}_c", and 'a.' ~ b: keys put together at run time.
JOINED_KEY = re.compile(r"""(['"])([a-z_]+\.(?:[\w.]|\{[^{}]*\})*\{[^{}]*\}[\w.]*|[a-z_]+\.[\w.]*(?=['"]\s*[~+]))\1""")
HOLE = re.compile(r"\{[^{}]*\}")
WORD = re.compile(r"[^\W_]+")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def catalogue(locale: str, domain: str) -> dict[str, str]:
    with (WEBAPP / "translations" / locale / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale) if message.id}


def messages(locale: str) -> dict[str, str]:
    return {key: text for domain in domains() for key, text in catalogue(locale, domain).items()}


CHINESE, ENGLISH = (messages(locale) for locale in LOCALES)


def sources() -> list[Path]:
    return [*WEBAPP.rglob("*.py"), *(WEBAPP / "templates").rglob("*.html")]


def test_both_languages_say_the_same_things():
    assert set(CHINESE) ^ set(ENGLISH) == set()


def test_no_message_is_empty():
    assert [key for said in (CHINESE, ENGLISH) for key, text in said.items() if not text.strip()] == []


def test_both_languages_are_given_the_same_values():
    def blanks(text: str) -> set[str]:
        return set(PLACEHOLDER.findall(text))

    assert [key for key in CHINESE if blanks(CHINESE[key]) != blanks(ENGLISH[key])] == []


def test_the_english_is_english():
    assert {key for key, text in ENGLISH.items() if HAN.search(text)} == CHINESE_IN_ENGLISH


def test_no_key_stands_in_two_catalogues():
    for locale in LOCALES:
        counted = Counter(key for domain in domains() for key in catalogue(locale, domain))
        assert [key for key, times in counted.items() if times > 1] == []


def test_every_key_asked_for_is_there():
    asked = {match[2] for path in sources() for match in ASKED_KEY.finditer(read(path)) if not match[3]}
    assert asked - set(CHINESE) == set()


def joined() -> list[re.Pattern]:
    """Patterns of the keys put together at run time; a group is what was put in."""
    shapes = {match[2] for path in sources() for match in JOINED_KEY.finditer(read(path))}
    whole = (shape if "{" in shape else shape + "{}" for shape in shapes)
    return [re.compile("(.+)".join(map(re.escape, HOLE.split(shape)))) for shape in whole]


def test_every_key_is_asked_for():
    """A key is used if it stands somewhere whole, or if it has the shape of a joined one and its hole a known word."""
    shapes, text = joined(), "\n".join(map(read, sources()))
    words = set(WORD.findall(text)) | data_words()

    def used(key: str) -> bool:
        fits = (shape.fullmatch(key) for shape in shapes)
        return key in text or any(set(WORD.findall(match[1])) <= words for match in fits if match)

    assert [key for key in CHINESE if not used(key)] == []


def data_words() -> set[str]:
    """Codes that come from data files, from the phone, and from the names of the install screenshots."""
    tables = (WEBAPP / "domain" / "data").glob("*.csv")
    pictures = {path.stem.split("-")[2] for path in (WEBAPP / "static" / "icons").glob("screenshot-*.png")}
    return pictures | {word for path in (*tables, ROOT / "docs" / "protocol.md") for word in WORD.findall(read(path))}


def problem_codes() -> set[str]:
    """The first argument of every Problem("…") in the code."""
    calls = (node for path in WEBAPP.rglob("*.py") for node in ast.walk(ast.parse(read(path))) if isinstance(node, ast.Call))
    named = (call.args[0] for call in calls if getattr(call.func, "id", "") == "Problem" and call.args)
    return {argument.value for argument in named if isinstance(argument, ast.Constant)}


def test_every_problem_has_its_sentence():
    """At the desk, on the phone, or in both places."""
    told = {key.removeprefix("problem.") for key in ENGLISH} | set(json.loads(read(PHONE_PROBLEMS)))
    assert problem_codes() - told == set()


def test_templates_hold_no_sentences():
    assert [short(path) for path in (WEBAPP / "templates").rglob("*.html") if HAN.search(read(path))] == []


def literals(path: Path) -> list[str]:
    """The strings of a Python file, but for its docstrings."""
    tree = ast.parse(read(path))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in strings if id(node) not in documentation]


def test_python_holds_no_chinese_but_data():
    with_chinese = {short(path) for path in WEBAPP.rglob("*.py") if any(HAN.search(text) for text in literals(path))}
    assert with_chinese == set(CHINESE_DATA)
