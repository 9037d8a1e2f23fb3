"""All responses of a questionnaire as files: one CSV for each table, and the places on a map."""

import io
import zipfile
from collections.abc import Iterable
from xml.etree.ElementTree import Element  # noqa: S405

from webapp.exports import csv_file, geojson_file
from webapp.openrosa import answers, central, tables
from webapp.openrosa.answers import POINT
from webapp.openrosa.outline import Field
from webapp.openrosa.reading import Opened

_SYSTEM = {
    "SubmitterID": "submitterId", "SubmitterName": "submitterName", "AttachmentsPresent": "attachmentsPresent",
    "AttachmentsExpected": "attachmentsExpected", "Status": "status", "ReviewState": "reviewState", "DeviceID": "deviceId",
    "Edits": "edits", "FormVersion": "formVersion",
}  # fmt: skip
_POINT_TITLES = ("Latitude", "Longitude", "Altitude", "Accuracy")


def csv_table(root: Field, opened: Iterable[Opened]) -> bytes:
    """The responses themselves, with the titles ODK Central gives them."""
    columns = _columns(root)
    rows = ([central.moment(one.row.created_at), *_cells(one.node, columns, root), one.key, *_told(one)] for one in opened)
    return csv_file.to_csv(["SubmissionDate", *_titles(columns, root), "KEY", *_SYSTEM], rows)


def _told(one: Opened) -> list:
    system = central.system(one)
    return [system[name] for name in _SYSTEM.values()]


def csv_zip(form_id: str, root: Field, opened: list[Opened]) -> bytes:
    """With a table for each repeat beside it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{form_id}.csv", csv_table(root, opened))
        for field in tables.repeats(root):
            archive.writestr(f"{form_id}-{field.name}.csv", _repeat(root, field, opened))
    return file.getvalue()


def _repeat(root: Field, field: Field, opened: Iterable[Opened]) -> bytes:
    columns, path = _columns(field), tables.path_of(root, field)
    found = ((key, above, node) for one in opened for above, key, node in answers.rows_of(one.node, root, path, one.key))
    rows = ([*_cells(node, columns, field), above, key] for key, above, node in found)
    return csv_file.to_csv([*_titles(columns, field), "PARENT_KEY", "KEY"], rows)


def _columns(top: Field) -> list[Field]:
    """The questions of one table: not those of repeats below."""
    found = []
    for field in top.fields:
        if field.kind == "group":
            found += _columns(field)
        elif field.kind != "repeat":
            found.append(field)
    return found


def _titles(columns: list[Field], top: Field) -> list[str]:
    found = []
    for field in columns:
        name = field.path.removeprefix(f"{top.path}/").replace("/", "-")
        found += [f"{name}-{part}" for part in _POINT_TITLES] if field.kind == "geopoint" else [name]
    return found


def _cells(node: Element, columns: list[Field], top: Field) -> list:
    texts: dict[str, str] = {}
    for path, text in _leaves(node, top.path):
        texts.setdefault(path, text)
    return [cell for field in columns for cell in _cell(texts.get(field.path, ""), field.kind)]


def _leaves(node: Element, path: str):
    for child in node:
        below = f"{path}/{answers.local(child)}"
        if len(child):
            yield from _leaves(child, below)
        else:
            yield below, (child.text or "").strip()


def _cell(text: str, kind: str) -> list:
    """Numbers as numbers: a minus in front of a text is put out of a spreadsheet's reach."""
    if kind != "geopoint":
        return [answers.value(text, kind, wkt=False)]
    parts = [answers.value(part, "decimal", wkt=False) for part in text.split()]
    return (parts + [None] * len(POINT))[: len(POINT)]


def places(root: Field, opened: Iterable[Opened]) -> bytes:
    """The first position of each response that has one."""
    asked = [field for field in _columns(root) if field.kind == "geopoint"]
    return geojson_file.to_geojson(found for one in opened if (found := _place(one, asked, root)))


def _place(one: Opened, asked: list[Field], root: Field) -> dict | None:
    for field in asked:
        text = next((text for path, text in _leaves(one.node, root.path) if path == field.path), "")
        if text:
            lat, lon = map(float, text.split()[:2])
            return geojson_file.feature(lon, lat, {"fieldpath": field.path.removeprefix(root.path)}) | {"id": one.key}
    return None
