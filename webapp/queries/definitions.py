"""Published questionnaires as the server's checker knows them; read once and kept."""

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.xform import definition as reading
from webapp.domain.xform.questions import Definition
from webapp.models import Form, FormVersion

#: A county has a dozen forms; a version of a large one takes some MB and a tenth of a second.
MOST = 40


class Known(NamedTuple):
    form_id: str
    version: str
    year: int
    subject: str
    title: str
    definition: Definition


_kept: "OrderedDict[tuple[str, str, str], Definition]" = OrderedDict()
_lock = Lock()


def known(session: Session, form_id: str, version: str) -> Known | None:
    """None for drafts and for what was never here."""
    row = session.execute(
        select(FormVersion.year, FormVersion.xml_md5, FormVersion.title, Form.subject).join(Form, Form.id == FormVersion.form_id)
        .where(FormVersion.form_id == form_id, FormVersion.version == version, FormVersion.state != "draft")
    ).first()  # fmt: skip
    if row is None:
        return None
    return Known(form_id, version, row.year, row.subject, row.title, _definition(session, (form_id, version, row.xml_md5)))


def _definition(session: Session, key: tuple[str, str, str]) -> Definition:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    xml, attachments = session.execute(
        select(FormVersion.xml, FormVersion.attachments).where(FormVersion.form_id == key[0], FormVersion.version == key[1])
    ).one()  # fmt: skip
    made = reading.read(xml, attachments)
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
