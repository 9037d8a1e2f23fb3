"""Every sentence on a screen stands in a catalogue, in both languages, and nothing else does."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from webapp.translations import LOCALES, domains

ROOT = Path(__file__).parents[1]
WEBAPP = ROOT / "webapp"
SCRIPTS = WEBAPP / "static" / "js"
PHONE = SCRIPTS / "app" / "messages"
LANGUAGES = ("zh", "en")

HAN = re.compile(r"[\u3400-\u9fff]")
#: Chinese that is data of the field and not a sentence of ours.
CHINESE_DATA = {
    "webapp/services/foundation.py": "proper names of the county and of the 2018 work plan",
}
SERVER_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
PHONE_PLACEHOLDER = re.compile(r"\{\s*(\w+)\s*\}")

SERVER_KEY = re.compile(r"""\b(?:_|_l|gettext|lazy_gettext)\(\s*f?(['"])([a-z_]+\.[^'"]*?)\1(\s*~)?""")
PHONE_KEY = re.compile(r"""(?:\bt\(|keypath=|\bte\()\s*(['"`])([a-z_]+\.[^'"`]*?)\1(\s*\+)?""")
#: `a.${b}_c` and f"a.{b}_c", and 'a.' ~ b or 'a.' + b: keys put together at run time.
JOINED_KEY = re.compile(r"""(['"`])([a-z_]+\.(?:[\w.]|\$?\{[^{}]*\})*\$?\{[^{}]*\}[\w.]*|[a-z_]+\.[\w.]*(?=['"]\s*[~+]))\1""")
HOLE = re.compile(r"\$?\{[^{}]*\}")
WORD = re.compile(r"[A-Za-z0-9_]+")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def server_catalogue(locale: str, domain: str) -> dict[str, str]:
    with (WEBAPP / "translations" / locale / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale) if message.id}


def server_messages(locale: str) -> dict[str, str]:
    return {key: text for domain in domains() for key, text in server_catalogue(locale, domain).items()}


def flat(messages: dict, prefix: str) -> dict[str, str]:
    """{"a": {"b": "x"}} → {"prefix.a.b": "x"}"""
    found: dict[str, str] = {}
    for key, value in messages.items():
        found |= flat(value, f"{prefix}.{key}") if isinstance(value, dict) else {f"{prefix}.{key}": value}
    return found


def phone_messages(language: str) -> dict[str, str]:
    files = sorted(PHONE.glob(f"*.{language}.json"))
    return {k: v for file in files for k, v in flat(json.loads(read(file)), file.name.split(".")[0]).items()}


CATALOGUES = {
    "server": (lambda: (server_messages("zh_Hans_CN"), server_messages("en")), SERVER_PLACEHOLDER),
    "phone": (lambda: (phone_messages("zh"), phone_messages("en")), PHONE_PLACEHOLDER),
}


@pytest.fixture(params=CATALOGUES)
def side(request):
    """(Chinese, English, the pattern of a placeholder) of the server's or the phone's messages."""
    load, placeholder = CATALOGUES[request.param]
    return *load(), placeholder


def test_both_languages_say_the_same_things(side):
    chinese, english, _ = side
    assert chinese
    assert set(chinese) ^ set(english) == set()


def test_no_message_is_empty(side):
    chinese, english, _ = side
    assert [key for messages in (chinese, english) for key, text in messages.items() if not text.strip()] == []


def test_both_languages_are_given_the_same_values(side):
    chinese, english, placeholder = side
    differing = [key for key in chinese if set(placeholder.findall(chinese[key])) != set(placeholder.findall(english[key]))]
    assert differing == []


def test_the_english_is_english(side):
    """But for the switch to Chinese, which has to be read by those who need it."""
    _, english, _ = side
    assert {key for key, text in english.items() if HAN.search(text)} <= {"nav.language", "me.locale.zh"}


def test_no_key_stands_in_two_server_catalogues():
    for locale in LOCALES:
        counted = Counter(key for domain in domains() for key in server_catalogue(locale, domain))
        assert [key for key, times in counted.items() if times > 1] == []


def server_sources() -> list[Path]:
    return [*WEBAPP.rglob("*.py"), *(WEBAPP / "templates").rglob("*.html")]


def phone_sources() -> list[Path]:
    return [path for path in SCRIPTS.rglob("*") if path.suffix in (".js", ".vue") and "desk" not in path.parts]


def asked_for(pattern: re.Pattern, sources: list[Path]) -> set[str]:
    """Keys that stand whole in a call of the translator."""
    found = {match[2] for path in sources for match in pattern.finditer(read(path)) if not match[3]}
    return {key for key in found if "{" not in key}


def joined(sources: list[Path]) -> list[re.Pattern]:
    """Patterns of the keys put together at run time; the group is what was put in."""
    shapes = {match[2] for path in sources for match in JOINED_KEY.finditer(read(path))}
    return [re.compile(r"([\w.]+)".join(map(re.escape, HOLE.split(shape if "{" in shape else shape + "{}")))) for shape in shapes]


SIDES = {"server": (SERVER_KEY, server_sources), "phone": (PHONE_KEY, phone_sources)}


@pytest.mark.parametrize("name", SIDES)
def test_every_key_asked_for_is_there(name):
    pattern, sources = SIDES[name]
    assert asked_for(pattern, sources()) - set(CATALOGUES[name][0]()[0]) == set()


@pytest.mark.parametrize("name", SIDES)
def test_every_key_is_asked_for(name):
    """A key is used if it stands somewhere whole, or if it has the shape of a joined one and its hole a known word."""
    _, sources = SIDES[name]
    shapes, text = joined(sources()), "\n".join(map(read, sources()))
    words = set(WORD.findall(text)) | code_words()

    def used(key: str) -> bool:
        fits = (shape.fullmatch(key) for shape in shapes)
        return key in text or any(set(WORD.findall(match[1])) <= words for match in fits if match)

    assert [key for key in CATALOGUES[name][0]()[0] if not used(key)] == []


def code_words() -> set[str]:
    """Words that come from data: code lists, problem codes in a protocol table."""
    return set(WORD.findall(read(ROOT / "docs" / "protocol.md")))


def problem_codes() -> set[str]:
    """The first argument of every Problem("…") in the code."""
    calls = (node for path in WEBAPP.rglob("*.py") for node in ast.walk(ast.parse(read(path))) if isinstance(node, ast.Call))
    named = (call.args[0] for call in calls if getattr(call.func, "id", "") == "Problem" and call.args)
    return {argument.value for argument in named if isinstance(argument, ast.Constant)}


def test_every_problem_has_its_sentence():
    """At the desk, on the phone, or in both places."""
    told = set(server_messages("en")) | {key.replace("problems.", "problem.", 1) for key in phone_messages("en")}
    assert {code for code in problem_codes() if f"problem.{code}" not in told} == set()


def test_templates_hold_no_sentences():
    with_chinese = [short(path) for path in (WEBAPP / "templates").rglob("*.html") if HAN.search(read(path))]
    assert with_chinese == []


def literals(path: Path) -> list[str]:
    tree = ast.parse(read(path))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in strings if id(node) not in documentation]


def test_python_holds_no_chinese_but_data():
    with_chinese = {short(path) for path in WEBAPP.rglob("*.py") if any(HAN.search(text) for text in literals(path))}
    assert with_chinese == set(CHINESE_DATA)


COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->|(?<![:'\"`])//[^\n]*", re.DOTALL)


def test_scripts_hold_no_sentences():
    sources = [path for path in SCRIPTS.rglob("*") if path.suffix in (".js", ".vue")]
    assert [short(path) for path in sources if HAN.search(COMMENT.sub("", read(path)))] == []
