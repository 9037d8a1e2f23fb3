"""One page of a table, as OData answers."""

import base64
import binascii
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from msgspec import DecodeError, json
from sqlalchemy.orm import Session

from webapp.domain.problems import Problem
from webapp.models import FormVersion
from webapp.openrosa import answers, central, outline, reading, tables
from webapp.openrosa.answers import Shown
from webapp.openrosa.reading import Opened
from webapp.queries import odk_responses
from webapp.queries.odk_responses import Asked
from webapp.services.sealing import KeyRing

UNSUPPORTED = ("$search", "$apply", "$compute", "$orderby")


@dataclass(frozen=True)
class Page:
    """What was asked for; a skiptoken says where the page before ended."""

    skip: int
    top: int | None
    count: bool
    after: dict
    shown: Shown

    @classmethod
    def read(cls, args: dict[str, str]) -> "Page":
        """Raises bad_request, unsupported."""
        if any(name in args for name in UNSUPPORTED):
            raise Problem("unsupported")
        expand, select = args.get("$expand", ""), args.get("$select", "")
        if expand not in ("", "*"):
            raise Problem("unsupported", ["$expand"])
        shown = Shown(expand == "*", _yes(args, "$wkt"), frozenset(name.strip() for name in select.split(",") if name.strip()))
        top = _number(args, "$top") if "$top" in args else None
        return cls(_number(args, "$skip"), top, _yes(args, "$count"), _token(args.get("$skiptoken", "")), shown)

    def link(self, address: str, args: dict[str, str], told: dict) -> str:
        """To the page after."""
        token = base64.b64encode(json.encode(told)).decode()
        kept = {name: text for name, text in args.items() if name not in ("$skip", "$skiptoken")}
        return f"{address}?{urlencode(kept | {'$skiptoken': token})}"


def _yes(args: dict[str, str], name: str) -> bool:
    """Python's clients write True."""
    return args.get(name, "").lower() == "true"


def _number(args: dict[str, str], name: str) -> int:
    text = args.get(name, "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Problem("bad_request", [name])
    return int(text)


def _token(text: str) -> dict:
    try:
        return json.decode(base64.b64decode(text, validate=True), type=dict[str, str | int]) if text else {}
    except (DecodeError, binascii.Error):
        raise Problem("bad_request", ["$skiptoken"]) from None


def responses(session: Session, ring: KeyRing, form: FormVersion, asked: Asked, page: Page) -> tuple[dict[str, Any], dict | None]:
    """The answer, and where the page after begins."""
    after = _id(page.after.get("instanceId"))
    more = None if page.top is None else page.top + 1
    rows = odk_responses.rows(session, asked, 0 if after else page.skip, more, after)
    kept = rows if page.top is None else rows[: page.top]
    root = outline.read(form.xml)
    found = [response(one, root, page.shown) for one in reading.opened(session, ring, form, kept)]
    counted = {"@odata.count": odk_responses.count(session, asked)} if page.count else {}
    ended = {"instanceId": str(kept[-1].id)} if kept and len(rows) > len(kept) else None
    return {"value": found} | counted, ended


def _id(text: Any) -> UUID | None:
    try:
        return UUID(text) if text else None
    except (ValueError, AttributeError):
        raise Problem("bad_request", ["$skiptoken"]) from None


def response(one: Opened, root: outline.Field, shown: Shown) -> dict[str, Any]:
    said = {"__id": one.key, "__system": central.system(one)}
    return said | answers.laid_out(one.node, root, shown, one.key)


def repeat(
    session: Session, ring: KeyRing, form: FormVersion, asked: Asked, page: Page, table: str
) -> tuple[dict[str, Any], dict | None]:
    """Rows of one repeat over all responses, in the order of these. Raises not_found."""
    root = outline.read(form.xml)
    field = tables.repeat(root, table)
    every = _repeated(session, ring, form, asked, field, page.shown)
    skip = page.after.get("skip", page.skip)
    if not isinstance(skip, int):
        raise Problem("bad_request", ["$skiptoken"])
    passed = sum(1 for _ in islice(every, skip))
    kept = list(every if page.top is None else islice(every, page.top))
    rest = sum(1 for _ in every) if page.count else sum(1 for _ in islice(every, 1))
    counted = {"@odata.count": passed + len(kept) + rest} if page.count else {}
    return {"value": kept} | counted, {"skip": skip + len(kept)} if rest and kept else None


def _repeated(session: Session, ring: KeyRing, form: FormVersion, asked: Asked, field: outline.Field, shown: Shown):
    root = outline.read(form.xml)
    path = tables.path_of(root, field)
    parent = _parent(root, path)
    for one in reading.every(session, ring, form, asked):
        for above, key, node in answers.rows_of(one.node, root, path, one.key):
            yield {"__id": key, parent: above} | answers.laid_out(node, field, shown, key, "/".join(path) + "/")


def _parent(root: outline.Field, path: tuple[str, ...]) -> str:
    """__Submissions-id, or of the repeat around this one."""
    above = [name for name in tables.names(root)[1:] if ".".join(("Submissions", *path)).startswith(f"{name}.")]
    return f"__{max(above, key=len, default='Submissions').replace('.', '-')}-id"
