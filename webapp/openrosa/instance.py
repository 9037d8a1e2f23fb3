"""A filled-in questionnaire as it comes over the line: no more of it is read than the answer needs."""

import re
from dataclasses import dataclass
from uuid import UUID
from xml.etree.ElementTree import Element, ParseError, fromstring  # noqa: S405

from webapp.domain.problems import Problem

#: 500 kB of answers is a family with a novel each.
MAX_XML_BYTES = 500_000
_ID = re.compile(r"uuid:([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")


@dataclass(frozen=True)
class Instance:
    id: UUID
    replaces_id: UUID | None
    form_id: str
    version: str
    household: str
    area: str
    base_rev: int | None
    xml: str
    root: Element

    def files(self, tags: frozenset[str]) -> list[str]:
        """What the answers to questions with these names call their files."""
        if not tags:
            return []
        named = {(node.text or "").strip() for node in self.root.iter() if _local(node.tag) in tags}
        return sorted(name for name in named if name)


def read(body: bytes) -> Instance:
    """Raises invalid_payload, too_large."""
    if len(body) > MAX_XML_BYTES:
        raise Problem("too_large", ["xml"])
    xml, root = _parsed(body)
    heads = {_local(node.tag): node for node in root}
    meta = {_local(node.tag): (node.text or "").strip() for node in heads.get("meta", ())}
    instance_id = _uuid(meta.get("instanceID", ""))
    if instance_id is None or not root.get("id"):
        raise Problem("invalid_payload", ["instanceID" if root.get("id") else "id"])
    values = {name: (heads[name].text or "").strip() if name in heads else "" for name in ("household", "area", "base_rev")}
    base_rev = int(values["base_rev"]) if values["base_rev"].isdecimal() and values["base_rev"].isascii() else None
    return Instance(
        instance_id, _uuid(meta.get("deprecatedID", "")), root.get("id", ""), root.get("version", ""), values["household"],
        values["area"], base_rev, xml, root,
    )  # fmt: skip


def _parsed(body: bytes) -> tuple[str, Element]:
    """Only UTF-8 and nothing declared: an entity could grow without end."""
    try:
        xml = body.decode()
        if "<!DOCTYPE" in xml or "<!ENTITY" in xml or "\0" in xml:
            raise Problem("invalid_payload", ["xml"])
        return xml, fromstring(xml)  # noqa: S314
    except (UnicodeDecodeError, ParseError, ValueError):
        raise Problem("invalid_payload", ["xml"]) from None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _uuid(text: str) -> UUID | None:
    found = _ID.fullmatch(text)
    return UUID(found[1]) if found else None
