"""Answers beside what was known before: field by field, for the reviewer; and as values, for the year they are written into."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from webapp.domain import area_fields, dictionary
from webapp.domain.dictionary import Field
from webapp.domain.xform.instance import Instance, place
from webapp.domain.xform.nodes import Node
from webapp.domain.xform.questions import Question
from webapp.domain.xform.values import number, number_text

#: What stands once for each row of a repeat, and where the row says which it is.
ROW_KEYS = {"member": "member_id", "member_year": "member_id", "helper_link": "row_id", "measure": "row_id"}
ROW_LISTS = {"member": "members", "member_year": "members", "helper_link": "helpers", "measure": "measures"}


class Answer(NamedTuple):
    """A question that names a column, where it was answered."""

    node: Node
    question: Question
    entity: str
    name: str
    field: Field | None
    row: str | None  # "" for a new one
    new_row: Node | None

    @property
    def is_sealed(self) -> bool:
        return self.field.is_sealed if self.field else self.name in dictionary.SEALED

    @property
    def said(self) -> str:
        return self.node.text


def answers(instance: Instance) -> Iterator[Answer]:
    for node in instance.root.walk():
        if node.question.save and not node.question.children:
            yield naming(node, node.question.save)


def naming(node: Node, mark: str) -> Answer:
    """The column a mark names, as `<entity>.<field>`, where this node stands."""
    entity, _, name = mark.partition(".")
    row = _row_of(node, node.question) if entity in ROW_KEYS else None
    key = row.first(ROW_KEYS[entity]) if row else None
    return Answer(node, node.question, entity, name, field_of(entity, name), key.text if key else None, row)


def _row_of(node: Node, question: Question) -> Node | None:
    row: Node | None = node
    while row is not None and not (row.question and row.question.is_repeat):
        row = row.parent
    return row if question.repeat else None


def field_of(entity: str, name: str) -> Field | None:
    fields: dict[str, Callable[[], dict[str, Field]]] = {
        "household_year": dictionary.household_year, "member": dictionary.member, "member_year": dictionary.member_year,
        "helper_link": dictionary.helper_link, "measure": dictionary.measure, "area_year": area_fields.fields,
    }  # fmt: skip
    return fields[entity]().get(name) if entity in fields else None


Mask = Callable[[str, str], str]  # name and text of a sealed field → what people may see


def changes(instance: Instance, years: Mapping[str, Any], mask: Mask, *, stale: bool = False) -> list[dict]:
    """`years`: a family or area as the pull has it ("last", "this"); `stale`: it was written since these answers were begun."""
    return [row for answer in answers(instance) if (row := _change(answer, years, mask, stale)) is not None]


def _change(answer: Answer, years: Mapping[str, Any], mask: Mask, stale: bool) -> dict | None:
    last, this = known(answer, years.get("last")), known(answer, years.get("this"))
    before, after = this or last, mask(answer.name, answer.said) if answer.is_sealed and answer.said else answer.said
    if answer.is_sealed and not after:
        after = before  # nobody is asked to type a number again
    if not before and not after:
        return None
    conflict = stale and bool(this) and not same(answer.field, this, last) and not same(answer.field, this, after)
    row = {
        "path": place(answer.node), "save": answer.question.save, "row": answer.row or None, "before": before, "after": after,
        "label": answer.question.label or (answer.field.zh if answer.field else answer.name),
        "kind": _kind(answer, before, after), "conflict": conflict, "was": this,
    }  # fmt: skip
    return row | ({"base": last} if conflict else {})


def _kind(answer: Answer, before: str, after: str) -> str:
    if not same(answer.field, before, after):
        return "changed" if before else "new"
    return "confirmed" if answer.question.confirm == "each" and after else "same"


def known(answer: Answer, year: Mapping[str, Any] | None) -> str:
    """What this year says of it, as a form writes it."""
    if not year:
        return ""
    found: Any = year if answer.entity == "area_year" else year.get(answer.entity) or {}
    if answer.entity in ROW_LISTS:
        rows = year.get(ROW_LISTS[answer.entity]) or []
        row = next((one for one in rows if one["id"] == answer.row), None) if answer.row else None
        found = row or {}
        found = (found.get(answer.entity) or {}) if ROW_LISTS[answer.entity] == "members" else found
    return written(found.get(f"{answer.name}_masked" if answer.is_sealed else answer.name))


def written(value: Any) -> str:
    """A value as it stands in answers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return number_text(float(value)) if isinstance(value, int | float) else str(value)


def same(field: Field | None, a: str, b: str) -> bool:
    if a == b:
        return True
    if field is not None and field.kind in ("int", "decimal"):
        return bool(a) and bool(b) and number(a) == number(b)
    return field is not None and field.kind == "codes" and sorted(a.split()) == sorted(b.split())


class Values(NamedTuple):
    """What acceptance writes, by the names of the dictionary (services.families.FamilyValues, and `area_year`)."""

    household_year: dict[str, Any]
    members: dict[str, dict[str, Any]]
    helpers: list[tuple[str, dict[str, Any]]]
    measures: list[tuple[str, dict[str, Any]]]
    area_year: dict[str, Any]


def values(instance: Instance, rows: Collection[dict]) -> Values:
    """Of the answers these changes tell of. A person nobody knows yet is added by a case, not here."""
    wanted = {row["path"] for row in rows}
    found = Values({}, {}, [], [], {})
    lists: dict[str, dict[int, tuple[str, dict]]] = {"helper_link": {}, "measure": {}}
    for answer in answers(instance):
        if place(answer.node) not in wanted or (answer.is_sealed and not answer.said):
            continue
        value = parsed(answer.field, answer.said)
        if answer.entity in ("household_year", "household"):
            found.household_year[answer.name] = value
        elif answer.entity == "area_year":
            found.area_year[answer.name] = value
        elif answer.entity in ("member", "member_year"):
            if answer.row:
                found.members.setdefault(answer.row, {})[answer.name] = value
        else:
            lists[answer.entity].setdefault(id(answer.new_row), (answer.row or "", {}))[1][answer.name] = value
    return found._replace(helpers=list(lists["helper_link"].values()), measures=list(lists["measure"].values()))


def parsed(field: Field | None, said: str) -> Any:
    """As the column keeps it; what does not fit the column is left blank and shown as a problem."""
    if said == "":
        return None
    kind = field.kind if field else "text"
    try:
        if kind == "int":
            return int(float(said))
        if kind == "decimal":
            return float(said)
        if kind == "date":
            return date.fromisoformat(said[:10])
    except (ValueError, OverflowError):
        return None
    return said in ("1", "true") if kind == "bool" else said


def strangers(instance: Instance, members: Collection[str], rows: Collection[str]) -> list[str]:
    """Paths of rows that name a member or row this household does not have; or nobody, where the form adds nobody."""
    found = []
    for node in instance.root.walk():
        if node.question.is_repeat:
            member, row = node.first("member_id"), node.first("row_id")
            adds = any(child.question.save == "member.name" for child in node.children)
            if member is not None and member.text not in members and not (adds and member.text == ""):
                found.append(place(node))
            if row is not None and row.text and row.text not in rows:
                found.append(place(node))
    return found
