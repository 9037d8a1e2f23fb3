"""A questionnaire as published, read out of its XForm."""

import csv
from io import StringIO

from webapp.domain.xform.expression import Syntax, compiled
from webapp.domain.xform.nodes import MAX_FORM_BYTES, Node, Unreadable
from webapp.domain.xform.nodes import read as read_xml
from webapp.domain.xform.questions import Choices, Definition, Question, indexed

SELECTS = ("select1", "select", "rank")


def read(xml: str, attachments: dict[str, str]) -> Definition:
    """Raises Unreadable: not an XForm, or one with expressions this server cannot evaluate."""
    document = read_xml(xml, MAX_FORM_BYTES)
    head = _only(document.children[0], "head")
    model = _only(head, "model")
    primary = _primary(model)
    title = head.first("title")
    root = _tree(primary, None)
    form = Definition(
        primary.attributes.get("id", ""), primary.attributes.get("version", ""), title.string_value if title else "", root,
        {}, _words(model), {question.path: question for question in root.walk()},
    )  # fmt: skip
    form.lists = {node.attributes["id"]: _list(node, attachments) for node in model.named("instance")[1:]}
    try:
        for bind in model.named("bind"):
            _bind(form, bind)
        _body(form, _only(document.children[0], "body"))
    except Syntax as error:
        raise Unreadable(str(error)) from None
    return form


def _only(node: Node, name: str) -> Node:
    found = node.first(name)
    if found is None:
        raise Unreadable(f"no {name}")
    return found


def _primary(model: Node) -> Node:
    instance = _only(model, "instance")
    if not instance.children:
        raise Unreadable("no instance")
    return instance.children[0]


def _tree(node: Node, parent: Question | None) -> Question:
    path = f"{parent.path if parent else ''}/{node.name}"
    question = Question(path, node.name, parent, default="" if node.children else node.text)
    question.is_repeat = "jr:template" in node.attributes
    seen: set[str] = set()
    for child in node.children:
        if child.name not in seen:  # a repeat stands there twice: as the template and as the first of it
            seen.add(child.name)
            question.children.append(_tree(child, question))
    return question


def _words(model: Node) -> dict[str, str]:
    """Texts of the form in Chinese, or in the language it comes in."""
    itext = model.first("itext")
    languages = itext.named("translation") if itext else []
    chosen = next((one for one in languages if _is_chinese(one.attributes.get("lang", ""))), None)
    chosen = chosen or next((one for one in languages if "default" in one.attributes), languages[0] if languages else None)
    return {entry.attributes.get("id", ""): _plain(entry) for entry in chosen.named("text")} if chosen else {}


def _is_chinese(language: str) -> bool:
    return "zh" in language.lower()


def _plain(entry: Node) -> str:
    return next((value.text.strip() for value in entry.named("value") if "form" not in value.attributes), "")


def _list(instance: Node, attachments: dict[str, str]) -> Node:
    """A code list as nodes: its own, or those of a table that comes beside the form."""
    source = instance.attributes.get("src", "").rpartition("/")[2]
    if not source:
        return instance
    made = Node("instance")
    root = Node("root", made)
    for row in csv.DictReader(StringIO(attachments.get(source, "").lstrip("\ufeff"))):
        item = Node("item", root)
        for name, value in row.items():
            if name and value is not None:
                Node(name.strip(), item, value)
    return made


_CODES = ("relevant", "required", "constraint", "calculate")


def _bind(form: Definition, bind: Node) -> None:
    said = bind.attributes
    question = form.by_path.get(said.get("nodeset", "").strip())
    if question is None:
        return
    question.type = said.get("type", "string").rpartition(":")[2]
    for name in _CODES:
        source = said.get(name, "").strip()
        if source and (name, source) not in (("required", "false()"), ("relevant", "true()")):
            setattr(question, name, compiled(source))
    question.readonly = said.get("readonly", "false()").strip() not in ("", "false()")
    question.constraint_message = _said(form, said.get("jr:constraintMsg", ""))
    question.required_message = _said(form, said.get("jr:requiredMsg", ""))
    question.save, question.confirm = said.get("hetu:save", ""), said.get("hetu:confirm", "")
    question.show = said.get("hetu:show", "")


def _said(form: Definition, source: str) -> str:
    """The words themselves, or those a jr:itext('…') names."""
    if not source.startswith("jr:itext("):
        return source
    return form.words.get(source[9:].rstrip(") ").strip("'\" "), "")


def _body(form: Definition, node: Node) -> None:
    for control in node.children:
        path = control.attributes.get("ref") or control.attributes.get("nodeset") or control.attributes.get("bind") or ""
        question = form.by_path.get(path.strip())
        if control.name == "repeat" and question:
            question.is_repeat = True
        elif question and control.name != "label":
            _control(form, control, question)
        if control.name in ("group", "repeat"):
            _body(form, control)


def _control(form: Definition, control: Node, question: Question) -> None:
    if control.name != "group":
        question.kind = control.name
    label = control.first("label")
    if label is not None and not (question.is_repeat and question.label):
        question.label = _said(form, label.attributes.get("ref", "")) or label.text.strip()
    if control.name in SELECTS:
        question.choices = _choices(form, control)


def _choices(form: Definition, control: Node) -> Choices:
    itemset = control.first("itemset")
    if itemset is None:
        return _indexing(_inline(form, control))
    nodeset = itemset.attributes.get("nodeset", "").strip()
    name = nodeset.partition("'")[2].partition("'")[0] or nodeset.partition('"')[2].partition('"')[0]
    value, label = itemset.first("value"), itemset.first("label")
    label_ref = label.attributes.get("ref", "") if label else ""
    by_id = label_ref.startswith("jr:itext(")
    label_ref = label_ref[9:].rstrip(") ").strip() if by_id else label_ref
    is_list = "instance(" in nodeset
    nodes, some = form.items(name) if is_list else [], "[" in nodeset or not is_list
    value_ref = value.attributes.get("ref", "name") if value else "name"
    return _indexing(Choices(value_ref, label_ref, by_id, nodes, compiled(nodeset) if some else None))


def _inline(form: Definition, control: Node) -> Choices:
    nodes = []
    for item in control.named("item"):
        made, label, value = Node("item"), item.first("label"), item.first("value")
        Node("name", made, value.text.strip() if value else "")
        Node("label", made, (_said(form, label.attributes.get("ref", "")) or label.text.strip()) if label else "")
        nodes.append(made)
    return Choices("name", "label", False, nodes, None)


def _indexing(choices: Choices) -> Choices:
    choices.by_value = indexed(choices.nodes, choices.value) if choices.nodes else {}
    return choices
