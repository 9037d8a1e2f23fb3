"""An answer from ODK Collect becomes a response: the same one however often it is sent, and with all files that ever came."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Exists, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from webapp.domain.access import Scope
from webapp.domain.problems import Problem, not_found
from webapp.models import Area, Form, Household, Response, ResponseFile
from webapp.models.engine import insert_for
from webapp.openrosa import outline
from webapp.openrosa.instance import Instance
from webapp.queries import forms
from webapp.queries.app_users import Client
from webapp.services import media, response_arrival, responses
from webapp.services.media import Media
from webapp.services.responses import NewResponse, StatedFile
from webapp.services.sealing import KeyRing

MOST_FILES, MOST_FILE_BYTES = 40, 10 * 1024 * 1024
HOME, AREA = Household.__table__.c, Area.__table__.c


class Known(NamedTuple):
    """What never changes of a published version."""

    year: int
    subject: str
    file_tags: frozenset[str]


class Place(NamedTuple):
    """What an answer is about, and whether a correction of it came before it."""

    household_id: UUID | None
    area_code: str
    replaced: bool


class File(NamedTuple):
    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


_known: dict[tuple[str, str], Known] = {}


def published(form_id: str, version: str) -> Known | None:
    """If it was asked for before."""
    return _known.get((form_id, version))


def known(session: Session, form_id: str, version: str) -> Known:
    """Raises not_found for what was never published. Kept for as long as the process lives: versions do not change."""
    key = form_id, version
    if key not in _known:
        row = forms.version(session, *key)
        if row is None or row.state == "draft":
            raise not_found()
        subject = session.get_one(Form, form_id).subject
        _known[key] = Known(row.year, subject, outline.file_tags(row.xml))
    return _known[key]


def receive(session: Session, ring: KeyRing, client: Client, said: Instance, now: datetime) -> tuple[UUID, UUID]:
    """Ids of the version and of the first one. Raises not_found, not_allowed, conflict, invalid_payload."""
    form = known(session, said.form_id, said.version)
    place = _place(session, client.where("field.capture"), said)
    if (form.subject == "household") != (place.household_id is not None):
        raise Problem("invalid_payload", ["household"])
    files = [StatedFile(name) for name in said.files(form.file_tags)]
    new = NewResponse(
        said.id, said.form_id, said.version, said.xml, place.household_id, place.area_code, files, said.replaces_id,
        said.base_rev, "odk", now, client.account_id, None, client.id,
    )  # fmt: skip
    if said.replaces_id or place.replaced:
        return said.id, responses.add(session, ring, new, now).root_id
    return said.id, response_arrival.take_in(session, ring, new, form.year, now)


def _place(session: Session, scope: Scope, said: Instance) -> Place:
    """What it is about; what is not theirs does not exist."""
    if not said.household:
        return Place(None, _area(session, scope, said.area), _is_replaced(session, said.id))
    household_id = _uuid(said.household, "household")
    home = session.connection().execute(_home(), {"household": household_id, "response": said.id}).first()
    if home is None or not scope.covers(home.area_code):
        raise not_found()
    return Place(household_id, home.area_code, home.replaced)


def _is_replaced(session: Session, response_id: UUID) -> bool:
    """A correction may come before what it corrects."""
    return bool(session.connection().execute(select(_replaced()), {"response": response_id}).scalar())


@lru_cache
def _replaced() -> Exists:
    return exists().where(Response.__table__.c.replaces_id == bindparam("response", type_=HOME.id.type))


@lru_cache
def _home() -> Select:
    mine = HOME.id == bindparam("household", type_=HOME.id.type), HOME.deleted_at.is_(None)
    return select(HOME.area_code, _replaced().label("replaced")).where(*mine)


def _area(session: Session, scope: Scope, said: str) -> str:
    """Named by its id, as phones do, or the only one they have."""
    if said:
        code = session.scalar(select(AREA.code).where(AREA.id == _uuid(said, "area")))
    else:
        code = session.scalar(select(AREA.code).where(AREA.code == (scope.prefixes[0] if len(scope.prefixes) == 1 else "")))
    if code is None or not scope.covers(code):
        raise not_found() if said else Problem("invalid_payload", ["area"])
    return code


def _uuid(said: str, name: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Problem("invalid_payload", [name]) from None


def keep_files(session: Session, store: Media, client: Client, files: Sequence[File], now: datetime) -> None:
    """Their bytes, whole and verified to be pictures. Raises not_a_picture, too_large."""
    if len(files) > MOST_FILES or any(len(file.data) > MOST_FILE_BYTES for file in files):
        raise Problem("too_large", ["files"])
    for file in files:
        part = store.part(client.id, file.sha256)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(file.data)
        media.keep(session, store, file.sha256, part, client.account_id, now)


def name_files(session: Session, response_id: UUID, files: Sequence[File]) -> None:
    """Say which bytes an expected name has. Raises conflict if it has others already."""
    row = ResponseFile.__table__.c
    for file in files:
        values = {"response_id": response_id, "name": file.name[:120], "sha256": file.sha256, "bytes": len(file.data)}
        put = insert_for(session)(ResponseFile.__table__).values(**values)
        same = row.sha256.is_(None) | (row.sha256 == put.excluded.sha256)
        told = {"sha256": put.excluded.sha256, "bytes": put.excluded.bytes}
        if not session.execute(put.on_conflict_do_update(index_elements=["response_id", "name"], set_=told, where=same)).rowcount:
            raise Problem("conflict", [file.name])
