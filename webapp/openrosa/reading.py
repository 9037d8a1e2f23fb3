"""Opening what is kept, for those who ask in Central's way."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID
from xml.etree.ElementTree import Element

from sqlalchemy.orm import Session

from webapp.models import FormVersion, ResponseFile
from webapp.openrosa import answers, outline
from webapp.openrosa.outline import Field
from webapp.queries import forms, odk_responses
from webapp.queries.odk_responses import Row
from webapp.services.response_contents import sealed_for
from webapp.services.sealing import KeyRing


class Opened(NamedTuple):
    row: Row
    node: Element  # with what nobody may read masked
    files: list[ResponseFile]

    @property
    def key(self) -> str:
        return f"uuid:{self.row.id}"


def xml(ring: KeyRing, response_id: UUID, sealed: bytes) -> str:
    return ring.open(sealed_for(response_id), sealed)


def shown_xml(session: Session, ring: KeyRing, response_id: UUID, form_id: str, version: str, sealed: bytes) -> str:
    """As it came, but masked."""
    return answers.text_of(answers.parsed(xml(ring, response_id, sealed), root(session, form_id, version)))


def root(session: Session, form_id: str, version: str) -> Field:
    form = forms.version(session, form_id, version)
    if form is None:
        raise LookupError(form_id, version)  # a response has the version it was filled in with: a foreign key says so
    return outline.read(form.xml)


def opened(session: Session, ring: KeyRing, form: FormVersion, rows: Iterable[Row]) -> Iterator[Opened]:
    """Each with its own version's marks masked, whatever version is asked about."""
    rows = list(rows)
    files = odk_responses.files(session, [row.version_id for row in rows])
    for row in rows:
        node = answers.parsed(xml(ring, row.version_id, row.xml_sealed), root(session, form.form_id, row.form_version))
        yield Opened(row, node, files[row.version_id])


def every(session: Session, ring: KeyRing, form: FormVersion, asked: odk_responses.Asked) -> Iterator[Opened]:
    """All there are, a page at a time."""
    after = None
    while page := odk_responses.rows(session, asked, 0, odk_responses.MANY, after):
        yield from opened(session, ring, form, page)
        after = page[-1].id
