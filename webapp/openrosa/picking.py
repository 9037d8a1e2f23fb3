"""A questionnaire as ODK Collect gets it: our app opens a form at a household, Collect has to ask for which one it is.

The instance stays as it was authored, so the answers are checked and read like any other: only what is asked is added, and
what an answer puts in elsewhere. ADR 0017.
"""

import re
from functools import lru_cache
from html import escape
from typing import NamedTuple

from webapp.openrosa import outline
from webapp.queries.entities import HOUSEHOLD_COLUMNS, MEMBER_COLUMNS

HOUSEHOLD, AREA, MEMBER_ID = "/data/household", "/data/area", "member_id"
_BODY = re.compile(r"<h:body[^>]*>")
#: What the row of the list is called when a form wants to know it besides the fields of the dictionary.
_OF_ITSELF = {"/data/base_rev": "base_rev", "/data/year": "year"}
HOUSEHOLD_ENTITIES, MEMBER_ENTITIES = ("household", "household_year"), ("member", "member_year")
#: What the lists call the fields of the dictionary; what is sealed stands in none. `name` is how ODK calls an id.
COLUMNS = {
    HOUSEHOLD_ENTITIES: {name: name for name in HOUSEHOLD_COLUMNS} | {"household_no": "number", "head_name": "head"},
    MEMBER_ENTITIES: {name: name for name in MEMBER_COLUMNS} | {"name": "label"},
}


class Words(NamedTuple):
    household: str
    member: str
    area: str


@lru_cache(maxsize=64)
def variant(xml: str, words: Words) -> str:
    """With a question for the household in front, and one for the member in each repeat of members."""
    root = outline.read(xml)
    names = {field.path for field in root.fields}
    if AREA in names:
        return _put_in_front(xml, AREA, words.area, "areas", "")
    if HOUSEHOLD not in names:
        return xml
    for repeat in (field for field in root.walk() if field.kind == "repeat" and any(f.name == MEMBER_ID for f in field.fields)):
        begun = f'<repeat nodeset="{repeat.path}">'
        xml = _with_list(xml.replace(begun, begun + _member(repeat, words), 1), "members")
    return _put_in_front(xml, HOUSEHOLD, words.household, "households", _filled(root, "households", HOUSEHOLD))


def _put_in_front(xml: str, path: str, label: str, name: str, filled: str) -> str:
    asked = _pick(path, label, f"instance('{name}')/root/item", filled)
    xml = _BODY.sub(lambda body: body[0] + asked, xml, count=1)
    xml = xml.replace(f'<bind nodeset="{path}"', f'<bind nodeset="{path}" required="true()"', 1)
    return _with_list(xml, name)


def _with_list(xml: str, name: str) -> str:
    listed = f'<instance id="{name}" src="jr://file-csv/{name}.csv"/>'
    return xml if listed in xml else xml.replace("</model>", f"{listed}</model>", 1)


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
