"""A questionnaire as ODK Collect gets it: our app opens a form at a household, Collect has to ask for which one it is.

The instance stays as it was authored, so the answers are checked and read like any other: only what is asked is added, and
what an answer puts in elsewhere. ADR 0017.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from webapp.openrosa import outline
from webapp.queries.entities import HOUSEHOLD_COLUMNS, MEMBER_COLUMNS

HOUSEHOLD, MEMBER_ID = "/data/household", "member_id"
_BODY = re.compile(r"<h:body[^>]*>")
#: What the row of the list is called when a form wants to know it besides the fields of the dictionary.
_OF_ITSELF = {"/data/base_rev": "base_rev", "/data/year": "year"}
HOUSEHOLD_ENTITIES, MEMBER_ENTITIES = ("household", "household_year"), ("member", "member_year")
#: What the lists call the fields of the dictionary; what is sealed stands in none. `name` is how ODK calls an id.
COLUMNS = {
    HOUSEHOLD_ENTITIES: {name: name for name in HOUSEHOLD_COLUMNS} | {"household_no": "number", "head_name": "head"},
    MEMBER_ENTITIES: {name: name for name in MEMBER_COLUMNS} | {"name": "label"},
}


@dataclass(frozen=True)
class Words:
    household: str
    member: str


@lru_cache(maxsize=64)
def variant(xml: str, words: Words) -> str:
    """With a question for the household in front, and one for the member in each repeat of members."""
    root = outline.read(xml)
    if not any(field.path == HOUSEHOLD for field in root.fields):
        return xml
    asked = _pick(HOUSEHOLD, words.household, "instance('households')/root/item", _filled(root, "households", HOUSEHOLD))
    xml = _BODY.sub(lambda body: body[0] + asked, xml, count=1)
    lists = [_instance("households")]
    for repeat in (field for field in root.walk() if field.kind == "repeat" and any(f.name == MEMBER_ID for f in field.fields)):
        xml = xml.replace(f'<repeat nodeset="{repeat.path}">', f'<repeat nodeset="{repeat.path}">{_member(repeat, words)}', 1)
        lists.append(_instance("members"))
    xml = xml.replace(f'<bind nodeset="{HOUSEHOLD}"', f'<bind nodeset="{HOUSEHOLD}" required="true()"', 1)
    return xml.replace("</model>", "".join(dict.fromkeys(lists)) + "</model>", 1)


def _member(repeat: outline.Field, words: Words) -> str:
    path = f"{repeat.path}/{MEMBER_ID}"
    ofs = f"instance('members')/root/item[household={HOUSEHOLD}]"
    return _pick(path, words.member, ofs, _filled(repeat, "members", path))


def _filled(top: outline.Field, name: str, key: str) -> str:
    """What the choice of a row puts in: every question marked with a field of it but those to be asked anew."""
    entities = HOUSEHOLD_ENTITIES if name == "households" else MEMBER_ENTITIES
    rows = ((field, f"instance('{name}')/root/item[name={_seen_from(field, top, key)}]") for field in _own(top))
    return "".join(_put(field, row, entities) for field, row in rows)


def _put(field: outline.Field, row: str, entities: tuple[str, str]) -> str:
    entity, _, column = field.mark.partition(".")
    if field.path in _OF_ITSELF:
        column = _OF_ITSELF[field.path]
    elif entity not in entities or field.asked_anew:
        return ""
    column = COLUMNS[entities].get(column, "")
    if not column:
        return ""
    return f'<setvalue event="xforms-value-changed" ref="{field.path}" value="{row}/{column}"/>'


def _seen_from(field: outline.Field, top: outline.Field, key: str) -> str:
    """The key of the same row of a repeat, as a predicate finds it."""
    if top.kind != "repeat":
        return key
    return f"current()/{'../' * (field.path.count('/') - top.path.count('/'))}{MEMBER_ID}"


def _own(top: outline.Field):
    """The questions below, but those of repeats."""
    for field in top.fields:
        if field.kind == "group":
            yield from _own(field)
        elif field.kind != "repeat":
            yield field


def _pick(path: str, label: str, nodeset: str, filled: str) -> str:
    return (
        f'<select1 ref="{path}" appearance="minimal autocomplete"><label>{escape(label)}</label>'
        f'<itemset nodeset="{nodeset}"><value ref="name"/><label ref="label"/></itemset>{filled}</select1>'
    )


def _instance(name: str) -> str:
    return f'<instance id="{name}" src="jr://file-csv/{name}.csv"/>'
