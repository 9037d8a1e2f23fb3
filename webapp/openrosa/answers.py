"""Answers laid out by their questionnaire: as JSON the way OData says it, with what nobody may read masked."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from typing import Any
from xml.etree.ElementTree import Element, fromstring, register_namespace, tostring  # noqa: S405

from webapp.openrosa.outline import Field
from webapp.services.sealing import masked

register_namespace("orx", "http://openrosa.org/xforms")
#: A position is latitude, longitude, height and accuracy in metres.
POINT = ("lat", "lon", "altitude_m", "accuracy_m")


@dataclass(frozen=True)
class Shown:
    """How it is wanted."""

    expanded: bool = False  # repeats inside their row
    wkt: bool = False
    only: frozenset[str] = frozenset()  # paths without the root, as $select names them; none: everything


def parsed(xml: str, root: Field) -> Element:
    """With every sealed answer masked."""
    node = fromstring(xml)  # noqa: S314
    _mask(node, root)
    return node


def _mask(node: Element, field: Field) -> None:
    by_name = {below.name: below for below in field.fields}
    for child in node:
        below = by_name.get(local(child))
        if below is None:
            continue
        if below.is_sealed and child.text:
            child.text = masked(child.text.strip())
        _mask(child, below)


def text_of(node: Element) -> str:
    return tostring(node, encoding="unicode")


def local(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def laid_out(node: Element, field: Field, shown: Shown, key: str, above: str = "") -> dict[str, Any]:
    """One object per group; a repeat is a link, or a list if expanded."""
    said: dict[str, Any] = {}
    for below in field.fields:
        path = f"{above}{below.name}"
        if not _wanted(path, below, shown):
            continue
        found = [child for child in node if local(child) == below.name]
        if below.kind == "repeat":
            said |= _repeat(found, below, shown, key, path)
        elif below.kind == "group":
            said[below.name] = laid_out(found[0] if found else Element(below.name), below, shown, key, f"{path}/")
        else:
            said[below.name] = value(found[0].text if found else None, below.kind, shown.wkt)
    return said


def _wanted(path: str, field: Field, shown: Shown) -> bool:
    return not shown.only or any(path == one or path.startswith(f"{one}/") or one.startswith(f"{path}/") for one in shown.only)


def _repeat(found: list[Element], field: Field, shown: Shown, key: str, path: str) -> dict[str, Any]:
    if not shown.expanded:
        return {f"{field.name}@odata.navigationLink": f"Submissions('{key}')/{path}"}
    rows = [
        {"__id": row_id(key, path, no)} | laid_out(node, field, shown, row_id(key, path, no), f"{path}/")
        for no, node in enumerate(found)
    ]
    return {field.name: rows, f"{field.name}@odata.navigationLink": f"Submissions('{key}')/{path}"}


def row_id(key: str, path: str, no: int) -> str:
    """The same row of the same version has the same name."""
    return sha1(f"{key}/{path}[{no}]".encode(), usedforsecurity=False).hexdigest()


def rows_of(node: Element, field: Field, path: tuple[str, ...], key: str, above: str = "") -> Iterator[tuple[str, str, Element]]:
    """(key of what holds it, its own key, itself) of every row of the repeat at this path, in their order."""
    name, rest = path[0], path[1:]
    below = next(one for one in field.fields if one.name == name)
    here = f"{above}{name}"
    for no, child in enumerate(child for child in node if local(child) == name):
        own = row_id(key, here, no) if below.kind == "repeat" else key
        if rest:
            yield from rows_of(child, below, rest, own, f"{here}/")
        else:
            yield key, own, child


def value(text: str | None, kind: str, wkt: bool) -> Any:
    """As JSON; what does not read as its type stays the text it is."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        if kind == "int":
            return int(text)
        if kind == "decimal":
            return float(text)
        if kind == "geopoint":
            return _point(text, wkt)
    except ValueError:
        return text
    return text


def _point(text: str, wkt: bool) -> Any:
    lat, lon, *rest = map(float, text.split())
    if wkt:
        return f"POINT ({' '.join(f'{number:.12g}' for number in (lon, lat, *rest[:1]))})"
    accuracy = {"properties": {"accuracy": rest[1]}} if len(rest) > 1 else {}
    return {"type": "Point", "coordinates": [lon, lat, *rest[:1]]} | accuracy
