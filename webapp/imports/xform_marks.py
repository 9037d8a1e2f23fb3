"""What an XForm says of itself beyond its questions: id, version, subject, our own marks, the lists it wants beside it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from webapp.domain import codes, dictionary
from webapp.imports.xlsform_faults import Fault

XFORM, HETU = "{http://www.w3.org/2002/xforms}", "{https://hetu.local/xforms}"
TITLE = "{http://www.w3.org/1999/xhtml}title"
SUBJECTS = ("household", "community", "group", "case")
VERSION = re.compile(r"[\w.\-]{1,40}")
FORM_ID = re.compile(r"[A-Za-z_][\w.\-]{0,59}")
_FILE = re.compile(r"jr://(?:file|file-csv)/([\w.\-]+)")


@dataclass
class Marks:
    form_id: str
    version: str
    title: str
    subject: str
    attachments: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def read(xml: str) -> Marks:
    document = fromstring(xml)
    data = document.find(f".//{XFORM}instance")[0]
    title = document.findtext(f".//{TITLE}", "")
    marks = Marks(data.get("id", ""), data.get("version", ""), title, data.get(f"{HETU}subject", "household"))
    marks.faults += _setting_faults(marks)
    for bind in document.iter(f"{XFORM}bind"):
        marks.faults += _mark_faults(bind)
    _attach(document, marks)
    marks.warnings += _loose_questions(document)
    return marks


def _setting_faults(marks: Marks) -> Iterator[Fault]:
    if not VERSION.fullmatch(marks.version):
        yield Fault("version_missing", sheet="settings", column="version")
    if not FORM_ID.fullmatch(marks.form_id):
        yield Fault("form_id_missing", sheet="settings", column="form_id")
    if marks.subject not in SUBJECTS:
        yield Fault("subject_unknown", sheet="settings", column="attribute::hetu:subject", values={"name": marks.subject})


def _mark_faults(bind: Element) -> Iterator[Fault]:
    place = bind.get("nodeset", "").rpartition("/")[2]
    for mark in ("save", "show"):
        column = bind.get(f"{HETU}{mark}")
        if column is not None and column not in columns():
            yield Fault("column_unknown", sheet="survey", column=f"bind::hetu:{mark}", values={"question": place, "name": column})
    if bind.get(f"{HETU}confirm", "each") != "each":
        yield Fault("confirm_unknown", sheet="survey", column="bind::hetu:confirm", values={"question": place})


@cache
def columns() -> frozenset[str]:
    """Everything an answer may be written to or filled from, as entity.field."""
    found = {f"household.{name}" for name in dictionary.fields("household")}
    yearly = (dictionary.household_year, dictionary.member, dictionary.member_year, dictionary.helper_link, dictionary.measure)
    for kept in yearly:
        found |= {f"{kept.__name__}.{name}" for name in kept()}
    areas = (name.strip() for row in codes.rows("village_fields") for name in row["field"].split(","))
    return frozenset(found | {f"area_year.{name}" for name in areas} | {"measure.member_id"})


def _attach(document: Element, marks: Marks) -> None:
    for instance in document.iter(f"{XFORM}instance"):
        if found := _FILE.fullmatch(instance.get("src", "")):
            text = code_list(found[1])
            if text is None:
                marks.faults.append(Fault("file_unknown", sheet="survey", column="type", values={"name": found[1]}))
            else:
                marks.attachments[found[1]] = text


def code_list(file_name: str) -> str | None:
    """A list of the dictionary as the CSV that `select_one_from_file <list>.csv` wants; None if there is no such list."""
    name = file_name.removesuffix(".csv")
    if not re.fullmatch(r"\w+", name) or not (codes.DATA / f"code_{name}.csv").is_file():
        return None
    out = StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(("name", "label", "label_en"))
    lines.writerows((code.code, code.zh, code.en or code.zh) for code in codes.codes(name).values())
    return out.getvalue()


def _loose_questions(document: Element) -> Iterator[Fault]:
    """The phone has a page for each group at the top; what stands beside them would have none."""
    body = document.find("{http://www.w3.org/1999/xhtml}body")
    for control in body if body is not None else ():
        if control.tag != f"{XFORM}group":
            name = (control.get("ref") or control.get("nodeset") or "").rpartition("/")[2]
            yield Fault("outside_sections", sheet="survey", values={"name": name})
