"""What a questionnaire asks, read off its XForm: enough to lay answers out as tables and to hide what nobody may read."""

from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element, fromstring  # noqa: S405

from webapp.domain.dictionary import SEALED

XFORMS, MARKS = "http://www.w3.org/2002/xforms", "https://hetu.local/xforms"
JAVAROSA = "http://openrosa.org/javarosa"
#: As OData names them; what is not here is a text.
ODATA_TYPES = {
    "int": "Edm.Int64", "decimal": "Edm.Decimal", "date": "Edm.Date", "time": "Edm.TimeOfDay", "dateTime": "Edm.DateTimeOffset",
    "geopoint": "Edm.GeographyPoint", "geotrace": "Edm.GeographyLineString", "geoshape": "Edm.GeographyPolygon",
    "boolean": "Edm.Boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One question, or a group or repeat of them."""

    path: str  # /data/members/member/name
    name: str
    kind: str  # type of its bind; group; repeat
    mark: str = ""  # entity.field of the dictionary it is saved to or filled from
    asked_anew: bool = False  # the notice wants it asked, or the form says itself what it is: nothing is carried over
    fields: tuple["Field", ...] = ()

    @property
    def is_sealed(self) -> bool:
        return self.mark.partition(".")[2] in SEALED

    def walk(self):
        yield self
        for field in self.fields:
            yield from field.walk()


@lru_cache(maxsize=64)
def read(xml: str) -> Field:
    """The root, with everything below it."""
    html = fromstring(xml)  # noqa: S314
    binds = {bind.get("nodeset", ""): bind for bind in html.iter(f"{{{XFORMS}}}bind")}
    repeats = {repeat.get("nodeset", "") for repeat in html.iter(f"{{{XFORMS}}}repeat")}
    root = next(html.iter(f"{{{XFORMS}}}instance"))[0]
    return _field(root, "", binds, repeats)


def _field(node: Element, above: str, binds: dict[str, Element], repeats: set[str]) -> Field:
    name = node.tag.rpartition("}")[2]
    path = f"{above}/{name}"
    if len(node) or path in repeats:
        below: dict[str, Field] = {}  # a repeat stands twice: as template and as first row
        for child in node:
            field = _field(child, path, binds, repeats)
            below.setdefault(field.name, field)
        return Field(path, name, "repeat" if path in repeats else "group", fields=tuple(below.values()))
    bind = binds.get(path)
    if bind is None:
        return Field(path, name, "string")
    mark = bind.get(f"{{{MARKS}}}save") or bind.get(f"{{{MARKS}}}show") or ""
    own = bind.get("calculate") is not None or bind.get(f"{{{JAVAROSA}}}preload") is not None
    anew = own or bind.get(f"{{{MARKS}}}confirm") == "each"
    return Field(path, name, bind.get("type", "string").rpartition(":")[2], mark, anew)


@lru_cache(maxsize=64)
def file_tags(xml: str) -> frozenset[str]:
    """Names of the questions that are answered by a file."""
    return frozenset(field.name for field in read(xml).walk() if field.kind == "binary")
